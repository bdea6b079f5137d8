"""Imports what a target names and makes its model; used in the process that runs the code.

Whatever the code raises becomes one ``NotRun`` that tells its own line, or else the last line that
is not a library's.
"""

from __future__ import annotations

import os
import sys

from weighbridge import readers
from weighbridge.errors import NotFound, Usage, WeighbridgeError
from weighbridge.readers import Source
from weighbridge.readers._run_answer import Failure
from weighbridge.readers._run_blame import not_run
from weighbridge.readers._run_calling import called
from weighbridge.readers.run import NotRun

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from weighbridge.model import Model, Shape
    from weighbridge.readers.run import Target

_FAVOURITE = "model"
"""Which of several models is taken where the target names none."""


def answer(target: Target, input_shape: Shape | tuple[Shape, ...] | None) -> Model | Failure:
    """The model that ``target`` makes, read; or why there is none."""
    doing = target.text
    try:
        model = made(target)
        doing = f"reading what {target.text} makes"
        return readers.read(Source(model, input_shape))
    except WeighbridgeError as error:
        failed = error
    except BaseException as error:  # whatever the code raises, a model's own methods included
        failed = not_run(target, doing, error)
    return Failure(type(failed).__name__, failed.what, failed.where, failed.hint, failed.excerpt)


def made(target: Target) -> object:
    """The live model that ``target`` stands for. Raises ``WeighbridgeError`` and what it raises."""
    module = imported(target)
    if not target.name:
        return _only(module, target)
    found = _named(module, target)
    if is_model(found):
        if target.positional or target.named:
            raise Usage(f"{target.text} is a model already and takes no arguments")
        return found
    if not callable(found):
        raise NotRun(f"{target.text} is {_a(found)}, not a model nor a function that makes one")
    result = called(found, target)
    if not is_model(result):
        raise NotRun(
            f"{target.text} makes {_a(result)}, not a model of Keras, PyTorch or Flax",
            hint=_inside(result),
        )
    return result


def is_model(value: object) -> bool:
    """Whether some reader reads ``value`` as a live model."""
    if isinstance(value, (str, os.PathLike)):
        return False
    return any(reader.accepts(Source(value)) for reader in readers.readers())


def _a(value: object) -> str:
    name = type(value).__name__
    return "None" if value is None else f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"


def _inside(value: object) -> str:
    if isinstance(value, (tuple, list)) and any(map(is_model, value)):
        return "a model is in it: write a function that returns that one alone"
    return ""


# -- the module ----------------------------------------------------------------------------------


def imported(target: Target) -> ModuleType:
    """The module of ``target``, with the current folder and the file's on the module path.

    A file in a package is imported as a part of that, so that it may import its siblings.
    """
    from importlib import import_module

    if not target.is_file:
        sys.path.insert(0, os.getcwd())
        sys.argv = [target.place]
        return import_module(target.place)
    path = os.path.abspath(target.place)
    folder, name = os.path.split(os.path.splitext(path)[0])
    sys.path[:0] = [folder, os.getcwd()]
    sys.argv = [target.place]
    if name == "__init__":
        folder, name = os.path.split(folder)
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder, package = os.path.split(folder)
        name = f"{package}.{name}"
    if "." in name:
        sys.path.insert(0, folder)
        return import_module(name)
    return _of_file(name, path)


def _of_file(name: str, path: str) -> ModuleType:
    from importlib.machinery import SourceFileLoader
    from importlib.util import module_from_spec, spec_from_loader

    if name in sys.modules:
        name = f"{name}_"
    loader = SourceFileLoader(name, path)
    spec = spec_from_loader(name, loader)
    assert spec is not None  # it is, where there is a loader
    module = sys.modules[name] = module_from_spec(spec)
    loader.exec_module(module)
    return module


# -- what is named in it -------------------------------------------------------------------------


def _named(module: ModuleType, target: Target) -> object:
    found: object = module
    for part in target.name.split("."):
        if not hasattr(found, part):
            raise NotFound(f"there is no {part!r} in {target.place}", hint=_near(found, part))
        found = getattr(found, part)
    return found


def _near(owner: object, name: str) -> str:
    from difflib import get_close_matches

    public = [each for each in dir(owner) if not each.startswith("_")]
    near = get_close_matches(name, public, n=3, cutoff=0.6)
    return f"perhaps {', '.join(near)}" if near else _makers(owner)


def _makers(owner: object) -> str:
    """The functions and classes that a module defines itself."""
    own = getattr(owner, "__name__", "")
    makers = [
        name
        for name, value in vars(owner).items()
        if callable(value) and getattr(value, "__module__", "") == own and name[0] != "_"
    ]
    return f"it defines {', '.join(makers[:9])}" if makers else ""


def _only(module: ModuleType, target: Target) -> object:
    """The one model among the module's own values, or the one called ``model``."""
    there = {name: value for name, value in vars(module).items() if is_model(value)}
    if len({id(value) for value in there.values()}) == 1:
        return next(iter(there.values()))
    if _FAVOURITE in there:
        return there[_FAVOURITE]
    if there:
        names = ", ".join(there)
        raise NotRun(f"{target.place} has several models", hint=f"name one: {names}")
    hint = _makers(module) or "name a function, a class or a model in it"
    raise NotRun(f"{target.place} has no model when it is imported", hint=hint)
