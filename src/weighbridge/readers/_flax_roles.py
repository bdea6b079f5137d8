"""What a tensor of a Flax layer is for, by the name that Flax gives it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_CALLED = {
    "bias": ("bias", "shift"), "var": ("variance",), "negative_slope": ("slope",),
    "lora_a": ("adapter_in",), "lora_b": ("adapter_out",),
}  # fmt: skip
_KEPT = {"u": "vector", "sigma": "value", "scale": "scale"}
"""What wrappers keep for a tensor: ``kernel/u``."""
_PARTS = {"out": "output", "query_ln": "query", "key_ln": "key"}
_STATE_PARTS = ("h", "dense_h", "hh")
"""Modules of recurrent cells that read the last output."""
_OF_A_GATE = 2
"""Letters in the name of a module of one gate: what it reads, i or h, and the gate."""


def role_of(name: str, expected: Collection[str]) -> str:
    """The role among ``expected`` of the tensor ``name``, dotted; empty where the name is no help.

    ``query.kernel`` → ``query_kernel``, ``hf.bias`` → ``bias_f``, ``bias`` of a norm → ``shift``.
    """
    return next((role for role in _candidates(name) if role in expected), "")


def _candidates(name: str) -> Iterator[str]:
    *before, last = name.replace("/", ".").split(".")
    part = before[-1].rstrip("_") if before else ""
    if part in _STATE_PARTS:
        yield f"recurrent_{last}"
    yield from _CALLED.get(last, (last,))
    if part:
        yield f"{part}_{_KEPT.get(last, last)}"
        yield f"{_PARTS.get(part, part)}_{last}"
    if len(part) == _OF_A_GATE and part[0] in "ih":
        yield f"{'recurrent_' * (part[0] == 'h')}{last}_{part[1]}"
        yield f"{last}_{part[1]}"
