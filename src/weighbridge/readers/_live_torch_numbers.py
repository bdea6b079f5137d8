"""Numbers that stand for the number of samples, or for what only a computation would tell."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import ClassVar

    from weighbridge.readers._live_torch_settings import Foreign


class Asked(BaseException):
    """A model asks a stand-in for a value, which only a computation would tell.

    No ``Exception``: a model that catches what its own code raises must not catch this.
    """

    asked: ClassVar[int] = 0
    """How often a value was asked for, so that code which catches everything is found out."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
        Asked.asked += 1


class OpenNumber:
    """A number that is not known; what is computed from it is not known either."""

    def __init__(self, what: str) -> None:
        self.what = what

    def _same(self, *_: object) -> OpenNumber:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _same
    __floordiv__ = __rfloordiv__ = __truediv__ = __rtruediv__ = __mod__ = __rmod__ = _same
    __pow__ = __rpow__ = __neg__ = __pos__ = __abs__ = __round__ = __ceil__ = __floor__ = _same

    def _ask(self, *_: object) -> bool:
        raise Asked(self.what)

    __bool__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _ask

    def _number(self) -> int:
        raise Asked(self.what)

    __index__ = __int__ = __trunc__ = _number
    __hash__ = object.__hash__

    def __float__(self) -> float:
        raise Asked(self.what)


class OpenShape:
    """The shape of a tensor of which not even the number of axes is known."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __getitem__(self, key: object) -> object:
        if isinstance(key, slice):
            return self
        return Samples(1) if key == 0 else OpenNumber(self.what)

    def __iter__(self) -> Iterator[object]:
        raise Asked(self.what)

    def __len__(self) -> int:
        raise Asked(self.what)

    def numel(self) -> OpenNumber:
        """How many values there are."""
        return OpenNumber(self.what)


class Samples(int):
    """The size of a batch axis: a multiple of the number of samples, which is 1 to Python.

    It keeps its meaning where a model multiplies and divides: ``x.view(B * T, C)``.
    """

    def __mul__(self, other: object) -> Foreign:
        if isinstance(other, Samples):
            return OpenNumber("the square of the number of samples")
        return Samples(int(self) * other) if isinstance(other, int) else NotImplemented

    __rmul__ = __mul__

    def __floordiv__(self, other: object) -> Foreign:
        if not isinstance(other, int) or not other or int(self) % int(other):
            return OpenNumber("a part of the number of samples")
        ratio = int(self) // int(other)
        return ratio if isinstance(other, Samples) else Samples(ratio)

    def __truediv__(self, other: object) -> Foreign:
        ratio = int(self) / float(other) if isinstance(other, int | float) and other else 0.5
        return ratio if ratio.is_integer() else OpenNumber("a part of the number of samples")

    def __rfloordiv__(self, other: object) -> Foreign:
        return OpenNumber("a number divided by that of samples")

    __rtruediv__ = __rfloordiv__

    def __mod__(self, other: object) -> Foreign:
        if isinstance(other, int) and other and not int(self) % int(other):
            return 0
        return OpenNumber("the number of samples modulo another")

    def __add__(self, other: object) -> Foreign:
        if isinstance(other, Samples):
            return Samples(int(self) + int(other))
        return self if other == 0 else OpenNumber("a number more than that of samples")

    __radd__ = __add__

    def __sub__(self, other: object) -> Foreign:
        if isinstance(other, Samples) and int(self) == int(other):
            return 0
        return self if other == 0 else OpenNumber("a number less than that of samples")

    def __rsub__(self, other: object) -> Foreign:
        return OpenNumber("a number without that of samples")

    def __neg__(self) -> Foreign:
        return OpenNumber("the number of samples, negated")

    def __pow__(self, other: object, _: object = None) -> Foreign:
        return self if other == 1 else OpenNumber("a power of the number of samples")

    __hash__ = int.__hash__
