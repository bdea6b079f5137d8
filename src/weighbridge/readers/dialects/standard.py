"""Python's own names: built-ins and the parts of the standard library that builders use."""

from __future__ import annotations

from weighbridge.errors import LIMITS
from weighbridge.layers import Untold
from weighbridge.readers._python import calls
from weighbridge.readers._python.containers import Defaults, Ends, Fresh
from weighbridge.readers._python.modules import Loaded
from weighbridge.readers._python.objects import elements
from weighbridge.readers._python.values import (
    SCALARS,
    Builtin,
    Class,
    Instance,
    Native,
    Raised,
    Value,
)
from weighbridge.readers.dialects import Dialect
from weighbridge.readers.dialects._asking import INSPECTED, abstract
from weighbridge.readers.dialects._builtins import FUNCTIONS
from weighbridge.readers.dialects._copying import deep, shallow
from weighbridge.readers.dialects._functools import FUNCTOOLS, PartialType
from weighbridge.readers.dialects._itertools import ITERTOOLS
from weighbridge.readers.dialects._records import RECORDS
from weighbridge.readers.dialects._regular import REGULAR
from weighbridge.readers.dialects._types import TYPES, PlainType, tried

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run


class Exiting(Raised):
    """The followed program ends here, as after ``sys.exit()``."""


def _exit(run: Run, *values: Value) -> Value:
    raise Exiting("SystemExit", "")


class Options(Native):
    """``argparse.ArgumentParser``: the file is read as if started without arguments."""

    def __init__(self) -> None:
        self.defaults: dict[str, Value] = {}

    def attribute(self, run: Run, name: str) -> Value:
        match name:
            case "add_argument":
                return Builtin(name, self._add)
            case "add_argument_group" | "add_mutually_exclusive_group":
                return Builtin(name, lambda run, *_, **__: self)
            case "parse_args":
                return Builtin(name, lambda run, *_, **__: Chosen(self.defaults))
            case "parse_known_args":
                return Builtin(name, lambda run, *_, **__: (Chosen(self.defaults), []))
            case "set_defaults":
                return Builtin(name, lambda run, **named: self.defaults.update(named))
        return Untold(f"parser.{name}")

    def _add(self, run: Run, *flags: Value, **named: Value) -> Value:
        words = [flag for flag in flags if isinstance(flag, str)]
        long = next((word for word in words if word.startswith("--")), words[0] if words else "")
        name = named.get("dest", long.lstrip("-").replace("-", "_"))
        switches: dict[Value, Value] = {"store_true": False, "store_false": True}
        fallback = switches.get(named.get("action"))
        if not long.startswith("-"):
            fallback = Untold(f"the argument {name}")
        default = named.get("default", fallback)
        if isinstance(default, str) and isinstance(sort := named.get("type"), PlainType):
            default = calls.call(run, sort, [default], {}, run.here)
        self.defaults[str(name)] = default
        return None


class Chosen(Native):
    """What ``parse_args`` returns."""

    def __init__(self, values: dict[str, Value]) -> None:
        self.values = values

    def attribute(self, run: Run, name: str) -> Value:
        return self.values.get(name, Untold(f"args.{name}"))

    def assign(self, run: Run, name: str, value: Value) -> None:
        self.values[name] = value


def _dataclass(run: Run, cls: Value = None, **named: Value) -> Value:
    if cls is None:
        return Builtin("dataclass", _dataclass)
    if isinstance(cls, Class):
        inherited = [f for base in cls.bases if isinstance(base, Class) for f in base.fields or []]
        cls.fields = list(dict.fromkeys([*inherited, *cls.annotated]))
    return cls


def _field(run: Run, default: Value = None, default_factory: Value = None, **_: Value) -> Value:
    return default if default_factory is None else Fresh(default_factory)


def _fallback(run: Run, name: Value, default: Value = None) -> Value:
    """An environment variable: the file is read as if nothing were set."""
    return default


def _as_dict(run: Run, value: Value) -> Value:
    """``dataclasses.asdict``."""
    if isinstance(value, Instance) and value.cls.fields is not None:
        return {name: value.names[name] for name in value.cls.fields if name in value.names}
    return Untold("asdict(…)")


def _replaced(run: Run, value: Value, **changes: Value) -> Value:
    """``dataclasses.replace``."""
    if not isinstance(value, Instance) or value.cls.fields is None:
        return Untold("replace(…)")
    fields = {name: value.names[name] for name in value.cls.fields if name in value.names}
    return calls.instantiate(run, value.cls, [], fields | changes)


def _from_json(run: Run, text: Value, **_: Value) -> Value:
    """``json.loads`` of a text in the file."""
    import json

    if not isinstance(text, str):
        return Untold("json.loads(…)")
    run.charge(len(text))
    return tried(json.loads, text)


def _pairs(run: Run, pairs: Value = (), **named: Value) -> Value:
    return TYPES["dict"][0](run, pairs, **named)


def _with_defaults(
    run: Run, factory: Value = None, pairs: Value = (), **named: Value
) -> Value:  # fmt: skip
    """``collections.defaultdict``."""
    entries = _pairs(run, pairs, **named)
    return Defaults(factory, entries) if isinstance(entries, dict) else entries


def _ended(run: Run, values: Value = (), maxlen: Value = None) -> Value:
    """``collections.deque``; one that forgets is not followed."""
    listed = elements(run, values)
    return Untold("deque(…)") if listed is None or maxlen is not None else Ends(listed)


def _operator(name: str) -> Callable[..., Value]:
    """A function of ``operator``, which does what the operator of that name does."""

    def operate(run: Run, left: Value, right: Value) -> Value:
        from weighbridge.readers._python.arithmetic import binary

        return binary(run, name, left, right, run.here)  # type: ignore[arg-type]  # a call is being followed

    return operate


def _product(run: Run, values: Value) -> Value:
    listed = elements(run, values)
    numbers = [value for value in listed or () if isinstance(value, int | float)]
    if listed is None or len(numbers) < len(listed):
        return Untold("a product")
    product: int | float = 1
    for number in numbers:
        product *= number
        if isinstance(product, int) and product.bit_length() > LIMITS.digits:
            return Untold("a long product")
    return product


def _real(function: Callable[..., float]) -> Callable[..., Value]:
    def compute(run: Run, *values: Value) -> Value:
        if not all(isinstance(value, SCALARS) for value in values):
            return next(
                (v for v in values if isinstance(v, Untold)), Untold(f"{function.__name__}(…)")
            )
        return tried(function, *values)

    return compute


_OPERATORS = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")
_MATH = ("ceil", "floor", "sqrt", "log", "log2", "log10", "exp", "pow", "gcd", "fabs", "trunc")
_LIBRARY: dict[str, Callable[..., Value]] = {
    **FUNCTOOLS, **REGULAR,
    "dataclasses.dataclass": _dataclass, "dataclasses.field": _field,
    "collections.OrderedDict": _pairs,
    "collections.defaultdict": _with_defaults, "collections.deque": _ended,
    "math.prod": _product, "sys.exit": _exit,
    "copy.copy": shallow, "copy.deepcopy": deep,
    "os.getenv": _fallback, "dataclasses.asdict": _as_dict,
    "dataclasses.replace": _replaced,
    "json.loads": _from_json, "typing.cast": lambda run, sort, value: value,
    "argparse.ArgumentParser": lambda run, *_, **__: Options(),
    **{f"operator.{name}": _operator(name) for name in _OPERATORS},
    **{f"itertools.{name}": function for name, function in ITERTOOLS.items()},
}  # fmt: skip


_CONSTANTS = ("pi", "e", "inf", "nan", "tau")
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_LETTERS = {
    "ascii_lowercase": _LOWER,
    "ascii_uppercase": _LOWER.upper(),
    "ascii_letters": _LOWER + _LOWER.upper(),
    "digits": "0123456789",
}


def _of_math(name: str) -> Value:
    """A constant or a function of ``math``."""
    import math

    found: Value = getattr(math, name)
    return found if name in _CONSTANTS else Builtin(f"math.{name}", _real(getattr(math, name)))


class Standard(Dialect):
    """Built-ins, ``math``, ``functools``, ``itertools``, ``dataclasses``, ``argparse``."""

    def resolve(self, path: str) -> Value | None:
        root, _, name = path.partition(".")
        if root == "math" and name in (*_MATH, *_CONSTANTS):
            return _of_math(name)
        if root == "string" and name in _LETTERS:
            return _LETTERS[name]
        if path == "functools.partial":
            return PartialType()
        if path in RECORDS:
            return RECORDS[path]
        if path in ("os.environ", "sys.modules"):
            return {} if path == "os.environ" else Loaded()
        found = _LIBRARY.get(path) or INSPECTED.get(path)
        if found is None and (sort := abstract(path)) is not None:
            return sort
        if found is None and path.startswith(("typing.", "collections.abc.", "abc.", "enum.")):
            return False if path == "typing.TYPE_CHECKING" else Untold(path)
        return None if found is None else Builtin(path, found)

    def bare(self, name: str) -> Value | None:
        if name in TYPES:
            return PlainType(name, *TYPES[name])
        if name in FUNCTIONS:
            return Builtin(name, FUNCTIONS[name])
        if name == "object":
            return PlainType(name, lambda run, *_: Untold(name), object)
        return Builtin(name, _exit) if name in ("exit", "quit") else None


ROOTS = {
    "builtins": Standard, "math": Standard, "functools": Standard, "itertools": Standard,
    "collections": Standard, "dataclasses": Standard, "argparse": Standard, "typing": Standard,
    "string": Standard, "json": Standard, "sys": Standard, "copy": Standard, "abc": Standard,
    "enum": Standard, "os": Standard, "inspect": Standard, "types": Standard, "numbers": Standard,
    "re": Standard, "operator": Standard,
}  # fmt: skip
