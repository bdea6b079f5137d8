"""The receptive field: how many pixels along one axis reach one value of the output.

A window of k values, ``d`` apart, adds (k − 1)·d steps to the field; a stride multiplies the step.
Source: Araujo, Norris and Sim 2019, "Computing receptive fields of convolutional neural networks".
"""

from __future__ import annotations

from weighbridge.model import Input

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from weighbridge.claims._subjects import Subject
    from weighbridge.model import Call, Kind, Model

    Field = tuple[int, int]
    """Pixels, and how many pixels apart the fields of neighbours begin."""
    Window = tuple[int, int, int]
    """Size, stride and dilation."""

_POINTWISE = frozenset(
    (
        "activation", "add", "alpha-dropout", "average", "batch-norm", "border-padding",
        "concatenate", "dropout", "elementwise-operation", "gaussian-dropout", "gaussian-noise",
        "identity", "joined", "maximum", "minimum", "multiply", "padded", "prelu", "rescaling",
        "single-slope", "subtract", "zero-padding",
    )
)  # fmt: skip
"""Kinds whose values depend on the values in the same place only."""


def receptive_field(model: Model, about: Subject) -> int | None:
    """Pixels along the first spatial axis, at the output of ``about``; ``None``: not known."""
    return field_by(grown, model, {row.path for row in about.rows})


def grown(field: Field, window: Window) -> Field:
    """The field behind a window."""
    (pixels, step), (size, stride, apart) = field, window
    return pixels + (size - 1) * apart * step, step * stride


def field_by(
    rule: Callable[[Field, Window], Field], model: Model, paths: Collection[str]
) -> int | None:
    """Pixels at the output of the last layer of ``paths``, if windows add to them by ``rule``."""
    fields: list[Field | None] = []
    found: int | None = None
    for call in model.calls:
        reaching = [None if p is None else fields[p.call] for p in call.reads]
        field = _after(call, reaching, rule)
        fields.append(field)
        if call.layer in paths:
            found = None if field is None else field[0]
    return found


def _after(
    call: Call, reaching: list[Field | None], rule: Callable[[Field, Window], Field]
) -> Field | None:
    if isinstance(call.kind, Input):
        return 1, 1
    known = [field for field in reaching if field is not None]
    if not known or len(known) < len(reaching):
        return None
    widest, window = max(known), _window(call.kind)
    if window is None:
        return widest if call.kind.name in _POINTWISE else None
    return rule(widest, window)


def _window(kind: Kind) -> Window | None:
    """Size, stride and dilation along the first axis of what slides a window; else ``None``."""
    size = _first(getattr(kind, "kernel_size", getattr(kind, "pool_size", None)))
    if size is None or kind.name.endswith("transposed"):
        return None
    stride = _first(getattr(kind, "stride", None)) or size
    return size, stride, _first(getattr(kind, "dilation", None)) or 1


def _first(sizes: object) -> int | None:
    return sizes[0] if isinstance(sizes, tuple) and sizes and isinstance(sizes[0], int) else None
