"""What weighing finds worth telling. Each docstring is the text of ``weigh about``."""

from __future__ import annotations

from weighbridge.errors import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, Literal


class Disagreement(Finding):
    """The tensors of a layer are not those its settings call for.

    Both counts are shown, the observed one is used in the totals, and the exit code is 1. The usual
    causes: the file belongs to another version of the model, a layer was changed after it was
    built, or weighbridge derives this layer wrongly, which is worth an issue.
    """

    level: ClassVar[Literal["note", "warning"]] = "warning"


class ShapesDisagree(Finding):
    """The source reports another output shape for a layer than its settings yield.

    What the source reports is used from there on.
    """

    level: ClassVar[Literal["note", "warning"]] = "warning"


class UnknownLayer(Finding):
    """A layer whose kind is not known here, or whose settings could not be read.

    It is listed with what its tensors say. Without tensors its count is unknown, never 0, and the
    totals say "at least".
    """


class NeverCalled(Finding):
    """A layer is declared but no call uses it.

    Frameworks that create a layer's tensors at its first call then hold none: its count is unknown
    unless its settings alone tell it.
    """

    level: ClassVar[Literal["note", "warning"]] = "warning"


class SharedLayer(Finding):
    """A layer is called more than once: its parameters count once, its work every time."""


class TiedTensor(Finding):
    """A tensor is the same as another under a second name; it is counted once."""
