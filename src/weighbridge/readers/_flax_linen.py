"""A live ``flax.linen`` module as a model: its ``init`` and ``apply`` run on abstract arrays."""

from __future__ import annotations

import sys

from weighbridge.errors import Impossible
from weighbridge.model import Layer, Model, Unknown
from weighbridge.readers._flax_listing import Listing, Node
from weighbridge.readers._flax_model import model_of as _model_of
from weighbridge.readers._flax_model import origin
from weighbridge.readers._flax_run import CannotRun, refusals, stand_ins, switches, traced
from weighbridge.readers._flax_samples import SAMPLES
from weighbridge.readers._flax_settings import kind_of, spelled
from weighbridge.readers._flax_tensors import Held, jax, leaves
from weighbridge.readers._flax_trace import Recorder, arrays
from weighbridge.readers.live_flax_nnx import CallNotFollowed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import Any

    from weighbridge.model import Shape
    from weighbridge.readers import Source
    from weighbridge.readers._flax_calls import Traced
    from weighbridge.readers._flax_settings import FlaxModule
    from weighbridge.readers._flax_tensors import Array, Tree
    from weighbridge.readers._flax_trace import Path

    Modules = dict[Path, FlaxModule]


def model_of(source: Source) -> Model:
    """The model that a linen module is where it reads the input shapes of ``source``.

    Raises ``Impossible`` where its ``init`` does not run on them.
    """
    module: FlaxModule = source.value
    if not source.shapes:
        return _without_shape(module)
    if module.scope is not None:
        module = module.copy(parent=None)
    made = _Made(module, source.shapes)
    variables = made.variables()
    findings, followed = [], None
    try:
        followed = made.followed(variables)
    except CannotRun as error:
        findings.append(CallNotFollowed("", f"its call was not followed: {error}"))
    return _model_of(Listing("linen", _nodes(made.modules, variables)), followed, findings)


_SHAPELESS = (
    "a linen module holds no tensors: give the shape of one sample, input_shape=(28, 28, 1)"
)


def _without_shape(module: FlaxModule) -> Model:
    """A single row that is not known, or what the settings of a single layer tell."""
    name = type(module).__name__
    native = spelled("linen", module)
    kind = None if native is None else kind_of("linen", module, native)
    if kind is None or kind.tensors() is None:
        kind = Unknown(native=name, because=_SHAPELESS)
    return Model(name, (Layer(name, kind, name),), origin=origin("linen"), native=name)


class _Made:
    """A module with the shapes that it reads: its variables, and what it does."""

    def __init__(self, module: FlaxModule, shapes: tuple[Shape, ...]) -> None:
        self._module, self._shapes = module, shapes
        self._options = switches(module)
        self.modules: Modules = {(): module}
        """What was called so far, by path, in the order of the first calls."""

    def variables(self) -> Tree:
        """What ``init`` makes for one sample, without contents.

        Raises ``Impossible`` where it does not run.
        """
        try:
            return self._made_for(1)
        except CannotRun:
            pass  # some code drops every axis of size 1
        try:
            return self._made_for(SAMPLES[0])
        except CannotRun as error:
            name = type(self._module).__name__
            raise Impossible(
                f"{name} cannot be initialised with inputs of {self._shapes}: {error}",
                hint="one sample's shape, without the batch axis, for each argument of __call__",
            ) from None

    def _made_for(self, samples: int) -> Tree:
        failed: CannotRun | None = None
        for inputs in stand_ins(self._shapes, samples):
            recorder = Recorder()
            try:
                with recorder, self._watched(recorder):
                    made = jax().eval_shape(self._init, _key(), *inputs)
            except refusals() as error:
                found = CannotRun(error, len(recorder.seen))
                failed = found if failed is None or found.progress > failed.progress else failed
                continue
            return sys.modules["flax.core"].meta.unbox(made)
        raise failed or CannotRun(TypeError("it reads nothing"))

    def _init(self, key: Array, *inputs: Array) -> Tree:
        return self._module.init({"params": key}, *inputs, **self._options)

    def followed(self, variables: Tree) -> Traced:
        """Its ``apply`` followed, twice. Raises ``CannotRun``."""
        try:
            return traced(self._apply, ((variables, _key()),) * 2, self._shapes)
        except CannotRun:
            # A cache has a place for each sample.
            few, many = ((self._made_for(samples), _key()) for samples in SAMPLES)
            return traced(self._apply, (few, many), self._shapes)

    def _apply(
        self, recorder: Recorder, variables: Tree, key: Array, *inputs: Array
    ) -> list[Array]:
        recorder.inputs = list(inputs)
        with self._watched(recorder):
            result, _ = self._module.apply(
                variables, *inputs, rngs={"params": key},
                mutable=sys.modules["flax.core"].DenyList("params"), **self._options,
            )  # fmt: skip
        recorder.outputs = arrays(result)
        return recorder.outputs

    def _watched(self, recorder: Recorder) -> AbstractContextManager[None]:
        """While it lasts, each method of a module is recorded, if it is one of its class."""

        def around(run: Any, positional: Any, named: Any, context: Any) -> object:  # noqa: ANN401  # Flax's
            module, method = context.module, context.method_name
            if method == "setup" or not hasattr(type(module), method):
                return run(*positional, **named)
            path = tuple(module.path)
            self.modules.setdefault(path, module)
            return recorder.around(path, method, run, positional, named)

        return sys.modules["flax.linen"].intercept_methods(around)  # type: ignore[no-any-return]  # Flax's


def _key() -> Array:
    """A random key without contents."""
    return jax().eval_shape(jax().random.key, 0)


def _nodes(modules: Modules, variables: Tree) -> list[Node]:
    """The modules in the order of their calls, each with the variables that are its own."""
    held: dict[Path, list[Held]] = {path: [] for path in modules}
    for collection, tree in variables.items():
        for path, array in leaves(tree):
            length = next(n for n in range(len(path), -1, -1) if path[:n] in held)
            name, inside = ".".join((collection, *path)), ".".join(path[length:])
            trained = collection == "params"
            held[path[:length]].append(Held(name, inside, collection, array, trained))
    return [Node(path, module, tuple(held[path])) for path, module in modules.items()]
