"""What a live Flax module is: the settings of its constructor, read off its attributes."""

from __future__ import annotations

from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.layers import Untold
from weighbridge.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal

    from weighbridge.layers import Spelling
    from weighbridge.model import Kind

    Dialect = Literal["nnx", "linen"]
    FlaxModule = Any
    """A live module; of Flax the type checker knows nothing."""

_ABSENT = object()


def spelled(dialect: Dialect, module: FlaxModule, method: str = "__call__") -> str | None:
    """The class of Flax that ``module`` is, of which we have a spelling.

    It is one too where it derives from such a class and is called as that is. Of a method other
    than ``__call__`` that has a spelling, the name is that of class and method.
    """
    for base in type(module).__mro__:
        if not base.__module__.startswith(f"flax.{dialect}."):
            continue
        native = base.__name__ if method == "__call__" else f"{base.__name__}.{method}"
        if layers.spelling(dialect, native) is not None:
            same = getattr(type(module), method, None) is getattr(base, method, None)
            return native if same else None
    return None


def kind_of(dialect: Dialect, module: FlaxModule, native: str) -> Kind:
    """The kind of ``module``, whose spelling is ``native``; ``Unknown`` where it cannot be."""
    build = layers.spelling(dialect, native)
    if build is None:
        return Unknown(native=native)
    found = {name: _setting(dialect, module, name) for name in settings_of(build)}
    told = {name: value for name, value in found.items() if value is not _ABSENT}
    for name in _required(build):
        told.setdefault(name, Untold("the module does not keep it"))
    try:
        return layers.make(dialect, native, [], told)
    except Impossible as error:
        return Unknown(native=native, because=error.what)


def settings_of(build: Spelling) -> tuple[str, ...]:
    """The settings of a spelling that matter."""
    code, notes = build.__code__, build.__annotations__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return tuple(name for name in names if notes.get(name) != "Ignored")


def _required(build: Spelling) -> tuple[str, ...]:
    code = build.__code__
    by_place = code.co_varnames[: code.co_argcount - len(build.__defaults__ or ())]
    by_name = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    return (*by_place, *(name for name in by_name if name not in (build.__kwdefaults__ or {})))


def inner_modules(dialect: Dialect, module: FlaxModule, native: str) -> dict[str, FlaxModule]:
    """The modules among the settings: layers that ``module`` stands around, listed apart."""
    build = layers.spelling(dialect, native)
    names = () if build is None else settings_of(build)
    found = {name: _attribute(module, name) for name in names}
    return {name: value for name, value in found.items() if is_module(dialect, value)}


def is_module(dialect: Dialect, value: object) -> bool:
    """Whether ``value`` is a module of one of Flax's two interfaces."""
    return any(
        base.__module__ == f"flax.{dialect}.module" and base.__name__ == "Module"
        for base in type(value).__mro__
    )


def _setting(dialect: Dialect, module: FlaxModule, name: str) -> object:
    asked = _ASKED.get(name)
    value = _attribute(module, name) if asked is None else asked(module)
    if is_module(dialect, value):
        native = spelled(dialect, value)
        return kind_of(dialect, value, native) if native else Unknown(native=type(value).__name__)
    return _plain(value)


def _attribute(module: FlaxModule, name: str) -> object:
    found = vars(module).get(name, _ABSENT)
    return getattr(type(module), name, _ABSENT) if found is _ABSENT else found


def _lora_rank(module: FlaxModule) -> object:
    """The rank of an adapter, which only its tensors keep."""
    adapter = vars(module).get("lora", module)
    return adapter.lora_a.get_raw_value().shape[-1]


_ASKED: dict[str, Callable[[FlaxModule], object]] = {"lora_rank": _lora_rank}


def _plain(value: object) -> object:
    """A setting in the types of Python: a number of NumPy's as a number, a mapping as a dict."""
    if isinstance(value, tuple | list):
        return tuple(_plain(item) for item in value)
    if hasattr(value, "items"):
        return dict(value.items())
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == ():
        return value.item()  # type: ignore[attr-defined]  # a scalar of NumPy's has it
    return value
