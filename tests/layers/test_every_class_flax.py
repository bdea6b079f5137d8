"""Every layer that Flax has: spelled with its settings, or left out for a reason."""

from __future__ import annotations

import inspect

import flax.linen as nn
import pytest
from flax import nnx

from tests.layers.signatures import differences, taken
from weighbridge import layers

LEFT_OUT = {
    "Module": "what all layers derive from",
    "RNNCellBase": "what all cells derive from",
    "Sequential": "groups layers", "List": "groups layers", "Dict": "groups layers",
    "BatchApply": "folds axes around a function", "RNN": "repeats a cell, which is the layer",
    "Bidirectional": "repeats two cells, which are the layers",
    "ModelAndOptimizer": "no layer", "ToNNX": "holds a linen module", "ToLinen": "holds another",
    "Fp8DirectDotGeneralOp": "scales beside a product, observed",
    "Fp8DotGeneralOp": "scales beside a product, observed",
    "Fp8DotGeneral": "scales beside a product, observed",
    "Fp8Einsum": "scales beside a product, observed",
    "NANOOFp8DotGeneralOp": "scales beside a product, observed",
    "nnx:WeightNorm": "its scales are no variables, and which it has is up to a function",
}  # fmt: skip
DEFAULTS = ("variable_filter", "batch_axis")
"""Settings whose defaults are a set and a mapping of Flax's own."""
CLASSES = {
    f"{dialect}:{name}": found
    for dialect, package, base in (("linen", nn, nn.Module), ("nnx", nnx, nnx.Module))
    for name, found in sorted(vars(package).items())
    if inspect.isclass(found) and issubclass(found, base)
}
SPELLED = [key for key in CLASSES if layers.spelling(*key.split(":")) is not None]


@pytest.mark.parametrize("key", CLASSES)
def test_every_class_is_spelled(key: str) -> None:
    is_left_out = key in LEFT_OUT or key.partition(":")[2] in LEFT_OUT

    assert (key in SPELLED) != is_left_out


@pytest.mark.parametrize("key", SPELLED)
def test_settings_are_those_of_the_constructor(key: str) -> None:
    """By place, by name and by default; what is swallowed is proved not to matter elsewhere."""
    build = layers.spelling(*key.split(":"))
    assert build is not None

    theirs = [one for one in taken(CLASSES[key]) if one.name not in ("parent", "name")]
    found = differences(build, theirs)
    assert [one for one in found if not one.startswith(("swallows", *DEFAULTS))] == []
