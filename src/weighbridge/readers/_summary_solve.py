"""Settings that a table does not print, solved for from type, shapes and count.

2,416 parameters from 14×14×6 to 10×10×16 can only be a 5×5 kernel with bias. Candidates come from
``_summary_candidates``; here each is put to the test: the kind must own what is counted, and make
of what comes in what the table says comes out.
"""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.errors import Impossible
from weighbridge.formula import plain, tally, times, value
from weighbridge.layers import make, spelling, spellings
from weighbridge.model import Expected, Kind, Unknown, sizes
from weighbridge.readers._summary_candidates import candidates
from weighbridge.readers._summary_declared import declared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.model import Shape
    from weighbridge.readers._summary_types import Printed

_MOST = 400
"""Candidates looked at for one row."""


class Asked(Record):
    """What is known of a row."""

    dialect: str
    native: str
    incoming: tuple[Shape | None, ...]
    outputs: tuple[Shape | None, ...]
    low: int | None
    high: int | None
    buffers: bool
    """Whether state that is not trained is in the count."""
    kernel: tuple[int, ...] = ()

    @property
    def entering(self) -> Shape | None:
        """The shape of the first thing it reads."""
        return self.incoming[0] if self.incoming else None

    @property
    def leaving(self) -> Shape | None:
        """The shape of the first thing it makes."""
        return self.outputs[0] if self.outputs else None


class Answer(Record):
    """One way in which a row can have come about."""

    kind: Kind
    native: str
    bits: float
    """How unlikely its settings are."""
    formula: str
    incoming: tuple[Shape | None, ...]


def asked(row: Printed, dialect: str, incoming: tuple[Shape | None, ...], buffers: bool) -> Asked:
    """The question that ``row`` puts."""
    return Asked(dialect, row.native, incoming, row.outputs, row.low, row.high, buffers, row.kernel)


def natives(dialect: str, row: Printed) -> tuple[str, ...]:
    """The classes that the type of a row may stand for: several where it is cut off."""
    if not row.cut and spelling(dialect, row.native) is not None:
        return (row.native,)
    if not row.cut or not row.native:
        return ()
    start = f"{dialect}:{row.native}"
    found = sorted(
        (key for key in spellings() if key.startswith(start)), key=lambda key: (len(key), key)
    )
    return tuple(key.partition(":")[2] for key in found)


def answers(question: Asked) -> list[Answer]:
    """All settings that fit, the likeliest first; one for each formula."""
    found: dict[str, Answer] = {}
    for number, (settings, bits) in enumerate(candidates(question)):
        if number >= _MOST:
            break
        answer = _tested(question, settings, bits)
        if answer is not None:
            best = found.get(answer.formula)
            if best is None or answer.bits < best.bits:
                found[answer.formula] = answer
    return sorted(found.values(), key=lambda answer: answer.bits)


def _tested(question: Asked, settings: dict[str, object], bits: float) -> Answer | None:
    """The candidate as an answer; ``None`` where it does not hold."""
    positional = settings.pop("*", ())
    assumed: Shape | None = settings.pop("<", None)  # type: ignore[assignment]  # a shape
    incoming = question.incoming if assumed is None else (assumed, *question.incoming[1:])
    try:
        kind = make(question.dialect, question.native, positional, settings)  # type: ignore[arg-type]  # a tuple
        if isinstance(kind, Unknown):
            return None
        made = kind.outputs(*incoming)
        expected = kind.tensors(*incoming)
        kind.macs(incoming, question.leaving)
        if assumed is not None:
            kind = declared(kind, assumed)
    except (Impossible, IndexError, TypeError):
        return None
    if expected is None or not _counts(question, expected):
        return None
    if any(
        _differs(told, sizes(yielded))
        for told, yielded in zip(question.outputs, made, strict=False)
    ):
        return None
    return Answer(kind, question.native, bits, _formula(question, expected), incoming)


def counted(expected: tuple[Expected, ...], buffers: bool) -> list[Expected]:
    """Those of ``expected`` that a table counts."""
    return [t for t in expected if not t.buffer or (buffers and t.role != "seed")]


def _counts(question: Asked, expected: tuple[Expected, ...]) -> bool:
    """Whether the tensors come to what is printed, or would where a size is open."""
    numbers = [value(times(*tensor.dims)) for tensor in counted(expected, question.buffers)]
    if None in numbers:
        return question.low is None
    total = sum(number for number in numbers if number is not None)
    return question.low is None or question.low <= total <= (question.high or 0)


def _differs(told: Shape | None, yielded: Shape | None) -> bool:
    if told is None or yielded is None:
        return False
    return len(told) != len(yielded) or any(
        a != b for a, b in zip(told, yielded, strict=True) if None not in (a, b)
    )


def _formula(question: Asked, expected: tuple[Expected, ...]) -> str:
    owned = counted(expected, question.buffers)
    return plain(tally((tensor.part, tensor.dims) for tensor in owned)) if owned else "0"


def best(questions: Iterator[Asked]) -> tuple[Asked, list[Answer]] | None:
    """The first of several ways to see a row that has an answer."""
    for question in questions:
        found = answers(question)
        if found:
            return question, found
    return None
