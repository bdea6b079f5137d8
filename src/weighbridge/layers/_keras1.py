"""The words of Keras 1 (until 2017), which people still paste, brought into those of Keras 3.

``Convolution2D(32, 3, 3, border_mode="same", subsample=(2, 2))`` is ``Conv2D(32, (3, 3),
padding="same", strides=(2, 2))`` today. A call is Keras 1's if it uses a word that Keras 3 does not
have, or if it calls a layer by its old name, ``…Convolution2D`` or ``…convolution2D``, and gives
single numbers for everything that Keras 1 demands there: ``Convolution2D(32, 3, 3)`` has a kernel
of 3×3. ``Conv2D(32, 3, 3)`` is today's and has a stride of 3. Keras 1 is finished: this table does
not grow. Source: the documentation of Keras 1.2.2, and ``keras/legacy/interfaces.py`` of Keras 2.0,
which told people about each word they had to change.
"""

from __future__ import annotations

from weighbridge.errors import Impossible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Arguments = tuple[Sequence[object], Mapping[str, object]]

_ORDER = {"dim_ordering": "data_format"}
_CONV = _ORDER | {
    "nb_filter": "filters",
    "border_mode": "padding",
    "subsample": "strides",
    "atrous_rate": "dilation_rate",
    "bias": "use_bias",
}
_CONV_1D = _CONV | {"filter_length": "kernel_size", "subsample_length": "strides"}
_CONV_2D = _CONV | dict.fromkeys(("nb_row", "nb_col"), "kernel_size")
_CONV_3D = _CONV | dict.fromkeys(("kernel_dim1", "kernel_dim2", "kernel_dim3"), "kernel_size")
_POOL = _ORDER | {"border_mode": "padding"}
_POOL_1D = _POOL | {"pool_length": "pool_size", "stride": "strides"}
_RATE = {"p": "rate"}
_RECURRENT = {
    "output_dim": "units",
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
}

_DENSE = {"output_dim": "units", "bias": "use_bias"}

_WORDS: dict[str, dict[str, str]] = {
    **dict.fromkeys(("Convolution1D", "Conv1D", "AtrousConvolution1D", "AtrousConv1D"), _CONV_1D),
    **dict.fromkeys(("Convolution2D", "Conv2D", "AtrousConvolution2D", "AtrousConv2D"), _CONV_2D),
    **dict.fromkeys(("SeparableConvolution2D", "SeparableConv2D"), _CONV_2D),
    **dict.fromkeys(("Convolution3D", "Conv3D"), _CONV_3D),
    "LocallyConnected1D": _CONV_1D,
    **dict.fromkeys(("LocallyConnected2D", "Deconvolution2D", "Deconv2D"), _CONV_2D),
    **dict.fromkeys(("MaxPooling1D", "AveragePooling1D"), _POOL_1D),
    **dict.fromkeys(("MaxPooling2D", "AveragePooling2D"), _POOL),
    **dict.fromkeys(("MaxPooling3D", "AveragePooling3D"), _POOL),
    **dict.fromkeys(("GlobalMaxPooling2D", "GlobalAveragePooling2D"), _ORDER),
    **dict.fromkeys(("GlobalMaxPooling3D", "GlobalAveragePooling3D"), _ORDER),
    **dict.fromkeys(("ZeroPadding2D", "Cropping2D", "UpSampling2D"), _ORDER),
    **dict.fromkeys(("ZeroPadding3D", "Cropping3D", "UpSampling3D"), _ORDER),
    "UpSampling1D": {"length": "size"},
    **dict.fromkeys(("Dropout", "SpatialDropout1D", "GaussianDropout"), _RATE),
    **dict.fromkeys(("SpatialDropout2D", "SpatialDropout3D"), _ORDER | _RATE),
    "GaussianNoise": {"sigma": "stddev"},
    **dict.fromkeys(("SimpleRNN", "LSTM", "GRU"), _RECURRENT),
    "ConvLSTM2D": _RECURRENT | _CONV_2D,
    "Dense": _DENSE,
    "TimeDistributedDense": _DENSE,
}
"""Of each class, what Keras 1 called a setting and what it is called today."""
_BEFORE = {"GRU": {"reset_after": False}}
"""What a class did until Keras 2.3, where Keras 3 asks for a setting."""
_NORMALISATION = ("epsilon", "mode", "axis", "momentum")
"""The first settings of ``BatchNormalization`` in their order, which began with the axis later."""
_SHAPE_AT = 3
"""The place of a ``Deconvolution2D``'s output shape among its arguments."""


def modern(native: str, positional: Sequence[object], named: Mapping[str, object]) -> Arguments:
    """The arguments of a call of ``native``, in the words and the order of Keras 3."""
    words = _WORDS.get(native, {})
    if native.startswith("Deconv"):
        positional, named = _without_output_shape(positional, named)
    if native == "BatchNormalization" and positional and isinstance(positional[0], float):
        return (), dict(zip(_NORMALISATION, positional, strict=False)) | dict(named)
    demanded = [word for word, now in words.items() if now in ("filters", "kernel_size")]
    named_so = "convolution" in native.lower() and len(positional) >= len(demanded)
    in_old_places = bool(demanded) and _fits(positional, len(demanded))
    if not (named.keys() & words.keys() or (named_so and in_old_places)):
        return positional, named
    if not in_old_places:
        return positional, _BEFORE.get(native, {}) | _renamed(native, named, words)
    places = (*demanded, "init", "activation", "weights", "border_mode", "subsample")
    placed = dict(zip(places, positional, strict=False))
    if twice := placed.keys() & named.keys():
        raise Impossible(f"{native} got {' and '.join(sorted(twice))} twice")
    return (), _renamed(native, placed | dict(named), words)


def _without_output_shape(positional: Sequence[object], named: Mapping[str, object]) -> Arguments:
    """The arguments of a ``Deconvolution2D`` without the shape that Keras 1 wanted to be told.

    It stood after the sizes of the kernel, and says what the other settings say already.
    """
    rest = {word: value for word, value in named.items() if word != "output_shape"}
    told = positional[_SHAPE_AT : _SHAPE_AT + 1]
    if not told or not isinstance(told[0], tuple | list) or len(told[0]) <= _SHAPE_AT:
        return positional, rest
    return (*positional[:_SHAPE_AT], *positional[_SHAPE_AT + 1 :]), rest


def _fits(positional: Sequence[object], demanded: int) -> bool:
    """Whether a convolution's arguments are Keras 1's: single numbers, then an initializer."""
    numbers, rest = positional[:demanded], positional[demanded : demanded + 1]
    return not any(isinstance(value, tuple | list | str) for value in numbers) and not any(
        isinstance(value, tuple | list | int) for value in rest
    )


def _renamed(
    native: str, named: Mapping[str, object], words: Mapping[str, str]
) -> dict[str, object]:
    """``named`` in today's words; the sizes of a kernel, which had a word each, in one tuple."""
    settings: dict[str, object] = {}
    kernel = tuple(
        named[word] for word, now in words.items() if now == "kernel_size" and word in named
    )
    if kernel:
        settings["kernel_size"] = kernel if len(kernel) > 1 else kernel[0]
    for word, value in named.items():
        now = words.get(word, word)
        if now == "kernel_size" and word != now:
            continue
        if now in settings:
            raise Impossible(f"{native} got {now} twice, in the words of Keras 1 and of Keras 3")
        settings[now] = value
    return settings
