"""A live ``flax.nnx`` module: its tensors where they are, concrete or abstract.

Each module that owns tensors is a layer: its settings are its attributes, its tensors the
``Variable`` objects in it. What is a ``Param`` is trained; batch statistics, caches and random keys
are state, kept apart and not counted among the parameters. With an input shape the module is called
under ``jax.make_jaxpr`` on a copy whose values are abstract, which tells what each layer reads and
how much it works. Nothing is computed, and the module, its state and its random keys stay as they
are.
"""

from __future__ import annotations

from weighbridge.errors import Finding
from weighbridge.readers import Reader, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Model


class Collections(Finding):
    """A Flax model keeps state beside its parameters, in collections of its own.

    Batch statistics, caches and random keys are not trained; Flax does not count them among the
    parameters, and neither do the totals. They are listed with the layers that own them, and add
    up to the buffers.
    """


class CallNotFollowed(Finding):
    """The call of a live module could not be followed, so that shapes and work are not known.

    Its code ran on abstract values, which have a shape and a type only, and stopped: usually the
    input shape is not one it reads, or it asks for a value. Counts are not touched by that.
    """


def _accepts(source: Source) -> bool:
    return any(
        base.__module__ == "flax.nnx.module" and base.__qualname__ == "Module"
        for base in type(source.value).__mro__
    )


def _read(source: Source) -> Model:
    from weighbridge.readers._flax_nnx import model_of

    return model_of(source)


READER = Reader(name="flax-nnx", suffixes=(), accepts=_accepts, read=_read, rank=20)
