"""Settings that normalisations, embeddings and layers without tensors may have."""

from __future__ import annotations

from itertools import permutations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.model import Shape
    from weighbridge.readers._summary_candidates import Candidate
    from weighbridge.readers._summary_solve import Asked

_PARTS: tuple[tuple[dict[str, object], float], ...] = (
    ({}, 0.0),
    ({"scale": False}, 1.0),
    ({"center": False}, 1.5),
    ({"scale": False, "center": False}, 2.0),
)
_MOST_AXES = 4


def _seen(question: Asked) -> Shape | None:
    return question.entering or question.leaving


def _assumed(question: Asked) -> dict[str, object]:
    """Where nothing is said of the input of a layer that changes no size, it is like the output."""
    return {} if question.entering else {"<": question.leaving}


def batch_norms(question: Asked) -> Iterator[Candidate]:
    """Over the last axis, or the first; with scale and shift or without."""
    shape = _seen(question)
    if not shape:
        return
    if question.dialect == "torch":
        for affine in (True, False):
            yield (
                {"num_features": shape[0], "affine": affine} | _assumed(question),
                2.0 * (not affine),
            )
        return
    for axis, bits in ((-1, 0.0), (1, 4.0)):
        for parts, more in _PARTS:
            yield {"axis": axis} | parts | _assumed(question), bits + more


def other_norms(question: Asked) -> Iterator[Candidate]:  # noqa: C901  # one branch for each sort
    """Layer, group, instance and root-mean-square normalisation."""
    shape = _seen(question)
    if not shape:
        return
    more = _assumed(question)
    if question.dialect == "keras":
        for axis in range(-1, -len(shape) - 1, -1):
            for parts, bits in _PARTS:
                groups = (
                    {"groups": _groups(shape[axis])} if question.native.startswith("Group") else {}
                )
                plain = {} if question.native.startswith(("RMS", "Unit")) else parts
                yield {"axis": axis} | plain | groups | more, bits - axis - 1
        return
    native = question.native
    if native.startswith("Group"):
        for affine in (True, False):
            yield (
                {"num_groups": _groups(shape[0]), "num_channels": shape[0], "affine": affine}
                | more,
                2.0 * (not affine),
            )
    elif native.startswith("Instance"):
        for affine in (False, True):
            yield {"num_features": shape[0], "affine": affine} | more, 1.0 * affine
    else:
        for start in range(len(shape) - 1, -1, -1):
            for settings in ({}, {"elementwise_affine": False}, {"bias": False}):
                if native.startswith("Layer") or "bias" not in settings:
                    yield {"normalized_shape": shape[start:]} | settings | more, len(settings) * 2.0


def _groups(channels: int | None) -> int:
    """A number of groups that divides the channels; it does not show in the count."""
    return next((n for n in (32, 16, 8, 4, 2) if channels and channels % n == 0), 1)


def embeddings(question: Asked) -> Iterator[Candidate]:
    """A row for each word."""
    leaving = question.leaving
    if not leaving or not leaving[-1] or not question.low or question.low % leaving[-1]:
        return
    words = (
        ("num_embeddings", "embedding_dim")
        if question.dialect == "torch"
        else ("input_dim", "output_dim")
    )
    named: dict[str, object] = {words[0]: question.low // leaving[-1], words[1]: leaving[-1]}
    if question.entering is None:
        named["<"] = leaving[:-1]
    yield named, 0.0


def prelus(question: Asked) -> Iterator[Candidate]:
    """A slope for each value, each channel, or one for all."""
    shape = _seen(question)
    if not shape:
        return
    if question.dialect == "torch":
        for number in (1, shape[0]):
            yield {"num_parameters": number} | _assumed(question), 0.0
        return
    for axes in (None, tuple(range(1, len(shape))), tuple(range(2, len(shape) + 1)), (1,), (2,)):
        yield {"shared_axes": axes} | _assumed(question), 0.0


def resized(question: Asked) -> Iterator[Candidate]:
    """Layers without tensors that change a shape, as the two shapes tell."""
    native, entering, leaving = question.native, question.entering, question.leaving
    if native.startswith(("Global", "Concatenate", "Flatten", "Dot")) or leaving is None:
        return
    if native == "Reshape":
        yield {"target_shape": tuple(-1 if n is None else n for n in leaving)}, 0.0
    elif native == "RepeatVector":
        yield {"n": leaving[0]}, 0.0
    elif native == "Permute" and len(leaving) <= _MOST_AXES:
        for order in list(permutations(range(1, len(leaving) + 1)))[1:]:
            yield {"dims": order}, 0.0
    elif native.startswith("Adaptive"):
        yield {"output_size": leaving[1:]}, 0.0
    elif entering is not None and len(entering) == len(leaving):
        yield from _scaled(question, entering, leaving)


def _scaled(question: Asked, entering: Shape, leaving: Shape) -> Iterator[Candidate]:
    native, torch = question.native, question.dialect == "torch"
    for first in (True,) if torch else (False, True):
        inside, outside = (entering[1:], leaving[1:]) if first else (entering[:-1], leaving[:-1])
        layout: dict[str, object] = {"data_format": "channels_first"} if first and not torch else {}
        if native.startswith(("ZeroPad", "Cropping")):
            more = [
                abs(b - a) if a is not None and b is not None else 0
                for a, b in zip(inside, outside, strict=True)
            ]
            ends = tuple((n // 2, n - n // 2) for n in more)
            given: object = (
                [n for pair in reversed(ends) for n in pair]
                if torch
                else ends
                if len(ends) > 1
                else ends[0]
            )
            yield (
                {"cropping" if "Crop" in native else "padding": given} | layout,
                1.0 * bool(layout),
            )
            continue
        ratios = tuple(b // a if a and b else 1 for a, b in zip(inside, outside, strict=True))
        if native == "PixelShuffle":
            yield {"upscale_factor": ratios[0]}, 0.0
        elif native == "Upsample":
            yield {"scale_factor": tuple(map(float, ratios))}, 0.0
            yield {"size": outside}, 1.0
        else:
            yield {"size": ratios if len(ratios) > 1 else ratios[0]} | layout, 1.0 * bool(layout)


def stateless(question: Asked) -> Iterator[Candidate]:
    """Settings that constructors of layers without tensors ask for, or none at all."""
    yield {}, 0.0
    if question.native == "Concatenate":
        for axis in (1, 2, 3):
            yield {"axis": axis}, 1.0
    if question.native.startswith("Global"):
        for settings in (
            {"keepdims": True},
            {"data_format": "channels_first"},
            {"keepdims": True, "data_format": "channels_first"},
        ):
            yield dict(settings), 1.0
    if question.native == "Dot":
        for axes in (1, 2, (1, 2), (2, 1)):
            yield {"axes": axes}, 1.0
    for given in (
        {"rate": 0.5},
        {"activation": "linear"},
        {"stddev": 0.1},
        {"scale": 1.0},
        {"factor": 0.1},
    ):
        yield dict(given), 1.0
    if question.leaving and len(question.leaving) > 2:  # noqa: PLR2004  # a picture
        yield {"height": question.leaving[0], "width": question.leaving[1]}, 1.0
