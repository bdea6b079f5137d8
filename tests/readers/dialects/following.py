"""Texts followed by the reader and run by numpy, and what it means that both agree."""

from __future__ import annotations

import ast
import math
import warnings
from typing import Any

import numpy as np

from weighbridge.layers import Untold
from weighbridge.readers._python.expressions import evaluate
from weighbridge.readers._python.run import Run
from weighbridge.readers._python.statements import execute
from weighbridge.readers._python.values import Raised, Value
from weighbridge.readers.dialects import World
from weighbridge.readers.dialects._array import Array, Number


def followed(text: str, **names: Value) -> Any:
    """The value of an expression, or what it raises, as the reader tells it."""
    run = Run(text, "a test", World())
    run.scope.names |= {"np": run.world.bare("np"), **names}
    try:
        return evaluate(run, ast.parse(text, mode="eval").body, run.scope)
    except Raised as raised:
        return raised


def ran(text: str, **names: object) -> object:
    """The value of an expression, or what it raises, as numpy computes it."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return eval(text, {"np": np, **names})
    except (ValueError, IndexError, TypeError, ZeroDivisionError) as error:
        return error


def program(text: str) -> dict[str, Any]:
    """What the names of a program stand for in the end."""
    run = Run("import numpy as np\n" + text, "a test", World())
    execute(run, run.parse().body, run.scope)
    return run.scope.names


def agree(told: Any, true: object) -> None:
    """What the reader tells is all true, and as much of the shape as can be."""
    assert isinstance(true, Exception) or not isinstance(told, Raised), f"{told!r}, not {true!r}"
    match true:
        case Exception():
            assert isinstance(told, Raised), f"{true!r} is not raised, but {told!r} is told"
        case list() | tuple():
            assert type(told) is type(true)
            assert len(told) == len(true)
            for ours, theirs in zip(told, true, strict=True):
                agree(ours, theirs)
        case np.ndarray() if true.ndim or isinstance(told, Array):
            assert isinstance(told, Array), f"{true.shape} is told as {told!r}"
            assert told.dims == true.shape
            assert told.dtype in (None, true.dtype.name)
            if told.contents is not None:
                known = np.array(told.contents, dtype=true.dtype).reshape(true.shape)
                np.testing.assert_allclose(known, true)
        case np.generic() | int() | float() if isinstance(told, Untold):
            assert isinstance(told, Number), f"{true!r} is told as {told!r}"
        case np.ndarray():
            agree(told, true[()])
        case _:
            assert told == true or math.isclose(told, true)  # type: ignore[arg-type]  # numbers


def alike(text: str) -> None:
    """Follows and runs an expression."""
    agree(followed(text), ran(text))
