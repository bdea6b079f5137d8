"""Tensors put into layers, and what such layers probably are.

Names tell most: ``conv1.weight`` and ``conv1.bias`` are one layer. Without names the sizes do: a
kernel is followed by the bias that is as long as one of its ends. A kind found so is a guess.
"""

from __future__ import annotations

import re

from weighbridge.errors import Impossible
from weighbridge.formula import Dim
from weighbridge.layers import make
from weighbridge.model import Custom, Expected, Kind, Tensor
from weighbridge.readers._live_torch_kinds import Opaque
from weighbridge.readers._summary_kinds import keras_kind, torch_kind
from weighbridge.readers._summary_types import Printed
from weighbridge.readers._summary_unnamed import unnamed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["layers_of", "make"]

_TORCH_WORDS = re.compile(r"(weight|bias)_(ih|hh)_l\d|running_mean|in_proj_weight|(^|\.)weight$")
_KERAS_WORDS = re.compile(r"kernel|gamma|beta|moving_|embeddings")
_TAIL = re.compile(
    r"^(?P<layer>.*?)[._/]?(?P<role>weight|bias|kernel|gamma|beta|moving_mean|moving_variance|embeddings)$"
)
_STATE = ("running_mean", "running_var", "num_batches_tracked", "moving_mean", "moving_variance")
_STATES_OF_FLAX = ("batch_stats",)


def layers_of(tensors: list[Tensor], torch: bool) -> tuple[str, list[Printed]]:
    """The framework whose words the names are, and a row for each layer."""
    if not any(tensor.name for tensor in tensors):
        return unnamed(tensors, torch)
    torch = torch or any(_TORCH_WORDS.search(tensor.name) for tensor in tensors)
    keras = not torch and any(_KERAS_WORDS.search(tensor.name) for tensor in tensors)
    groups: dict[str, list[tuple[str, Tensor]]] = {}
    taken: set[str] = set()
    for tensor in tensors:
        layer, role = _parts(tensor.name or f"tensor_{len(taken)}")
        name = f"{layer}.{role}"
        if name not in taken:
            taken.add(name)
            groups.setdefault(layer, []).append((role, tensor))
    rows = [_row(layer, found, torch) for layer, found in groups.items()]
    return "torch" if torch else "keras" if keras else "", rows


def _parts(name: str) -> tuple[str, str]:
    """``conv1.weight`` → conv1, weight; a name in one piece may end in a role: ``conv1_weight``."""
    plain = name.replace("/", ".")
    layer, _, role = plain.rpartition(".")
    if layer:
        return layer, role
    match = _TAIL.match(plain)
    return (match["layer"], match["role"]) if match else _whole(plain)


def _whole(name: str) -> tuple[str, str]:
    """A name that is not said to be part of a layer: a recurrent layer's own words, or a layer."""
    if re.fullmatch(
        r"(weight|bias)_(ih|hh|hr)(_l\d+(_reverse)?)?|recurrent_kernel|in_proj_(weight|bias)", name
    ):
        return "", name
    match = re.fullmatch(r"([Ww]|[Bb])(\d+)", name)
    if match:
        return f"layer{match[2]}", "weight" if match[1] in "Ww" else "bias"
    return name, "value"


def _row(path: str, found: list[tuple[str, Tensor]], torch: bool) -> Printed:
    shapes = {role: tensor.shape for role, tensor in found}
    kind, roles = _guessed(path, shapes, torch)
    held = tuple(
        Tensor(
            tensor.name,
            tensor.shape,
            tensor.dtype,
            role=roles.get(role, role),
            trainable=False if role in _STATE else tensor.trainable,
            buffer=role in _STATE or any(state in tensor.name for state in _STATES_OF_FLAX),
        )
        for role, tensor in found
    )
    if kind is None:
        kind = opaque(held)
    return Printed(path or _noun(kind), _native(kind), tensors=held, kind=kind)


def _guessed(
    path: str, shapes: dict[str, tuple[int, ...]], torch: bool
) -> tuple[Kind | None, dict[str, str]]:
    for guess in (torch_kind, keras_kind) if torch else (keras_kind, torch_kind):
        try:
            found = guess(path, shapes)
        except Impossible:
            continue
        if found is not None:
            return found
    return None, {}


def opaque(held: tuple[Tensor, ...]) -> Kind:
    """A layer known by its tensors alone."""
    declared = tuple(
        Expected(
            tensor.role,
            tuple(Dim(f"n_{i}", n, "size of an axis") for i, n in enumerate(tensor.shape, 1)),
            trainable=tensor.trainable is not False,
            buffer=tensor.buffer,
        )
        for tensor in held
    )
    return Opaque(native="", declared=declared)


def _noun(kind: Kind) -> str:
    return "layer" if isinstance(kind, Custom) else kind.name


def _native(kind: Kind) -> str:
    return "" if isinstance(kind, Custom) else type(kind).__name__


def numbered(names: Iterator[str]) -> Iterator[str]:
    """Names as Keras numbers them: ``dense``, ``dense_1`` …"""
    seen: dict[str, int] = {}
    for name in names:
        number = seen.get(name, 0)
        seen[name] = number + 1
        yield f"{name}_{number}" if number else name


def kind_of(path: str, tensors: tuple[Tensor, ...]) -> tuple[Kind, tuple[Tensor, ...]]:
    """The kind of a layer whose tensors a table lists by name, and the tensors with their roles."""
    shapes = {tensor.name: tensor.shape for tensor in tensors}
    kind, roles = _guessed(path, shapes, torch=False) if len(shapes) == len(tensors) else (None, {})
    held = tuple(
        Tensor(
            f"{path}.{t.name}",
            t.shape,
            t.dtype,
            role=roles.get(t.name, t.name),
            trainable=t.trainable,
            buffer=t.buffer,
        )
        for t in tensors
    )
    return kind or opaque(held), held
