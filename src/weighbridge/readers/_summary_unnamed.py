"""Shapes without names, as ``[w.shape for w in model.get_weights()]`` prints them."""

from __future__ import annotations

from itertools import pairwise

from weighbridge.errors import Impossible
from weighbridge.model import Custom, Kind, Tensor
from weighbridge.readers._summary_kinds import keras_kind, keras_recurrent, torch_kind
from weighbridge.readers._summary_types import Printed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    Found = tuple[Kind | None, list[str]]

_NAMES = {
    "Dense": "dense",
    "Conv": "conv{}d",
    "LSTM": "lstm",
    "GRU": "gru",
    "SimpleRNN": "simple_rnn",
    "Embedding": "embedding",
    "BatchNorm": "batch_normalization",
    "LayerNorm": "layer_normalization",
    "DepthwiseConv": "depthwise_conv2d",
    "SeparableConv": "separable_conv2d",
}


_MOST_TOGETHER = 8
"""Tensors that are looked at for one layer."""


def unnamed(tensors: list[Tensor], torch: bool) -> tuple[str, list[Printed]]:
    """The framework whose order of axes they have, and the layers they make up, in their order."""
    torch = torch or _is_torch([tensor.shape for tensor in tensors])
    rows: list[Printed] = []
    seen: dict[str, int] = {}
    start = 0
    while start < len(tensors):
        rest = tensors[start : start + _MOST_TOGETHER]
        kind, roles = _next(
            [tensor.shape for tensor in rest[:_MOST_TOGETHER]], torch, first=not rows
        )
        held = tuple(
            Tensor(
                f"{start + i}",
                t.shape,
                t.dtype,
                role=role,
                buffer=role in ("mean", "variance"),
                trainable=False if role in ("mean", "variance") else None,
            )
            for i, (role, t) in enumerate(zip(roles, rest, strict=False))
        )
        start += len(roles)
        noun = _noun(kind)
        number = seen.get(noun, 0)
        seen[noun] = number + 1
        rows.append(
            Printed(f"{noun}_{number}" if number else noun, _native(kind), tensors=held, kind=kind)
        )
    return "torch" if torch else "keras", [_with_kind(row) for row in rows]


def _with_kind(row: Printed) -> Printed:
    from weighbridge._record import replace
    from weighbridge.readers._summary_guess import opaque

    return row if row.kind is not None else replace(row, kind=opaque(row.tensors or ()))


def _is_torch(shapes: list[tuple[int, ...]]) -> bool:
    """Whether biases are as long as the first axis of the kernel before, not as the last."""
    pairs = [(a, b[0]) for a, b in pairwise(shapes) if len(a) > 1 and len(b) == 1]
    first = sum(kernel[0] == bias != kernel[-1] for kernel, bias in pairs)
    return first > sum(kernel[-1] == bias != kernel[0] for kernel, bias in pairs)


def _next(shapes: list[tuple[int, ...]], torch: bool, first: bool) -> Found:
    """What the first few of ``shapes`` are together, and the role of each."""
    for candidate in _torch(shapes) if torch else _keras(shapes, first):
        kind, roles = candidate
        if kind is not None and len(roles) <= len(shapes):
            return candidate
    return None, ["value"]


def _keras(shapes: list[tuple[int, ...]], first: bool) -> Iterator[Found]:
    head, tail = shapes[0], shapes[1:]
    bias = tail[0] if tail and tail[0] == head[-1:] and len(head) > 1 else None
    if len(head) == 1:
        equal = next((i for i, shape in enumerate(shapes) if shape != head), len(shapes))
        for number, roles in (
            (4, ["gamma", "beta", "moving_mean", "moving_variance"]),
            (2, ["gamma", "beta"]),
        ):
            if equal >= number:
                yield _guess(keras_kind, roles, shapes)
        return
    if len(head) == 2 and tail and len(tail[0]) == 2:  # noqa: PLR2004  # matrices
        yield _recurrent(head, tail[0], tail[1] if len(tail) > 1 else None)
    if len(head) == 2 and bias is None and first and head[0] > head[1]:  # noqa: PLR2004  # a matrix
        yield _guess(keras_kind, ["embeddings"], shapes)
    if len(head) == 4 and bias is None:  # noqa: PLR2004  # a kernel over two axes
        channels = head[2] * head[3]
        if len(tail) > 1 and tail[0][:3] == (1, 1, channels) and len(tail[0]) == 4:  # noqa: PLR2004  # pointwise
            roles = ["depthwise_kernel", "pointwise_kernel"] + ["bias"] * (tail[1] == tail[0][-1:])
            yield _guess(keras_kind, roles, shapes)
        elif tail and tail[0] == (channels,):
            yield _guess(keras_kind, ["depthwise_kernel", "bias"], shapes)
    yield _guess(keras_kind, ["kernel", "bias"] if bias else ["kernel"], shapes)


def _recurrent(
    head: tuple[int, ...], second: tuple[int, ...], third: tuple[int, ...] | None
) -> Found:
    """Kernel, recurrent kernel and bias; a square second matrix alone may be a dense layer."""
    columns = second[-1]
    if head[-1] != columns or columns % second[0] or columns // second[0] not in (1, 3, 4):
        return None, []
    bias = third if third in ((columns,), (2, columns)) else None
    if columns == second[0] and bias is None:
        return None, []
    found = keras_recurrent(head, second, bias)
    roles = ["kernel", "recurrent_kernel"] + ["bias"] * (bias is not None)
    return (found[0], roles) if found else (None, [])


def _torch(shapes: list[tuple[int, ...]]) -> Iterator[Found]:
    head, tail = shapes[0], shapes[1:]
    pair = bool(tail) and len(tail[0]) == 1 and tail[0] == head[:1]
    if (
        len(head) == 2  # noqa: PLR2004  # a plain size
        and tail
        and len(tail[0]) == 2  # noqa: PLR2004  # a plain size
        and head[0] == tail[0][0]
        and head[0] in (3 * tail[0][1], 4 * tail[0][1])
    ):  # gates
        biases = sum(shape == head[:1] for shape in shapes[2:4])
        named = ["bias_ih_l0", "bias_hh_l0"] if biases > 1 else []
        roles = ["weight_ih_l0", "weight_hh_l0", *named]
        yield _guess(torch_kind, roles, shapes)
    if len(head) == 1 and len(shapes) > 4 and {*shapes[:4]} == {head} and shapes[4] == ():  # noqa: PLR2004  # four, and a counter
        roles = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
        yield _guess(torch_kind, roles, shapes)
    yield _guess(torch_kind, ["weight", "bias"] if pair else ["weight"], shapes)


def _guess(guess: object, roles: list[str], shapes: list[tuple[int, ...]]) -> Found:
    if len(roles) > len(shapes):
        return None, []
    try:
        found = guess("", dict(zip(roles, shapes, strict=False)))  # type: ignore[operator]  # one of the two above
    except Impossible:
        return None, []
    return (None, []) if found is None else (found[0], [found[1].get(role, role) for role in roles])


def _noun(kind: Kind | None) -> str:
    if kind is None or isinstance(kind, Custom):
        return "tensor"
    name = _NAMES.get(type(kind).__name__, kind.name.replace("-", "_"))
    return name.format(len(getattr(kind, "kernel_size", ())))


def _native(kind: Kind | None) -> str:
    return "" if kind is None or isinstance(kind, Custom) else type(kind).__name__
