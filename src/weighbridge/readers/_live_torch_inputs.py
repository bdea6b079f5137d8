"""What a live PyTorch model is called with: which arguments, of which types."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.layers import turned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Shape
    from weighbridge.readers._live_torch_session import LiveSession
    from weighbridge.readers._live_torch_settings import Foreign, TorchModule
    from weighbridge.readers._live_torch_standin import StandIn, TorchDtype

_NUMBERS = ("ids", "id", "idx", "index", "indices", "tokens", "token", "labels", "input_ids")
"""Names of arguments that take whole numbers, or their last words."""


def arguments(
    session: LiveSession, root: TorchModule, shapes: tuple[Shape, ...], looked_up: bool, axis: int
) -> tuple[list[StandIn], dict[str, StandIn]]:
    """Stand-ins of ``shapes`` for the arguments of ``forward``, and unknown ones for the rest.

    ``looked_up``: the first is what a table is looked up by. ``axis`` is where samples lie.
    """
    from inspect import signature

    taken = list(signature(root.forward).parameters.values())
    places = [p for p in taken if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    named = _by_name(root, [p.name for p in places], shapes)
    if named:
        return [], {
            name: session.start(shape, _dtype(session, root, _is_whole(name)))
            for name, shape in named.items()
        }
    if len(shapes) > len(places) and not any(p.kind == p.VAR_POSITIONAL for p in taken):
        raise Impossible(
            f"{type(root).__name__}.forward takes {len(places)} inputs, not {len(shapes)}",
            hint=f"it takes {', '.join(p.name for p in places) or 'none'}",
        )
    found = []
    for i in range(max(len(shapes), sum(p.default is p.empty for p in places))):
        shape = turned(shapes[i], axis) if i < len(shapes) else None
        whole = (looked_up and i == 0) or (i < len(places) and _is_whole(places[i].name))
        found.append(session.start(shape, _dtype(session, root, whole)))
    needed = [p.name for p in taken if p.kind == p.KEYWORD_ONLY and p.default is p.empty]
    return found, {n: session.start(None, _dtype(session, root, _is_whole(n))) for n in needed}


def with_mask(session: LiveSession, root: TorchModule, named: dict[str, StandIn]) -> bool:
    """Adds the mask that lets every step be seen, for a model that takes one beside its words.

    Code that is given none may look whether one was forgotten, which only values tell.
    """
    from inspect import signature

    main = named.get(getattr(root, "main_input_name", ""))
    if main is None or _MASK in named or _MASK not in signature(root.forward).parameters:
        return False
    named[_MASK] = session.start(main.form.shape, session.torch.int64)
    named[_MASK].fill = 1
    return True


_MASK = "attention_mask"
_TARGET = "decoder_input_ids"


def _by_name(
    root: TorchModule, places: list[str], shapes: tuple[Shape, ...]
) -> dict[str, Shape | None]:
    """The inputs of a model that says which is its main one, and of a decoder where it has one."""
    main = getattr(root, "main_input_name", None)
    decodes = getattr(getattr(root, "config", None), "is_encoder_decoder", False)
    most = 2 if decodes is True and _TARGET in places else 1
    if not isinstance(main, str) or main not in places or len(shapes) > most:
        return {}
    found: dict[str, Shape | None] = {main: shapes[0]}
    if most > 1:
        # As many steps as go in, where those are words too; of sound or pictures nobody can tell.
        found[_TARGET] = shapes[-1] if len(shapes) > 1 or _is_whole(main) else (None,)
    return found


def _is_whole(name: str) -> bool:
    return name.rpartition("_")[2] in _NUMBERS


def _dtype(session: LiveSession, root: TorchModule, whole: bool) -> TorchDtype:
    """Whole numbers, or the type of the model's own parameters."""
    if whole:
        return session.torch.int64
    floating: Foreign = (p.dtype for p in root.parameters() if p.dtype.is_floating_point)
    return next(floating, session.torch.get_default_dtype())
