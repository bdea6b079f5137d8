"""From a model to its weighing: shapes through every call, then each layer with all its uses."""

from __future__ import annotations

from weighbridge._record import Record, replace
from weighbridge.amount import Amount
from weighbridge.errors import Finding, Impossible
from weighbridge.formula import Expr, Num, plus, times, value
from weighbridge.layers import batch_axis, multiple, repeats, turned
from weighbridge.model import Call, Custom, Expected, Kind, Layer, Model, Shape, Unknown
from weighbridge.weighing._answers import ANSWERS, Answers
from weighbridge.weighing._convention import CONVENTIONS, Convention
from weighbridge.weighing._entries import amounts, basis_of, counted, held_by
from weighbridge.weighing._findings import ShapesDisagree
from weighbridge.weighing._remarks import lengths, remarks, shown
from weighbridge.weighing._repeats import likeness, repeatable, repeated
from weighbridge.weighing._rows import Row, Weighing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from weighbridge.weighing._rows import Held

    Work = Callable[[Kind, tuple[Shape | None, ...], Shape | None], Expr | None]


class Use(Record):
    """A call with the shapes that reach it and leave it."""

    call: Call
    incoming: tuple[Shape | None, ...]
    outputs: tuple[Shape | None, ...]


_UNCALLED = Use(Call(Unknown()), (), (None,))
"""Stands for the use of a layer nobody calls."""


def weigh(model: Model, convention: Convention | None = None) -> Weighing:
    """``model`` on the scales, by the convention of its own framework unless told otherwise.

    Raises ``Impossible`` where settings cannot be or shapes do not fit.
    """
    convention = convention or CONVENTIONS.get(model.origin.producer, Convention("plain"))
    findings: list[Finding] = list(model.findings)
    by_layer: dict[str, list[Use]] = {layer.path: [] for layer in model.layers}
    operations: list[Use] = []
    answers = ANSWERS.bounded()
    for use in _run(model, answers, findings):
        (operations if use.call.layer is None else by_layer[use.call.layer]).append(use)
    traced = bool(model.calls)
    scales = _Scales(answers, convention, traced, answers.rows((convention, traced)))
    rows = [scales.row(layer, by_layer[layer.path]) for layer in model.layers]
    rows += scales.working(operations, set(by_layer))
    findings += (finding for row in rows for finding in remarks(row, traced))
    return Weighing(model, convention, tuple(rows), tuple(findings))


# -- shapes --------------------------------------------------------------------------------------


def _run(model: Model, answers: Answers, findings: list[Finding]) -> list[Use]:
    """Every call with its shapes, in the order of the model."""
    uses: list[Use] = []
    flowing: list[tuple[Shape | None, ...]] = []
    layers = {layer.path: layer for layer in model.layers}
    for call in model.calls:
        reaching = tuple([
            None if port is None else _at(flowing[port.call], port.output)
            for port in call.reads
        ])  # fmt: skip
        try:
            incoming, derived = answers.flow(call.kind, reaching)
        except Impossible as error:
            raise _placed(error, layers.get(call.layer or ""), call.path) from None
        outputs = derived
        if call.outputs is not None and call.outputs != derived:
            findings += _disagreements(call, derived)
            outputs = _better(call.outputs, derived)
        uses.append(Use(call, incoming, outputs))
        flowing.append(outputs)
    return uses


def _placed(error: Impossible, layer: Layer | None, operation: str = "") -> Impossible:
    if layer is not None:
        error.what = f"{layer.native or layer.kind.name}: {error.what}"
        error.at(f"layer {layer.path}" + (f", {layer.place}" if layer.place else ""))
    elif operation:
        error.at(f"operation {operation}")
    return error


def _at(outputs: tuple[Shape | None, ...], index: int) -> Shape | None:
    return outputs[index] if index < len(outputs) else None


def _contradict(told: Shape | None, yielded: Shape | None) -> bool:
    if told is None or yielded is None:
        return False
    return len(told) != len(yielded) or any(
        a is not None and b is not None and a != b for a, b in zip(told, yielded, strict=True)
    )


def _disagreements(call: Call, derived: tuple[Shape | None, ...]) -> Iterator[Finding]:
    for told, yielded in zip(call.outputs or (), derived, strict=False):
        if _contradict(told, yielded):
            message = f"the source reports {told}, its settings yield {yielded}"
            yield ShapesDisagree(call.layer or call.path, message)


def _better(
    reported: tuple[Shape | None, ...], derived: tuple[Shape | None, ...]
) -> tuple[Shape | None, ...]:
    """What the source reports, its open sizes filled in from what is derived."""
    return tuple(_filled(shape, _at(derived, i)) for i, shape in enumerate(reported))


def _filled(told: Shape | None, yielded: Shape | None) -> Shape | None:
    if told is None or yielded is None or _contradict(told, yielded):
        return yielded if told is None else told
    filled = tuple(b if a is None else a for a, b in zip(told, yielded, strict=True))
    return turned(filled, batch_axis(yielded), multiple(yielded))


# -- layers --------------------------------------------------------------------------------------


class _Scales(Record):
    """What all layers of a model are weighed by."""

    answers: Answers
    convention: Convention
    traced: bool
    """Whether calls are known, so that none means no work."""
    known: dict[object, Row]
    """Rows by what they follow from."""

    def row(self, layer: Layer, uses: list[Use]) -> Row:
        """The row of ``layer``."""
        alike = likeness(layer, uses)
        if alike in self.known:
            return repeated(self.known[alike], layer)
        row = self._weighed(layer, uses)
        if alike is not None and repeatable(row):
            self.known[alike] = row
        return row

    def _weighed(self, layer: Layer, uses: list[Use]) -> Row:
        # Where nobody knows the calls, the kind is asked without shapes; most then cannot tell.
        worked = uses if self.traced else [replace(_UNCALLED, call=Call(layer.kind))]
        try:
            use, expected = self._settled(layer, uses)
            work = _over(worked, self.answers.macs)
            links = _over(worked, self.answers.connections)
        except Impossible as error:
            raise _placed(error, layer, layer.path) from None
        held = held_by(layer, expected)
        terms = counted(expected, held, self.convention)
        derived = None if terms is None else self.answers.tally(expected or (), terms)
        come_to = amounts(layer.path, held, self.convention)
        return Row(
            layer=layer, incoming=use.incoming, output=_at(use.outputs, 0), outputs=use.outputs,
            expected=expected, held=held, observed=self._observed(layer, held), derived=derived,
            basis=basis_of(layer, expected, self.convention),
            parameters=come_to["parameters"], trainable=come_to["trainable"],
            frozen=come_to["frozen"], buffers=come_to["buffers"], bytes=come_to["bytes"],
            macs=_amount(layer.path, work), connections=_amount(layer.path, links),
            work=work, links=links, calls=len(uses),
        )  # fmt: skip

    def _observed(self, layer: Layer, held: tuple[Held, ...] | None) -> int | None:
        if layer.tensors is None:
            return None
        owned = (h for h in held or () if self.convention.counts(h) and h.tied_to is None)
        return sum(h.count or 0 for h in owned)

    def _settled(self, layer: Layer, uses: list[Use]) -> tuple[Use, tuple[Expected, ...] | None]:
        """What ``layer`` must own, and the use that settles it: the first that leaves nothing open.

        Raises ``Impossible`` where two uses call for different tensors: a layer is built once.
        """
        if not uses:
            uses = [replace(_UNCALLED, outputs=self.answers.passed(layer.kind, ()))]
        asked = [(use, self.answers.tensors(_as_called(layer, use), use.incoming)) for use in uses]
        if len(asked) == 1:
            return asked[0]
        known = [(use, expected) for use, expected in asked if _complete(expected)]
        for use, expected in known[1:]:
            if lengths(expected) != lengths(known[0][1]):
                raise Impossible(
                    f"reads inputs of {shown(known[0][0].incoming)} in one call and of "
                    f"{shown(use.incoming)} in another, which call for different tensors",
                    hint="a layer of its own for each, or inputs of one size",
                )
        return known[0] if known else asked[0]

    def working(self, operations: list[Use], taken: set[str]) -> Iterator[Row]:
        """Rows of operations that do countable work, or whose work nobody knows."""
        idle: set[object] = set()
        for use in operations:
            # Equal flows are one object each.
            alike = id(use.call.kind), id(use.incoming), id(use.outputs)
            if alike in idle:
                continue
            path = use.call.path or use.call.kind.name
            layer = Layer(path=_free(path, taken), kind=use.call.kind, tensors=())
            row = self.row(layer, [use])
            if row.macs != 0 or row.connections != 0:
                taken.add(row.path)
                yield row
            else:
                idle.add(alike)


def _as_called(layer: Layer, use: Use) -> Kind:
    """What ``layer`` is in one use: a call may say which input is which."""
    own = type(use.call.kind) is type(layer.kind) and not isinstance(layer.kind, Custom)
    return use.call.kind if own else layer.kind


def _complete(expected: tuple[Expected, ...] | None) -> bool:
    return expected is not None and all(None not in (shape or ()) for shape in lengths(expected))


def _over(uses: list[Use], asked: Work) -> Expr | None:
    """Work of all uses; equal ones are written as a multiple."""
    if len(uses) == 1 and repeats(uses[0].call.kind, uses[0].incoming) == 1:
        return asked(uses[0].call.kind, uses[0].incoming, _at(uses[0].outputs, 0))
    counts: dict[Expr, int] = {}
    for use in uses:
        expr = asked(use.call.kind, use.incoming, _at(use.outputs, 0))
        if expr is None:
            return None
        counts[expr] = counts.get(expr, 0) + repeats(use.call.kind, use.incoming)
    return plus(*(times(Num(n), expr) for expr, n in counts.items()))


def _amount(path: str, expr: Expr | None) -> Amount:
    number = None if expr is None else value(expr)
    return Amount(None, (path,)) if number is None else Amount(number)


def _free(path: str, taken: set[str]) -> str:
    """``path``, or the first of ``path_1``, ``path_2`` … that no row has yet."""
    number, free = 0, path
    while free in taken:
        number += 1
        free = f"{path}_{number}"
    return free
