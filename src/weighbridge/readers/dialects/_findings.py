"""What reading source code finds worth telling, whatever the framework.

Each docstring is the text of ``weigh about``.
"""

from __future__ import annotations

from weighbridge.errors import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, Literal


class SeveralModels(Finding):
    """A file builds several models that are not part of one another; one of them is weighed.

    ``FILE.py:NAME`` picks another.
    """


class UnseenParameters(Finding):
    """A module holds others in a plain list or dict, where PyTorch does not see them.

    Their parameters are not among ``parameters()``: no optimizer updates them, they stay behind
    when the model moves to another device, and no file has them. ``nn.ModuleList`` or
    ``nn.ModuleDict`` in place of the list or dict registers them.
    """

    level: ClassVar[Literal["note", "warning"]] = "warning"
