"""The state of a live Flax model: ``nnx.State``, a ``TrainState``, an optimizer with its model.

Of a state without its modules the rows are known by their tensors alone: what is a ``Param``, or
lies under ``params``, is trained; the rest is state of the model, kept apart. What belongs to the
optimizer, such as its moments, belongs to no model and is told beside the totals. An optimizer that
holds its model is read as that model.
"""

from __future__ import annotations

from weighbridge.errors import Finding
from weighbridge.readers import Reader, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Model

_ACCEPTED = (
    ("flax.nnx.statelib", "State"),
    ("flax.nnx.training.optimizer", "Optimizer"),
    ("flax.training.train_state", "TrainState"),
)


class OptimizerState(Finding):
    """The source holds the state of an optimizer beside the model.

    Adam keeps two values for each parameter, others one or none. They take memory in training and
    are no part of the model, so that no total here has them.
    """


def _accepts(source: Source) -> bool:
    return any(
        (base.__module__, base.__qualname__) in _ACCEPTED for base in type(source.value).__mro__
    )


def _read(source: Source) -> Model:
    from weighbridge.readers._flax_state import model_of

    return model_of(source)


READER = Reader(name="flax-state", suffixes=(), accepts=_accepts, read=_read, rank=20)
