"""A number that knows whether anything is missing from it."""

from __future__ import annotations

from weighbridge._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Amount(Record):
    """What is known of a count: exact, at least, or nothing at all.

    An exact amount equals the plain number: ``weigh("lenet5").parameters == 61706``.
    """

    value: int | None
    """``None``: nothing is known."""
    missing: tuple[str, ...] = ()
    """Paths of the layers that should add to it and could not be weighed."""

    def __post_init__(self) -> None:
        if self.value is None and not self.missing:
            raise ValueError("an amount of which nothing is known must name what is missing")

    @property
    def exact(self) -> bool:
        """Whether the value is known and nothing is missing from it."""
        return self.value is not None and not self.missing

    def __str__(self) -> str:
        if self.value is None:
            return "?"
        return f"≥ {self.value:,}" if self.missing else f"{self.value:,}"

    def __int__(self) -> int:
        if self.value is None or self.missing:
            raise ValueError(f"{self} is not exact; missing: {', '.join(self.missing)}")
        return self.value

    __index__ = __int__

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int):
            return self.exact and self.value == other
        return Record.__eq__(self, other)

    def __hash__(self) -> int:
        return hash(self.value) if self.exact else Record.__hash__(self)


ZERO = Amount(0)


def together(amounts: Iterable[Amount]) -> Amount:
    """The amounts added up; what misses in one misses in the sum."""
    listed = list(amounts)
    known = [amount.value for amount in listed if amount.value is not None]
    missing = tuple(dict.fromkeys(path for amount in listed for path in amount.missing))
    return Amount(sum(known) if known or not listed else None, missing)
