"""PyTorch's functions as a running model calls them, and what they are spelled as in ``layers``."""

from __future__ import annotations

from math import prod

from weighbridge.layers import multiple, spelling, turned
from weighbridge.readers._live_torch_dtypes import TYPES, cast_to
from weighbridge.readers._live_torch_numbers import OpenNumber, Samples
from weighbridge.readers._live_torch_standin import COMPARISONS, OPERATORS, UNARY, StandIn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from weighbridge.readers._live_torch_operations import Operations
    from weighbridge.readers._live_torch_settings import Foreign

    Function = Callable[..., Foreign]
    """A function of PyTorch, as it hands it to ``__torch_function__``."""


# -- names ---------------------------------------------------------------------------------------


def key_of(function: Function) -> tuple[str, bool]:
    """What ``function`` is spelled as, and whether its first two arguments change places."""
    name, module = str(function.__name__), str(getattr(function, "__module__", None) or "")
    if name.startswith("__") and name.endswith("__"):
        return _of_python(name[2:-2])
    if hasattr(function, "__objclass__") or module == "torch._tensor":
        return f"torch:Tensor.{name}", False
    area = module.rpartition(".")[2].lstrip("_")
    if area in ("linalg", "special", "fft"):
        return f"torch:{area}.{name.removeprefix(f'{area}_')}", False
    if module in ("torch.nn.functional", "torch._C._nn"):
        plain = name.lstrip("_").removesuffix("_with_indices")
        return f"torch:F.{_ALIASES.get(plain, plain)}", False
    if spelling("torch", name) is None and spelling("torch", f"F.{name}") is not None:
        return f"torch:F.{name}", False
    return f"torch:{name}", False


def is_spelled(key: str) -> bool:
    """Whether an operation is known."""
    dialect, _, name = key.partition(":")
    return spelling(dialect, name) is not None


def _of_python(name: str) -> tuple[str, bool]:
    if name in COMPARISONS or name in UNARY or name == "getitem":
        return f"python:{name}", False
    reflected = name not in OPERATORS and name.startswith("r")
    plain = name if name in OPERATORS else name.removeprefix("r").removeprefix("i")
    plain = "truediv" if plain == "div" else plain
    return f"python:{OPERATORS.get(plain, plain)}", reflected


_ALIASES = {"log_sigmoid": "logsigmoid"}
_UNTOLD = frozenset(
    ("out", "generator", "memory_format", "non_blocking", "layout", "pin_memory", "requires_grad",
     "device", "inplace", "copy")
)  # fmt: skip
"""Arguments that change neither a shape, nor a type, nor work."""


def told(named: Mapping[str, Foreign]) -> dict[str, Foreign]:
    """The arguments by name that may matter."""
    if not named:
        return {}
    return {n: v for n, v in named.items() if n not in _UNTOLD and not n.startswith("_")}


def numbered(
    dialect: str, name: str, values: Sequence[Foreign], named: Mapping[str, Foreign]
) -> tuple[list[Foreign], dict[str, Foreign]]:
    """The arguments with 1 for a number that is not known where a tensor might stand.

    A number changes no shape there: ``x / x.shape[0]``.
    """
    build = spelling(dialect, name)
    code = None if build is None else build.__code__
    taken = code.co_varnames[: code.co_argcount] if code is not None else ()
    notes = {} if build is None else build.__annotations__

    def plain(value: Foreign, argument: str) -> Foreign:
        return 1 if isinstance(value, _NUMBERS) and notes.get(argument) == "Incoming" else value

    told = [plain(value, taken[i] if i < len(taken) else "") for i, value in enumerate(values)]
    return told, {argument: plain(value, argument) for argument, value in named.items()}


_NUMBERS = (Samples, OpenNumber)

# -- methods of stand-ins ------------------------------------------------------------------------

_SAME = frozenset(
    ("cuda", "cpu", "xpu", "contiguous", "detach", "detach_", "clone", "pin_memory", "to", "type",
     "requires_grad_", "share_memory_", "retain_grad", "type_as", *TYPES)
)  # fmt: skip
"""Methods that give back the tensor, perhaps as another type."""
_FILLED = {"new_zeros": 0, "new_ones": 1, "new_empty": None, "new_full": None}
_ANSWERED: dict[str, Callable[[StandIn], object]] = {
    "is_floating_point": lambda x: x.dtype.is_floating_point,
    "is_complex": lambda x: x.dtype.is_complex,
    "is_signed": lambda x: x.dtype.is_signed,
    "is_contiguous": lambda x: True,
    "is_inference": lambda x: False,
    "is_pinned": lambda x: False,
    "is_shared": lambda x: False,
    "element_size": lambda x: x.dtype.itemsize,
    "storage_offset": lambda x: 0,
    "get_device": lambda x: -1,
    "has_names": lambda x: False,
    "register_hook": lambda x: None,
    "backward": lambda x: None,
}


def method(
    session: Operations,
    name: str,
    standin: StandIn,
    values: tuple[Foreign, ...],
    named: Mapping[str, Foreign],
) -> Foreign:
    """``standin.name(*values, **named)``."""
    if name in _SAME:
        return standin.again(cast_to(session.torch, name, values, named))
    if name in _ANSWERED:
        return _ANSWERED[name](standin)
    if name in _FILLED:
        size = values[:1] if name == "new_full" else values
        dtype = named.get("dtype") or standin.dtype
        result = session.operation("torch:zeros", size or (named["size"],), {"dtype": dtype})
        result.fill = _FILLED[name]
        return result
    result = session.operation(f"torch:Tensor.{name}", (standin, *values), told(named))
    if name in _RESHAPING and result.form.shape is None:
        return reshaped(session, standin, values, result)
    return standin.become(result) if name.endswith("_") else result


_RESHAPING = ("view", "reshape")


def reshaped(
    session: Operations, standin: StandIn, values: tuple[Foreign, ...], result: StandIn
) -> StandIn:
    """What a reshape gives whose sizes have lost sight of the number of samples.

    ``int(x.shape[0] / windows)`` is a plain number to Python, that of one sample. With one sample
    the sizes must come to what there is; then the first axis is that of the batch.
    """
    sizes = values[0] if len(values) == 1 and isinstance(values[0], tuple | list) else values
    form = standin.form
    if form.stored or form.shape is None or not all(type(size) is int for size in sizes):
        return result
    found = [size for size in sizes if size != -1]
    known = None in form.shape or prod(found) == 0
    left = 0 if known else multiple(form.shape) * prod(n or 0 for n in form.shape) // prod(found)
    whole = [left if size == -1 else size for size in sizes]
    if known or prod(whole) != multiple(form.shape) * prod(n or 0 for n in form.shape):
        return result
    shape = turned(tuple(whole[1:]), 0, whole[0])
    return session.told(result, shape)


def picked(session: Operations, standin: StandIn, key: Foreign) -> Foreign:
    """``standin[key]``."""
    parts = key if isinstance(key, tuple) else (key,)
    tensors = [i for i, part in enumerate(parts) if isinstance(part, session.torch.Tensor)]
    if not tensors:
        return session.operation("python:getitem", (standin, key), {})
    first = parts[tensors[0]]
    if len(tensors) > 1 or first.dtype is session.torch.bool or standin.form.shape is None:
        return _by_values(session, standin, parts, tensors)
    whole = tuple(slice(None) if i == tensors[0] else part for i, part in enumerate(parts))
    axis = _axis(whole, tensors[0], len(standin.shape))
    rest = session.operation("python:getitem", (standin, whole), {})
    return session.operation("keras:ops.take", (rest, first, axis), {})


def _axis(parts: tuple[Foreign, ...], place: int, rank: int) -> int:
    """The axis that the part ``place`` of an index is of in what the other parts leave."""
    axis = 0
    for part in parts[:place]:
        if part is ...:
            axis += rank - sum(1 for each in parts if each is not None and each is not ...)
        elif not isinstance(part, int):
            axis += 1
    return axis


def _by_values(
    session: Operations, standin: StandIn, parts: tuple[Foreign, ...], tensors: list[int]
) -> Foreign:
    """An index of several tensors, or by truth: known where it takes one place of each sample."""
    forms = [parts[i].form for i in tensors if isinstance(parts[i], StandIn)]
    each = len(forms) == len(tensors) and all(form.shape == () for form in forms)
    if tensors == [0, 1] and each and standin.form.shape is not None:
        return session.operation("python:getitem", (standin, (slice(None), 0, *parts[2:])), {})
    return session.operation("torch:index", (standin, *(parts[i] for i in tensors)), {})


# -- structures ----------------------------------------------------------------------------------


class Together(tuple[StandIn, ...]):
    """What several tensors come out in, which may be asked for by name."""

    names: tuple[str, ...] = ()

    def __getattr__(self, name: str) -> StandIn:
        if name in type(self).names:
            return self[type(self).names.index(name)]
        raise AttributeError(name)


def packing(names: tuple[str, ...]) -> Callable[[list[StandIn]], tuple[StandIn, ...]]:
    """What puts several tensors together as a function returns them."""
    return type("Together", (Together,), {"names": names}) if names else tuple


def standins_in(value: object, found: list[StandIn]) -> None:
    """Puts the stand-ins in what a module is given or returns into ``found``."""
    if isinstance(value, StandIn):
        found.append(value)
    elif isinstance(value, tuple | list):
        for item in value:
            standins_in(item, found)
    elif isinstance(value, dict):
        for item in value.values():
            standins_in(item, found)
