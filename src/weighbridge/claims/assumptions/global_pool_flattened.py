"""A global pool is taken for a Flatten: every position is read, not their average.

``GlobalAveragePooling2D`` gives one value for each channel, ``Flatten`` one for each channel at
each position. The Dense layer behind is as many times larger. Seen at the end of convolutions and
behind embeddings.
"""

from __future__ import annotations

from weighbridge.claims.assumptions import Assumption, Rebuilt
from weighbridge.claims.assumptions._builds import rebuilt
from weighbridge.layers.reshape import Flatten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.model import Kind
    from weighbridge.weighing import Weighing


def _flat(kind: Kind) -> Kind | None:
    sizes = getattr(kind, "output_size", ())
    one = isinstance(sizes, tuple) and all(size == 1 for size in sizes)
    averages = kind.name == "global-pool" or (kind.name == "adaptive-pool" and one)
    return Flatten() if averages else None


def _models(weighing: Weighing) -> Iterator[Rebuilt]:
    model = rebuilt(weighing.model, _flat)
    if model is not None:
        yield Rebuilt(model, "positions are flattened, not averaged by a global pool")


ASSUMPTION = Assumption(
    "global-pool-flattened", ("missing-pool", "missing-flatten"), 3.0, models=_models,
    decides="whether the layer in front averages over all positions",
)  # fmt: skip
