"""What live layers say of their settings; layers that are alike are asked once.

``get_config`` writes down all initializers, regularizers and policies of a layer, which takes
longer than all the rest that is read of it. A network repeats its layers: what a layer of Keras
says follows from its attributes, so that layers of one class with equal attributes say the same.
"""

from __future__ import annotations

from operator import itemgetter

from weighbridge._record import Record
from weighbridge.readers._keras_kinds import FILLING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._live_keras_objects import Foreign

    Config = dict[str, Foreign]

_KEPT = frozenset(
    (
        "_auto_config", "_buffers", "_build_shapes_dict", "_call_context_args",
        "_call_has_context_arg", "_call_signature", "_dtype_policy",
        "_forward_hooks_always_called", "_forward_hooks_with_kwargs",
        "_forward_pre_hooks_with_kwargs", "_inbound_nodes", "_input_spec", "_layers", "_loss_ids",
        "_losses", "_losses_override", "_metrics", "_modules", "_non_persistent_buffers_set",
        "_non_trainable_variables", "_outbound_nodes", "_parameters", "_parent_path", "_path",
        "_seed_generators", "_tracker", "_trainable_variables", "build",
        "call_signature_parameters", "input_spec", "name", "quantize",
    )
)  # fmt: skip
"""What Keras and its back ends keep with each layer and do not write down as a setting."""
_OF_TORCH = {"_torch_params"}
_PLAIN = frozenset((int, float, str, bool, type(None)))


class Settings:
    """The configurations of layers by what they follow from; equal ones are one object."""

    def __init__(self) -> None:
        self._told: dict[object, Config] = {}
        self._chosen: dict[tuple[type, tuple[str, ...]], _Chosen | None] = {}
        """By class and attributes: those that settings follow from, ``None`` if that is unclear."""

    def of(self, layer: Foreign, known: Foreign) -> Config:
        """What ``layer`` says of itself as one of Keras' class ``known``; raises what that does."""
        alike = self._likeness(layer, known)
        if alike is None:
            return dict(known.get_config(layer))
        if alike not in self._told:
            self._told[alike] = dict(known.get_config(layer))
        return self._told[alike]

    def _likeness(self, layer: Foreign, known: Foreign) -> object | None:
        """What the settings of ``layer`` follow from; ``None`` where that is unclear."""
        attributes = vars(layer)
        sort = type(layer), tuple(attributes)
        if sort not in self._chosen:
            # By default a configuration is what the constructor was given, which Keras keeps apart.
            default = getattr(known.get_config, "_is_default", False)
            self._chosen[sort] = None if default else _choice(dict(attributes))
        chosen = self._chosen[sort]
        policy = getattr(attributes.get("_dtype_policy"), "name", None)
        # With the torch back end, layers inside are kept apart from the attributes.
        if chosen is None or policy is None or attributes.get("_modules", {}).keys() - _OF_TORCH:
            return None
        try:
            lists = [tuple(attributes[name]) for name in chosen.lists]
            alike = sort, policy, chosen.plain(attributes), *lists
            hash(alike)
        except TypeError:
            return None
        return alike


class _Chosen(Record):
    """The attributes that tell layers of one class apart: plain values and functions, and lists."""

    plain: itemgetter[object]
    lists: tuple[str, ...]


def _choice(attributes: dict[str, Foreign]) -> _Chosen | None:
    plain, lists = [], []
    for name, value in attributes.items():
        if name in _KEPT or name.endswith((*FILLING, "_hooks")) or _is_variable(value):
            continue
        if isinstance(value, list):
            lists.append(name)
        elif _is_plain(value) or callable(value):
            plain.append(name)
        else:
            return None  # Something of which it is not known what it means.
    return _Chosen(itemgetter(*plain), tuple(lists)) if len(plain) > 1 else None


def _is_plain(value: Foreign) -> bool:
    if type(value) is tuple:
        return all(map(_is_plain, value))
    return type(value) in _PLAIN


def _is_variable(value: Foreign) -> bool:
    return any(base.__name__ == "Variable" for base in type(value).__mro__)
