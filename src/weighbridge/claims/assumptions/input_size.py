"""The picture that comes in has another size, for instance that of another data set.

MNIST has 28×28, CIFAR 32×32, ImageNet 224×224 as a rule, AlexNet 227×227, Inception 299×299. Behind
a Flatten the size of the picture decides the size of the Dense layer. Seen where a Dense layer
follows convolutions, and in work, which grows with the picture.
"""

from __future__ import annotations

from math import isqrt

from weighbridge._record import replace
from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption, Rebuilt
from weighbridge.claims.assumptions._tensors import changed, dense, flattened, number, with_depth
from weighbridge.formula import Dim, times
from weighbridge.model import Input

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Model, Shape
    from weighbridge.weighing import Weighing

_SIZES = (28, 32, 224, 64, 227, 299, 256, 96, 128, 150, 160, 300, 331, 512, 384, 416, 48, 100, 200)
_PICTURES = 3
"""Axes of a sample: height, width, channels."""
_CHANNELS = 4
_SIDES = {-1: 0.0, 1: 0.0, 2: 0.5, -2: 0.5, 3: 1.0}


def _models(weighing: Weighing) -> Iterator[Rebuilt]:
    model = weighing.model
    shape = model.inputs[0] if len(model.inputs) == 1 else None
    if shape is None or len(shape) != _PICTURES or None in shape:
        return
    first = (shape[0] or 0) <= _CHANNELS < (shape[-1] or 0)
    own = shape[1:] if first else shape[:2]
    for place, size in enumerate(_sizes(own)):
        new = (shape[0], size, size) if first else (size, size, shape[2])
        if (size, size) != own:
            says = f"the input is {size}×{size}"
            yield Rebuilt(_reading(model, new), says, str(size), 0.0 if place < 4 else 1.5)  # noqa: PLR2004  # MNIST, CIFAR and beside it


def _edits(line: Line) -> Iterator[Edit]:
    """Where no size of the input is known: a map of another size is flattened."""
    kernel, split = dense(line), flattened(line)
    if kernel is None or split is None or not _unknown_input(line):
        return
    places, channels = split
    area = number(times(*places))
    side = isqrt(area)
    if side * side != area:
        return
    for more, bits in _SIDES.items():
        if side + more > 0:
            size = Dim("s", side + more, "height and width of the flattened")
            read = times(size, size, channels)
            tensors = changed(line, (kernel,), lambda k: with_depth(k, read))  # noqa: B023  # used at once
            says = f"maps of {size.size}×{size.size}, not {side}×{side}, are flattened"
            causes = ("input-size", "padding")
            yield Edit(tensors, says, f"side{more:+}", bits, causes)


def _unknown_input(line: Line) -> bool:
    """Whether the shape of what the network reads is not known."""
    shape = line.rows[0].incoming[0] if line.rows[0].incoming else None
    return shape is None or None in shape


def _sizes(own: Shape) -> Iterator[int]:
    """Sizes that people mix up with ``own``, those near it first."""
    near = [(own[0] or 0) - 4, (own[0] or 0) + 4]
    order = dict.fromkeys((*(n for n in near if n in _SIZES), *_SIZES))
    yield from order


def _reading(model: Model, shape: Shape) -> Model:
    calls = tuple(
        replace(call, outputs=None, kind=replace(call.kind, shape=shape))
        if isinstance(call.kind, Input)
        else replace(call, outputs=None)
        for call in model.calls
    )
    layers = tuple(
        replace(layer, tensors=None, kind=replace(layer.kind, shape=shape))
        if isinstance(layer.kind, Input)
        else replace(layer, tensors=None)
        for layer in model.layers
    )
    return replace(model, layers=layers, calls=calls)


ASSUMPTION = Assumption(
    "input-size", ("input-size",), 3.5, _edits, models=_models, behind_flatten=True,
    decides="the size of the pictures that come in",
)  # fmt: skip
