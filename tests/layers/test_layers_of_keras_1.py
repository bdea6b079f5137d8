"""Layers and names that Keras has no more; the documentation of Keras 1.2.2 is the witness."""

from __future__ import annotations

import keras  # type: ignore[import-untyped]  # Keras ships no types
import pytest

from tests.layers.written import counted, shares, worked
from tests.witness import call, kind_of, open_sizes_agree
from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.model import sizes


def test_maxout() -> None:
    """``MaxoutDense(64, nb_feature=5)``: W (5, 100, 64) and b (5, 64)."""
    kind = kind_of(call("MaxoutDense", 64, nb_feature=5, reads=()))

    assert [sizes(t.dims) for t in kind.tensors((100,)) or ()] == [(5, 100, 64), (5, 64)]
    assert counted(kind, (100,)) == "(100 + 1)·5·64 = 32,320"
    assert shares(kind, (100,)) == [("unit", "64", "(100 + 1)·5 = 505")]
    assert worked(kind, (100,))[0] == "5·100·64 = 32,000"
    assert sizes(kind.output((100,))) == (64,)


def test_four_sums_and_a_bias_unless_told_otherwise() -> None:
    kind = kind_of(call("MaxoutDense", 10, bias=False, reads=()))

    assert counted(kind, (7,)) == "4·7·10 = 280"
    assert kind_of(call("MaxoutDense", 10, reads=())) != kind


def test_highway() -> None:
    """W and W_carry (10, 10), b and b_carry (10,)."""
    kind = kind_of(call("Highway", activation="relu", reads=()))

    assert counted(kind, (10,)) == "2·(10 + 1)·10 = 220"
    assert worked(kind, (10,)) == ("2·10·10 = 200", "2·(10 + 1)·10 = 220")
    assert sizes(kind.output((10,))) == (10,)
    assert counted(kind_of(call("Highway", bias=False, reads=())), (10,)) == "2·10·10 = 200"


@pytest.mark.parametrize(
    ("made", "parameters"),
    [
        (call("SReLU", reads=(8, 8, 4)), 4 * 8 * 8 * 4),
        (call("SReLU", shared_axes=[1, 2], reads=(8, 8, 4)), 4 * 4),
        (call("ParametricSoftplus", reads=(8, 8, 4)), 2 * 8 * 8 * 4),
        (call("ParametricSoftplus", shared_axes=(1, 2), reads=(8, 8, 4)), 2 * 4),
    ],
    ids=lambda made: getattr(made, "text", made),
)
def test_learned_activations(made: object, parameters: int) -> None:
    """As many tensors of the shape of a sample, 1 along the shared axes."""
    kind = kind_of(made)  # type: ignore[arg-type]  # a call

    assert counted(kind, (8, 8, 4)).endswith(f"= {parameters:,}")
    assert sizes(kind.output((8, 8, 4))) == (8, 8, 4)
    assert kind.tensors() is None


@pytest.mark.parametrize("native", ["MaxoutDense", "Highway"])
def test_they_read_vectors_only(native: str) -> None:
    made = call(native, **({"output_dim": 3} if native == "MaxoutDense" else {}), reads=(4,))

    open_sizes_agree(made)
    with pytest.raises(Impossible, match="reads samples of 1 axis"):
        kind_of(made).output((5, 4))


TODAY = {
    **dict.fromkeys(("AtrousConv1D", "AtrousConvolution1D"), call("Conv1D", 4, 3, reads=())),
    **dict.fromkeys(("AtrousConv2D", "AtrousConvolution2D"), call("Conv2D", 4, 3, reads=())),
    **dict.fromkeys(("Deconv2D", "Deconvolution2D"), call("Conv2DTranspose", 4, 3, reads=())),
    **dict.fromkeys(("Deconv3D", "Deconvolution3D"), call("Conv3DTranspose", 4, 3, reads=())),
    "DepthwiseConvolution1D": call("DepthwiseConv1D", 3, reads=()),
    "DepthwiseConvolution2D": call("DepthwiseConv2D", 3, reads=()),
    "BatchNormalizationV1": call("BatchNormalization", reads=()),
    "BatchNormalizationV2": call("BatchNormalization", reads=()),
    "SyncBatchNormalization": call("BatchNormalization", reads=()),
    "GroupedQueryAttention": call("GroupQueryAttention", 4, 4, 2, reads=()),
    "InstanceNormalization": call("GroupNormalization", -1, reads=()),
    "PeepholeLSTMCell": call("LSTMCell", 4, use_peepholes=True, reads=()),
    "TimeDistributedDense": call("Dense", 4, reads=()),
    "ThresholdedReLU": call("Activation", "thresholded_relu", reads=()),
}
"""Names that Keras has no more, or never gave out, and what they are called now."""
ELSEWHERE = {
    "test_layers_of_keras_1": ("Highway", "MaxoutDense", "ParametricSoftplus", "SReLU"),
    "test_locally_connected": ("LocallyConnected1D", "LocallyConnected2D"),
    "test_recurrent": ("CuDNNGRU", "CuDNNLSTM"),
    "test_merge": ("Merge",),
}


@pytest.mark.parametrize("native", TODAY)
def test_names_of_old(native: str) -> None:
    today = TODAY[native]
    words = () if native in ("ThresholdedReLU", "InstanceNormalization") else today.positional

    assert kind_of(call(native, *words, reads=())) == kind_of(today)


def test_every_old_name_is_among_them() -> None:
    """What is spelled for Keras and no class of ``keras.layers``."""
    names = {key.partition(":")[2] for key in layers.spellings() if key.startswith("keras:")}
    old = {name for name in names if name[:1].isupper() and not hasattr(keras.layers, name)}

    assert old == TODAY.keys() | set(sum(ELSEWHERE.values(), ()))
