"""Real operations as the witness: Keras' own run by JAX on shapes alone, Python's operators.

``agree`` holds a use of an operation against ours three times: on whole shapes; on samples, where
what we say of one must hold for every number of them; and with sizes left open, which must never
turn a right answer into a wrong one.
"""

from __future__ import annotations

import itertools
import operator
import warnings
from typing import TYPE_CHECKING, NamedTuple

import jax
import keras  # type: ignore[import-untyped]  # Keras ships no types

from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.layers import Fixed
from weighbridge.layers._operation import Operation
from weighbridge.model import Kind, Shape, Unknown, sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_REFUSALS = (ValueError, TypeError, IndexError, ZeroDivisionError, OverflowError, AssertionError)
Outcome = tuple[tuple[int, ...], ...]
# Two numbers of samples that no size in these tests has.
FEW, MANY = 11, 13


class Tensor(NamedTuple):
    """A tensor among the arguments of a use."""

    shape: tuple[int, ...]
    """Of one sample, or the whole shape of a tensor that has no samples."""
    samples: bool = True
    dtype: str = "float32"

    def whole(self, samples: int) -> tuple[int, ...]:
        return (samples, *self.shape) if self.samples else self.shape


class Use(NamedTuple):
    """``use("keras:ops.add", Tensor((4,)), 2.0)``: an operation with its arguments."""

    key: str
    arguments: tuple[object, ...]
    named: dict[str, object]

    @property
    def read(self) -> list[Tensor]:
        """The tensors that a reader hands over as read: those in arguments marked so."""
        dialect, _, name = self.key.partition(":")
        build = layers.spelling(dialect, name)
        assert build is not None, self.key
        given = layers.bound(build, name, self.arguments, self.named)
        marks = build.__annotations__
        return list(_tensors([given[one] for one in given if marks.get(one) == "Incoming"]))

    @property
    def tensors(self) -> list[Tensor]:
        return list(_tensors([*self.arguments, *self.named.values()]))

    def kind(self, stand_in: Callable[[Tensor], object]) -> Kind:
        """Our kind, each tensor replaced; never an unknown one."""
        dialect, _, name = self.key.partition(":")
        positional = [_mapped(item, stand_in) for item in self.arguments]
        named = {key: _mapped(item, stand_in) for key, item in self.named.items()}
        kind = layers.make(dialect, name, positional, named)
        assert not isinstance(kind, Unknown), kind
        return kind

    def run(self, samples: int) -> Outcome | None:
        """The shapes that really come out, ``None`` where the operation refuses."""
        try:
            found = jax.eval_shape(self.called, *_specs(self, samples))
        except _REFUSALS:
            return None
        return tuple(leaf.shape for leaf in jax.tree_util.tree_leaves(found))

    def called(self, *values: object) -> object:
        """The real operation on values in the places of the tensors."""
        rest = iter(values)
        positional = [_mapped(item, lambda _: next(rest)) for item in self.arguments]
        named = {key: _mapped(item, lambda _: next(rest)) for key, item in self.named.items()}
        return _real(self.key)(*positional, **named)


def use(key: str, /, *arguments: object, **named: object) -> Use:
    """A use of the operation that ``key`` of the spellings names."""
    return Use(key, arguments, named)


def _specs(made: Use, samples: int) -> list[object]:
    return [
        jax.ShapeDtypeStruct(tensor.whole(samples), tensor.dtype)  # type: ignore[no-untyped-call]  # JAX leaves it untyped
        for tensor in made.tensors
    ]


def flops(made: Use) -> float:
    """Floating-point operations of a use on ``FEW`` samples, by XLA's own analysis."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        analysis = jax.jit(made.called).lower(*_specs(made, FEW)).cost_analysis()
    assert analysis is not None
    return float(analysis["flops"])


def _real(key: str) -> Callable[..., object]:
    dialect, _, name = key.partition(":")
    if dialect == "python":
        return getattr(operator, name)  # type: ignore[no-any-return]  # a function of the operator module
    found: object = keras
    for part in name.split("."):
        found = getattr(found, part)
    assert callable(found)
    return found


def _tensors(value: object) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _tensors(item)


def _mapped(value: object, change: Callable[[Tensor], object]) -> object:
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    if type(value) is tuple:
        return tuple(_mapped(item, change) for item in value)
    return value


def agree(made: Use) -> None:
    """Fails unless the real operation and ours say the same."""
    few = made.run(FEW)
    agree_whole(made, few)
    many = made.run(MANY) if few is not None else None
    if few is not None and many is not None:
        _agree_when_open(made, _agree_on_samples(made, few, many))


def whole(made: Use, samples: int = FEW) -> tuple[Shape | None, ...]:
    """What we say comes out of tensors of which no axis is special."""
    kind = made.kind(lambda tensor: Fixed(tensor.whole(samples)))
    assert isinstance(kind, Operation)
    return kind.unbatched()


def of_a_sample(made: Use) -> tuple[Shape | None, ...]:
    """What we say comes out for one sample."""
    return _outputs(made, [tensor.shape for tensor in made.read if tensor.samples])


def _outputs(made: Use, incoming: list[Shape]) -> tuple[Shape | None, ...]:
    kind = made.kind(lambda tensor: object() if tensor.samples else Fixed(tensor.shape))
    return tuple(sizes(dims) for dims in kind.outputs(*incoming))


def agree_whole(made: Use, theirs: Outcome | None) -> None:
    """Fails unless both say the same of tensors of which no axis is special."""
    try:
        ours: tuple[Shape | None, ...] | None = whole(made)
    except Impossible:
        ours = None
    assert ours == theirs, f"{made}\ntheirs: {theirs}\nours:   {ours}"


def _agree_on_samples(made: Use, few: Outcome, many: Outcome) -> tuple[Shape | None, ...]:
    """Our shapes of one sample, which are those of any number of samples."""
    ours = of_a_sample(made)
    if len(few) != len(many):
        assert set(ours) == {None}, f"{made}: as many tensors as samples"
        return ours
    for said, a, b in itertools.zip_longest(ours, few, many):
        true = a[1:] if a[:1] == (FEW,) and b == (MANY, *a[1:]) else None
        assert said == true, f"{made}\n{FEW} samples: {a}\n{MANY} samples: {b}\nours: {said}"
    return ours


def _agree_when_open(made: Use, known: tuple[Shape | None, ...]) -> None:
    """One size after the other is left open, then all, then the shapes."""
    shapes: list[Shape] = [tensor.shape for tensor in made.read if tensor.samples]
    for i, shape in enumerate(shapes):
        for axis in range(len(shape)):
            opened = (*shape[:axis], None, *shape[axis + 1 :])
            _fits(made, _outputs(made, [*shapes[:i], opened, *shapes[i + 1 :]]), known)
    _fits(made, _outputs(made, [(None,) * len(shape) for shape in shapes]), known)
    kind = made.kind(lambda tensor: object() if tensor.samples else Fixed(tensor.shape))
    _fits(made, tuple(map(sizes, kind.outputs(*(None for _ in shapes)))), known)
    _fits(made, tuple(map(sizes, kind.outputs())), known)


def _fits(made: Use, said: tuple[Shape | None, ...], known: tuple[Shape | None, ...]) -> None:
    for open_shape, shape in zip(said, known, strict=False):
        pairs = zip(open_shape or (), shape or (), strict=False)
        fits = open_shape is None or (
            shape is not None
            and len(open_shape) == len(shape)
            and all(a in (None, b) for a, b in pairs)
        )
        assert fits, f"{made}\nwith open sizes: {open_shape}\nwith known ones: {shape}"
