"""A live PyTorch model: any ``nn.Module``, where it is, on any device, the meta device included.

Each module that owns tensors is a layer: its settings are read off its attributes, its tensors are
the parameters and buffers registered in it. With an input shape its own ``forward`` is run on
stand-ins that carry a shape and a type but no values, which tells what each layer reads and how
much it works. The model is left as it was: no value of a weight is read, no number is drawn.
"""

from __future__ import annotations

from weighbridge.errors import Finding
from weighbridge.readers import Reader, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, Literal

    from weighbridge.model import Model


class LazyTensors(Finding):
    """A module has tensors whose sizes are settled by its first call, which has not been made.

    Its count is unknown, never 0, unless a shape that reaches it tells the sizes.
    """


class CountedByName(Finding):
    """Some tensors of a model go by several names: how many parameters there are either way.

    Counted once is what the model holds and what ``parameters()`` gives; a sum over every name is
    what some tools and a file with every name in it come to.
    """


class SharedStorage(Finding):
    """Two parameters look at the same stored values without being one object.

    PyTorch counts each, and so do the totals; in memory the values are there once.
    """


class PackedWeights(Finding):
    """A quantised layer holds its weights packed, as PyTorch's quantised kernels want them.

    They are neither among ``parameters()`` nor among ``buffers()``. They are listed among the
    buffers, with the sizes that the settings of the layer give.
    """


class ValuesAsked(Finding):
    """The code of a model decides by the values of its tensors, which a run without values lacks.

    What was called before that is weighed; the work of layers that were not reached is unknown.
    """


class ForwardFailed(Finding):
    """The code of a model raised an error when it was run on stand-ins for its input.

    Its counts stand; the work of layers that were not reached is unknown. Often the input shape is
    not what the model reads.
    """

    level: ClassVar[Literal["note", "warning"]] = "warning"


def _accepts(source: Source) -> bool:
    return any(
        base.__module__ == "torch.nn.modules.module" and base.__qualname__ == "Module"
        for base in type(source.value).__mro__
    )


def _read(source: Source) -> Model:
    from weighbridge.readers._live_torch import model_of

    return model_of(source)


READER = Reader(name="torch", suffixes=(), accepts=_accepts, read=_read, rank=30)
