"""Real Flax as the other half of the double entry: live modules, built and called without values.

``agree_nnx`` and ``agree_linen`` weigh a live module with and without an input shape and hold what
comes out against the module's own state, its own output shape and the program that JAX makes of it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import flax.linen as nn
import jax
from flax import nnx
from hypothesis import settings

from weighbridge.amount import Amount
from weighbridge.model import Expected, Shape, sizes
from weighbridge.readers import Source
from weighbridge.readers.live_flax_linen import READER as LINEN
from weighbridge.readers.live_flax_nnx import READER as NNX
from weighbridge.weighing import Row, Weighing, weigh

FEW = settings(max_examples=max(settings.default.max_examples // 14, 1))  # type: ignore[union-attr]  # conftest loads a profile

M = TypeVar("M", bound=nnx.Module)
Tensors = Counter[tuple[tuple[int, ...], bool]]
"""How many tensors there are of each sizes, in ascending order, trained or not."""


def weighed(module: object, *reads: Shape) -> Weighing:
    """The weighing of a live module that reads samples of these shapes, if any are given."""
    source = Source(value=module, input_shape=reads or None)
    (reader,) = (one for one in (NNX, LINEN) if one.accepts(source))
    return weigh(reader.read(source))


def abstract(make: Callable[[], M]) -> M:
    """What ``make`` builds, without values: drawing them is what takes the time."""
    return nnx.eval_shape(make)


def stand_ins(reads: tuple[Shape, ...], dtype: str = "float32") -> list[jax.ShapeDtypeStruct]:
    """One sample of each shape, without values."""
    like: Any = jax.ShapeDtypeStruct
    return [like((1, *shape), dtype) for shape in reads]


def exact(*amounts: Amount) -> tuple[int | None, ...]:
    """Amounts as plain numbers; ``None`` where something is missing from one."""
    return tuple(amount.value if amount.exact else None for amount in amounts)


def agree_nnx(
    make: Callable[[], nnx.Module], *reads: Shape, dtype: str = "float32", macs: bool = True
) -> Row:
    """Fails unless the module and our kind say the same, with and without an input shape."""
    module = abstract(make)
    inputs = stand_ins(reads, dtype)
    state = nnx.to_flat_state(nnx.state(module, nnx.Not(nnx.RngState)))
    held: Tensors = Counter(
        (tuple(sorted(variable.get_raw_value().shape)), isinstance(variable, nnx.Param))
        for _, variable in state
    )
    (alone,) = weighed(module).rows
    assert alone.basis == "agrees", alone
    graph, variables = nnx.split(module)
    program = jax.make_jaxpr(lambda state, *arrays: nnx.merge(graph, state)(*arrays))
    return _agree(weighed(module, *reads), held, program(variables, *inputs), macs)


def agree_linen(module: nn.Module, *reads: Shape, dtype: str = "float32", macs: bool = True) -> Row:
    """Fails unless the module and our kind say the same."""
    inputs = stand_ins(reads, dtype)
    variables = jax.eval_shape(module.init, jax.random.key(0), *inputs)
    held: Tensors = Counter(
        (tuple(sorted(array.shape)), collection == "params")
        for collection, tree in variables.items()
        for array in jax.tree.leaves(tree)
    )
    program = jax.make_jaxpr(module.apply)(variables, *inputs)
    return _agree(weighed(module, *reads), held, program, macs)


def _agree(weighing: Weighing, held: Tensors, program: Any, macs: bool) -> Row:
    (row,) = weighing.rows
    assert row.expected is not None
    expected: Tensors = Counter(
        (_sorted(tensor), tensor.trainable and not tensor.buffer) for tensor in row.expected
    )
    assert expected == held, f"{row.layer.kind}\nours:  {expected}\nFlax: {held}"
    assert row.basis == "agrees"
    assert [h.role for h in row.held or () if not h.role] == []
    trained = sum(math.prod(shape) * n for (shape, trains), n in held.items() if trains)
    state = sum(math.prod(shape) * n for (shape, trains), n in held.items() if not trains)
    seeds = sum(h.count or 0 for h in row.held or () if h.role == "seed")
    found = exact(row.parameters, row.trainable, row.buffers)
    assert found == (trained, trained, state + seeds)
    results = [tuple(array.shape[1:]) for array in program.out_avals]
    assert [tuple(shape or ()) for shape in row.outputs] == results
    assert [f.slug for f in weighing.findings if f.level == "warning"] == []
    if macs:
        assert row.macs == products(program.jaxpr)
    return row


def _sorted(tensor: Expected) -> tuple[int, ...]:
    found = sizes(tensor.dims) or ()
    assert None not in found
    return tuple(sorted(size for size in found if size is not None))


def products(program: Any, times: int = 1) -> int:
    """Multiply-accumulates of the matrix products in a program, each as often as it is done."""
    return sum(_products(program, times))


def _products(program: Any, times: int) -> Iterator[int]:
    for step in program.eqns:
        if step.primitive.name == "dot_general":
            (summed, _), _ = step.params["dimension_numbers"]
            left = step.invars[0].aval.shape
            result = math.prod(step.outvars[0].aval.shape)
            yield times * result * math.prod(left[axis] for axis in summed)
        for value in step.params.values():
            inner = getattr(value, "jaxpr", value)
            if hasattr(inner, "eqns"):
                yield products(inner, times * step.params.get("length", 1))


def flops(function: Callable[..., Any], *arrays: Any) -> int:
    """Floating-point operations of the program of ``function``, as its compiler counts them."""
    return int(jax.jit(function).lower(*arrays).cost_analysis()["flops"])  # type: ignore[index]  # a dict
