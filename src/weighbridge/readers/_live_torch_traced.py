"""From a run of a live PyTorch model on stand-ins to the calls of a ``Model``."""

from __future__ import annotations

import sys

from weighbridge._record import replace
from weighbridge.errors import WeighbridgeError
from weighbridge.model import Call, Custom, Kind, Port, Unknown
from weighbridge.readers._live_torch_answers import watching
from weighbridge.readers._live_torch_attributes import registered
from weighbridge.readers._live_torch_functions import standins_in
from weighbridge.readers._live_torch_inputs import arguments, with_mask
from weighbridge.readers._live_torch_kinds import Around, Opaque, followed
from weighbridge.readers._live_torch_listing import native_name
from weighbridge.readers._live_torch_numbers import Asked, OpenNumber
from weighbridge.readers._live_torch_places import place_raised
from weighbridge.readers._live_torch_run import ONE_AT_A_TIME, Called, Untouched
from weighbridge.readers._live_torch_session import LiveModule, LiveSession
from weighbridge.readers.live_torch import ForwardFailed, ValuesAsked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

    from weighbridge.errors import Finding
    from weighbridge.model import Container, Layer, Shape
    from weighbridge.readers._live_torch_listing import Listing
    from weighbridge.readers._live_torch_settings import Torch, TorchModule
    from weighbridge.readers._live_torch_standin import StandIn

_STEPS_FIRST = ("RNN", "LSTM", "GRU", "MultiheadAttention", "Transformer")


class Traced:
    """What a run has found: calls, uses of containers, what comes out, what is worth telling."""

    def __init__(self, listing: Listing, shapes: tuple[Shape, ...]) -> None:
        self.listing = listing
        self.findings: tuple[Finding, ...] = ()
        self.outputs: tuple[Port | None, ...] = ()
        self.session = self._run(shapes)
        self.calls = self.session.calls
        called = {call.layer for call in self.calls}
        for layer in listing.layers:
            if layer.path not in called and (call := self._call_of(layer)) is not None:
                self.calls.append(call)

    def _call_of(self, layer: Layer) -> Call | None:
        """What stands for the calls of a layer of which none was seen."""
        if not self.session.complete:
            # Where not everything ran, what seems never to be called may well be.
            unknown = isinstance(layer.kind, Unknown)
            return None if unknown else Call(layer.kind, layer.path, (None,))
        parameters, buffers, _ = registered(self.listing.owners[layer.path])
        if any(id(t) in self.session.read for t in (*parameters.values(), *buffers.values())):
            return Call(Custom(native=layer.native), layer.path)  # an operation reads its tensors
        return None

    # -- running ---------------------------------------------------------------------------------

    def _run(self, shapes: tuple[Shape, ...], masked: bool = False) -> LiveSession:
        """The session in which ``forward`` came to its end, or as far as it does."""
        root = self.listing.root
        session = _Session(sys.modules["torch"], self.listing)
        looked_up = _first_native(self.listing) in ("Embedding", "EmbeddingBag")
        axis = _outer_axis(root, session.owners[id(root)])
        values, named = arguments(session, root, shapes, looked_up, axis)
        if masked and not with_mask(session, root, named):
            return session
        stopped = self._stopped(session, values, named)
        if isinstance(stopped, ValuesAsked) and not masked:
            again = self._run(shapes, masked=True)
            if again.complete:
                return again
        self.findings = () if stopped is None else (stopped,)
        return session

    def _stopped(
        self, session: LiveSession, values: list[StandIn], named: dict[str, StandIn]
    ) -> Finding | None:
        """Runs ``forward``; why it did not come to its end, if so."""
        torch, modules, before = session.torch, self.listing.every_module(), Asked.asked
        session.hooks.note(modules)
        try:
            with (
                ONE_AT_A_TIME, Untouched(torch, modules), Called(torch, session),
                watching(torch, session),
            ):  # fmt: skip
                result = self.listing.root(*values, **named)
            if Asked.asked > before:
                raise Asked("the value of a tensor, and catches that it is not told")
        except Asked as asked:
            return _finding(ValuesAsked, f"asks for {asked.what}", asked.__traceback__)
        except WeighbridgeError:
            raise
        except Exception as error:  # the author's own code may raise anything
            sort = ValuesAsked if OpenNumber.__name__ in str(error) else ForwardFailed
            message = f"{type(error).__name__}: {error}".partition("\n")[0]
            return _finding(sort, message, error.__traceback__)
        session.complete = True
        found: list[StandIn] = []
        standins_in(result, found)
        self.outputs = tuple(standin.port for standin in found if not standin.form.stored)
        return None

    # -- what it has found -----------------------------------------------------------------------

    def kind_of(self, layer: Layer) -> Kind:
        """What a layer is, after the run."""
        if isinstance(layer.kind, Opaque) and (self.session.complete or self._has_run(layer.path)):
            return followed(layer.kind)
        return layer.kind

    def _has_run(self, path: str) -> bool:
        return any(call.layer == path and type(call.kind) is Custom for call in self.calls)

    def containers(self) -> tuple[Container, ...]:
        """The groups, with their uses."""
        used = {owner.path: owner.uses for owner in self.session.owners.values() if owner.uses}
        return tuple(
            replace(container, uses=tuple(used[path])) if path in used else container
            for path, container in self.listing.containers.items()
        )


def _finding(sort: type[Finding], message: str, trace: TracebackType | None) -> Finding:
    place = place_raised(trace)
    return sort("", f"{place}: {message}" if place else message)


def _first_native(listing: Listing) -> str:
    """The class of ``torch.nn`` of the first layer."""
    plans = (listing.kinds.plan(module) for module in listing.owners.values())
    return next((plan.native for plan in plans if plan is not None), "")


def _outer_axis(root: TorchModule, owner: LiveModule) -> int:
    """The axis along which the samples lie of what the model itself is given."""
    first = owner.base.startswith(_STEPS_FIRST) and not owner.base.endswith("Cell")
    return int(first and getattr(root, "batch_first", False) is not True)


class _Session(LiveSession):
    """The session of a listed model."""

    def __init__(self, torch: Torch, listing: Listing) -> None:
        device = next((p.device for p in listing.root.parameters()), torch.device("cpu"))
        super().__init__(torch, device)
        self.listing = listing
        rows = {layer.path for layer in listing.layers}
        for module in listing.everything:
            owner = self.owners[id(module)] = self._owner(module)
            owner.path = listing.paths[id(module)]
            owner.row = owner.path if owner.path in rows else None
            owner.uses = [] if owner.path in listing.containers else None

    def _owner(self, module: TorchModule) -> LiveModule:
        kind, native = self.listing.kind_at.get(id(module)), native_name(module)
        plan = self.listing.kinds.plan(module)
        ruled = plan is not None and plan.own and "forward" not in module.__dict__
        if kind is None or isinstance(kind, Custom):
            return LiveModule(module, native, followed(kind or Opaque(native=native)))
        kind = kind.layer if isinstance(kind, Around) else kind
        owner = LiveModule(module, native, kind, plan.native if plan and ruled else "")
        floating = (p.dtype for p in registered(module)[0].values() if p is not None)
        owner.dtype = next((dtype for dtype in floating if dtype.is_floating_point), None)
        owner.key = (id(kind), owner.dtype)
        return owner

    def adopted(self, module: TorchModule) -> LiveModule:
        kind = self.listing.kinds.of(module)
        if kind is not None:
            self.listing.kind_at[id(module)] = kind
        return self._owner(module)
