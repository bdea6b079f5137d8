"""Powers of 1,024 and of 1,000 are mixed up, or bytes and numbers of parameters.

A "MB" may be 1,000² or 1,024² bytes; some programs divide a count by 1,024² and call it millions. A
file holds 4 bytes for each parameter, or 2, and its size is read as their number. Seen in sizes of
files, in memory, and in tools that print "M".
"""

from __future__ import annotations

from fractions import Fraction

from weighbridge.claims.assumptions import Assumption, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.claims.assumptions import Question

_PREFIXES = {"K": 1, "M": 2, "G": 3}
_WIDTHS = {4: 0.0, 2: 0.5, 8: 2.0}
_DTYPES = {
    Fraction(1, 2): ("2 bytes are counted for each parameter, not 4", 0.0),
    Fraction(1, 4): ("1 byte is counted for each parameter, not 4", 0.5),
    Fraction(1, 8): ("half a byte is counted for each parameter, not 4", 1.0),
    Fraction(2): ("twice as many bytes are counted for each parameter", 0.5),
    Fraction(4): ("four times as many bytes are counted for each parameter", 2.0),
}


def _readings(question: Question) -> Iterator[Reading]:
    of_bytes = "bytes" in question.quantity
    usual = max((n for n in (1, 2, 3) if question.stated[1] >= 500 * 1000 ** (n - 1)), default=1)
    for prefix, power in _PREFIXES.items():
        if power <= usual:
            yield from _prefixes(question, prefix, power, of_bytes, usual - power)
    if of_bytes:
        rare = 2.0 if question.quantity == "training-bytes" else 0.0
        for factor, (says, bits) in _DTYPES.items():
            yield _times(question, factor, says, f"dtype-{factor}", bits + rare, ("dtype-width",))
        bits_each = Fraction(8)
        says = "bits are counted, not bytes"
        yield _times(question, bits_each, says, "bits", 1.5, ("dtype-width",))
        parameters = question.counts("parameters")
        if parameters is not None:
            says = "the number of parameters is read as bytes"
            yield Reading(
                parameters,
                says,
                f"{parameters:,}",
                "count",
                1.0,
                causes=("bytes-for-count", "dtype-width"),
            )
    elif question.quantity in ("parameters", "trainable"):
        rare = 2.5 if len(question.rows) == 1 else 1.0
        for width, bits in _WIDTHS.items():
            says = f"the bytes of the file are counted, {width} for each parameter"
            yield _times(
                question, Fraction(width), says, f"bytes-{width}", bits + rare, ("bytes-for-count",)
            )


def _prefixes(
    question: Question, prefix: str, power: int, of_bytes: bool, unusual: int
) -> Iterator[Reading]:
    factor = Fraction(1000, 1024) ** power
    binary = f"1,024{('', '', '²', '³')[power]}"
    causes = ("mib-as-mb",) if of_bytes else ("binary-prefix",)
    unit = f"{prefix}B" if of_bytes else prefix
    says = f"{binary} is printed as 1 {unit}"
    yield _times(question, factor, says, f"{prefix}-binary", 2.0 * unusual, causes)
    says = f"1 {unit} is taken for {binary}"
    yield _times(question, 1 / factor, says, f"{prefix}-decimal", 1.0 + 2.0 * unusual, causes)


def _times(
    question: Question, factor: Fraction, says: str, variant: str, bits: float,
    causes: tuple[str, ...],
) -> Reading:  # fmt: skip
    number = round(question.measured * factor)
    formula = (
        f"{question.measured:,}·{factor}"
        if factor.denominator == 1
        else f"{question.measured:,}·{factor.numerator:,}/{factor.denominator:,}"
    )
    return Reading(number, says, formula, variant, bits, factor, causes)


ASSUMPTION = Assumption(
    "units", ("mib-as-mb",), 2.5, readings=_readings,
    decides="in which unit the number was printed",
)  # fmt: skip
