from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.layers.drawn import Options, mostly
from tests.layers.drawn_torch import modules
from tests.witness import Call, call
from tests.witness_torch import agree, kind_of, open_sizes_agree
from weighbridge.formula import equation
from weighbridge.model import Shape

SHAPES = st.lists(st.integers(1, 4), max_size=4).map(tuple)
EVEN = st.lists(st.sampled_from((2, 4, 6)), min_size=1, max_size=3).map(tuple)
NUMBERS = mostly((0.1, 1, 2.5), (0, -1))
IN_PLACE: Options = {"inplace": st.booleans()}
DIM: Options = {"dim": mostly((None, 0, 1, -1), (2, -2, 3, -4))}
HALVED: Options = {"dim": mostly((-1, 1), (2, 3, -3))}
BOUNDS = mostly((0.0, -1.0), (1, 2.5))
OPTIONS: dict[str, Options] = {
    "CELU": {"alpha": NUMBERS, **IN_PLACE},
    "ELU": {"alpha": NUMBERS, **IN_PLACE},
    "GELU": {"approximate": mostly(("none", "tanh"), ("sigmoid",))},
    "Hardshrink": {"lambd": NUMBERS},
    "Hardtanh": {"min_val": BOUNDS, "max_val": mostly((1.5, 6), (0.0, -1))},
    "LeakyReLU": {"negative_slope": NUMBERS, **IN_PLACE},
    "LogSoftmax": DIM,
    "RReLU": {"lower": BOUNDS, "upper": mostly((1.5, 6), (0.0, -1))},
    "Softmax": DIM,
    "Softmin": DIM,
    "Softplus": {"beta": NUMBERS, "threshold": NUMBERS},
    "Softshrink": {"lambd": NUMBERS},
}
"""Of each function, its settings; a function that is not here has none but ``inplace``."""
IN_PLACES = ("Hardsigmoid", "Hardswish", "Mish", "ReLU", "ReLU6", "SELU", "SiLU")
PLAIN = ("LogSigmoid", "Sigmoid", "Softmax2d", "Softsign", "Tanh", "Tanhshrink")


@st.composite
def functions(draw: st.DrawFn) -> Call:
    """A call of an activation function without parameters."""
    native = draw(st.sampled_from((*OPTIONS, *IN_PLACES, *PLAIN, "Threshold", "GLU")))
    if native == "GLU":
        odd = mostly((EVEN,), (SHAPES.filter(bool),)).flatmap(lambda form: form)
        return draw(modules(native, odd, {}, HALVED))
    if native == "Threshold":
        return draw(modules(native, SHAPES, {"threshold": NUMBERS, "value": NUMBERS}, IN_PLACE))
    optional = OPTIONS.get(native, IN_PLACE if native in IN_PLACES else {})
    return draw(modules(native, SHAPES, {}, optional))


@st.composite
def slopes(draw: st.DrawFn) -> Call:
    """A call of ``PReLU``, with one slope for all or one for each channel."""
    shape: Shape = draw(SHAPES)
    fits = mostly((1, shape[0] if shape else 1), (0, 3, -1, 2.0))
    return draw(modules("PReLU", st.just(shape), {}, {"num_parameters": fits}))


def calls() -> SearchStrategy[Call]:
    return st.one_of(functions(), slopes())


@given(calls())
def test_torch_agrees(made: Call) -> None:
    """Slopes, output shape, and what cannot be."""
    agree(made)


@given(calls())
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)


def test_half_is_left() -> None:
    (half,) = kind_of(call("GLU", reads=())).output((10,)) or ()

    assert equation(half) == "10/2 = 5"
