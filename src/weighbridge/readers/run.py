"""What a module or a file makes when it is run, with ``--run`` only: ``package.module:factory``.

Everything else here is read and never run; this is for a model that only its own code can build:
one of torchvision, timm, transformers or Keras Applications, or one's own. ``weigh --run
torchvision.models:resnet50`` imports the module and calls what is named, ``weigh net.py:Net --run``
does so with a file. The name is that of a function, a class or a model that is there already;
without one, the only model of the module is taken. Arguments follow in parentheses and are plain
values: ``'torchvision.models:resnet50(num_classes=10)'``. A class that wants a configuration, as in
transformers, gets its default one, changed by the arguments: ``'transformers:BertModel'``,
``'transformers:BertModel(hidden_size=96)'``. Given a configuration's class, ``AutoModel`` makes the
model.

It all happens in a process of its own, with the current folder and the file's on the module path.
Functions and classes are called on PyTorch's meta device, where tensors have no values and take no
memory, and if that fails on the default device. What the code prints goes to standard error. The
live model is read there, and only what was read comes back.
"""

from __future__ import annotations

import os

from weighbridge._record import Record, replace
from weighbridge.errors import NotFound, Usage, WeighbridgeError
from weighbridge.readers import Reader, Source, known_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Model

_HINT = (
    "package.module:factory or FILE.py:NAME, arguments as plain values: 'net.py:Net(10, depth=3)'"
)


class NotRun(WeighbridgeError):
    """The code named could not be run to its end, or made no model."""


class Target(Record):
    """What to import and what to call."""

    place: str
    """The dotted name of a module, or the path of a file."""
    is_file: bool
    name: str = ""
    """What of the module; ``""`` for its only model."""
    positional: tuple[object, ...] = ()
    named: tuple[tuple[str, object], ...] = ()

    @property
    def text(self) -> str:
        """The target without its arguments."""
        return f"{self.place}:{self.name}" if self.name else self.place


def target_of(text: str) -> Target:
    """``text`` taken apart.

    Raises ``Usage`` where it is neither a module nor a file or its arguments are no plain values,
    and ``NotFound`` where there is no such file.
    """
    if text in known_name.names():
        return Target(known_name.file_of(text), True)
    place, call = (text, None) if os.path.exists(text) else _split(text)
    is_file = place.endswith((".py", ".pyw"))
    if is_file and not os.path.isfile(place):
        raise NotFound(f"no file {place}", hint="check the path and the folder you are in")
    if not is_file and not all(part.isidentifier() for part in place.split(".")):
        raise Usage(f"{place!r} is no Python module or file that can be run", hint=_HINT)
    return Target(place, is_file) if call is None else Target(place, is_file, *_call(call))


def _split(text: str) -> tuple[str, str | None]:
    """Place and call; the drive of a path and the arguments may have colons of their own."""
    file, mark, call = text.partition(".py:")
    if mark:
        return f"{file}.py", call
    place, mark, call = text.partition(":")
    return place, call if mark else None


def _call(text: str) -> tuple[str, tuple[object, ...], tuple[tuple[str, object], ...]]:
    """``make(10, depth=3)`` → the name and the values."""
    import ast

    try:
        tree = ast.parse(text.strip(), mode="eval").body
        called = tree if isinstance(tree, ast.Call) else ast.Call(tree, [], [])
        name = ast.unparse(called.func)
        positional = tuple(map(ast.literal_eval, called.args))
        named = tuple((each.arg or "**", ast.literal_eval(each.value)) for each in called.keywords)
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        raise Usage(f"{text!r} is not a name with plain values as arguments", hint=_HINT) from None
    given = [word for word, _ in named]
    odd = "**" in given or len(set(given)) < len(given)
    if odd or not all(part.isidentifier() for part in name.split(".")):
        raise Usage(f"{text!r} is not a name with plain values as arguments", hint=_HINT)
    return name, positional, named


def _accepts(source: Source) -> bool:
    return source.run


def _read(source: Source) -> Model:
    from weighbridge.readers._run_process import model_of

    target_of(source.text)  # what cannot be understood is told at once
    model = model_of(source)
    return replace(model, origin=replace(model.origin, format="run", location=source.text))


READER = Reader(name="run", suffixes=(), accepts=_accepts, read=_read, rank=-1)
