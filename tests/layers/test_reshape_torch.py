from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import Options, called, mostly
from tests.layers.drawn_torch import modules
from tests.witness import Call
from tests.witness_torch import agree, open_sizes_agree
from weighbridge.model import Shape

SHAPES = st.lists(st.integers(1, 6), max_size=4).map(tuple)
DIMS = st.integers(-4, 4)


@st.composite
def unflattens(draw: st.DrawFn) -> Call:
    """A call of ``Unflatten`` that mostly fits; the batch is never split."""
    shape: Shape = draw(SHAPES.filter(bool))
    axis = draw(st.integers(1, len(shape)))
    left = shape[axis - 1] or 1
    sizes: list[float] = []
    for _ in range(draw(st.integers(0, 2))):
        sizes.append(draw(st.sampled_from([n for n in range(1, left + 1) if left % n == 0])))
        left //= int(sizes[-1])
    sizes.append(draw(mostly((left, -1), (left + 1, -2, 1.5))))
    dim = draw(mostly((axis, axis - len(shape) - 1), (9, "features")))
    settings = {"dim": dim, "unflattened_size": draw(st.sampled_from((tuple(sizes), sizes)))}
    return draw(called("Unflatten", tuple(settings), settings, shape))


@st.composite
def shuffles(draw: st.DrawFn) -> Call:
    """A call of ``PixelShuffle``, ``PixelUnshuffle`` or ``ChannelShuffle``, mostly with a fit."""
    n = draw(mostly((1, 2, 3), (0, -1)))
    fits = st.integers(1, 3)
    match draw(st.sampled_from(("PixelShuffle", "PixelUnshuffle", "ChannelShuffle"))):
        case "PixelShuffle" as native:
            setting, sizes = "upscale_factor", st.tuples(fits.map(lambda c: c * n * n), fits, fits)
        case "PixelUnshuffle" as native:
            image = fits.map(lambda length: length * n)
            setting, sizes = "downscale_factor", st.tuples(fits, image, image)
        case native:
            setting, sizes = "groups", st.tuples(fits.map(lambda c: c * n), fits, fits)
    shape = sizes.flatmap(lambda fit: mostly((fit,), ((7, *fit[1:]),)))
    return draw(modules(native, shape.map(_filled), {setting: st.just(n)}))


def _filled(shape: Shape) -> Shape:
    return tuple(max(length or 0, 1) for length in shape)


def flattens() -> st.SearchStrategy[Call]:
    """A call of ``Flatten``, at times with the batch among what it puts in a row."""
    optional: Options = {"start_dim": DIMS, "end_dim": DIMS}
    return modules("Flatten", SHAPES, {}, optional)


@given(st.one_of(flattens(), unflattens(), shuffles(), modules("Identity", SHAPES, {})))
def test_torch_agrees(made: Call) -> None:
    """No tensors, output shape, and what cannot be."""
    agree(made)


@given(st.one_of(flattens(), unflattens(), shuffles()))
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)
