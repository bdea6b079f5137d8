"""What can be claimed of a network, and how each is measured on its rows."""

from __future__ import annotations

from weighbridge.amount import Amount, together
from weighbridge.claims._field import receptive_field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from weighbridge.claims._subjects import Subject
    from weighbridge.weighing import Held, Row, Weighing

_ALSO = {
    "parameters": (
        "params", "param", "parameter", "total", "count", "total params", "total parameters",
        "#params",
    ),
    "trainable": ("trainable params", "trainable parameters"),
    "frozen": (
        "non-trainable", "nontrainable", "untrainable", "non-trainable params",
        "non-trainable parameters",
    ),
    "buffers": ("buffer", "state"),
    "weights": ("weights only", "without biases"),
    "state-dict": ("statedict",),
    "macs": ("mac", "mult-adds", "multadds", "madds", "multiply-accumulates", "mmacs", "gmacs"),
    "flops": ("flop", "gflops", "mflops", "operations"),
    "connections": ("connection", "links"),
    "bytes": ("size", "memory", "bytes-fp32", "file size", "disk"),
    "bytes-fp16": ("bytes-bf16", "bytes-half"),
    "bytes-int8": (),
    "bytes-q4-k-m": (),
    "training-bytes": ("training memory",),
    "receptive-field": ("field of view",),
    "printed-total": (),
    "stored-elements": (),
}  # fmt: skip
_NAMES = {also: name for name, others in _ALSO.items() for also in (name, *others)}
BITS_Q4_K_M = 4.82
"""Bits per weight of llama.cpp's Q4_K_M, which mixes widths (its README, Llama 3.1 table)."""


def quantities() -> tuple[str, ...]:
    """The names of all that can be claimed."""
    return tuple(_ALSO)


def quantity(text: str) -> str | None:
    """The quantity that ``text`` names, however it is spelled; ``None`` if it names none."""
    return _NAMES.get(text.strip().lower().replace("_", "-"))


def of_bytes(name: str) -> bool:
    """Whether the quantity is counted in bytes."""
    return "bytes" in name


def measured(name: str, subject: Subject, weighing: Weighing) -> Amount:
    """The quantity called ``name`` of ``subject``."""
    counts = weighing.convention.counts
    counted = counted_by(name, weighing)
    if counted is not None:
        missing_from = name if name in ("trainable", "frozen", "buffers") else "parameters"
        return _over(subject, missing_from, counted, tied=name == "state-dict")
    match name:
        case "printed-total":
            return _printed(weighing)
        case "macs":
            return _work(subject, "macs")
        case "flops":
            return _scaled(_work(subject, "macs"), 2)
        case "connections":
            return _work(subject, "connections")
        case "receptive-field":
            field = receptive_field(weighing.model, subject)
            return (
                Amount(None, (subject.path or weighing.model.name,))
                if field is None
                else Amount(field)
            )
        case "bytes":
            return _over(subject, "bytes", counts, of=lambda h: h.bytes)
    parameters = _over(subject, "parameters", counts)
    return _scaled(parameters, _BYTES_EACH.get(name, 1))


def counted_by(name: str, weighing: Weighing) -> Callable[[Held], bool] | None:
    """Which tensors the quantity counts the values of; ``None`` if it is no count of values."""
    counts = weighing.convention.counts
    return {
        "parameters": counts,
        "trainable": lambda h: h.trainable,
        "frozen": lambda h: counts(h) and not h.trainable,
        "buffers": lambda h: h.buffer,
        "weights": lambda h: counts(h) and "bias" not in h.role,
        "state-dict": lambda h: True,
    }.get(name)


_BYTES_EACH: dict[str, float] = {
    "bytes-fp16": 2,
    "bytes-int8": 1,
    "bytes-q4-k-m": BITS_Q4_K_M / 8,
    "training-bytes": 16,
}
"""For each parameter; training in float32 keeps a weight, its gradient and two moments of Adam."""


def _over(
    subject: Subject,
    missing_from: str,
    belongs: Callable[[Held], bool],
    of: Callable[[Held], int | None] = lambda held: held.count,
    tied: bool = False,
) -> Amount:
    """What the tensors that belong come to; one tied to another of the subject counts once."""
    if subject.tensor is not None:
        number = of(subject.tensor)
        return Amount(None, (subject.path,)) if number is None else Amount(number)
    names = {held.name for row in subject.rows for held in row.held or ()}
    return together(
        _of_row(row, missing_from, of, lambda h: belongs(h) and (tied or h.tied_to not in names))
        for row in subject.rows
    )


def _of_row(
    row: Row,
    missing_from: str,
    of: Callable[[Held], int | None],
    belongs: Callable[[Held], bool],
) -> Amount:
    if row.held is None:
        return Amount(None, (row.path,))
    numbers = [of(held) for held in row.held if belongs(held)]
    known = [number for number in numbers if number is not None]
    missing: tuple[str, ...] = getattr(row, missing_from).missing
    if len(known) < len(numbers):
        return Amount(sum(known) if known else None, (row.path,))
    return Amount(sum(known), missing)


def _printed(weighing: Weighing) -> Amount:
    """What the total line of a printed table says; the counted total where there is none."""
    for finding in weighing.findings:
        number = getattr(finding, "value", None)
        if finding.slug == "printed-total" and isinstance(number, int):
            return Amount(number)
    return weighing.parameters


def _work(subject: Subject, name: str) -> Amount:
    rows: Iterable[Row] = () if subject.tensor is not None else subject.rows
    return together(getattr(row, name) for row in rows)


def _scaled(amount: Amount, factor: float) -> Amount:
    return amount if amount.value is None else Amount(round(amount.value * factor), amount.missing)
