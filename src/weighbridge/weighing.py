"""A model on the scales: what each layer must own, what it does own, and whether the two agree.

Double entry: a count is *derived* from a layer's settings and *observed* from its tensors. Both are
kept. A call is weighed for its work, a layer for what it owns.
"""

from __future__ import annotations

from weighbridge._record import Record, replace
from weighbridge.amount import Amount, together
from weighbridge.errors import Finding, Impossible
from weighbridge.formula import Expr, Num, plus, times, total, value
from weighbridge.model import Call, Expected, Layer, Model, Shape, Tensor, Unknown, sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import ClassVar, Literal

    Basis = Literal["agrees", "disagrees", "derived only", "observed only", "unknown"]


class Convention(Record):
    """What is counted, and how."""

    name: str
    buffers: bool = False
    """Whether the headline ``parameters`` includes state that is not trained."""
    uncounted: tuple[str, ...] = ("seed",)
    """Roles the framework stores but leaves out of every count it prints."""
    note: str = ""

    def counts(self, held: Held) -> bool:
        """Whether a tensor is among the headline ``parameters``."""
        return not held.buffer or (self.buffers and held.role not in self.uncounted)


CONVENTIONS = {
    "keras": Convention(
        "keras",
        buffers=True,
        note="Keras counts moving statistics among the parameters, as non-trainable",
    ),
    "torch": Convention("torch", note="PyTorch keeps running statistics in buffers, not counted"),
}


class Disagreement(Finding):
    """The tensors of a layer are not those its settings call for.

    Both counts are shown, the observed one is used in the totals, and the exit code is 1. The usual
    causes: the file belongs to another version of the model, a layer was changed after it was
    built, or weighbridge derives this layer wrongly, which is worth an issue.
    """

    level: ClassVar[Literal["note", "warning"]] = "warning"


class ShapesDisagree(Finding):
    """The source reports another output shape for a layer than its settings yield.

    What the source reports is used from there on.
    """

    level: ClassVar[Literal["note", "warning"]] = "warning"


class UnknownLayer(Finding):
    """A layer whose kind is not known here, or whose settings could not be read.

    It is listed with what its tensors say. Without tensors its count is unknown, never 0, and the
    totals say "at least".
    """


class NeverCalled(Finding):
    """A layer is declared but no call uses it.

    Frameworks that create a layer's tensors at its first call then hold none: its count is unknown
    unless its settings alone tell it.
    """

    level: ClassVar[Literal["note", "warning"]] = "warning"


class SharedLayer(Finding):
    """A layer is called more than once: its parameters count once, its work every time."""


class TiedTensor(Finding):
    """A tensor is the same as another under a second name; it is counted once."""


class Held(Record):
    """A tensor a layer holds, or must hold where the source has no tensors."""

    role: str
    name: str
    shape: Shape
    count: int | None
    trainable: bool
    buffer: bool
    dtype: str
    tied_to: str | None = None


class Row(Record):
    """One layer on the scales."""

    layer: Layer
    incoming: tuple[Shape | None, ...]
    output: Shape | None
    outputs: tuple[Shape | None, ...]
    expected: tuple[Expected, ...] | None
    held: tuple[Held, ...] | None
    derived: Expr | None
    """Formula of ``parameters`` from the settings; ``None`` where the kind is unknown."""
    observed: int | None
    """``parameters`` from the tensors; ``None`` where the source has none."""
    basis: Basis
    parameters: Amount
    trainable: Amount
    frozen: Amount
    buffers: Amount
    bytes: Amount
    macs: Amount
    connections: Amount
    work: Expr | None
    """Formula of ``macs``."""
    links: Expr | None
    """Formula of ``connections``."""
    calls: int
    members: int = 1
    """Layers folded into this row."""

    @property
    def path(self) -> str:
        return self.layer.path


AMOUNTS = ("parameters", "trainable", "frozen", "buffers", "bytes", "macs", "connections")


class Weighing(Record):
    """A weighed model: a row for each layer, and what they come to."""

    model: Model
    convention: Convention
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]

    @property
    def layers(self) -> tuple[Row, ...]:
        return self.rows

    @property
    def parameters(self) -> Amount:
        """The count by the convention of the source's own framework."""
        return self.total("parameters")

    @property
    def trainable(self) -> Amount:
        return self.total("trainable")

    @property
    def frozen(self) -> Amount:
        return self.total("frozen")

    @property
    def buffers(self) -> Amount:
        return self.total("buffers")

    @property
    def bytes(self) -> Amount:
        """Memory of what ``parameters`` counts, 4 bytes each unless the source says otherwise."""
        return self.total("bytes")

    @property
    def macs(self) -> Amount:
        return self.total("macs")

    @property
    def connections(self) -> Amount:
        return self.total("connections")

    @property
    def agrees(self) -> bool:
        """Whether no row's tensors contradict its settings."""
        return all(row.basis != "disagrees" for row in self.rows)

    def total(self, quantity: str) -> Amount:
        """One of ``AMOUNTS`` over all rows."""
        return together(getattr(row, quantity) for row in self.rows)


# -- weighing a model ----------------------------------------------------------------------------


class _Use(Record):
    """A call with the shapes that reach it and leave it."""

    call: Call
    incoming: tuple[Shape | None, ...]
    outputs: tuple[Shape | None, ...]


def weigh(model: Model, convention: Convention | None = None) -> Weighing:
    """``model`` on the scales, by the convention of its own framework unless told otherwise.

    Raises ``Impossible`` where settings cannot be or shapes do not fit.
    """
    convention = convention or CONVENTIONS.get(model.origin.producer, Convention("plain"))
    findings: list[Finding] = list(model.findings)
    uses = _run(model, findings)
    by_layer: dict[str, list[_Use]] = {layer.path: [] for layer in model.layers}
    operations: list[_Use] = []
    for use in uses:
        (operations if use.call.layer is None else by_layer[use.call.layer]).append(use)
    rows = [_weigh_layer(layer, by_layer[layer.path], convention) for layer in model.layers]
    rows += _working(operations, convention)
    findings += (finding for row in rows for finding in _remarks(row, convention))
    return Weighing(model, convention, tuple(rows), tuple(findings))


def _run(model: Model, findings: list[Finding]) -> list[_Use]:
    """Every call with its shapes, in the order of the model."""
    uses: list[_Use] = []
    layers = {layer.path: layer for layer in model.layers}
    for call in model.calls:
        incoming = tuple(
            None if port is None else _at(uses[port.call].outputs, port.output)
            for port in call.reads
        )
        place = layers.get(call.layer or "")
        try:
            derived = tuple(sizes(dims) for dims in call.kind.outputs(*incoming))
        except Impossible as error:
            raise _placed(error, place) from None
        reported = call.outputs
        if reported and _contradict(reported, derived):
            message = f"the source reports {reported[0]}, its settings yield {derived[0]}"
            findings.append(ShapesDisagree(call.layer or call.path, message))
        uses.append(_Use(call, incoming, _better(reported, derived)))
    return uses


def _placed(error: Impossible, layer: Layer | None) -> Impossible:
    if layer is not None:
        error.what = f"{layer.native or layer.kind.name}: {error.what}"
        error.at(f"layer {layer.path}" + (f", {layer.place}" if layer.place else ""))
    return error


def _at(outputs: tuple[Shape | None, ...], index: int) -> Shape | None:
    return outputs[index] if index < len(outputs) else None


def _contradict(reported: tuple[Shape | None, ...], derived: tuple[Shape | None, ...]) -> bool:
    return any(
        a is not None
        and b is not None
        and (len(a) != len(b) or any(None not in (x, y) and x != y for x, y in zip(a, b, strict=True)))
        for a, b in zip(reported, derived, strict=False)
    )


def _better(
    reported: tuple[Shape | None, ...] | None, derived: tuple[Shape | None, ...]
) -> tuple[Shape | None, ...]:
    """What the source reports, filled up with what is derived."""
    if reported is None:
        return derived
    return tuple(
        _at(derived, i) if shape is None or None in shape and _fits(shape, _at(derived, i)) else shape
        for i, shape in enumerate(reported)
    )


def _fits(open_shape: Shape, known: Shape | None) -> bool:
    return (
        known is not None
        and len(known) == len(open_shape)
        and all(a in (None, b) for a, b in zip(open_shape, known, strict=True))
    )


def _weigh_layer(layer: Layer, uses: list[_Use], convention: Convention) -> Row:
    incoming = uses[0].incoming if uses else ()
    outputs = uses[0].outputs if uses else (None,)
    try:
        expected = layer.kind.tensors(*incoming)
        work = _sum_calls(uses, lambda use: use.call.kind.macs(use.incoming, use.outputs[0]))
        links = _sum_calls(uses, lambda use: use.call.kind.connections(use.incoming, use.outputs[0]))
    except Impossible as error:
        raise _placed(error, layer) from None
    held = _held(layer, expected)
    counted = _counted(layer, expected, held, convention)
    derived = None if counted is None else total(tensor.dims for tensor in counted)
    observed = None
    if layer.tensors is not None and held is not None:
        observed = sum(h.count or 0 for h in held if convention.counts(h) and h.tied_to is None)
    amounts = _amounts(layer.path, held, convention)
    return Row(
        layer=layer, incoming=incoming, output=outputs[0], outputs=outputs, expected=expected,
        held=held, derived=derived, observed=observed,
        basis=_basis(layer, expected, derived, convention),
        **amounts, macs=_amount(layer.path, work), connections=_amount(layer.path, links),
        work=work, links=links, calls=len(uses),
    )  # fmt: skip


def _sum_calls(uses: list[_Use], work: Callable[[_Use], Expr | None]) -> Expr | None:
    """Work of all calls; equal calls are written as a multiple."""
    counts: dict[Expr, int] = {}
    for use in uses:
        expr = work(use)
        if expr is None:
            return None
        counts[expr] = counts.get(expr, 0) + 1
    return plus(*(times(Num(n), expr) for expr, n in counts.items()))


def _amount(path: str, expr: Expr | None) -> Amount:
    number = None if expr is None else value(expr)
    return Amount(None, (path,)) if number is None else Amount(number)


def _held(layer: Layer, expected: tuple[Expected, ...] | None) -> tuple[Held, ...] | None:
    """The tensors of ``layer``, with roles; those it must have where the source has none."""
    if layer.tensors is not None:
        return tuple(_present(layer, *pair) for pair in matched(layer.tensors, expected or ()))
    return None if expected is None else tuple(_required(layer, tensor) for tensor in expected)


def _present(layer: Layer, tensor: Tensor, role: Expected | None) -> Held:
    trainable = tensor.trainable
    if trainable is None:
        trainable = layer.trainable and (role.trainable and not role.buffer if role else True)
    buffer = tensor.buffer or (role is not None and role.buffer)
    return Held(
        role=role.role if role else tensor.role,
        name=tensor.name,
        shape=tensor.shape,
        count=tensor.size,
        trainable=trainable and not buffer,
        buffer=buffer,
        dtype=tensor.dtype,
        tied_to=tensor.tied_to,
    )


def _required(layer: Layer, tensor: Expected) -> Held:
    shape = sizes(tensor.dims) or ()
    return Held(
        role=tensor.role,
        name=f"{layer.path}.{tensor.role}",
        shape=shape,
        count=value(total([tensor.dims])),
        trainable=layer.trainable and tensor.trainable and not tensor.buffer,
        buffer=tensor.buffer,
        dtype=tensor.dtype or layer.dtype,
    )


def matched(
    tensors: tuple[Tensor, ...], expected: tuple[Expected, ...]
) -> Iterator[tuple[Tensor, Expected | None]]:
    """Each tensor with what it is expected to be: by role, else by its sizes in any order."""
    open_roles = {role.role: role for role in expected}
    taken = {t.role: open_roles.pop(t.role) for t in tensors if t.role in open_roles}
    for tensor in tensors:
        if tensor.role in taken:
            yield tensor, taken[tensor.role]
            continue
        wanted = sorted(tensor.shape)
        fitting = (r for r in open_roles.values() if _sorted(sizes(r.dims)) == wanted)
        role = next(fitting, None)
        yield tensor, open_roles.pop(role.role) if role else None


def _sorted(shape: Shape | None) -> list[int] | None:
    known = [n for n in shape or () if n is not None]
    return None if shape is None or len(known) < len(shape) else sorted(known)


def _counted(
    layer: Layer,
    expected: tuple[Expected, ...] | None,
    held: tuple[Held, ...] | None,
    convention: Convention,
) -> list[Expected] | None:
    """What of ``expected`` is among the parameters: not another layer's, counted by convention."""
    if expected is None or held is None:
        return None
    tied = {h.role for h in held if h.tied_to is not None}
    rules = ((tensor, _required(layer, tensor)) for tensor in expected)
    return [t for t, rule in rules if convention.counts(rule) and t.role not in tied]


def _basis(
    layer: Layer,
    expected: tuple[Expected, ...] | None,
    derived: Expr | None,
    convention: Convention,
) -> Basis:
    complete = derived is not None and value(derived) is not None
    if layer.tensors is None:
        return "derived only" if complete else "unknown"
    if not complete or layer.inferred or expected is None:
        return "observed only"
    wanted = sorted(
        _sorted(sizes(t.dims)) or [] for t in expected if t.role not in convention.uncounted
    )
    present = sorted(
        sorted(tensor.shape)
        for tensor, role in matched(layer.tensors, expected)
        if (role.role if role else tensor.role) not in convention.uncounted
    )
    return "agrees" if wanted == present else "disagrees"


def _amounts(
    path: str, held: tuple[Held, ...] | None, convention: Convention
) -> dict[str, Amount]:
    owned = None if held is None else [h for h in held if h.tied_to is None]
    sorts: dict[str, Callable[[Held], bool]] = {
        "parameters": convention.counts,
        "trainable": lambda h: h.trainable,
        "frozen": lambda h: not h.trainable and not h.buffer,
        "buffers": lambda h: h.buffer,
    }
    amounts = {
        name: Amount(None, (path,)) if owned is None else _adding(path, filter(belongs, owned))
        for name, belongs in sorts.items()
    }
    width = {h.dtype: width_of(h.dtype) for h in owned or ()}
    amounts["bytes"] = (
        Amount(None, (path,))
        if owned is None
        else _adding(path, filter(convention.counts, owned), lambda h: width[h.dtype])
    )
    return amounts


def _adding(
    path: str, held: Iterable[Held], weight: Callable[[Held], int] = lambda _: 1
) -> Amount:
    amounts = (
        Amount(None, (path,)) if h.count is None else Amount(h.count * weight(h)) for h in held
    )
    return together(amounts)


def width_of(dtype: str) -> int:
    """Bytes of one element, read off the dtype's name: ``float32`` → 4, ``bfloat16`` → 2, ``bool`` → 1."""
    digits = "".join(c if c.isdigit() else " " for c in dtype).split()
    return max(int(digits[0]) // 8, 1) if digits else 1 if dtype == "bool" else 4


def _working(operations: list[_Use], convention: Convention) -> Iterator[Row]:
    """Rows of functional operations that do countable work, or whose work nobody knows."""
    seen: dict[str, int] = {}
    for use in operations:
        row = _weigh_layer(
            Layer(path=use.call.path or use.call.kind.name, kind=use.call.kind, tensors=()),
            [use],
            convention,
        )
        if row.macs == 0:
            continue
        seen[row.path] = seen.get(row.path, 0) + 1
        suffix = f"_{seen[row.path] - 1}" if seen[row.path] > 1 else ""
        yield replace(row, layer=replace(row.layer, path=row.path + suffix))


def _remarks(row: Row, convention: Convention) -> Iterator[Finding]:
    layer = row.layer
    if row.basis == "disagrees":
        derived = row.derived and value(row.derived)
        message = f"settings call for {derived:,} values, the tensors hold {row.observed:,}"
        yield Disagreement(row.path, message)
    if isinstance(layer.kind, Unknown):
        yield UnknownLayer(row.path, layer.kind.because or f"{layer.native} is not known here")
    elif not row.calls and layer.place:
        yield NeverCalled(row.path, "declared and never called")
    if row.calls > 1:
        yield SharedLayer(row.path, f"called {row.calls} times: counted once, its work each time")
    for held in row.held or ():
        if held.tied_to is not None:
            yield TiedTensor(row.path, f"{held.name} is {held.tied_to}; counted there")


# -- folding -------------------------------------------------------------------------------------


def fold(weighing: Weighing, depth: int) -> Weighing:
    """The same weighing with paths of at most ``depth`` parts; deeper layers in their parents."""
    groups: dict[str, list[Row]] = {}
    for row in weighing.rows:
        groups.setdefault(".".join(row.path.split(".")[:depth]), []).append(row)
    natives = {container.path: container.native for container in weighing.model.containers}
    rows = tuple(
        rows[0] if [row.path for row in rows] == [path] else _folded(path, natives.get(path, ""), rows)
        for path, rows in groups.items()
    )
    return replace(weighing, rows=rows)


class Group(Unknown):
    """Several layers in one row, folded by ``--depth``."""


def _folded(path: str, native: str, rows: list[Row]) -> Row:
    bases = {row.basis for row in rows}
    order: tuple[Basis, ...] = ("disagrees", "unknown", "observed only", "derived only", "agrees")
    held = [h for row in rows for h in row.held or ()]
    return replace(
        rows[-1],
        layer=Layer(path=path, kind=Group(native=native), native=native, tensors=None),
        incoming=rows[0].incoming,
        expected=None,
        held=tuple(held),
        derived=None,
        observed=None,
        basis=next(basis for basis in order if basis in bases),
        work=None,
        links=None,
        calls=max(row.calls for row in rows),
        members=sum(row.members for row in rows),
        **{name: together(getattr(row, name) for row in rows) for name in AMOUNTS},
    )
