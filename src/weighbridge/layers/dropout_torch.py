"""PyTorch's spellings of dropout, which keep no state: random numbers come from one generator."""

from __future__ import annotations

from weighbridge.layers._random import share
from weighbridge.layers.dropout import AlphaDropout, Dropout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Ignored


def _torch_dropout(p: Ignored = 0.5, inplace: Ignored = False) -> Dropout:
    return Dropout(rate=share(p, "p"), seeded=False)


def _torch_dropout_1d(p: Ignored = 0.5, inplace: Ignored = False) -> Dropout:
    return Dropout(rate=share(p, "p"), axes=(1, 2), seeded=False)


def _torch_alpha_dropout(p: Ignored = 0.5, inplace: Ignored = False) -> AlphaDropout:
    return AlphaDropout(rate=share(p, "p"), seeded=False)


SPELLINGS = {
    "torch:Dropout": _torch_dropout,
    "torch:Dropout1d": _torch_dropout_1d,
    "torch:Dropout2d": _torch_dropout,
    "torch:Dropout3d": _torch_dropout,
    "torch:AlphaDropout": _torch_alpha_dropout,
    "torch:FeatureAlphaDropout": _torch_alpha_dropout,
}
KINDS = ()
