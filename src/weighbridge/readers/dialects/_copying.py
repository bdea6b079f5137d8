"""``copy.copy`` and ``copy.deepcopy`` in followed source: data, objects of the file, modules."""

from __future__ import annotations

from weighbridge.readers._python.values import Instance, Native, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run

    Copies = dict[int, Value]
    """By identity of what was copied; what is met twice is copied once."""


def shallow(run: Run, value: Value, *_: Value) -> Value:
    """``copy.copy``: what is inside is shared."""
    match value:
        case Native():
            return value
        case list() | set() | dict():
            run.handle(value)
            return value.copy()
        case Instance():
            made = _alike(run, value)
            made.names = dict(value.names)
            return made
    return value


def deep(run: Run, value: Value, *_: Value) -> Value:
    """``copy.deepcopy``."""
    return copied(run, value, {})


def copied(run: Run, value: Value, copies: Copies) -> Value:
    """A deep copy of ``value``; what a dialect provides says itself how it is copied."""
    if id(value) in copies:
        return copies[id(value)]
    run.step()
    match value:
        case Native():
            return copies.setdefault(id(value), value.copied(run, copies))
        case list():
            made = value.copy()
            made.clear()
            copies[id(value)] = made
            made += (copied(run, item, copies) for item in value)
            return made
        case tuple() | set():
            kept = type(value)(copied(run, item, copies) for item in value)
            return copies.setdefault(id(value), kept)
        case dict():
            table = value.copy()
            table.clear()
            copies[id(value)] = table
            table |= {key: copied(run, item, copies) for key, item in value.items()}
            return table
        case Instance():
            return _object(run, value, copies)
    return value


def _object(run: Run, value: Instance, copies: Copies) -> Value:
    made = _alike(run, value)
    copies[id(value)] = made
    made.names |= {name: copied(run, item, copies) for name, item in value.names.items()}
    if value.native is not None and made.native is not None:
        value.native.copy_to(run, made.native, copies)
    return made


def _alike(run: Run, value: Instance) -> Instance:
    """A new object of the same class, without attributes."""
    made = Instance(value.cls)
    founder = getattr(value.cls.foreign, "found", None)
    if founder is not None:
        founder(run, made)
    return made
