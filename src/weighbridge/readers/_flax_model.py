"""From the modules of a live Flax model to a ``Model``, with or without its calls."""

from __future__ import annotations

import sys

from weighbridge.model import Model, Origin
from weighbridge.readers._flax_calls import Calls, reached
from weighbridge.readers._flax_rows import Rows
from weighbridge.readers.live_flax_nnx import Collections

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from weighbridge.errors import Finding
    from weighbridge.model import Layer
    from weighbridge.readers._flax_calls import Traced
    from weighbridge.readers._flax_listing import Listing
    from weighbridge.readers._flax_tensors import Held


def origin(dialect: str) -> Origin:
    """Flax, of the version that is loaded."""
    version = str(getattr(sys.modules.get("flax"), "__version__", ""))
    return Origin(f"flax-{dialect}", producer="flax", version=version)


def model_of(listing: Listing, traced: Traced | None, findings: Sequence[Finding] = ()) -> Model:
    """The model that ``listing`` is; with calls where they were ``traced``."""
    reaching = {} if traced is None else reached(traced, listing)
    rows = Rows(listing, reaching, traced is not None)
    held = [one for own in listing.owners.values() for one in own.held]
    calls = None if traced is None else Calls(traced, listing, rows)
    return Model(
        name=listing.name,
        layers=tuple(rows.layers),
        calls=() if calls is None else tuple(calls.calls),
        outputs=() if calls is None else calls.outputs,
        origin=origin(listing.dialect),
        findings=(*findings, *kept_apart(held, rows.layers)),
        containers=tuple(listing.containers),
        native=listing.name,
    )


def kept_apart(held: Sequence[Held], layers: Sequence[Layer]) -> Iterator[Collections]:
    """What each collection comes to, where there is one beside the parameters."""
    collections = {one.name: "random keys" if one.seed else one.collection for one in held}
    sums: dict[str, int] = {}
    for layer in layers:
        for tensor in layer.tensors or ():
            if tensor.buffer and tensor.tied_to is None:
                name = collections[tensor.name]
                sums[name] = sums.get(name, 0) + tensor.size
    if sums:
        listed = ", ".join(f"{name} {size:,}" for name, size in sums.items())
        yield Collections("", f"kept apart from the parameters: {listed}")
