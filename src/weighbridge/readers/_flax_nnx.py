"""A live ``flax.nnx`` module as a model: its graph walked, its code run on an abstract copy."""

from __future__ import annotations

import _thread
import sys

from weighbridge.readers._flax_listing import LOOSE, Listing, Node
from weighbridge.readers._flax_model import model_of as _model_of
from weighbridge.readers._flax_run import CannotRun, switches, traced
from weighbridge.readers._flax_settings import is_module
from weighbridge.readers._flax_tensors import Held, is_array
from weighbridge.readers._flax_trace import arrays
from weighbridge.readers.live_flax_nnx import CallNotFollowed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from weighbridge.model import Model
    from weighbridge.readers import Source
    from weighbridge.readers._flax_run import Code
    from weighbridge.readers._flax_settings import FlaxModule
    from weighbridge.readers._flax_tensors import Array
    from weighbridge.readers._flax_trace import Path, Recorder

    Method = Callable[..., object]
    Variable = Any
    """A variable of ``nnx``, of whatever type."""


def model_of(source: Source) -> Model:
    """The model that a live module is; with an input shape, what is called on what."""
    module = source.value
    graph = Graph(module)
    listing = Listing("nnx", graph.nodes)
    if not source.shapes:
        return _model_of(listing, None)
    try:
        code, state = _apart(module, graph)
        return _model_of(listing, traced(code, (state, state), source.shapes))
    except CannotRun as error:
        return _model_of(
            listing, None, [CallNotFollowed("", f"its call was not followed: {error}")]
        )


# -- the graph -----------------------------------------------------------------------------------


class Graph:
    """The modules of a model, each once, with the variables that are their own."""

    def __init__(self, root: FlaxModule) -> None:
        self.paths: dict[int, Path] = {}
        self._modules: dict[int, FlaxModule] = {}
        self._held: dict[int, list[Held]] = {}
        self._aliases: dict[int, list[str]] = {}
        self._second: dict[Path, Path] = {}
        """Where a module is found again, and where it was found first."""
        self._walked: set[int] = set()
        self._visit(root, ())

    @property
    def nodes(self) -> list[Node]:
        """Modules in the order they are found, the model itself first."""
        return [
            Node(self.paths[i], module, tuple(self._held[i]), tuple(self._aliases.get(i, ())))
            for i, module in self._modules.items()
        ]

    def modules(self) -> Iterator[tuple[Path, FlaxModule]]:
        """Each module with its path."""
        return ((self.paths[i], module) for i, module in self._modules.items())

    def first(self, path: Path) -> Path:
        """The path at which the module that is also at ``path`` was found first."""
        for length in range(1, len(path) + 1):
            if path[:length] in self._second:
                return self.first((*self._second[path[:length]], *path[length:]))
        return path

    def _visit(self, module: FlaxModule, path: Path) -> None:
        key = id(module)
        if key in self.paths:
            self._second[path] = own = self.paths[key]
            if path[-1:] not in ((), own[-1:]):
                self._aliases.setdefault(key, []).append(path[-1])
            return
        self.paths[key], self._modules[key], self._held[key] = path, module, []
        for name, value in _attributes(module):
            self._walk(key, value, (*path, name))

    def _walk(self, owner: int, value: object, path: Path) -> None:
        """Gives ``owner`` the variables in ``value``, and visits the modules in it."""
        if is_module("nnx", value):
            self._visit(value, path)
        elif _is("variablelib", "Variable", value):
            self._hold(owner, value, path)
        elif is_array(value):
            name = ".".join(path)
            inside = ".".join(path[len(self.paths[owner]) :])
            self._held[owner].append(Held(name, inside, LOOSE, value, trained=False))
        elif isinstance(value, dict | list | tuple) or _is("pytreelib", "Pytree", value):
            if id(value) in self._walked:
                return
            self._walked.add(id(value))
            for name, item in _items(value):
                self._walk(owner, item, (*path, name))

    def _hold(self, owner: int, variable: Variable, path: Path) -> None:
        start = len(self.paths[owner])
        for name, array in _leaves(variable.get_raw_value()):
            full = (*path, *name)
            self._held[owner].append(
                Held(
                    ".".join(full), ".".join(full[start:]), type(variable).__name__, array,
                    trained=_is("variablelib", "Param", variable), identity=(id(variable), name),
                    seed=_is("rnglib", "RngState", variable),
                )
            )  # fmt: skip


def _attributes(node: object) -> Iterator[tuple[str, object]]:
    hidden = ("_pytree__", "_object__")
    return ((str(k), v) for k, v in vars(node).items() if not str(k).startswith(hidden))


def _items(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield "/".join(map(str, key)) if isinstance(key, tuple) else str(key), item
    elif isinstance(value, list | tuple):
        yield from ((str(i), item) for i, item in enumerate(value))
    else:
        yield from _attributes(value)


def _leaves(value: object, path: Path = ()) -> Iterator[tuple[Path, Array]]:
    """The arrays in the value of a variable, which may be a tree of them."""
    if is_array(value):
        yield path, value
    elif isinstance(value, dict | list | tuple):
        for name, item in _items(value):
            yield from _leaves(item, (*path, name))


def _is(file: str, name: str, value: object) -> bool:
    """Whether a class of ``nnx`` is among those that ``value`` comes from."""
    return any(
        (base.__module__, base.__name__) == (f"flax.nnx.{file}", name)
        for base in type(value).__mro__
    )


# -- its code ------------------------------------------------------------------------------------

_PATH = "_weighbridge_path"
"""The attribute of a module of the copy that tells where it is; loops make copies of copies."""
_METHODS = ("__call__", "attend")
_LOCK = _thread.RLock()
"""Held while classes are watched, which another thread must not find in the middle of it."""


def _apart(module: FlaxModule, graph: Graph) -> tuple[Code, tuple[Array, ...]]:
    """What runs a copy of ``module``, and the state that the copy is made of."""
    nnx = sys.modules["flax.nnx"]
    structure, state = nnx.split(module)
    options = switches(module)

    def code(recorder: Recorder, state: Array, *inputs: Array) -> object:
        copy = nnx.merge(structure, state)
        found = list(Graph(copy).modules())
        for path, part in found:
            # The attributes of the copy come in another order.
            object.__setattr__(part, _PATH, graph.first(path))
        copy.eval()
        recorder.inputs = list(inputs)
        with _Watch(recorder, {type(part) for _, part in found}):
            result = copy(*inputs, **options)
        recorder.outputs = arrays(result)
        return recorder.outputs

    return code, (state,)


class _Watch:
    """While it lasts, calls of modules of some classes are recorded, if they are of our copy."""

    def __init__(self, recorder: Recorder, sorts: set[type]) -> None:
        self._recorder = recorder
        self._own = [
            (base, name)
            for base in {base for sort in sorts for base in sort.__mro__}
            for name in _METHODS
            if name in vars(base) and _is_module_class(base)
        ]
        self._were: list[Any] = []

    def __enter__(self) -> None:
        _LOCK.acquire()
        for sort, name in self._own:
            method = vars(sort)[name]
            self._were.append(method)
            setattr(sort, name, _watched(method, self._recorder))

    def __exit__(self, *_: object) -> None:
        for (sort, name), method in zip(self._own, self._were, strict=False):
            setattr(sort, name, method)
        _LOCK.release()


def _watched(method: Method, recorder: Recorder) -> Method:
    """``method``, whose calls on modules of our copy are recorded."""
    from functools import partial, wraps

    @wraps(method)
    def watched(self: FlaxModule, *positional: object, **named: object) -> object:
        path = vars(self).get(_PATH)
        if path is None:
            return method(self, *positional, **named)
        run = partial(method, self)
        return recorder.around(path, method.__name__, run, positional, named)

    return watched


def _is_module_class(sort: type) -> bool:
    return any(base.__module__ == "flax.nnx.module" for base in sort.__mro__)
