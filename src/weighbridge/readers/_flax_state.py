"""From the state of a live Flax model to a ``Model``, the optimizer's share left out and told."""

from __future__ import annotations

from math import prod

from weighbridge._record import replace
from weighbridge.errors import NotFound
from weighbridge.readers._flax_listing import LOOSE
from weighbridge.readers._flax_tensors import Held, is_array, jax
from weighbridge.readers._flax_variables import of_held, of_variables
from weighbridge.readers.live_flax_state import OptimizerState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from weighbridge.model import Model
    from weighbridge.readers import Source
    from weighbridge.readers._flax_trace import Path

    State = Any
    """A state of Flax, of whatever class."""

_OF_TRAINING = ("step", "apply_fn", "tx", "opt_state")
"""Fields of a ``TrainState`` that hold nothing of the model."""


def model_of(source: Source) -> Model:
    """The model whose state a source is.

    Raises ``NotFound`` for an optimizer that has no model in it.
    """
    state: State = source.value
    if hasattr(state, "apply_fn"):
        return _told(of_variables(_collections(state)), _sizes((state.step, state.opt_state)))
    if not hasattr(state, "opt_state"):
        return _of_state(state)
    kept = _sizes((state.step, state.opt_state))
    if not hasattr(state, "model"):
        raise NotFound(
            f"an optimizer of {sum(kept):,} values of its own, without its model",
            hint="weigh the module that it was made for",
        )
    from weighbridge.readers import _flax_nnx

    return _told(_flax_nnx.model_of(replace(source, value=state.model)), kept)


def _collections(state: State) -> dict[str, object]:
    """The variables of a ``TrainState`` by collection: ``params``, and what a class adds."""
    added = {name: value for name, value in vars(state).items() if name not in _OF_TRAINING}
    params = added.get("params")
    whole = hasattr(params, "items") and "params" in params  # type: ignore[operator]  # a mapping
    return dict(params.items()) if whole else added  # type: ignore[union-attr]  # a mapping


def _of_state(state: State) -> Model:
    held: dict[str, list[Held]] = {}
    kept: list[int] = []
    for path, variable, array in _variables(state, ()):
        sorts = [] if variable is None else _sort(variable).__mro__
        names = [base.__name__ for base in sorts if base.__module__.startswith("flax.nnx")]
        if "OptState" in names:
            kept += _sizes(array)
            continue
        collection = LOOSE if variable is None else _sort(variable).__name__
        one = Held(
            ".".join(path), path[-1] if path else "value", collection, array,
            trained="Param" in names, seed="RngState" in names,
        )  # fmt: skip
        held.setdefault(".".join(path[:-1]) or "state", []).append(one)
    return _told(of_held("state", held), kept)


def _variables(state: State, path: Path) -> Iterator[tuple[Path, State, State]]:
    """The arrays in a state, each with the variable that holds it, where one does."""
    if hasattr(state, "get_raw_value") or type(state).__name__ == "VariableState":
        value = state.get_raw_value() if hasattr(state, "get_raw_value") else state.value
        for array in jax().tree.leaves(value):
            yield path, state, array
    elif hasattr(state, "items"):
        for name, branch in state.items():
            yield from _variables(branch, (*path, str(name)))
    elif is_array(state):
        yield path, None, state


def _sort(variable: State) -> type:
    """The class of a variable; in a state older versions tell it in an attribute."""
    told = vars(variable).get("type")
    return told if isinstance(told, type) else type(variable)


def _sizes(values: object) -> list[int]:
    return [prod(array.shape) for array in jax().tree.leaves(values) if is_array(array)]


def _told(model: Model, kept: list[int]) -> Model:
    if not kept:
        return model
    message = f"{sum(kept):,} values of an optimizer, which are no part of the model"
    return replace(model, findings=(*model.findings, OptimizerState("", message)))
