"""Verdicts on claims that show themselves: in a shell, in a notebook."""

from __future__ import annotations

from weighbridge.claims import Checked, check
from weighbridge.reports._shown import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from weighbridge.weighing import Weighing


class Judged(Shown, Checked):
    """The verdicts on claims about a network, in the order of the claims."""


def judged(weighing: Weighing, claims: Sequence[str]) -> Judged:
    """A verdict on each of ``claims``. Raises what ``check`` does."""
    found = check(weighing, claims)
    return Judged(found.weighing, found.verdicts)
