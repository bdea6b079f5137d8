"""What people take for granted when they count, one file each.

A module here defines ``ASSUMPTION``. Its docstring is what ``weigh about`` says: what is assumed,
why people do, and where it is seen.
"""

from __future__ import annotations

from weighbridge import _collect
from weighbridge._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction

    from weighbridge.claims._lines import Edit, Line, Whole
    from weighbridge.model import Model
    from weighbridge.weighing import Row, Weighing


class Rebuilt(Record):
    """Another network than the one weighed, as somebody may have had it in mind."""

    model: Model
    says: str
    variant: str = ""
    bits: float = 0.0
    causes: tuple[str, ...] = ()
    """The known causes of wrong numbers, where they are others than the assumption's."""


class Question(Record):
    """What was asked, for assumptions about what the number counts."""

    weighing: Weighing
    quantity: str
    measured: int
    stated: tuple[int, int]
    """The smallest and the largest number that the claim may stand for."""
    counts: Callable[[str], int | None]
    """Any other quantity of the same subject; ``None`` where it is not known."""
    rows: tuple[Row, ...] = ()
    """The layers of the subject."""


class Reading(Record):
    """Another number that somebody may have read off the same network."""

    value: int
    says: str
    formula: str
    """``61,706·4/1,024²``: how it comes about."""
    variant: str = ""
    bits: float = 0.0
    factor: Fraction | None = None
    """What the measured number is multiplied by, where that is all; it can then be read so on top
    of another mistake."""
    causes: tuple[str, ...] = ()
    """The known causes of wrong numbers, where they are others than the assumption's."""


def _nothing(_: object) -> Iterator[object]:
    return iter(())


class Assumption(Record):
    """Something taken for granted when counting: of a layer, of the network, of the number."""

    name: str
    """``bias-left-out``: as it is called in results."""
    causes: tuple[str, ...]
    """Which of the known causes of wrong numbers it is."""
    bits: float
    """How unlikely: the binary logarithm of one in how many."""
    edits: Callable[[Line], Iterator[Edit]] = _nothing  # type: ignore[assignment]  # yields nothing
    """The layer as it would be counted, in each way the assumption can be made for it."""
    wholes: Callable[[tuple[Line, ...]], Iterator[Whole]] = _nothing  # type: ignore[assignment]
    """Several layers as they would be counted, where it is about all of them together."""
    models: Callable[[Weighing], Iterator[Rebuilt]] = _nothing  # type: ignore[assignment]
    """The network as it would be built, where other shapes reach other layers."""
    readings: Callable[[Question], Iterator[Reading]] = _nothing  # type: ignore[assignment]
    """What the number would be, where something else is counted, or in other units."""
    together: bool = True
    """Whether it may be made for all layers at once."""
    everywhere: float = 1.0
    """Bits by which it is less likely made for all layers than for the only one there is."""
    behind_flatten: bool = False
    """Whether its other builds have other counts only where shapes reach a Dense layer."""
    decides: str = ""
    """What to look up to know whether it is so: ``whether the layer was built with a bias``."""


def assumptions() -> tuple[Assumption, ...]:
    """All of them, the likeliest first."""
    found = _collect.collect(__name__, "ASSUMPTION", Assumption).values()
    return tuple(sorted(found, key=lambda assumption: assumption.bits))
