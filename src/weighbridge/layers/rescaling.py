"""Fixed arithmetic on inputs."""

from __future__ import annotations

from weighbridge.layers._axes import Elementwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Ignored


class Rescaling(Elementwise):
    """Each value times a fixed scale, plus a fixed offset. It owns nothing."""


def _keras_rescaling(scale: Ignored, offset: Ignored = 0.0, **_: Ignored) -> Rescaling:
    return Rescaling()


SPELLINGS = {"keras:Rescaling": _keras_rescaling}
KINDS = (Rescaling,)
