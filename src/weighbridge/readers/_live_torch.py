"""From a live PyTorch module to a ``Model``: its layers, and with a shape its calls."""

from __future__ import annotations

import sys

from weighbridge._record import replace
from weighbridge.model import Model, Origin
from weighbridge.readers._live_torch_attributes import unwrapped
from weighbridge.readers._live_torch_listing import Listing
from weighbridge.readers.live_torch import CountedByName, SharedStorage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.errors import Finding
    from weighbridge.model import Shape
    from weighbridge.readers import Source


def model_of(source: Source) -> Model:
    """The model that ``source`` is: its layers; with an input shape, what is called on what."""
    torch = sys.modules["torch"]
    listing = Listing(unwrapped(source.value), torch)
    plain = Model(
        name=listing.name,
        layers=tuple(listing.layers),
        origin=Origin("torch", producer="torch", version=str(torch.__version__)),
        findings=(*listing.notes, *_findings(listing)),
        containers=tuple(listing.containers.values()),
        native=listing.name,
    )
    return _traced(plain, listing, source.shapes) if source.shapes else plain


def _traced(plain: Model, listing: Listing, shapes: tuple[Shape, ...]) -> Model:
    """The model with what is called on what, where samples of ``shapes`` reach it."""
    from weighbridge.readers._live_torch_traced import Traced

    traced = Traced(listing, shapes)
    layers = []
    for layer in plain.layers:
        kind = traced.kind_of(layer)
        layers.append(layer if kind is layer.kind else replace(layer, kind=kind))
    return replace(
        plain,
        layers=tuple(layers),
        calls=tuple(traced.calls),
        outputs=traced.outputs,
        findings=(*plain.findings, *traced.findings),
        containers=traced.containers(),
    )


def _findings(listing: Listing) -> Iterator[Finding]:
    """What the tensors of a model have in common."""
    owned = [t for layer in listing.layers for t in layer.tensors or () if not t.buffer]
    again = sum(t.size for t in owned if t.tied_to is not None)
    if again:
        once = sum(t.size for t in owned) - again
        message = f"{once:,} parameters counted once, {once + again:,} under every name"
        yield CountedByName("", message)
    for name, first in listing.named.shared:
        message = f"{name} and {first} are two parameters over the same memory; each counts"
        yield SharedStorage(name.rpartition(".")[0], message)
