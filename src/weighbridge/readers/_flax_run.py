"""Running the code of a Flax model on abstract arrays: what to call it with, and twice."""

from __future__ import annotations

import sys

from weighbridge.errors import Impossible
from weighbridge.readers._flax_calls import Run, Traced
from weighbridge.readers._flax_samples import SAMPLES
from weighbridge.readers._flax_tensors import jax
from weighbridge.readers._flax_trace import Recorder
from weighbridge.readers._flax_work import Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from weighbridge.model import Shape
    from weighbridge.readers._flax_settings import FlaxModule
    from weighbridge.readers._flax_tensors import Array

    Code = Callable[..., Any]
    """Takes a recorder, state and the arrays that reach the model."""
    States = tuple[tuple[Array, ...], tuple[Array, ...]]
    """What the code runs on beside its inputs, for each of two runs."""

_TRAINING = ("train", "training", "is_training", "is_train")
_INFERENCE = ("deterministic", "use_running_average", "eval", "inference", "is_eval")
_DTYPES = ("float32", "int32")
_MANY_INPUTS = 4
"""More inputs than can be tried with numbers and with whole numbers each."""


class CannotRun(Exception):
    """The code of a model does not run on arrays of these shapes."""

    def __init__(self, error: BaseException, progress: int = 0) -> None:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        super().__init__(f"{type(error).__name__}: {first}")
        self.progress = progress


def refusals() -> tuple[type[BaseException], ...]:
    """What the code of a model raises that cannot run; it is anybody's code."""
    own = getattr(sys.modules.get("flax.errors"), "FlaxError", RuntimeError)
    return (
        ArithmeticError, AssertionError, AttributeError, LookupError, NameError, RuntimeError,
        TypeError, ValueError, own,
    )  # fmt: skip


def stand_ins(shapes: tuple[Shape, ...], samples: int) -> Iterator[tuple[Array, ...]]:
    """Arrays of ``shapes`` with so many samples each, of numbers first, then of whole numbers.

    Raises ``Impossible`` where a size is open: JAX knows none.
    """
    from itertools import product

    if any(None in shape for shape in shapes):
        raise Impossible(
            "an input shape for Flax has no open sizes",
            hint="--input 64x32 instead of ?x32: the counts do not depend on it",
        )
    like = jax().ShapeDtypeStruct
    alike = ((dtype,) * len(shapes) for dtype in _DTYPES)
    mixed = product(_DTYPES, repeat=len(shapes))
    for chosen in mixed if len(shapes) <= _MANY_INPUTS else alike:
        yield tuple(
            like((samples, *shape), dtype) for shape, dtype in zip(shapes, chosen, strict=True)
        )


def switches(module: FlaxModule) -> dict[str, bool]:
    """The arguments of a call that switch training off, by name, as far as it has any.

    What the settings of the module tell must not be told again.
    """
    import inspect

    called = getattr(type(module), "__call__", None)  # noqa: B004  # its arguments are wanted
    taken = () if called is None else inspect.signature(called).parameters
    told = dict.fromkeys(_TRAINING, False) | dict.fromkeys(_INFERENCE, True)
    settled = {name for name, value in vars(module).items() if value is not None}
    return {name: value for name, value in told.items() if name in taken and name not in settled}


def traced(code: Code, states: States, shapes: tuple[Shape, ...]) -> Traced:
    """``code`` run twice on arrays of ``shapes``, each time on one of ``states``.

    Raises ``CannotRun``.
    """
    failed: CannotRun | None = None
    runs = zip(*(stand_ins(shapes, samples) for samples in SAMPLES), strict=True)
    for first, second in runs:
        try:
            found = _twice(code, states, (first, second), anew=False)
            if found.repeats:
                found = _twice(code, states, (first, second), anew=True)
        except CannotRun as error:
            failed = error if failed is None or error.progress > failed.progress else failed
            continue
        if not found.agrees:
            raise CannotRun(ValueError("its code depends on the number of samples"))
        return found
    raise failed or CannotRun(TypeError("it reads nothing"))


def _twice(code: Code, states: States, inputs: States, anew: bool) -> Traced:
    runs = (_run(code, *given, anew) for given in zip(states, inputs, strict=True))
    return Traced(*runs)


def _run(code: Code, state: tuple[Array, ...], arrays: tuple[Array, ...], anew: bool) -> Run:
    recorder = Recorder(anew)
    try:
        with recorder:
            program = jax().make_jaxpr(lambda *given: code(recorder, *given))(*state, *arrays)
    except refusals() as error:
        raise CannotRun(error, len(recorder.seen)) from error
    return Run(recorder, Program(program.jaxpr, recorder.run))
