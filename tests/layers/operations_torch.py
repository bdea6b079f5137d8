"""Real PyTorch operations as the witness, run on the meta device, where tensors are only shapes.

Where that is laxer than PyTorch is elsewhere, on the CPU.

``agree`` holds a use of an operation against ours three times: on whole shapes; on samples, where
what we say of one must hold for every number of them, along whichever axis they lie; and with sizes
left open, which must never turn a right answer into a wrong one.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import torch

from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.layers import Fixed, Samples
from weighbridge.layers._operation import Operation
from weighbridge.model import Kind, Shape, Unknown

_REFUSALS = (
    ValueError, TypeError, RuntimeError, IndexError, AssertionError, ZeroDivisionError,
    NotImplementedError,
)  # fmt: skip
Outcome = tuple[tuple[int, ...], ...]
Placed = tuple[tuple[int | None, ...], int] | tuple[tuple[int | None, ...], int, int] | None
"""The shape of a sample, the axis along which the samples lie and, if it is not 1, how many places
each has there; ``None`` where they lie along no axis, or along several."""
# Two numbers of samples that no size in these tests has.
FEW, MANY = 11, 13
SAMPLES = Samples("x.size(0)")
# For tensors this small, handing work to other threads takes longer than the work.
torch.set_num_threads(1)


class Tensor(NamedTuple):
    """A tensor among the arguments of a use."""

    shape: tuple[int, ...]
    """Of one sample, or the whole shape of a tensor that has no samples."""
    samples: bool = True
    axis: int = 0
    """Along which the samples lie."""
    dtype: torch.dtype = torch.float32

    def whole(self, samples: int) -> tuple[int, ...]:
        if not self.samples:
            return self.shape
        return (*self.shape[: self.axis], samples, *self.shape[self.axis :])


class Use(NamedTuple):
    """``use("torch:Tensor.view", Tensor((4, 5)), SAMPLES, -1)``: an operation and arguments."""

    key: str
    arguments: tuple[object, ...]
    named: dict[str, object]

    @property
    def name(self) -> str:
        return self.key.partition(":")[2]

    @property
    def read(self) -> list[Tensor]:
        """The tensors that a reader hands over as read: those in arguments marked so."""
        read = layers.operands("torch", self.name, self.arguments, self.named)
        return [tensor for tensor in _tensors(read) if tensor.samples]

    def kind(self, stand_in: Callable[[object], object]) -> Kind:
        """Our kind, each tensor and each number of samples replaced; never an unknown one."""
        positional = [_mapped(item, stand_in) for item in self.arguments]
        named = {key: _mapped(item, stand_in) for key, item in self.named.items()}
        kind = layers.make("torch", self.name, positional, named)
        assert not isinstance(kind, Unknown), kind
        return kind

    def run(self, samples: int, device: str = "meta") -> Outcome | None:
        """The shapes that really come out, ``None`` where the operation refuses."""

        def made(item: object) -> object:
            if not isinstance(item, Tensor):
                return samples
            return torch.zeros(item.whole(samples), dtype=item.dtype, device=device)

        positional = [_mapped(item, made) for item in self.arguments]
        named = {key: _mapped(item, made) for key, item in self.named.items()}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return tuple(_shapes(_real(self.name)(*positional, **named)))
        except _REFUSALS:
            return None


def use(key: str, /, *arguments: object, **named: object) -> Use:
    """A use of the operation that ``key`` of the spellings names."""
    return Use(key, arguments, named)


def _real(name: str) -> Callable[..., Any]:
    found: Any = torch
    for part in name.replace("F.", "nn.functional.").split("."):
        found = getattr(found, part)
    return found if callable(found) else found.__get__  # type: ignore[no-any-return]  # ``x.T``


def _shapes(result: Any) -> Iterator[tuple[int, ...]]:
    if isinstance(result, tuple | list):
        for item in result:
            yield from _shapes(item)
    else:
        yield tuple(result.shape)


def _tensors(value: object) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _tensors(item)


def _mapped(value: object, change: Callable[[object], object]) -> object:
    if isinstance(value, Tensor | Samples):
        return change(value)
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    if type(value) is tuple:
        return tuple(_mapped(item, change) for item in value)
    return value


def agree(made: Use, device: str = "meta") -> tuple[Placed, ...] | None:
    """Fails unless the real operation and ours say the same; ``None`` where both refuse."""
    few = made.run(FEW, device)
    agree_whole(made, few)
    many = made.run(MANY, device) if few is not None else None
    if few is None or many is None:
        return None
    known = _agree_on_samples(made, few, many)
    _agree_when_open(made, known)
    return known


def whole(made: Use, samples: int = FEW) -> tuple[Shape | None, ...]:
    """What we say comes out of tensors of which no axis is special."""
    kind = made.kind(
        lambda item: Fixed(item.whole(samples)) if isinstance(item, Tensor) else samples
    )
    assert isinstance(kind, Operation), kind
    return kind.unbatched()


def agree_whole(made: Use, theirs: Outcome | None) -> None:
    """Fails unless both say the same of tensors of which no axis is special."""
    try:
        ours: tuple[Shape | None, ...] | None = whole(made)
    except Impossible:
        ours = None
    assert ours == theirs, f"{made}\ntorch: {theirs}\nwe:    {ours}"


def of_samples(made: Use) -> tuple[Placed, ...]:
    """What we say comes out for one sample, and where the samples then lie."""
    return _outputs(made, [tensor.shape for tensor in made.read])


def of_a_sample(made: Use) -> Shape | None:
    """What we say comes out for one sample, in the first of the tensors that come out."""
    first = of_samples(made)[0]
    return None if first is None else first[0]


def work(made: Use) -> int | None:
    """The MACs that we say one sample costs."""
    from weighbridge.formula import value

    kind, shapes = sampled(made), tuple(tensor.shape for tensor in made.read)
    macs = kind.macs(shapes, None)
    return None if macs is None else value(macs)


def sampled(made: Use) -> Kind:
    """Our kind of a use on samples."""

    def stand_in(item: object) -> object:
        if isinstance(item, Tensor):
            return object() if item.samples else Fixed(item.shape)
        return item

    return made.kind(stand_in)


def _outputs(made: Use, incoming: Sequence[Shape | None]) -> tuple[Placed, ...]:
    pairs = zip(incoming, made.read, strict=True)
    shapes = tuple(layers.turned(shape, tensor.axis) for shape, tensor in pairs)
    found = layers.passed(sampled(made), shapes)
    return tuple(_placed(shape) for shape in found)


def _placed(shape: Shape | None) -> Placed:
    if shape is None:
        return None
    fold = layers.multiple(shape)
    return (tuple(shape), layers.batch_axis(shape), *((fold,) * (fold > 1)))  # type: ignore[return-value]  # 2 or 3


def _agree_on_samples(made: Use, few: Outcome, many: Outcome) -> tuple[Placed, ...]:
    """Our shapes of one sample, which are those of any number of samples."""
    ours = of_samples(made)
    if len(few) != len(many):
        assert set(ours) == {None}, f"{made}: as many tensors as samples"
        return ours
    true = tuple(_sample(*pair) for pair in zip(few, many, strict=True))
    assert ours == true, f"{made}\n{FEW} samples: {few}\n{MANY} samples: {many}\nours: {ours}"
    return ours


def _sample(few: tuple[int, ...], many: tuple[int, ...]) -> Placed:
    """What the outcomes have in common, but for one axis with a multiple of the samples."""
    if len(few) != len(many):
        return None
    grown = [i for i, pair in enumerate(zip(few, many, strict=True)) if pair[0] != pair[1]]
    if len(grown) != 1:
        return None
    (axis,) = grown
    fold, rest = divmod(few[axis], FEW)
    if rest or not fold or many[axis] != fold * MANY:
        return None
    rest_of_it = (*few[:axis], *few[axis + 1 :])
    return (rest_of_it, axis) if fold == 1 else (rest_of_it, axis, fold)


def _agree_when_open(made: Use, known: tuple[Placed, ...]) -> None:
    """One size after the other is left open, then all, then the shapes."""
    shapes = [tensor.shape for tensor in made.read]
    for i, shape in enumerate(shapes):
        for axis in range(len(shape)):
            opened = (*shape[:axis], None, *shape[axis + 1 :])
            _fits(made, _outputs(made, [*shapes[:i], opened, *shapes[i + 1 :]]), known)
    _fits(made, _outputs(made, [(None,) * len(shape) for shape in shapes]), known)
    _fits(made, _outputs(made, [None for _ in shapes]), known)


def _fits(made: Use, said: tuple[Placed, ...], known: tuple[Placed, ...]) -> None:
    for less, more in zip(said, known, strict=False):
        fits = less is None or (more is not None and _agrees(less, more))
        assert fits, f"{made}\nwith open sizes: {less}\nwith known ones: {more}"


def _agrees(less: tuple[Any, ...], more: tuple[Any, ...]) -> bool:
    """Whether all that ``less`` says is so in ``more``."""
    (opened, *place), (shape, *true) = less, more
    same = place == true and len(opened) == len(shape)
    return same and all(a in (None, b) for a, b in zip(opened, shape, strict=True))
