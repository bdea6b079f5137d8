"""Constructors as a framework has them, held against our spellings of them.

A spelling must take the same settings at the same places, with the same defaults. What it swallows
without a name, because it changes neither a count, a shape nor work, stands in ``SWALLOWED``.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator
from typing import Any

_BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
Settings = list[inspect.Parameter]

_OF_VALUES = ("_initializer", "_regularizer", "_constraint")
SWALLOWED = {
    "how numbers are rounded or packed": {"quantization_config", "gptq_unpacked_column_size"},
    "which numbers are drawn": {"seed", "unit_forget_bias", "salt"},
    "how much is dropped": {"dropout", "recurrent_dropout"},
    "how a program is laid out": {"unroll", "use_cudnn", "synchronized", "zero_output_for_mask"},
    "how much is multiplied": {
        "lora_alpha", "renorm_momentum", "renorm_clipping", "top_db", "mag_exp", "min_power",
        "ref_power", "power_to_db", "min_freq", "max_freq",
    },
    "how text is written": {"encoding", "vocabulary_dtype", "oov_method", "idf_weights", "name"},
    "how sparse tensors are kept": {"sparse", "ragged"},
    "how far an image is changed": {
        "value_range", "factor", "scale", "sigma", "alpha", "bins", "clip_limit", "tile_grid_size",
        "num_ops", "x_factor", "y_factor", "width_factor", "addition_factor", "threshold_factor",
        "kernel_size", "mode", "interpolation", "fill_mode", "fill_value", "data_format",
    },
    "what holds for every layer": {"dtype", "invert"},
}  # fmt: skip
"""Settings of Keras that a spelling need not name, by the reason why."""


def taken(constructor: type) -> Settings:
    """The settings of ``constructor``, by what it tells type checkers where it takes anything."""
    initialise: Callable[..., None] = getattr(constructor, "__init__")  # noqa: B009  # of a class, not of an object
    told = typing.get_overloads(initialise)
    signature = inspect.signature(told[0] if told else initialise)
    return list(signature.parameters.values())[1:]


def demanded(theirs: Settings) -> list[str]:
    """The settings without a default."""
    return [one.name for one in theirs if one.kind not in _VARIADIC and one.default is one.empty]


def differences(build: Callable[..., Any], theirs: Settings) -> Iterator[str]:
    """What sets a spelling apart from the constructor whose settings ``theirs`` are."""
    ours = list(inspect.signature(build).parameters.values())
    yield from _misplaced(build, ours, theirs)
    mine, names = _named(ours), _named(theirs)
    takes_any = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in ours)
    missing = [name for name in names if name not in mine]
    if missing and not takes_any:
        yield f"does not take {', '.join(missing)}"
    unexplained = [name for name in missing if not _swallowed(name)]
    if unexplained:
        yield f"swallows {', '.join(unexplained)}, which may matter"
    if not any(one.kind is inspect.Parameter.VAR_KEYWORD for one in theirs):
        yield from (f"has a setting {name} of its own" for name in mine if name not in names)
    for name in mine.keys() & names.keys():
        if _matters(build, name) and _plain(mine[name].default) != _plain(names[name].default):
            yield f"{name} is {names[name].default!r} by default, not {mine[name].default!r}"


def _misplaced(build: Callable[..., Any], ours: Settings, theirs: Settings) -> Iterator[str]:
    places = [one.name for one in theirs if one.kind in _BY_PLACE]
    mine = [one.name for one in ours if one.kind in _BY_PLACE]
    if places[: len(mine)] != mine:
        yield f"takes {mine} by place, not {places}"
    for one in ours:
        by_name = one.kind is inspect.Parameter.KEYWORD_ONLY
        if by_name and one.name in places and _matters(build, one.name):
            yield f"takes {one.name} by name only, not at place {places.index(one.name)}"


def _named(settings: Settings) -> dict[str, inspect.Parameter]:
    return {one.name: one for one in settings if one.kind not in _VARIADIC}


def _matters(build: Callable[..., Any], name: str) -> bool:
    return bool(build.__annotations__.get(name) != "Ignored")


def _swallowed(name: str) -> bool:
    return name.endswith(_OF_VALUES) or any(name in names for names in SWALLOWED.values())


def _plain(default: object) -> object:
    """One number for all axes where each axis has the same."""
    while isinstance(default, tuple) and len(set(default)) == 1:
        (default,) = set(default)
    return default
