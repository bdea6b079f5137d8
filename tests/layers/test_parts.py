"""How parts of a layer are named and put together."""

from __future__ import annotations

import pytest

from weighbridge.formula import Dim, Num, equation
from weighbridge.layers._parts import grouped, parts_of, within
from weighbridge.model import Expected

E, F = Dim("E", 4), Dim("F", 5)


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        ([("a projection", 1, E), ("b projection", 1, E)], [("projection", 2)]),
        ([("a and b projection", 2, E), ("c projection", 1, E)], [("projection", 3)]),
        (
            [("a projection", 1, E), ("b projection", 1, E), ("c projection", 1, F)],
            [("a and b projection", 2), ("c projection", 1)],
        ),
        (
            [(f"{x} projection", 1, E) for x in "abc"] + [("d projection", 1, F)],
            [("a, b and c projection", 3), ("d projection", 1)],
        ),
        ([("layer #0", 1, E), ("layer #1", 1, E), ("norm", 1, F)], [("layer", 2), ("norm", 1)]),
        ([("a", 1, E), ("b", 1, E)], [("a and b", 2)]),
        ([("row", 2, E)], [("row", 2)]),
    ],
)
def test_what_parts_are_called(
    groups: list[tuple[str, int, Dim]], told: list[tuple[str, int]]
) -> None:
    parts = parts_of(groups)

    assert [(part.noun, part.count) for part in parts] == [(noun, Num(n)) for noun, n in told]


def test_tensors_of_a_part_are_counted_together() -> None:
    inner = (Expected("kernel", (E, F)), Expected("bias", (F,)))
    state = Expected("seed", (Num(2),), buffer=True)
    both = within("left", "left_{}", inner) + within("right", "right_{}", (*inner, state))

    assert [tensor.role for tensor in both[:3]] == ["left_kernel", "left_bias", "right_kernel"]
    assert [(name, equation(count)) for name, count in grouped(both)] == [
        ("left", "(4 + 1)·5 = 25"),
        ("right", "(4 + 1)·5 = 25"),
    ]
