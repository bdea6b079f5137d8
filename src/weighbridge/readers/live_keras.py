"""A live Keras object: ``weigh(model)`` for a model or a layer, on any back end.

The settings come from the objects' own configurations and the tensors from their variables, so that
one checks the other; shapes are those Keras itself worked out when the layers were called. Nothing
is run, built or changed. Where a class of the author's own says nothing of itself, the layers and
variables it tracks are shown. Layers that are not built are derived from their settings, given what
reaches the model (``input_shape``).
"""

from __future__ import annotations

from weighbridge.errors import Finding
from weighbridge.readers import Reader, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Model


class NotBuilt(Finding):
    """Layers of a live model hold no tensors yet.

    Keras makes the tensors of a layer when it first learns what the layer reads. Until then its
    count is derived from its settings alone, which takes an input shape; without one it is unknown,
    not 0. The model is not built here: that would change it.
    """


class Quantised(Finding):
    """Layers of a live model store their values in fewer bits.

    Keras keeps the scales, and for 4 bits two values in one, in tensors that the settings of the
    layer do not call for. All tensors are counted as they are stored, as Keras counts them, so that
    such layers disagree with their settings.
    """


def _accepts(source: Source) -> bool:
    """Looks for Keras' own ``Layer`` among the ancestors; with the torch back end it is a module of
    torch as well, so that this reader asks first."""
    return any(
        base.__name__ == "Layer" and base.__module__.startswith(_ROOTS)
        for base in type(source.value).__mro__
    )


_ROOTS = ("keras.", "tf_keras.", "tensorflow.python.keras.")


def _read(source: Source) -> Model:
    from weighbridge.readers._live_keras_model import model_of

    return model_of(source.value, source.shapes)


READER = Reader(name="live-keras", suffixes=(), accepts=_accepts, read=_read, rank=5)
