"""What a layer is whose tensors have these names and sizes, in the words of either framework."""

from __future__ import annotations

import re

from weighbridge._record import replace
from weighbridge.layers import make
from weighbridge.model import Kind
from weighbridge.readers._summary_declared import declared

Sizes = dict[str, tuple[int, ...]]
"""The shape of each tensor of a layer, by the framework's own word for it."""
Guess = tuple[Kind, dict[str, str]]
"""A kind, and which role each tensor then plays."""
_PLAIN = {"weight": "kernel", "bias": "bias", "kernel": "kernel"}
_NORM = {
    "weight": "scale",
    "gamma": "scale",
    "scale": "scale",
    "bias": "shift",
    "beta": "shift",
    "running_mean": "mean",
    "running_var": "variance",
    "num_batches_tracked": "counter",
    "mean": "mean",
    "var": "variance",
    "moving_mean": "mean",
    "moving_variance": "variance",
}
_RNN = re.compile(r"^(weight|bias)_(ih|hh|hr)(?:_l(\d+)(_reverse)?)?$")
_GATES = {1: "RNN", 3: "GRU", 4: "LSTM"}


def torch_kind(path: str, shapes: Sizes) -> Guess | None:
    """The kind of a layer of PyTorch; ``None`` where nothing known has such tensors."""
    roles = set(shapes)
    if any(_RNN.match(role) for role in roles):
        return _torch_recurrent(shapes)
    if {"in_proj_weight"} <= roles and len(shapes["in_proj_weight"]) == 2:  # noqa: PLR2004  # a matrix
        return None
    weight = shapes.get("weight")
    if weight is None or not roles <= {
        "weight",
        "bias",
        "running_mean",
        "running_var",
        "num_batches_tracked",
    }:
        return None
    bias = "bias" in roles
    if "running_mean" in roles:
        return make("torch", "BatchNorm2d", weight, {}), _NORM
    match weight:
        case (channels,):
            return _torch_norm(path, channels, bias), _NORM
        case (rows, width):
            if _is_embedding(path, rows, width, bias):
                return make("torch", "Embedding", (rows, width), {}), {"weight": "embedding"}
            if rows != width and shapes.get("bias") == (width,):  # as GPT-2 keeps its matrices
                rows, width = width, rows
            return make("torch", "Linear", (width, rows, bias), {}), _PLAIN
        case (out, depth, *window) if len(window) <= 3:  # noqa: PLR2004  # axes of a Conv3d
            groups = out if depth == 1 and _is_depthwise(path) else 1
            named = {"bias": bias, "groups": groups}
            return make(
                "torch", f"Conv{len(window)}d", (depth * groups, out, tuple(window)), named
            ), _PLAIN
    return None


def _is_depthwise(path: str) -> bool:
    return re.search(r"dw|depthwise|depth_wise", path.lower()) is not None


def _is_embedding(path: str, rows: int, width: int, bias: bool) -> bool:
    return not bias and re.search(r"emb|wte|wpe|token|vocab", path.lower()) is not None


def _torch_norm(path: str, channels: int, bias: bool) -> Kind:
    last = path.lower().rpartition(".")[2]
    if bias and re.search(r"bn|batch", last):
        return make("torch", "BatchNorm2d", (channels,), {"track_running_stats": False})
    if bias:
        return make("torch", "LayerNorm", ((channels,),), {})
    if re.search(r"prelu|act", last):
        return make("torch", "PReLU", (channels,), {})
    return make("torch", "RMSNorm", (channels,), {})


def _torch_recurrent(shapes: Sizes) -> Guess | None:
    parts = {role: match for role in shapes if (match := _RNN.match(role))}
    first = next(
        (shapes[role] for role, m in parts.items() if m[1] == "weight" and m[2] == "ih"), None
    )
    second = next(
        (shapes[role] for role, m in parts.items() if m[1] == "weight" and m[2] == "hh"), None
    )
    if (
        len(parts) < len(shapes)
        or first is None
        or second is None
        or len(first) != 2  # noqa: PLR2004  # a plain size
        or len(second) != 2  # noqa: PLR2004  # a plain size
    ):  # matrices
        return None
    projection = next((shapes[role][0] for role, m in parts.items() if m[2] == "hr"), 0)
    units = next((shapes[role][1] for role, m in parts.items() if m[2] == "hr"), second[1])
    native = _GATES.get(first[0] // units if first[0] % units == 0 else 0)
    if native is None:
        return None
    bias = any(m[1] == "bias" for m in parts.values())
    cell = all(m[3] is None for m in parts.values())
    named: dict[str, object] = {"bias": bias}
    if not cell:
        named["num_layers"] = 1 + max(int(m[3] or 0) for m in parts.values())
        named["bidirectional"] = any(m[4] for m in parts.values())
    if projection:
        named["proj_size"] = projection
    made = make("torch", f"{native}Cell" if cell else native, (first[1], units), named)
    return made, {role: _torch_role(match) for role, match in parts.items()}


def _torch_role(match: re.Match[str]) -> str:
    sort = {"ih": "", "hh": "recurrent_", "hr": "projection_"}[match[2]]
    noun = "kernel" if match[1] == "weight" else "bias"
    place = "" if match[3] is None else f"_l{match[3]}{match[4] or ''}"
    return f"{sort}{noun}{place}"


def keras_kind(path: str, shapes: Sizes) -> Guess | None:
    """The kind of a layer of Keras or Flax; ``None`` where nothing known has such tensors."""
    roles = set(shapes)
    if roles <= {"embeddings", "embedding"} and len(next(iter(shapes.values()))) == 2:  # noqa: PLR2004  # a matrix
        (role,) = roles
        return make("keras", "Embedding", shapes[role], {}), {role: "embedding"}
    if "recurrent_kernel" in roles and roles <= {"kernel", "recurrent_kernel", "bias"}:
        return keras_recurrent(shapes["kernel"], shapes["recurrent_kernel"], shapes.get("bias"))
    if roles <= set(_NORM) and len(set(shapes.values())) == 1 and "kernel" not in roles:
        return _keras_norm(shapes)
    if "depthwise_kernel" in roles:
        return _depthwise(shapes)
    kernel = shapes.get("kernel")
    if kernel is None or len(kernel) not in (2, 3, 4, 5) or not roles <= {"kernel", "bias"}:
        return None
    return kernel_kind(kernel, "bias" in roles), _PLAIN


def kernel_kind(kernel: tuple[int, ...], bias: bool) -> Kind:
    """Dense for a matrix, else a convolution, its input channels before the last axis."""
    named = {"use_bias": bias}
    if len(kernel) == 2:  # noqa: PLR2004  # a matrix
        return declared(make("keras", "Dense", (kernel[-1],), named), kernel[:1])
    made = make("keras", f"Conv{len(kernel) - 2}D", (kernel[-1], kernel[:-2]), named)
    return declared(made, (None,) * (len(kernel) - 2) + (kernel[-2],))


def _depthwise(shapes: Sizes) -> Guess:
    *window, channels, times = shapes["depthwise_kernel"]
    rank, named = len(window), {"depth_multiplier": times, "use_bias": "bias" in shapes}
    roles = {role: role for role in shapes}
    point = shapes.get("pointwise_kernel")
    if point is None:
        made = make("keras", f"DepthwiseConv{rank}D", (tuple(window),), named)
        roles["depthwise_kernel"] = "kernel"
    else:
        made = make("keras", f"SeparableConv{rank}D", (point[-1], tuple(window)), named)
    return declared(made, (None,) * rank + (channels,)), roles


def _keras_norm(shapes: Sizes) -> Guess | None:
    (channels,) = next(iter(shapes.values())) if len(next(iter(shapes.values()))) == 1 else (None,)
    if channels is None:
        return None
    scale, shift = (any(_NORM[role] == part for role in shapes) for part in ("scale", "shift"))
    named = {"scale": scale, "center": shift}
    native = (
        "BatchNormalization"
        if any(_NORM[role] == "mean" for role in shapes)
        else "LayerNormalization"
    )
    if native == "LayerNormalization" and not shift:
        return replace(make("torch", "RMSNorm", (channels,), {})), _NORM
    return declared(make("keras", native, (), named), (channels,)), _NORM


def keras_recurrent(
    kernel: tuple[int, ...], recurrent: tuple[int, ...], bias: tuple[int, ...] | None
) -> Guess | None:
    """LSTM, GRU or SimpleRNN by the number of its gates."""
    units, columns = recurrent[0], recurrent[-1]
    native = {1: "SimpleRNN", 3: "GRU", 4: "LSTM"}.get(
        columns // units if columns % units == 0 else 0
    )
    if native is None or kernel[-1] != columns:
        return None
    named: dict[str, object] = {"use_bias": bias is not None}
    if native == "GRU":
        named["reset_after"] = bias is None or len(bias) == 2  # noqa: PLR2004  # a row for each of two biases
    made = declared(make("keras", native, (units,), named), (None, kernel[0]))
    roles = {"kernel": "kernel", "recurrent_kernel": "recurrent_kernel", "bias": "bias"}
    return made, roles
