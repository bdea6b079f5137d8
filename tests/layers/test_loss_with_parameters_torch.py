from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.drawn import Options, mostly
from tests.layers.drawn_torch import modules
from tests.witness import Call, call
from tests.witness_torch import Reading, agree, kind_of, open_sizes_agree
from weighbridge.formula import equation, total

CLASSES = Reading(dtypes=(torch.float32, torch.int64))
LENGTHS = mostly((4, 8, 17), (3, -1))


@st.composite
def adaptive(draw: st.DrawFn) -> Call:
    """A call of ``AdaptiveLogSoftmaxWithLoss``, mostly with cut-offs in order."""
    n_in = draw(st.sampled_from((4, 8, 17)))
    fits = st.lists(st.integers(1, 9), min_size=1, max_size=3, unique=True).map(sorted)
    wrong = st.lists(st.integers(0, 11), max_size=3)
    demanded: Options = {
        "in_features": mostly((n_in,), (n_in + 1,)),
        "n_classes": mostly((10, 12), (5, 1)),
        "cutoffs": mostly((fits, fits.map(tuple)), (wrong,)).flatmap(lambda form: form),
    }
    optional: Options = {"div_value": mostly((4.0, 2, 1.5), (1,)), "head_bias": st.booleans()}
    made = draw(modules("AdaptiveLogSoftmaxWithLoss", st.just((n_in,)), demanded, optional))
    return made._replace(incoming=(*made.incoming, ()))


@st.composite
def linear(draw: st.DrawFn) -> Call:
    """A call of ``LinearCrossEntropyLoss``, which has a fully connected layer inside."""
    n_in, targets = draw(st.integers(1, 5)), draw(mostly(((), (3,)), ((2, 3),)))
    demanded: Options = {
        "in_features": mostly((n_in,), (n_in + 1,)),
        "num_classes": mostly((2, 7), (-1,)),
    }
    settings = draw(st.fixed_dictionaries(dict(demanded)))
    optional = {"bias": st.booleans(), "reduction": mostly(("none", "mean"), ("all",))}
    named = draw(st.fixed_dictionaries({}, optional=optional))
    incoming = ((n_in,), targets)
    return Call(
        "LinearCrossEntropyLoss", (), {**settings, "out_features": targets, **named}, incoming
    )


@given(st.one_of(adaptive(), linear()))
def test_torch_agrees(made: Call) -> None:
    """Tensors before and after the first call, outputs, and what cannot be."""
    agree(made, CLASSES)


@given(st.one_of(adaptive(), linear()))
def test_open_sizes_contradict_nothing(made: Call) -> None:
    open_sizes_agree(made)


def test_clusters_of_rare_classes() -> None:
    """1,000 classes, 100 of them frequent: two clusters read 512/4 and 512/16 values."""
    made = call("AdaptiveLogSoftmaxWithLoss", 512, 1000, [100, 500], reads=())
    tensors = kind_of(made).tensors() or ()

    assert [equation(total([tensor.dims])) for tensor in tensors] == [
        "512·102 = 52,224",
        "512·128 = 65,536",
        "128·400 = 51,200",
        "512·32 = 16,384",
        "32·500 = 16,000",
    ]
    assert kind_of(made).macs(((512,), ()), ()) is None
