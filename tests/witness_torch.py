"""Real PyTorch as the other half of the double entry.

``torch_says`` builds the real module and reads off what it holds, before any call and after one on
stand-ins; ``we_say`` asks the kind of the same constructor call. ``agree`` holds the two against
each other: tensors one by one and their state, the shapes that come out, and whether such a module
can be at all.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import torch
from torch.nn.parameter import is_lazy
from torch.utils.flop_counter import FlopCounterMode

from tests.witness import Call, Refusal, Sizes
from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.model import Expected, Kind, Shape, Unknown, sizes

# What modules check themselves, and what their operations and Python's own arithmetic stumble over.
_REFUSALS = (
    ValueError, TypeError, RuntimeError, AttributeError, IndexError, AssertionError,
    ZeroDivisionError, OverflowError,
)  # fmt: skip
_BATCHES = (2, 3)
# For inputs this small, handing work to other threads takes longer than the work.
torch.set_num_threads(1)

State = Literal["trainable", "frozen", "buffer"]
Tensors = Counter[tuple[Sizes, State]]
"""How many tensors there are of each sizes, in ascending order, by state."""


class Reading(NamedTuple):
    """How samples are handed to a module: batched along which axis, of which types, where.

    On the meta device nothing is computed, and values cannot be looked at; the first operation
    there imports for seconds.
    """

    batch_axis: int = 0
    dtypes: tuple[torch.dtype, ...] = ()
    """One for each input; ``float32`` where there is none."""
    device: str = "cpu"
    fill: Callable[..., torch.Tensor] = torch.zeros
    """Makes an input out of its shape."""
    more: Mapping[str, object] = MappingProxyType({})
    """What the call says besides its inputs, by name."""


PLAIN = Reading()


class Account(NamedTuple):
    """What one side says of a module."""

    declared: Tensors | None
    """Before it is called; ``None`` for a lazy module, which does not know yet."""
    tensors: Tensors
    outputs: tuple[Shape | None, ...]
    """Of one sample; ``None`` where no axis, or more than one, follows the number of samples."""


def torch_says(made: Call, reading: Reading = PLAIN) -> Account | Refusal:
    """Builds the module and calls it on 2 samples and on 3, which tells the batch axis."""
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            module = build(made, reading.device)
            declared = None if _lazy(module) else _held(module)
            results = [
                list(_opened(module(*_inputs(made, n, reading), **reading.more))) for n in _BATCHES
            ]
    except _REFUSALS as error:
        return Refusal(f"{type(error).__name__}: {error}")
    outputs = tuple(_sample(*pair) for pair in zip(*results, strict=True))
    return Account(declared, _held(module), outputs)


def build(made: Call, device: str = "cpu") -> torch.nn.Module:
    """The real module."""
    constructor = getattr(torch.nn, made.native)
    with torch.device(device):
        module: torch.nn.Module = constructor(*made.positional, **made.named)
    return module


def flops(made: Call, reading: Reading = PLAIN) -> int:
    """Floating-point operations of one sample, as PyTorch counts them; padding counts, no bias."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        build(made, reading.device)(*_inputs(made, 1, reading))
    return int(counter.get_total_flops())


def _lazy(module: torch.nn.Module) -> bool:
    return any(is_lazy(tensor) for tensor in (*module.parameters(), *module.buffers()))


def _held(module: torch.nn.Module) -> Tensors:
    parameters: Tensors = Counter(
        (tuple(sorted(each.shape)), "trainable" if each.requires_grad else "frozen")
        for each in module.parameters()
    )
    buffers: Tensors = Counter((tuple(sorted(each.shape)), "buffer") for each in module.buffers())
    return parameters + buffers


def _inputs(made: Call, samples: int, reading: Reading) -> Iterator[torch.Tensor]:
    for i, shape in enumerate(made.incoming):
        axis = reading.batch_axis
        dtype = reading.dtypes[i] if i < len(reading.dtypes) else torch.float32
        full = (*shape[:axis], samples, *shape[axis:])
        yield reading.fill(full, dtype=dtype, device=reading.device)


def _opened(result: Any) -> Iterator[Shape | None]:
    """Shapes of all that comes out, tuples opened; ``None`` where a module returns nothing."""
    if isinstance(result, tuple | list):
        for each in result:
            yield from _opened(each)
    else:
        yield None if result is None else tuple(result.shape)


def _sample(fewer: Shape | None, more: Shape | None) -> Shape | None:
    if fewer is None or more is None or len(fewer) != len(more):
        return None
    grown = [i for i, pair in enumerate(zip(fewer, more, strict=True)) if pair[0] != pair[1]]
    if len(grown) != 1 or (fewer[grown[0]], more[grown[0]]) != _BATCHES:
        return None
    return (*fewer[: grown[0]], *fewer[grown[0] + 1 :])


def we_say(made: Call, reading: Reading = PLAIN) -> Account | Refusal:
    """The same of our kind, asked first without an input and then with."""
    try:
        kind = kind_of(made)
        if reading.more:
            kind = kind.called((), reading.more)
        declared = kind.tensors() or ()
        tensors = kind.tensors(*made.incoming) or ()
        outputs = tuple(sizes(dims) for dims in kind.outputs(*made.incoming))
    except Impossible as error:
        return Refusal(str(error))
    return Account(Counter(map(_entry, declared)), Counter(map(_entry, tensors)), outputs)


def _entry(tensor: Expected) -> tuple[Sizes, State]:
    shape = sizes(tensor.dims) or ()
    ordered = tuple(sorted(shape, key=lambda n: -1 if n is None else n))
    state: State = "buffer" if tensor.buffer else "trainable" if tensor.trainable else "frozen"
    return ordered, state


def kind_of(made: Call) -> Kind:
    """Our kind of a constructor call; never an unknown one."""
    kind = layers.make("torch", made.native, made.positional, made.named)
    assert not isinstance(kind, Unknown), kind
    return kind


def agree(made: Call, reading: Reading = PLAIN) -> Account | None:
    """Fails unless PyTorch and our kind say the same; ``None`` where both refuse."""
    theirs, ours = torch_says(made, reading), we_say(made, reading)
    if isinstance(theirs, Refusal) or isinstance(ours, Refusal):
        assert isinstance(theirs, Refusal), f"{made}\ntorch takes it: {theirs}\nwe: {ours}"
        assert isinstance(ours, Refusal), f"{made}\nwe take it: {ours}\ntorch: {theirs}"
        return None
    if theirs.declared is None:
        ours = ours._replace(declared=None)
    assert theirs == ours, f"{made}\ntorch: {theirs}\nwe:    {ours}"
    return ours


def open_sizes_agree(made: Call) -> None:
    """Fails if an answer for shapes with an open size contradicts the answer for full shapes."""
    full = we_say(made)
    for i, shape in enumerate(made.incoming):
        for axis in range(len(shape)):
            opened = (*shape[:axis], None, *shape[axis + 1 :])
            incoming = (*made.incoming[:i], opened, *made.incoming[i + 1 :])
            answer = we_say(made._replace(incoming=incoming))
            if isinstance(full, Account):
                assert isinstance(answer, Account), f"{made} with {incoming}: {answer}"
                _fits(answer, full)


def _fits(answer: Account, full: Account) -> None:
    assert answer.tensors.total() == full.tensors.total()
    for ours, known in zip(answer.outputs, full.outputs, strict=True):
        if known is not None and ours is not None:
            assert all(a in (None, b) for a, b in zip(ours, known, strict=True)), f"{ours}, {known}"
