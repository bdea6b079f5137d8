"""Packed sequences against real PyTorch: what goes in is what comes out again."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from weighbridge import layers
from weighbridge.layers import Untold, make

SAMPLES = 3


@settings(max_examples=40)
@given(st.integers(1, 6), st.integers(1, 4), st.booleans(), st.booleans(), st.none() | st.just(8))
def test_torch_agrees(steps: int, width: int, before: bool, after: bool, total: int | None) -> None:
    """The longest sequence has all steps, so that nothing is cut off."""
    whole = (SAMPLES, steps, width) if before else (steps, SAMPLES, width)
    packed = pack_padded_sequence(torch.zeros(whole), [steps] * SAMPLES, batch_first=before)
    theirs, lengths = pad_packed_sequence(packed, batch_first=after, total_length=total)

    reads = layers.turned((steps, width), 0 if before else 1)
    pack = make("torch", "nn.utils.rnn.pack_padded_sequence", [object(), object(), before], {})
    named = {"batch_first": after, "total_length": total}
    pad = make("torch", "nn.utils.rnn.pad_packed_sequence", [object()], named)
    ours, ends = layers.passed(pad, layers.passed(pack, (reads,)))

    assert ours is not None
    axis = layers.batch_axis(ours)
    assert (*ours[:axis], SAMPLES, *ours[axis:]) == tuple(theirs.shape)
    assert ends == tuple(lengths.shape)[1:]


def test_what_is_not_told_stays_open() -> None:
    pad = make("torch", "nn.utils.rnn.pad_packed_sequence", [object(), Untold("read in")], {})

    assert layers.passed(pad, ((7, 16),)) == (None, ())
    assert layers.passed(pad, (None,)) == (None, ())
