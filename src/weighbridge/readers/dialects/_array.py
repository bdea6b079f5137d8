"""Arrays of followed source: a shape, seldom contents.

Files take sizes from their data (``x_train.shape[1:]``), never from what is in it, with a few
exceptions: a product of sizes, a short list of numbers, how many classes a vector of labels has.
Contents are therefore kept only where they are few, and forgotten as soon as something may have
written into them.
"""

from __future__ import annotations

from weighbridge.errors import LIMITS
from weighbridge.layers import Untold
from weighbridge.readers._python.values import Builtin, Native, Raised
from weighbridge.readers.dialects._array_index import indexed, places, plainly_picked, strides
from weighbridge.readers.dialects._array_shapes import Size, Sizes, count, reshaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named, Value

Contents = tuple[object, ...]
"""Elements in the order of the axes, the last one running fastest."""
_FEW = 1_000


class Number(Untold):
    """One number out of contents that are not known: it has no axes, whatever else it is."""


class Unclear(Exception):  # not an error: an answer nobody can give
    """An array function meets something that leaves open even how many axes come out."""

    def __init__(self, value: Untold) -> None:
        super().__init__(value.because)
        self.value = value


class ArrayFunction(Builtin):
    """A function of arrays; as a method it is given what it is called on."""

    def __init__(self, name: str, function: Callable[..., Value], *receiver: Value) -> None:
        super().__init__(name, function)
        self.receiver = receiver

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        if "**" in named:
            return Untold(f"{self.name} with unknown settings")
        try:
            return self.function(run, *self.receiver, *values, **named)
        except Unclear as unclear:
            return unclear.value


class Memory:
    """What an array and its views share."""

    written = False
    """Whether something wrote into it: then no contents are known any more."""


class Array(Native):
    """A value with ``dims``; an axis of unknown size has ``None`` there."""

    def __init__(
        self,
        sizes: Sizes,
        dtype: str | None = None,
        contents: Contents | None = None,
        classes: int | None = None,
    ) -> None:
        self.sizes, self.dtype = sizes, dtype
        self._contents, self._classes = contents, classes
        self.memory = Memory()

    @property
    def dims(self) -> tuple[int | None, ...]:
        """The shape."""
        return tuple(size if isinstance(size, int) else None for size in self.sizes)

    @property
    def contents(self) -> Contents | None:
        """All elements, where they are known."""
        return None if self.memory.written else self._contents

    @property
    def classes(self) -> int | None:
        """``n`` where the elements are known to be the numbers 0…n−1, each there at least once."""
        return None if self.memory.written else self._classes

    @property
    def label(self) -> str:
        return "an array"

    def view(self, sizes: Sizes, contents: Contents | None = None) -> Array:
        """Some of the elements in another shape, in the same memory."""
        view = Array(sizes, self.dtype, contents)
        view.memory = self.memory
        return view

    def laid(self, sizes: Sizes) -> Array:
        """All of the elements, in the same order and memory, in another shape."""
        view = self.view(sizes, self.contents)
        view._classes = self.classes
        return view

    def written(self) -> None:
        """Something else may now be in it, and in all that shares its memory."""
        self.memory.written = True

    # -- as the followed code sees it ------------------------------------------------------------

    def attribute(self, run: Run, name: str) -> Value:
        from weighbridge.readers.dialects._array_methods import PROPERTIES, method

        if name in PROPERTIES:
            return PROPERTIES[name](run, self)
        found = method(name)
        return Untold(f"array.{name}") if found is None else ArrayFunction(name, found, self)

    def assign(self, run: Run, name: str, value: Value) -> None:
        from weighbridge.readers.dialects._array_arguments import shape_of

        if name == "shape":
            try:
                self.sizes = reshaped(self.sizes, shape_of(run, value, open_sizes=True))
            except Unclear as unclear:
                run.note("an array is given a shape that is not known", run.here)
                self.sizes = (unclear.value,)

    def item(self, run: Run, key: Value) -> Value:
        from weighbridge.readers.dialects._array_arguments import index_of

        try:
            index = index_of(run, key)
            sizes = indexed(self.sizes, index)
        except Unclear as unclear:
            return unclear.value
        contents: Contents | None = None
        if self.contents is not None and affordable(run, sizes):
            found = plainly_picked(plain(self.sizes), index)
            contents = None if found is None else tuple(self.contents[place] for place in found)
        if not sizes and self.dtype == "object" and contents is None:
            return Untold("an object out of an array")
        return finished(run, self.view(sizes, contents))

    def operate(self, run: Run, operator: str, other: Value, reflected: bool) -> Value:
        from weighbridge.readers.dialects._array_numbers import operated

        if isinstance(other, Native) and not isinstance(other, (Array, tuple)):
            return other.operate(run, operator, self, not reflected)
        try:
            return operated(run, operator, self, other, reflected)
        except Unclear as unclear:
            return unclear.value

    def passed_over(self, run: Run, name: str, why: Untold) -> Value:
        return why

    def elements(self, run: Run) -> Iterator[Value] | None:
        if self.contents is None or not self.sizes:
            return None
        length = plain(self.sizes)[0]
        return (self.item(run, place) for place in range(length))


def plain(sizes: Sizes) -> tuple[int, ...]:
    """``sizes`` of an array whose contents are known, which are all known then."""
    return tuple(size for size in sizes if isinstance(size, int))


def affordable(run: Run, sizes: Sizes) -> bool:
    """Whether an array of ``sizes`` is small enough for contents; if so, they are charged for.

    A file that computes much with small arrays is not stopped: they lose their contents.
    """
    number = count(sizes)
    if isinstance(number, Untold) or number > _FEW:
        return False
    if run.elements + number > LIMITS.elements:
        return False
    run.charge(number)
    return True


def number(run: Run, what: str) -> Number:
    """A number nobody can tell, with the line that it comes from."""
    return Number(f"{what} (line {getattr(run.here, 'lineno', 0)})")


def finished(run: Run, array: Array) -> Value:
    """``array`` as a function of numpy returns it: without axes it is a number."""
    if array.sizes:
        return array
    return number(run, "a number from an array") if array.contents is None else array.contents[0]


def stretched(run: Run, array: Array, sizes: Sizes) -> Contents | None:
    """The contents of ``array`` broadcast to ``sizes``, where they are known and few."""
    if array.contents is None or not affordable(run, sizes):
        return None
    own = (1,) * (len(sizes) - len(array.sizes)) + plain(array.sizes)
    steps = tuple(0 if size == 1 else step for size, step in zip(own, strides(own), strict=True))
    return tuple(array.contents[place] for place in places(plain(sizes), steps))


def transposed(run: Run, array: Array, order: tuple[int, ...]) -> Array:
    """A view with the axes in another order."""
    sizes = tuple(array.sizes[axis] for axis in order)
    contents: Contents | None = None
    if array.contents is not None and affordable(run, sizes):
        steps = strides(plain(array.sizes))
        found = places(plain(sizes), tuple(steps[axis] for axis in order))
        contents = tuple(array.contents[place] for place in found)
    view = array.view(sizes, contents)
    view._classes = array.classes
    return view


def length(array: Array) -> Size:
    """``len(array)``."""
    if not array.sizes:
        raise Raised("TypeError", "len() of unsized object")
    return array.sizes[0]
