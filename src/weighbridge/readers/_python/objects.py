"""Attributes, items, truth and iteration of the values of followed source."""

from __future__ import annotations

import itertools

from weighbridge.errors import LIMITS
from weighbridge.layers import Untold
from weighbridge.readers._python import methods
from weighbridge.readers._python.containers import Defaults
from weighbridge.readers._python.modules import at_last, follow_all
from weighbridge.readers._python.values import (
    CONTAINERS,
    SCALARS,
    Builtin,
    Class,
    Function,
    Instance,
    Method,
    Namespace,
    Native,
    Raised,
    Super,
    Value,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _ast as ast

    from weighbridge.readers._python.run import Run


def attribute(run: Run, value: Value, name: str) -> Value:
    """``value.name``."""
    match value:
        case Untold():
            return value
        case Instance():
            return _of_instance(run, value, name)
        case Class():
            return _of_class(run, value, name)
        case Super():
            return _of_super(run, value, name)
        case Function() | Method():
            function = value if isinstance(value, Function) else value.function
            return _of_function(function, name)
        case Native():
            return value.attribute(run, name)
    return methods.method(run, value, name)


def _of_function(function: Function, name: str) -> Value:
    match name:
        case "__name__" | "__qualname__":
            return function.name
        case "__module__":
            return function.scope.module.names.get("__name__", "__main__")
        case "__doc__":
            return None
    return Untold(f"{function.name}.{name}")


def _of_instance(run: Run, instance: Instance, name: str) -> Value:
    if name in instance.names:
        return instance.names[name]
    if name == "__class__":
        return instance.cls
    if name == "__dict__":
        return instance.names
    found = instance.cls.find(name)
    if found is not None:
        return bound(run, found, instance)
    if instance.native is not None:
        return instance.native.attribute(run, name)
    getter = instance.cls.find("__getattr__")
    if isinstance(getter, Function):
        return _call(run, Method(getter, instance), [name])
    return Untold(f"{instance.cls.name}.{name}")


def bound(run: Run, found: Value, receiver: Value) -> Value:
    """What a class holds under a name, as ``receiver`` sees it: a method, a property's value."""
    if not isinstance(found, Function):
        return found
    match found.wrap:
        case "property":
            return _call(run, Method(found, receiver), [])
        case "staticmethod":
            return found
        case "classmethod":
            return Method(found, getattr(receiver, "cls", receiver))
    return Method(found, receiver)


def _call(run: Run, function: Value, values: list[Value]) -> Value:
    from weighbridge.readers._python import calls

    return calls.call(run, function, values, {}, run.here)


def _of_class(run: Run, cls: Class, name: str) -> Value:
    if name == "__name__":
        return cls.name
    found = cls.find(name)
    if isinstance(found, Function):
        return Method(found, cls) if found.wrap == "classmethod" else found
    if found is not None:
        return found
    foreign = cls.foreign
    own = getattr(foreign, "of_class", None)
    if own is not None:
        return own(run, cls, name)
    return attribute(run, foreign, name) if foreign is not None else Untold(f"{cls.name}.{name}")


def _of_super(run: Run, parent: Super, name: str) -> Value:
    receiver = parent.receiver
    cls = receiver.cls if isinstance(receiver, Instance) else receiver
    order = cls.mro() if isinstance(cls, Class) else []
    later = order[order.index(parent.owner) + 1 :] if parent.owner in order else []
    for ancestor in later:
        if isinstance(ancestor, Class) and name in ancestor.names:
            return bound(run, ancestor.names[name], receiver)
        if name == "__init__" and isinstance(ancestor, Class) and ancestor.fields is not None:
            return _filling(ancestor, receiver)
    if isinstance(receiver, Instance) and receiver.native is not None:
        return receiver.native.attribute(run, name)
    return methods.ignored(name)


def _filling(cls: Class, receiver: Value) -> Value:
    """The ``__init__`` that a dataclass has without writing it."""
    from weighbridge.readers._python import calls

    def fill(run: Run, *values: Value, **named: Value) -> Value:
        if isinstance(receiver, Instance):
            calls.fill_fields(run, receiver, cls, list(values), named)
        return None

    return Builtin("__init__", fill)


def item(run: Run, value: Value, key: Value, node: ast.AST) -> Value:
    """``value[key]``."""
    if isinstance(value, Untold):
        return value
    if isinstance(value, Native):
        return value.item(run, key)
    if isinstance(value, Instance):
        if value.cls.find("__getitem__") is None and value.native is not None:
            return value.native.item(run, key)
        getter = attribute(run, value, "__getitem__")
        return (
            _call(run, getter, [key]) if isinstance(getter, Method) else Untold(run.snippet(node))
        )
    return _plain_item(run, value, key, node)


def _plain_item(run: Run, value: Value, key: Value, node: ast.AST) -> Value:
    """An element, a slice or an entry of one of Python's own containers."""
    if isinstance(key, slice) and isinstance(value, tuple | list | str) and not value:
        return value  # whatever part of it is asked for
    if not proper(key) or not isinstance(value, tuple | list | dict | str | range):
        return run.unknown(node)
    if isinstance(key, slice):
        run.handle(value)
    expanse(run, key)
    try:
        if isinstance(value, dict) and key not in value:
            follow_all(run)
            _provide(run, value, key)
        return at_last(run, value[key])  # type: ignore[call-overload, index]  # a wrong key raises
    except (IndexError, KeyError) as error:
        if (reason := methods.incomplete(value)) is not None:
            return reason
        raise Raised(type(error).__name__, str(error)) from None
    except (TypeError, ValueError, OverflowError):
        return run.unknown(node)


def _provide(run: Run, table: dict[Value, Value], key: Value) -> None:
    """Makes the entry that a ``defaultdict`` is asked for and has not."""
    missing = key not in table and methods.incomplete(table) is None
    if missing and isinstance(table, Defaults) and table.factory is not None:
        table[key] = _call(run, table.factory, [])


def range_length(numbers: range) -> int:
    """``len(numbers)``, which Python refuses for ranges longer than a machine word."""
    start, stop, step = numbers.start, numbers.stop, numbers.step
    return max(0, (stop - start + step - (1 if step > 0 else -1)) // step)


def proper(key: Value) -> bool:
    """Whether ``key`` can be an index: whole numbers, nothing unknown."""
    if isinstance(key, slice):
        return all(
            part is None or isinstance(part, int) for part in (key.start, key.stop, key.step)
        )
    return not isinstance(key, Untold | Namespace)


def expanse(run: Run, value: Value, known: dict[int, int] | None = None) -> int:
    """Elements of nested lists, tuples and dicts, those met several times counted as often.

    Containers that share their parts can be small and yet take for ever to walk through.
    """
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, tuple | list) or isinstance(value, Native):
        return 1
    sizes = {} if known is None else known
    if id(value) not in sizes:
        sizes[id(value)] = 1
        sizes[id(value)] = 1 + sum(expanse(run, item, sizes) for item in value)
        if sizes[id(value)] > LIMITS.elements:
            run.charge(sizes[id(value)])
    return sizes[id(value)]


def truth(run: Run, value: Value) -> bool | None:
    """Whether ``value`` counts as true; ``None`` where nobody can tell."""
    if isinstance(value, Untold | Namespace):
        return None
    if isinstance(value, Native):
        known = value.attribute(run, "__bool__")
        return known if isinstance(known, bool) else None if isinstance(known, Untold) else True
    if isinstance(value, (*SCALARS, *CONTAINERS, range)):
        return bool(value)
    if isinstance(value, Instance) and value.cls.find("__len__"):
        return truth(run, _call(run, attribute(run, value, "__len__"), []))
    return True


def elements(run: Run, value: Value) -> list[Value] | None:
    """What iterating over ``value`` yields; ``None`` where that cannot be told."""
    if isinstance(value, Native):
        yielded = value.elements(run)
        listed = None if yielded is None else list(itertools.islice(yielded, LIMITS.elements))
    elif isinstance(value, range):
        run.charge(range_length(value))
        return list(value)
    elif isinstance(value, (*CONTAINERS, str)):
        listed = list(value)
    elif isinstance(value, Instance):
        listed = _of_own_iterator(run, value)
    else:
        return None
    if listed is not None:
        run.charge(len(listed))
    return listed


def _of_own_iterator(run: Run, instance: Instance) -> list[Value] | None:
    iterate = instance.cls.find("__iter__")
    if isinstance(iterate, Function):
        return elements(run, _call(run, Method(iterate, instance), []))
    return None if instance.native is None else elements(run, instance.native)
