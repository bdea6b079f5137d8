"""A model on the scales: what each layer must own, what it does own, and whether the two agree.

Double entry: a count is *derived* from a layer's settings and *observed* from its tensors. Both are
kept. A call is weighed for its work, a layer for what it owns.
"""

from __future__ import annotations

from weighbridge.weighing._convention import CONVENTIONS, Convention
from weighbridge.weighing._entries import matched, width_of
from weighbridge.weighing._findings import (
    Disagreement,
    NeverCalled,
    ShapesDisagree,
    SharedLayer,
    TiedTensor,
    UnknownLayer,
)
from weighbridge.weighing._folding import Group, fold
from weighbridge.weighing._rows import AMOUNTS, Basis, Held, Row, Weighing
from weighbridge.weighing._scales import weigh

__all__ = [
    "AMOUNTS",
    "CONVENTIONS",
    "Basis",
    "Convention",
    "Disagreement",
    "Group",
    "Held",
    "NeverCalled",
    "Row",
    "ShapesDisagree",
    "SharedLayer",
    "TiedTensor",
    "UnknownLayer",
    "Weighing",
    "fold",
    "matched",
    "weigh",
    "width_of",
]
