"""Layers inside layers are counted before anybody walks through them."""

from __future__ import annotations

import pytest

from tests.witness import call, kind_of
from weighbridge.errors import LIMITS, TooLarge
from weighbridge.layers._inside import bounded
from weighbridge.layers.inner_model import chain
from weighbridge.model import Kind

DENSE = kind_of(call("Dense", 4, reads=()))


def doubled(times: int) -> Kind:
    """A row of 2^times dense layers, made of ever the same ones."""
    kind = DENSE
    for _ in range(times):
        kind = chain((kind, kind))
    return kind


def test_layers_that_hold_one_another_many_times_over() -> None:
    assert bounded(doubled(10)) == doubled(10)
    for times in (20, 60):
        with pytest.raises(TooLarge, match=f"more than {LIMITS.calls:,} layers inside"):
            bounded(doubled(times))


def test_a_long_row_and_a_deep_nest() -> None:
    nest = DENSE
    for _ in range(500):
        nest = chain((nest,))

    assert bounded(nest) is nest
    with pytest.raises(TooLarge):
        bounded(chain((DENSE,) * (LIMITS.calls + 1)))
