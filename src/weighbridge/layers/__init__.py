"""One file per layer family: its kinds, and every framework's spelling of them.

A module here defines ``KINDS``, the kinds it holds, and ``SPELLINGS``: from ``"keras:Dense"`` to a
function with the constructor's own arguments, order and defaults that makes the kind. One table so
serves constructor calls in source code, a saved configuration and a live model: the same words.
"""

from __future__ import annotations

from weighbridge import _collect
from weighbridge._record import Record
from weighbridge.errors import Impossible, kebab
from weighbridge.layers import _keras1, _torch_names
from weighbridge.layers._batch import (
    Turned,
    batch_axis,
    layout,
    legible,
    multiple,
    passed,
    repeats,
    turned,
)
from weighbridge.model import Kind, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from weighbridge.model import Shape

    Spelling = Callable[..., Kind]

__all__ = [
    "Fixed", "Samples", "Turned", "Untold", "batch_axis", "bound", "kinds", "layout", "legible",
    "make", "multiple", "operands", "passed", "repeats", "spelling", "spellings", "turned",
    "unbatched", "unsettled",
]  # fmt: skip

_VARIADIC, _VARIADIC_NAMED = 0x04, 0x08


class Untold(Record):
    """Stands for a setting whose value the source does not tell, and says why."""

    because: str


class Samples(Untold):
    """Stands for the number of samples where a source computes with it: ``tf.shape(x)[0]``."""

    times: int = 1
    """Of what multiple of it, as in ``batch * steps``."""


class Fixed(Record):
    """Stands for a tensor that has no batch axis where an operation reads one: a weight, an array.

    A list of numbers needs no such stand-in, its shape shows. Whatever else is given as a tensor
    has its samples along axis 0, or along the one that its shape tells where that is ``Turned``.
    """

    shape: Shape | None


def make(
    dialect: str, native: str, positional: Sequence[object], named: Mapping[str, object]
) -> Kind:
    """The kind that ``native(*positional, **named)`` is in ``dialect``.

    ``Unknown`` where nobody spells it, or where a setting that matters is ``Untold``. Raises
    ``Impossible`` where the constructor would not take the arguments or the settings cannot be.
    """
    key = _plain((dialect, native, *positional, *named.items()))
    if key is None:
        return _make(dialect, native, positional, named)
    if key not in _known:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[key] = _make(dialect, native, positional, named)
    return _known[key]


_known: dict[object, Kind] = {}
"""What was made of plain settings before: networks repeat their layers."""
_MOST_KNOWN = 10_000
_PLAIN = frozenset((str, int, float, bool, type(None)))


def _plain(settings: object) -> object | None:
    """``settings`` as a key that tells 1 from 1.0 and True; ``None`` if not all of it is plain."""
    if type(settings) in _PLAIN:
        return (type(settings), settings)
    if type(settings) is not tuple:
        return None
    keys = tuple([_plain(setting) for setting in settings])
    return None if None in keys else keys


def _make(
    dialect: str, native: str, positional: Sequence[object], named: Mapping[str, object]
) -> Kind:
    build = spelling(dialect, native)
    if build is None:
        return Unknown(native=native)
    settings = _worded(build, dialect, native, positional, named)
    for name, given in settings.items():
        annotation = build.__annotations__.get(name, "Ignored")
        # A layer may keep a tensor it is given, and needs its shape; a size is a number.
        keeps = annotation == "Extent" and isinstance(given, Fixed)
        setting = _number(given) if annotation in ("Size", "Extent") and not keeps else given
        untold = _untold(setting)
        if untold is None:
            continue
        if annotation in ("Size", "Extent"):
            settings[name] = _opened(setting) if annotation == "Size" else setting
        elif annotation != "Ignored":
            return Unknown(native=native, because=f"{name} is not known: {untold.because}")
    return _built(build, settings)


def _built(build: Spelling, settings: dict[str, object]) -> Kind:
    rest = _rest(build)
    if rest is None:
        return build(**settings)
    more = settings.pop(rest)
    first = [settings.pop(name) for name in _names(build)[: build.__code__.co_argcount]]
    return build(*first, *more, **settings)  # type: ignore[misc]  # ``bound`` made it a tuple


def _worded(
    build: Spelling,
    dialect: str,
    native: str,
    positional: Sequence[object],
    named: Mapping[str, object],
) -> dict[str, object]:
    """Arguments by name, the words of Keras 1 and of NumPy put into today's."""
    if dialect == "keras":
        positional, named = _keras1.modern(native, positional, named)
    elif dialect == "torch":
        named = _torch_names.modern(_names(build), named)
    return bound(build, native, positional, named)


def takes(dialect: str, native: str, setting: str) -> bool:
    """Whether the constructor of ``native`` has a setting of that name that matters."""
    build = spelling(dialect, native)
    return build is not None and setting in _names(build)


def unsettled(
    dialect: str, native: str, positional: Sequence[object], named: Mapping[str, object]
) -> dict[str, Untold]:
    """The sizes among the settings of a known layer that the source does not tell."""
    build = spelling(dialect, native)
    if build is None:
        return {}
    settings = _worded(build, dialect, native, positional, named)
    sizes = (name for name in settings if build.__annotations__.get(name) in ("Size", "Extent"))
    return {name: found for name in sizes if (found := _untold(settings[name]))}


def operands(
    dialect: str, native: str, positional: Sequence[object], named: Mapping[str, object]
) -> tuple[object, ...]:
    """The arguments in which a known operation takes the tensors it reads, in its own order.

    The tensors in them are what its kind takes for incoming; those in other arguments change
    nothing.
    """
    build = spelling(dialect, native)
    if build is None:
        return (*positional, *named.values())
    given = _worded(build, dialect, native, positional, named)
    taken = (name for name in _names(build) if build.__annotations__.get(name) == "Incoming")
    return tuple(given[name] for name in taken if name in given)


def unbatched(kind: Kind, incoming: tuple[Shape | None, ...] = ()) -> tuple[Shape | None, ...]:
    """Shapes of what an operation makes that have no batch axis: of weights, or summed over it."""
    answer: Callable[..., tuple[Shape | None, ...]] | None = getattr(kind, "unbatched", None)
    return (None,) if answer is None else answer(*incoming)


def bound(
    build: Spelling, native: str, positional: Sequence[object], named: Mapping[str, object]
) -> dict[str, object]:
    """Arguments by name, as Python itself would bind them.

    A last argument that takes any number of values, as of ``view(x, *size)``, is a tuple of them,
    and may also be given by its name: ``view(x, size=(2, 3))``.
    """
    rest = _rest(build)
    names, takes_any = _names(build), bool(build.__code__.co_flags & _VARIADIC_NAMED)
    places = names[: build.__code__.co_argcount]
    # What comes after the settings that matter is swallowed by position as it is by name.
    if len(positional) > len(places) and not takes_any and not rest:
        raise Impossible(f"{native} takes at most {len(places)} arguments, not {len(positional)}")
    settings = dict(zip(places, positional, strict=False))
    if rest is not None:
        settings[rest] = tuple(positional[len(places) :])
    for name, value in named.items():
        if name == rest and settings[rest] == ():
            value = (value,)
        elif name in settings:
            raise Impossible(f"{native} got {name} twice")
        if name not in names and (not takes_any or _misspelt(name, names)):
            raise Impossible(f"{native} has no setting {name!r}", hint=f"it has {', '.join(names)}")
        settings[name] = value
    required = places[: len(places) - len(build.__defaults__ or ())]
    absent = [name for name in required if name not in settings]
    if absent:
        raise Impossible(f"{native} needs {' and '.join(absent)}")
    return settings


_CLOSE = 0.8
"""Likeness from which a setting nobody has is taken for a misspelt one."""


def _misspelt(name: str, names: tuple[str, ...]) -> bool:
    """Whether a setting that is swallowed was meant to be one that matters: ``stride``."""
    if name.endswith(("_initializer", "_regularizer", "_constraint")):
        return False
    from difflib import get_close_matches

    return bool(get_close_matches(name, names, 1, _CLOSE))


def _names(build: Spelling) -> tuple[str, ...]:
    code = build.__code__
    own = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    rest = _rest(build)
    return own if rest is None else (*own, rest)


def _rest(build: Spelling) -> str | None:
    """The argument that takes any number of values, unless they are all ``Ignored``."""
    code = build.__code__
    if not code.co_flags & _VARIADIC:
        return None
    name = code.co_varnames[code.co_argcount + code.co_kwonlyargcount]
    return None if build.__annotations__.get(name, "Ignored") == "Ignored" else name


def _untold(setting: object) -> Untold | None:
    if isinstance(setting, Untold):
        return setting
    if isinstance(setting, tuple | list):
        return next((found for item in setting if (found := _untold(item))), None)
    return None


def _number(setting: object) -> object:
    """A size that the source computes with tensors is not told."""
    if isinstance(setting, tuple | list):
        items = [_number(item) for item in setting]
        same = all(item is given for item, given in zip(items, setting, strict=True))
        return setting if same else tuple(items)
    known = setting is None or isinstance(setting, str | float | int | Untold | slice | dict)
    return setting if known or hasattr(setting, "__index__") else Untold("a value of a tensor")


def _opened(setting: object) -> object:
    """``setting`` with ``None`` for what is untold."""
    if isinstance(setting, tuple | list):
        return tuple(_opened(item) for item in setting)
    return None if isinstance(setting, Untold) else setting


def spelling(dialect: str, native: str) -> Spelling | None:
    """What makes a kind out of the settings of ``native``, a class or function of ``dialect``."""
    key = f"{dialect}:{native}"
    if key not in _spelled:
        names = _torch_names.called(native) if dialect == "torch" else (native,)
        later = _OTHERS.get(dialect, ()) if native[:1].isupper() else ()
        found = (_collect.find(__name__, "SPELLINGS", f"{dialect}:{name}", later) for name in names)
        _spelled[key] = next((build for build in found if build is not None), None)  # type: ignore[assignment]  # checked by the tests of the tables
    return _spelled[key]


_OTHERS = {"keras": ("torch", "flax", "operation"), "torch": ("flax", "operation")}
"""Words in the names of files that hardly spell a class of the dialect."""
_spelled: dict[str, Spelling | None] = {}
"""What was asked for before, found or not: a miss is looked for in the text of every file."""


def kinds() -> dict[str, type[Kind]]:
    """Every kind by its name; imports all families."""
    tables = _collect.collect(__name__, "KINDS", tuple).values()
    return {kebab(kind.__name__): kind for table in tables for kind in table}


def spellings() -> dict[str, Spelling]:
    """Every spelling of every dialect; imports all families."""
    tables = _collect.collect(__name__, "SPELLINGS", dict).values()
    return {key: build for table in tables for key, build in table.items()}
