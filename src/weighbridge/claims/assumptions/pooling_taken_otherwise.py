"""A pool before a Dense layer is assumed that is not there, or one that is there is overlooked.

Each pool of 2 halves height and width, so that a quarter of the values reaches the Dense layer.
Seen between convolutions and dense layers.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.claims._lines import Edit
from weighbridge.claims.assumptions import Assumption, Rebuilt
from weighbridge.claims.assumptions._builds import rebuilt
from weighbridge.claims.assumptions._tensors import changed, dense, flattened, with_depth
from weighbridge.formula import Dim, Expr, Num, floor, times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims._lines import Line
    from weighbridge.model import Kind
    from weighbridge.weighing import Weighing

_PERHAPS = 4
"""Pools that are overlooked one by one, in networks with no more of them."""


def _edits(line: Line) -> Iterator[Edit]:
    kernel, split = dense(line), flattened(line)
    if kernel is None or split is None:
        return
    places, channels = split
    for window in (2, 3):
        if len(places) < 2 and window == 3:  # noqa: PLR2004  # positions are one number
            continue
        share = Dim("p", window, "pool")
        pooled = (
            [floor(place, share) for place in places]
            if len(places) > 1
            else [floor(places[0], times(share, share))]
        )
        read: Expr = times(*pooled, channels)
        tensors = changed(line, (kernel,), lambda k: with_depth(k, read))  # noqa: B023  # used at once
        says = f"a pool of {window} comes before it"
        yield Edit(tensors, says, f"assumed-{window}", float(window - 2))
    if len(places) == 1:
        fourfold = changed(
            line, (kernel,), lambda k: with_depth(k, times(Num(2), Num(2), *k.dims[:1]))
        )
        yield Edit(fourfold, "a pool of 2 before it is overlooked", "overlooked", 1.0)


def _unpooled(kind: Kind) -> Kind | None:
    if kind.name not in ("pool", "sub-sampling"):
        return None
    ones = (1,) * len(kind.pool_size)  # type: ignore[attr-defined]  # pools have one
    return replace(kind, pool_size=ones, stride=ones)


def _models(weighing: Weighing) -> Iterator[Rebuilt]:
    pools = [row.path for row in weighing.rows if row.layer.kind.name in ("pool", "sub-sampling")]
    model = rebuilt(weighing.model, _unpooled)
    if model is None:
        return
    yield Rebuilt(model, "there are no pools", "all", 1.0 if len(pools) > 1 else 0.0)
    for path in pools if 1 < len(pools) <= _PERHAPS else ():
        one = rebuilt(weighing.model, _unpooled, lambda own: own == path)  # noqa: B023  # used at once
        if one is not None:
            yield Rebuilt(one, f"{path} is overlooked", "one", 1.0)


ASSUMPTION = Assumption(
    "pooling-taken-otherwise", ("missing-pool",), 3.5, _edits, models=_models, behind_flatten=True,
    decides="which pools come before the dense layers",
)  # fmt: skip
