"""Methods of Python's own values: strings, lists, tuples, dicts, sets, numbers."""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.readers._python import strings
from weighbridge.readers._python.containers import Defaults, Ends
from weighbridge.readers._python.modules import follow_all
from weighbridge.readers._python.values import Builtin, Raised, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run

_TEXT = (
    "upper", "lower", "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "startswith",
    "endswith", "title", "capitalize", "find", "rfind", "index", "count", "isdigit", "isalpha",
    "isupper", "islower", "isnumeric", "removeprefix", "removesuffix", "partition", "rpartition",
    "swapcase", "casefold",
)  # fmt: skip
_LIST = (
    "append", "extend", "insert", "pop", "remove", "index", "count", "reverse", "copy", "clear",
)  # fmt: skip
_DICT = (
    "get", "keys", "values", "items", "update", "setdefault", "pop", "popitem", "copy", "clear",
)  # fmt: skip
_SET = (
    "add", "discard", "remove", "union", "intersection", "difference", "update", "issubset",
    "issuperset", "copy",
)  # fmt: skip
_QUICK = ("append", "pop", "get", "keys", "values", "items", "add", "setdefault")
"""Methods whose cost does not grow with the value."""
_NUMBER = ("bit_length", "is_integer", "conjugate")
_TABLES: dict[type, tuple[str, ...]] = {
    str: _TEXT, list: _LIST, tuple: ("index", "count"), dict: _DICT, set: _SET,
    frozenset: _SET, int: _NUMBER, float: _NUMBER,
    Defaults: _DICT, Ends: (*_LIST, "appendleft", "popleft"),
}  # fmt: skip


def method(run: Run, value: Value, name: str) -> Value:
    """The method ``name`` of a plain value, as something that can be called."""
    if name in _TABLES.get(type(value), ()):
        return Builtin(name, lambda run, *values, **named: _call(run, value, name, values, named))
    if isinstance(value, str) and name == "format":
        return Builtin(
            name, lambda run, *values, **named: strings.filled(run, value, list(values), named)
        )
    if isinstance(value, str) and name in ("join", "replace"):
        text = _join if name == "join" else _replace
        return Builtin(name, lambda run, *values: text(run, value, *values))
    if isinstance(value, list) and name == "sort":
        return Builtin(name, lambda run, **named: _sort(value, named))
    if isinstance(value, int | float) and name in ("real", "imag"):
        return getattr(value, name)
    return Untold(f".{name}")


def _call(
    run: Run, value: Value, name: str, values: tuple[Value, ...], named: dict[str, Value]
) -> Value:
    if isinstance(value, str) and any(isinstance(v, Untold) for v in values):
        return next(v for v in values if isinstance(v, Untold))
    if name in ("extend", "update", "union") and values:
        values = (_iterated(run, values[0]), *values[1:])
        if isinstance(values[0], Untold):
            return _taken(value, name, values[0])
    if name not in _QUICK:
        run.handle(value, *values)
    if _lacks(value, values) and name in ("get", "pop", "setdefault"):
        follow_all(run)
        reason = incomplete(value)
        if reason is not None and _lacks(value, values):
            return reason
    try:
        result = getattr(value, name)(*values, **named)
    except (IndexError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise Raised(type(error).__name__, str(error)) from None
    run.charge(1)
    return list(result) if name in ("keys", "values", "items") else result


def incomplete(table: Value) -> Untold | None:
    """Why a dict may have entries that are not known; ``None`` where it has not."""
    names = table if isinstance(table, dict) else ()
    return next((key for key in names if isinstance(key, Untold)), None)


def _lacks(table: Value, keys: tuple[Value, ...]) -> bool:
    """Whether a dict has no such entry so far: files that fill it may not have been followed."""
    try:
        return isinstance(table, dict) and bool(keys) and keys[0] not in table
    except TypeError:
        return False


def _iterated(run: Run, value: Value) -> Value:
    from weighbridge.readers._python.objects import elements

    if isinstance(value, dict):
        return value
    listed = elements(run, value)
    return Untold("what is added to a list") if listed is None else listed


def _taken(value: Value, name: str, more: Untold) -> Value:
    """An unknown number of entries joins: the list holds one that says so."""
    if isinstance(value, list):
        value.append(more)
    return None if name != "union" else more


def _join(run: Run, glue: str, parts: Value) -> Value:
    listed = _iterated(run, parts)
    if not isinstance(listed, list) or not all(isinstance(part, str) for part in listed):
        return Untold("a joined string")
    run.charge(sum(len(part) + len(glue) for part in listed))
    return glue.join(listed)


def _replace(run: Run, text: str, old: Value, new: Value, count: Value = -1) -> Value:
    if not isinstance(old, str) or not isinstance(new, str) or not isinstance(count, int):
        return Untold("a replaced string")
    run.charge(len(text) + text.count(old) * len(new))
    return text.replace(old, new, count)


def _sort(values: list[Value], named: dict[str, Value]) -> Value:
    if named.keys() - {"reverse"} or not all(isinstance(v, int | float | str) for v in values):
        return Untold(".sort")
    try:
        values.sort(reverse=bool(named.get("reverse", False)))
    except TypeError as error:
        raise Raised("TypeError", str(error)) from None
    return None


def ignored(name: str) -> Builtin:
    """A method that does nothing, such as ``object.__init__``."""
    return Builtin(name, lambda run, *values, **named: None)
