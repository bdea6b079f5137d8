"""A model saved by Keras: a ``.keras`` file of Keras 3, or of tf.keras 2.12 to 2.15.

The configuration gives the layers, their settings and what reads what; the weights file gives the
shape and type of each tensor, and no value is ever loaded. Keras need not be installed. Code in the
file (a Lambda, a class of the author's own) is not run: such layers are shown as unknown, with
their tensors. A subclassed model keeps its structure in code alone; its layers are named after the
groups of the weights file.
"""

from __future__ import annotations

from weighbridge.errors import Finding, TooLarge
from weighbridge.readers import Reader, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, Literal

    from weighbridge.model import Model
    from weighbridge.readers._keras_weights import Listing
    from weighbridge.readers._keras_zip import Archive

_MAGIC = b"PK\x03\x04"
_NAME_AT = 30
"""Where the name of its first file stands in an archive."""
_FIRST = (b"metadata.json", b"config.json")


class WeightsMissing(Finding):
    """A saved model has no tensors, or none that weighbridge reads.

    Its counts are derived from the settings alone. Keras leaves the weights out where it saves the
    configuration only, spreads very large ones over several files, and saves none of a model that
    was not built.
    """


class CodeNotRead(Finding):
    """The structure of a saved model is code that the file does not hold.

    Subclassed models save the arguments of their constructor and their weights. The layers shown
    are the groups of the weights file: what they own is exact, what they are is not known, nor
    which of their tensors train.
    """


class UnclaimedTensors(Finding):
    """The weights file of a saved model holds tensors for which its configuration has no layer.

    They are shown under the name of their group and counted. A class of the author's own derived
    from a Keras model may hold layers beside its graph; otherwise configuration and weights are of
    two different models.
    """

    level: ClassVar[Literal["note", "warning"]] = "warning"


class AdaptersMerged(Finding):
    """A saved layer has a low-rank adapter (LoRA) that the file does not hold by itself.

    Keras saves the sum of the kernel and of what its adapter adds, and the rank. Whoever loads the
    file gets that sum, frozen, and a new adapter beside it, which adds nothing until it is trained:
    that is what is counted.
    """


def _accepts(source: Source) -> bool:
    if source.suffix == ".keras":
        return True
    if not source.is_file:
        return False
    with open(source.text, "rb") as file:
        start = file.read(_NAME_AT + 16)
    return start.startswith(_MAGIC) and start[_NAME_AT:].startswith(_FIRST)


def _read(source: Source) -> Model:
    from weighbridge.readers._keras_weights import Listing
    from weighbridge.readers._keras_zip import Archive

    path = source.text
    with Archive(path) as archive:
        try:
            if not archive.has_weights:
                return _model(source, archive, None)
            # The weights are listed in a process of its own while the configuration is read.
            with Listing(archive.window()) as listing:
                return _model(source, archive, listing)
        except RecursionError:
            raise TooLarge("its configuration is nested too deeply", where=path) from None


def _model(source: Source, archive: Archive, listing: Listing | None) -> Model:
    from weighbridge.readers._keras_model import model_of

    described = archive.json("config.json")
    weights = None if listing is None else listing.tree
    return model_of(described, archive.version, weights, source)


READER = Reader(name="keras", suffixes=(".keras",), accepts=_accepts, read=_read)
