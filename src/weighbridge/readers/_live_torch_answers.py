"""What each function of PyTorch gives while a model runs on stand-ins: nothing is computed.

Functions that tell of a real tensor what is no value of it are called; all others are answered.
"""

from __future__ import annotations

from itertools import pairwise

from weighbridge.readers import _live_torch_functions as functions
from weighbridge.readers._live_torch_dtypes import dtypes_of
from weighbridge.readers._live_torch_numbers import Asked, OpenNumber
from weighbridge.readers._live_torch_standin import StandIn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._live_torch_operations import Operations
    from weighbridge.readers._live_torch_settings import Foreign, Torch

    Special = Callable[[Operations, tuple[Foreign, ...], dict[str, Foreign]], Foreign]

_ABOUT = frozenset(
    ("size", "dim", "ndimension", "numel", "nelement", "stride", "is_contiguous", "element_size",
     "storage_offset", "get_device", "is_floating_point", "is_complex", "is_signed", "__len__",
     "__hash__", "is_pinned", "is_shared", "is_inference", "has_names", "type", "data_ptr",
     "untyped_storage", "is_same_size", "is_set_to", "is_conj", "is_neg")
)  # fmt: skip
"""Functions that tell of a tensor what is no value of it."""
_ASKING = frozenset(
    ("__bool__", "__int__", "__float__", "__index__", "__complex__", "__array__", "tolist", "numpy",
     "is_nonzero", "equal", "allclose", "__contains__", "__reduce_ex__", "__repr__", "__format__")
)  # fmt: skip
_VIEWS = ("T", "mT", "H", "mH", "real", "imag")


def watching(torch: Torch, session: Operations) -> Foreign:
    """A mode of PyTorch in which each of its functions goes to the session."""
    if torch not in _modes:
        _modes[torch] = _mode_of(torch)
    mode = _modes[torch]()
    mode.session = session
    return mode


_modes: dict[Foreign, Foreign] = {}
"""The class of the mode, which takes longer to make than a small model to run."""


def _mode_of(torch: Torch) -> Foreign:
    class Watching(torch.overrides.TorchFunctionMode):  # type: ignore[misc]  # foreign
        def __torch_function__(
            self,
            function: Foreign,
            types: Foreign,
            values: Foreign = (),
            named: Foreign = None,
        ) -> Foreign:
            return answer(self.session, function, values, named or {})

    return Watching


def answer(
    session: Operations,
    function: Foreign,
    values: tuple[Foreign, ...],
    named: dict[str, Foreign],
) -> Foreign:
    """What a function of PyTorch gives, without computing anything."""
    if function.__name__ in _PROPERTIES:
        return _of_property(session, function, values)
    route = _routes.get(function)
    if route is None:
        route = _routes[function] = _route_of(function)
    return route(session, values, named)


_routes: dict[Foreign, Special] = {}
"""How each function that was met is answered."""


def _route_of(function: Foreign) -> Special:
    name = function.__name__
    route = _SPECIAL.get(name) or _operation_of(function)
    if name in _ABOUT:
        return _only_of_standins(lambda s, values, named: function(*values, **named), route)
    if name in _ASKING:
        return _only_of_standins(_asked, route)
    if name == "item":
        return _only_of_standins(lambda *_: OpenNumber("the value of a tensor"), route)
    return route


def _only_of_standins(otherwise: Special, route: Special) -> Special:
    """``route`` where the first argument is a stand-in; what PyTorch's own tensors do otherwise."""

    def chosen(
        session: Operations, values: tuple[Foreign, ...], named: dict[str, Foreign]
    ) -> Foreign:
        if values and isinstance(values[0], StandIn):
            return route(session, values, named)
        return otherwise(session, values, named)

    return chosen


def _operation_of(function: Foreign) -> Special:
    """The route of a function that is an operation, or a setting of PyTorch's."""
    key, reflected = functions.key_of(function)
    own = key.removeprefix("torch:Tensor.") if key.startswith("torch:Tensor.") else ""
    if own:
        return lambda session, values, named: functions.method(
            session, own, _standin(session, values[0]), values[1:], named
        )
    if key == "python:getitem":
        return lambda session, values, named: functions.picked(
            session, _standin(session, values[0]), values[1]
        )
    in_place, spelled = function.__name__.endswith("_"), functions.is_spelled(key)

    def route(
        session: Operations, values: tuple[Foreign, ...], named: dict[str, Foreign]
    ) -> Foreign:
        if not spelled and not _reads(session, (values, named)):
            return function(*values, **named)  # it works on no tensor: a setting of PyTorch's
        if reflected:
            values = (values[1], values[0], *values[2:])
        result = session.operation(key, values, functions.told(named))
        return values[0].become(result) if in_place and isinstance(values[0], StandIn) else result

    return route


_PROPERTIES = ("__get__", "__set__", "__delete__")


def _reads(session: Operations, value: Foreign) -> bool:
    """Whether a tensor is among the arguments."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list):
        return any(_reads(session, item) for item in value)
    return isinstance(value, session.torch.Tensor)


def _standin(session: Operations, tensor: Foreign) -> StandIn:
    return tensor if isinstance(tensor, StandIn) else session.stored(tensor).again()


def _of_property(session: Operations, function: Foreign, values: tuple[Foreign, ...]) -> Foreign:
    """``tensor.name`` of a tensor, where a stand-in does not answer itself."""
    if function.__name__ != "__get__":
        return None
    name = function.__self__.__name__
    if name == "data":
        return _standin(session, values[0])
    if name in _VIEWS:
        return session.operation(f"torch:Tensor.{name}", (values[0],), {})
    return function(*values)


# -- functions that are no operations ------------------------------------------------------------


def _asked(session: Operations, values: tuple[Foreign, ...], named: dict[str, Foreign]) -> Foreign:
    raise Asked("the value of a tensor")


def _tensor(session: Operations, values: tuple[Foreign, ...], named: dict[str, Foreign]) -> Foreign:
    """``torch.tensor(data)``: of numbers, nested or not, or of a tensor."""
    data = values[0] if values else named.get("data")
    dtype = named.get("dtype")
    if isinstance(data, session.torch.Tensor):
        return _standin(session, data).again(dtype)
    return session.constant(
        _lengths(data), dtypes_of(session.torch, "tensor", [data], named, [])[0]
    )


def _lengths(data: Foreign) -> tuple[int | None, ...] | None:
    if isinstance(data, StandIn):
        return data.form.shape if data.form.stored else None
    if not isinstance(data, list | tuple):
        return tuple(getattr(data, "shape", ()))
    inner = _lengths(data[0]) if data else ()
    return None if inner is None else (len(data), *inner)


def _joined(session: Operations, values: tuple[Foreign, ...], named: dict[str, Foreign]) -> Foreign:
    """``torch.cat``, which passes over empty vectors whatever the others are."""
    parts, rest = (values[0], values[1:]) if values else (named["tensors"], ())
    listed = [_standin(session, part) for part in parts]
    kept = [part for part in listed if part.form.shape != (0,)]
    if len(kept) == 1:
        return kept[0]
    others = {name: value for name, value in functions.told(named).items() if name != "tensors"}
    return session.operation("torch:cat", (kept or listed, *rest), others)


def _cut(session: Operations, values: tuple[Foreign, ...], named: dict[str, Foreign]) -> Foreign:
    """``torch.tensor_split``: at places along an axis, or into a number of parts."""
    names = ("tensor_indices_or_sections", "indices", "sections")
    places = next((named[n] for n in names if n in named), None) if len(values) < 2 else values[1]  # noqa: PLR2004  # by position
    axis = values[2] if len(values) > 2 else named.get("dim", 0)  # noqa: PLR2004  # by position
    tensor = _standin(session, values[0] if values else named["input"])
    if not isinstance(places, tuple | list):
        return session.operation("torch:tensor_split", (tensor, places, axis), {})
    ends = pairwise((None, *places, None))
    around = (slice(None),) * (axis % len(tensor.shape))
    return tuple(functions.picked(session, tensor, (*around, slice(*pair))) for pair in ends)


def _packed(session: Operations, values: tuple[Foreign, ...], named: dict[str, Foreign]) -> Foreign:
    """Sequences of several lengths put together, or taken apart: here all are as long as can be."""
    lengths = session.constant((None,), session.torch.int64)
    lengths.place = session.torch.device("cpu")
    return _standin(session, values[0]), lengths


_SPECIAL: dict[str, Special] = {
    "__setitem__": lambda session, values, named: None,
    "requires_grad_": lambda session, values, named: values[0],
    "retain_grad": lambda session, values, named: None,
    "backward": lambda session, values, named: None,
    "register_hook": lambda session, values, named: None,
    "equal": _asked, "allclose": _asked, "is_nonzero": _asked,
    "is_floating_point": lambda session, values, named: values[0].dtype.is_floating_point,
    "is_complex": lambda session, values, named: values[0].dtype.is_complex,
    "numel": lambda session, values, named: values[0].numel(),
    "result_type": lambda session, values, named: dtypes_of(
        session.torch, "add", values, {}, [v for v in values if isinstance(v, StandIn)]
    )[0],
    # A direction and its lengths give a tensor of the size of the direction.
    "_weight_norm": lambda session, values, named: _standin(session, values[0]).again(),
    "_pack_padded_sequence": _packed, "_pad_packed_sequence": _packed,
    "tensor_split": _cut, "tensor": _tensor, "as_tensor": _tensor, "cat": _joined,
    "concat": _joined, "concatenate": _joined,
    "__iter__": lambda session, values, named: iter(_standin(session, values[0])),
    "__deepcopy__": lambda session, values, named: _standin(session, values[0]).again(),
}  # fmt: skip
"""Functions that are no operations, and those that need their arguments put right first."""
