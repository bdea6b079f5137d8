"""A source file run by real PyTorch, as the other half of the reader's double entry.

``told`` says of a module what ``weighed`` says of the reader's: each module that owns tensors or
works by itself, in the order of ``named_modules``, with its tensors and what its first call gave.
"""

from __future__ import annotations

import contextlib
import io
import runpy
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from unittest import mock

import torch
from torch import nn

from weighbridge import layers
from weighbridge.model import Custom
from weighbridge.weighing import Held, Row, Weighing

Sizes = tuple[int, ...]
State = str
torch.set_num_threads(1)


class Entry(NamedTuple):
    """What one side says of a module."""

    path: str
    native: str
    tensors: list[tuple[Sizes, State]]
    """Sizes of each tensor in ascending order and its state, sorted; a tied one where met first."""


class Account(NamedTuple):
    """What one side says of a model."""

    entries: list[Entry]
    parameters: int
    trainable: int
    buffers: int


class Executed(NamedTuple):
    """What running a file left behind."""

    names: dict[str, Any]
    outputs: dict[int, list[Sizes]]
    """By identity of a module: shapes of what its first call gave."""


def executed(file: Path) -> Executed:
    """Runs ``file`` with real PyTorch; packages that print summaries call the model instead."""
    outputs: dict[int, list[Sizes]] = {}
    original = nn.Module.__call__

    def call(self: nn.Module, *values: Any, **named: Any) -> Any:
        result = original(self, *values, **named)
        outputs.setdefault(id(self), list(_shapes(result)))
        return result

    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(nn.Module, "__call__", call))
        # ``patch.dict`` would also forget what is imported meanwhile, which PyTorch does not bear.
        sys.modules["torchsummary"] = _summaries()
        stack.callback(sys.modules.pop, "torchsummary")
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # PyTorch frowns on much that people write
        torch.manual_seed(0)
        names = runpy.run_path(str(file), run_name="__main__")
    return Executed(names, outputs)


def _summaries() -> ModuleType:
    module = ModuleType("torchsummary")

    def summary(model: nn.Module, size: Sizes) -> None:
        model(torch.zeros(2, *size))

    vars(module)["summary"] = summary
    return module


def _shapes(result: Any) -> Iterator[Sizes]:
    if isinstance(result, torch.Tensor):
        yield tuple(result.shape)
    elif isinstance(result, tuple | list):
        for each in result:
            yield from _shapes(each)


# -- what either side says -----------------------------------------------------------------------


def told(model: nn.Module) -> Account:
    """What PyTorch says of ``model``."""
    seen: set[int] = set()
    return Account(
        entries=list(_entries(model, seen)),
        parameters=sum(p.numel() for p in model.parameters()),
        trainable=sum(p.numel() for p in model.parameters() if p.requires_grad),
        buffers=sum(b.numel() for b in model.buffers()),
    )


def _entries(model: nn.Module, seen: set[int]) -> Iterator[Entry]:
    whole: list[str] = []
    for path, module in model.named_modules():
        if any(path.startswith(f"{outer}.") for outer in whole):
            continue
        if _is_one(module):
            whole.append(path)
        groups = not _is_one(module) and any(True for _ in module.children())
        tensors = list(_tensors(module, seen, recurse=not groups))
        if tensors or not (groups or _is_empty(module)):
            yield Entry(path, type(module).__name__, sorted(tensors))


def _is_one(module: nn.Module) -> bool:
    """Whether it is one layer here, although PyTorch makes it of several."""
    own = type(module).__module__.startswith("torch.")
    return own and layers.spelling("torch", type(module).__name__) is not None


def _is_empty(module: nn.Module) -> bool:
    return isinstance(module, nn.Sequential | nn.ModuleList | nn.ModuleDict | nn.ParameterList)


def _tensors(module: nn.Module, seen: set[int], recurse: bool) -> Iterator[tuple[Sizes, State]]:
    for parameter in module.parameters(recurse):
        if id(parameter) not in seen:
            seen.add(id(parameter))
            state = "trainable" if parameter.requires_grad else "frozen"
            yield tuple(sorted(parameter.shape)), state
    for buffer in module.buffers(recurse):
        yield tuple(sorted(buffer.shape)), "buffer"


def weighed(weighing: Weighing) -> Account:
    """What the reader says; raises where a total is not exact."""
    listed = {layer.path: layer for layer in weighing.model.layers}
    rows = [row for row in weighing.rows if row.path in listed and row.layer.tensors is None]
    return Account(
        entries=[_row(row, weighing.model.name) for row in rows],
        parameters=int(weighing.parameters),
        trainable=int(weighing.trainable),
        buffers=int(weighing.buffers),
    )


def _row(row: Row, root: str) -> Entry:
    held = [tensor for tensor in row.held or () if tensor.tied_to is None]
    path = "" if row.path == root else row.path
    native = row.layer.native.removeprefix("Lazy")  # what a call turns it into
    return Entry(path, native, sorted((_sizes(tensor), _state(tensor)) for tensor in held))


def _sizes(tensor: Held) -> Sizes:
    return tuple(sorted(n for n in tensor.shape if n is not None))


def _state(tensor: Held) -> State:
    return "buffer" if tensor.buffer else "trainable" if tensor.trainable else "frozen"


# -- shapes --------------------------------------------------------------------------------------


def differences(
    found: Weighing, run: Executed, model: nn.Module | None = None, samples: int | None = None
) -> list[str]:
    """Where the first call of a module gave other shapes than are read from the file.

    ``samples`` is the number of samples in that call, where one makes several on the way.
    """
    theirs = {
        path: run.outputs.get(id(module))
        for path, module in (model or run.names["model"]).named_modules()
    }
    constant = set(_of_constants(found))
    wrong = []
    for row in found.rows:
        ours = row.outputs if row.calls and row.incoming else ()
        path = "" if row.path == found.model.name else row.path
        for shape, whole in zip(ours, theirs.get(path) or (), strict=False):
            agrees = shape is not None and (
                tuple(shape) == whole
                if row.path in constant
                else (tuple(shape), layers.multiple(shape))
                == _sample(whole, layers.batch_axis(shape), samples)
            )
            if not agrees:
                wrong.append(f"{row.path}: {shape} read, {whole} made")
    return wrong


def _of_constants(found: Weighing) -> Iterator[str]:
    """Layers that read what has no samples, such as positions."""
    calls = found.model.calls
    for call in calls:
        sources = [calls[port.call].kind for port in call.reads if port is not None]
        if call.layer and any(isinstance(k, Custom) and k.native == "constant" for k in sources):
            yield call.layer


def _sample(whole: Sizes, axis: int, samples: int | None) -> tuple[Sizes, int]:
    """A sample of what came out of ``samples``, and how many of it belong to each of these."""
    return (*whole[:axis], *whole[axis + 1 :]), whole[axis] // samples if samples else 1
