"""Layers around a layer: in both directions, and for every slice of a sequence."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, Num, plus, times, value
from weighbridge.layers._axes import first
from weighbridge.layers._inside import bounded
from weighbridge.layers._recurrent import Sequence, marked, together
from weighbridge.layers._window import spelled
from weighbridge.model import Custom, Dims, Expected, Kind, Part, Shape, Unknown, sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.layers._settings import Ignored, Inner

_MERGES = ("concat", "sum", "mul", "ave", None)


class Bidirectional(Kind):
    """Two recurrent layers read a sequence, one from its start and one from its end.

    The tensors of both: twice the count of one. The two outputs are joined along the last axis
    unless they are added, multiplied or averaged. MACs: those of both. Source: Schuster and Paliwal
    1997.
    """

    forward: Sequence
    backward: Sequence
    merge: str | None = "concat"
    """How the two outputs become one; ``None`` where they stay two."""

    def __post_init__(self) -> None:
        if self.forward.backwards == self.backward.backwards:
            raise Impossible(
                "both of its layers read in the same direction",
                hint="go_backwards=True for one of them; without backward_layer for neither",
            )
        for setting in ("stateful", "sequences", "states"):
            if getattr(self.forward, setting) != getattr(self.backward, setting):
                raise Impossible(f"its two layers differ in their setting of {setting}")

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        there, back = self.forward.tensors(*incoming), self.backward.tensors(*incoming)
        if there is None or back is None:
            return None
        return (
            *marked("forward layer", "forward_{}", there),
            *marked("backward layer", "backward_{}", back),
        )

    def output(self, *incoming: Shape | None) -> Dims | None:
        return self.outputs(*incoming)[0]

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        there, *after = self.forward.outputs(*incoming)
        back, *before = self.backward.outputs(*incoming)
        if self.merge is None:
            return (there, back, *after, *before)
        return (self._merged(there, back), *after, *before)

    def _merged(self, there: Dims | None, back: Dims | None) -> Dims | None:
        """The shape of both outputs joined along the last axis, or value by value."""
        if there is None or back is None:
            return None
        if self.merge == "concat":
            width = times(Num(2), there[-1]) if there == back else plus(there[-1], back[-1])
            return (*there[:-1], width)
        widths = [value(dims[-1]) for dims in (there, back)]
        if None not in widths and widths[0] != widths[1]:
            raise Impossible(
                f"its layers give {widths[0]} and {widths[1]} values, which cannot be one",
                hint="as many units in both, or merge_mode='concat'",
            )
        return there

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        both = (self.forward, self.backward)
        return together(each.macs(incoming, sizes(each.output(*incoming))) for each in both)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        both = (self.forward, self.backward)
        return together(each.connections(incoming, sizes(each.output(*incoming))) for each in both)

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        there, back = self.forward.parts(*incoming), self.backward.parts(*incoming)
        if there == back:
            return tuple(replace(part, count=times(Num(2), part.count)) for part in there)
        return (
            *(replace(part, noun=f"{part.noun} of the forward layer") for part in there),
            *(replace(part, noun=f"{part.noun} of the backward layer") for part in back),
        )


class TimeDistributed(Kind):
    """A layer is given every slice of a sequence, one by one.

    The tensors of the layer, once, whatever the length of the sequence. MACs: those of the layer
    for every slice.
    """

    layer: Kind

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        return self.layer.tensors(_slice(first(incoming)))

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        given = self.layer.output(_slice(shape))
        return None if given is None or shape is None else (_slices(shape), *given)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return self._for_every_slice(first(incoming), self.layer.macs)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return self._for_every_slice(first(incoming), self.layer.connections)

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        return self.layer.parts(_slice(first(incoming)))

    def _for_every_slice(
        self,
        shape: Shape | None,
        work: Callable[[tuple[Shape | None, ...], Shape | None], Expr | None],
    ) -> Expr | None:
        inner = _slice(shape)
        once = work((inner,), sizes(self.layer.output(inner)))
        # What a layer of the source's own does inside is not known to its kind.
        hidden = isinstance(self.layer, Custom)
        return None if shape is None or once is None or hidden else times(once, _slices(shape))


def _slice(shape: Shape | None) -> Shape | None:
    """One slice of a sample of ``shape``."""
    if shape is not None and len(shape) <= 1:
        raise Impossible(
            f"reads samples of 2 axes or more, not {spelled(shape)}",
            hint="the first axis counts the slices, the rest is what the layer inside reads",
        )
    return None if shape is None else shape[1:]


def _slices(shape: Shape) -> Dim:
    return Dim("S", shape[0], "slices: time steps")


def _keras_bidirectional(
    layer: Inner, merge_mode: str | None = "concat", weights: Ignored = None,
    backward_layer: Inner = None, **_: Ignored,
) -> Kind:  # fmt: skip
    if merge_mode not in _MERGES:
        raise Impossible(f"merge_mode must be one of {_MERGES}, not {merge_mode!r}")
    both = [layer] if backward_layer is None else [layer, backward_layer]
    for one in both:
        if isinstance(one, Unknown):
            return _around("Bidirectional", one)
    known = [one for one in both if isinstance(one, Sequence)]
    if len(known) < len(both):
        raise Impossible("Bidirectional takes a recurrent layer, such as LSTM(…)")
    backward = known[-1] if backward_layer is not None else replace(known[0], backwards=True)
    return Bidirectional(forward=known[0], backward=backward, merge=merge_mode)


def _keras_time_distributed(layer: Inner, **_: Ignored) -> Kind:
    if isinstance(layer, Unknown):
        return _around("TimeDistributed", layer)
    if not isinstance(layer, Kind):
        raise Impossible(f"TimeDistributed takes a layer, not {layer!r}")
    return bounded(TimeDistributed(layer=layer))


def _around(native: str, layer: Unknown) -> Unknown:
    """What is not known because the layer inside is not."""
    return Unknown(native=native, because=f"the layer inside is not known: {layer.native}")


SPELLINGS = {
    "keras:Bidirectional": _keras_bidirectional,
    "keras:TimeDistributed": _keras_time_distributed,
}
KINDS = (Bidirectional, TimeDistributed)
