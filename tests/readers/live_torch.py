"""A live PyTorch model as PyTorch tells of it, the other half of the live reader's double entry."""

from __future__ import annotations

import random
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from weighbridge import readers, weighing
from weighbridge.layers import batch_axis, multiple
from weighbridge.model import Shape
from weighbridge.readers.live_torch import READER
from weighbridge.weighing import Row, Weighing

torch.set_num_threads(1)

Sizes = tuple[int, ...]
Totals = tuple[int, int, int]


def weigh(model: nn.Module, input_shape: object = None) -> Weighing:
    """What the live reader makes of ``model``."""
    return weighing.weigh(READER.read(readers.named(model, input_shape)))


def slugs(found: Weighing) -> list[str]:
    """What is worth telling, by sort, each once."""
    return list(dict.fromkeys(finding.slug for finding in found.findings))


# -- counts --------------------------------------------------------------------------------------


def totals(model: nn.Module) -> Totals:
    """Parameters, those that train, and buffers, as PyTorch lists them."""
    parameters = list(model.parameters())
    trainable = sum(p.numel() for p in parameters if p.requires_grad)
    return sum(p.numel() for p in parameters), trainable, sum(b.numel() for b in model.buffers())


def counted(found: Weighing) -> Totals:
    """The same of a weighing; raises where one is not exact."""
    return int(found.parameters), int(found.trainable), int(found.buffers)


def tensors(model: nn.Module) -> Counter[tuple[str, Sizes, str]]:
    """Every tensor by name, shape and state."""
    listed = [(n, tuple(p.shape), _state(p.requires_grad)) for n, p in model.named_parameters()]
    return Counter([*listed, *((n, tuple(b.shape), "buffer") for n, b in model.named_buffers())])


def held(found: Weighing) -> Counter[tuple[str, Shape, str]]:
    """The same of a weighing."""
    return Counter(
        (t.name, tuple(t.shape), "buffer" if t.buffer else _state(t.trainable))
        for row in found.rows
        for t in row.held or ()
        if t.tied_to is None
    )


def _state(trainable: bool) -> str:
    return "trainable" if trainable else "frozen"


def lazy(model: nn.Module) -> bool:
    return any(is_lazy(tensor) for tensor in (*model.parameters(), *model.buffers()))


# -- shapes --------------------------------------------------------------------------------------


def outputs(model: nn.Module, *inputs: torch.Tensor) -> dict[str, list[Sizes]]:
    """Shapes of what each module gives in its first call, by path, as the real model runs."""
    found: dict[str, list[Sizes]] = {}
    paths = {id(module): path for path, module in model.named_modules()}

    def note(module: nn.Module, _: Any, result: Any) -> None:
        found.setdefault(paths[id(module)], list(opened(result)))

    hooks = [module.register_forward_hook(note) for module in model.modules()]
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model(*inputs)
    finally:
        for hook in hooks:
            hook.remove()
    return found


def opened(result: Any) -> Iterator[Sizes]:
    """The shapes of the tensors in what a module gives."""
    if isinstance(result, torch.Tensor):
        yield tuple(result.shape)
    elif isinstance(result, tuple | list):
        for each in result:
            yield from opened(each)
    elif isinstance(result, dict):
        yield from opened(list(result.values()))


def whole(shape: Shape | None, samples: int) -> Shape | None:
    """The shape of one sample as that of ``samples``."""
    if shape is None:
        return None
    axis = batch_axis(shape)
    return (*shape[:axis], samples * multiple(shape), *shape[axis:])


def row_shapes(row: Row, samples: int) -> list[Shape | None]:
    """What a row says of the shapes that come out, of ``samples``."""
    return [whole(shape, samples) for shape in row.outputs]


# -- state ---------------------------------------------------------------------------------------


class State(NamedTuple):
    """All of a model, and of what it shares with the process, that weighing must not change."""

    attributes: dict[str, dict[str, int]]
    """Of each module, the identity of each attribute and of what is registered."""
    values: dict[str, torch.Tensor]
    versions: list[int]
    """How often each tensor was written to."""
    process: tuple[Any, ...]


def state(model: nn.Module) -> State:
    """What a model is at this moment."""
    attributes = {}
    for path, module in model.named_modules():
        tables = {name: id(value) for name, value in vars(module).items()}
        for name in ("_parameters", "_buffers", "_modules", "_forward_hooks"):
            held = vars(module)[name]
            tables |= {f"{name}.{key}": id(value) for key, value in held.items()}
        attributes[path] = tables | {"training": int(module.training)}
    every = [*model.parameters(), *model.buffers()]
    process = (
        torch.get_rng_state().tolist(), random.getstate(), torch.is_grad_enabled(),
        torch.get_default_dtype(), nn.Module.__call__, torch.overrides._get_current_function_mode(),  # type: ignore[no-untyped-call]  # PyTorch's
    )  # fmt: skip
    values = {name: value.clone() for name, value in model.state_dict().items()}
    return State(attributes, values, [t._version for t in every], process)


def untouched(before: State, after: State) -> None:
    """Fails where anything differs."""
    assert before.attributes == after.attributes
    assert before.values.keys() == after.values.keys()
    assert all(torch.equal(before.values[name], after.values[name]) for name in before.values)
    assert before.versions == after.versions
    assert before.process == after.process
