"""Real Keras as the other half of the double entry.

``keras_says`` builds the real layer and reads off what it holds; ``we_say`` asks the kind of the
same constructor call. ``agree`` holds the two against each other: tensors one by one, which of them
train, the shapes that come out, and whether such a layer can be at all.
"""

from __future__ import annotations

import ast
import inspect
import warnings
import zlib
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import jax
import keras  # type: ignore[import-untyped]  # Keras ships no types

from tests.readers.stand_ins import initializers
from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.model import Expected, Kind, Shape, Unknown, sizes
from weighbridge.readers import Source, named, read
from weighbridge.readers.live_keras import READER as LIVE
from weighbridge.readers.python_source import read_text
from weighbridge.weighing import Row, ShapesDisagree, UnknownLayer, weigh

# Keras checks most settings by hand (ValueError), and stumbles over the rest in its own arithmetic.
_REFUSALS = (ValueError, TypeError, AttributeError, IndexError, ZeroDivisionError, OverflowError)


Sizes = tuple[int | None, ...]


SAVED = 25
"""One call in so many is also saved by Keras and read back."""


class Call(NamedTuple):
    """A constructor call, as a snippet would have it, and the shapes the layer then reads."""

    native: str
    positional: tuple[object, ...]
    named: dict[str, object]
    incoming: tuple[Shape, ...]

    @property
    def takes_list(self) -> bool:
        """Whether the layer reads several tensors as one list, as most do, or one by one."""
        if len(self.incoming) == 1:
            return False
        known = inspect.signature(getattr(keras.layers, self.native).call).parameters
        inputs = [one for one in known.values() if one.default is one.empty]
        return len(inputs) <= 2  # ``self`` and ``inputs``

    @property
    def text(self) -> str:
        """The call as source code: ``Conv2D(6, 5, padding='same')``."""
        arguments = [repr(value) for value in self.positional]
        arguments += [f"{name}={value!r}" for name, value in self.named.items()]
        return f"{self.native}({', '.join(arguments)})"

    @property
    def literal(self) -> bool:
        """Whether the text says all there is: a function or an infinity cannot be written so."""
        try:
            ast.literal_eval(repr([*self.positional, *self.named.values()]))
        except (ValueError, SyntaxError):
            return False
        return True


class Account(NamedTuple):
    """What one side says of a layer."""

    tensors: Counter[tuple[Sizes, bool]]
    """How many tensors there are of each sizes, in ascending order, trainable or not."""
    outputs: tuple[Shape | None, ...]


class Refusal(NamedTuple):
    """One side says that such a layer cannot be, or cannot read these shapes."""

    because: str


def call(native: str, /, *positional: object, reads: Shape | list[Shape], **named: object) -> Call:
    """``call("Conv2D", 6, 5, padding="same", reads=(28, 28, 1))``; a list of shapes for several."""
    incoming = tuple(reads) if isinstance(reads, list) else (reads,)
    return Call(native, positional, named, incoming)


class Built(NamedTuple):
    """A layer of Keras that was called once."""

    layer: Any
    results: list[Any]


def keras_says(made: Call) -> Account | Refusal:
    """What Keras says of the layer that such a call makes."""
    built = built_by_keras(made)
    return built if isinstance(built, Refusal) else account_of(built)


def built_by_keras(made: Call) -> Built | Refusal:
    """Builds the layer and calls it on stand-ins that have only shapes, as a model would."""
    readings = [keras.KerasTensor((None, *shape)) for shape in made.incoming]
    constructor = getattr(keras.layers, made.native)
    try:
        # Tensors are declared but not filled: drawing values is what takes the time.
        with keras.StatelessScope(initialize_variables=False):
            layer = constructor(*made.positional, **made.named)
            result = layer(readings) if made.takes_list else layer(*readings)
    except _REFUSALS as error:
        return Refusal(f"{type(error).__name__}: {error}")
    finally:
        keras.utils.clear_session(free_memory=False)
    return Built(layer, list(result) if isinstance(result, list | tuple) else [result])


def account_of(built: Built) -> Account:
    """What Keras says of a layer; seeds are left out, as it leaves them out of ``weights``."""
    tensors: Counter[tuple[Sizes, bool]] = Counter(
        (tuple(sorted(weight.shape)), bool(weight.trainable)) for weight in built.layer.weights
    )
    return Account(tensors, tuple(tuple(each.shape[1:]) for each in built.results))


def live_says(built: Built, made: Call) -> Account:
    """What the reader of live objects says of the layer; settings and variables must agree."""
    weighing = weigh(LIVE.read(Source(built.layer)))
    (row,) = weighing.rows
    assert row.basis == "agrees", f"{made}\n{row.basis}: {row.held}\n{row.layer}"
    assert not any(isinstance(f, ShapesDisagree | UnknownLayer) for f in weighing.findings), made
    return _account(row)


def flops(made: Call) -> int:
    """Floating-point operations of Keras' own program for one sample, as its compiler counts them.

    Multiplications with padding do not count there, nor does a bias.
    """
    (shape,) = made.incoming
    with keras.StatelessScope(initialize_variables=False):
        layer = getattr(keras.layers, made.native)(*made.positional, **made.named)
        layer.build((1, *shape))
    like: Any = jax.ShapeDtypeStruct
    stand_ins = [like(weight.shape, "float32") for weight in layer.weights]
    program = jax.jit(lambda weights, sample: layer.stateless_call(weights, [], sample)[0])
    costs: Any = program.lower(stand_ins, like((1, *shape), "float32")).cost_analysis()
    keras.utils.clear_session(free_memory=False)
    return int(costs["flops"])


def we_say(made: Call, dialect: str = "keras") -> Account | Refusal:
    """The same of our kind; seeds are left out, as Keras leaves them out of ``weights``."""
    try:
        kind = kind_of(made, dialect)
        tensors = kind.tensors(*made.incoming) or ()
        outputs = tuple(sizes(dims) for dims in kind.outputs(*made.incoming))
    except Impossible as error:
        return Refusal(str(error))
    return Account(Counter(_entry(tensor) for tensor in tensors if tensor.role != "seed"), outputs)


def _entry(tensor: Expected) -> tuple[Sizes, bool]:
    shape = sizes(tensor.dims) or ()
    ordered = tuple(sorted(shape, key=lambda n: -1 if n is None else n))
    return ordered, tensor.trainable and not tensor.buffer


def kind_of(made: Call, dialect: str = "keras") -> Kind:
    """Our kind of a constructor call; never an unknown one."""
    kind = layers.make(dialect, made.native, made.positional, made.named)
    assert not isinstance(kind, Unknown), kind
    return kind


def source_says(made: Call) -> Account | Refusal:
    """What the source reader says of a file that calls the same constructor on ``Input``s."""
    names = [f"x{i}" for i in range(len(made.incoming))]
    lines = ["from keras import Input, Model, layers"]
    lines += [f"{x} = Input({shape!r})" for x, shape in zip(names, made.incoming, strict=True)]
    inputs = ", ".join(names)
    read = f"[{inputs}]" if made.takes_list else inputs
    lines += [f"layer = layers.{made.text}", f"model = Model([{inputs}], layer({read}))"]
    try:
        model = read_text("\n".join(lines), Source("layer.py"), "layer.py")
        row = weigh(model).rows[-1]
    except Impossible as error:
        return Refusal(str(error))
    return _account(row)


def archive_says(made: Call) -> Account:
    """What the reader of archives says of the layer in a model that Keras has saved."""
    with ExitStack() as stack:
        for patch in initializers():
            stack.enter_context(patch)
        stack.enter_context(warnings.catch_warnings())
        # Keras' own way of writing JAX's arrays.
        warnings.simplefilter("ignore", DeprecationWarning)
        folder = stack.enter_context(TemporaryDirectory())
        readings = [keras.Input(shape) for shape in made.incoming]
        layer = getattr(keras.layers, made.native)(
            *made.positional, **(made.named | {"name": "it"})
        )
        result = layer(readings) if made.takes_list else layer(*readings)
        path = Path(folder, "layer.keras")
        keras.Model(readings, result).save(path)
        keras.utils.clear_session(free_memory=False)
        rows = weigh(read(named(str(path)))).rows
    row = next(row for row in rows if row.path == "it")
    assert row.basis in ("agrees", "derived only"), f"{made}\n{row.basis}: {row.held}"
    return _account(row)


def _account(row: Row) -> Account:
    held = [tensor for tensor in row.held or () if tensor.role != "seed"]
    return Account(
        Counter(
            (tuple(sorted(h.shape, key=lambda n: -1 if n is None else n)), h.trainable)
            for h in held
        ),
        row.outputs,
    )


def agree(made: Call) -> Account | None:
    """Fails unless Keras, our kind, and the readers of source, of live layers, of archives agree.

    What all say; ``None`` where all refuse.
    """
    built, ours = built_by_keras(made), we_say(made)
    theirs = built if isinstance(built, Refusal) else account_of(built)
    read = source_says(made) if made.literal else ours
    assert isinstance(read, Refusal) == isinstance(ours, Refusal), (
        f"{made}\nread: {read}\nwe: {ours}"
    )
    assert isinstance(read, Refusal) or read == ours, f"{made}\nread: {read}\nwe:   {ours}"
    if isinstance(theirs, Refusal) or isinstance(ours, Refusal):
        assert isinstance(theirs, Refusal), f"{made}\nKeras takes it: {theirs}\nwe: {ours}"
        assert isinstance(ours, Refusal), f"{made}\nwe take it: {ours}\nKeras: {theirs}"
        return None
    assert theirs == ours, f"{made}\nKeras: {theirs}\nwe:    {ours}"
    if isinstance(built, Built):
        live = live_says(built, made)
        assert live == ours, f"{made}\nlive: {live}\nwe:   {ours}"
    # Saving takes a hundred times as long as asking: a share of the calls is enough. Keras merges
    # low-rank adapters into what they adapt when it saves.
    adapted = made.named.get("lora_rank") is not None
    if made.literal and not adapted and zlib.crc32(made.text.encode()) % SAVED == 0:
        saved = archive_says(made)
        assert saved == ours, f"{made}\nsaved: {saved}\nwe:    {ours}"
    return ours


def open_sizes_agree(made: Call) -> None:
    """Fails if an answer for shapes with an open size contradicts the answer for full shapes."""
    full = we_say(made)
    for i, shape in enumerate(made.incoming):
        for axis in range(len(shape)):
            opened = (*shape[:axis], None, *shape[axis + 1 :])
            incoming = (*made.incoming[:i], opened, *made.incoming[i + 1 :])
            answer = we_say(made._replace(incoming=incoming))
            if isinstance(full, Account):
                assert isinstance(answer, Account), f"{made} with {incoming}: {answer}"
                _fits(answer, full)


def _fits(answer: Account, full: Account) -> None:
    assert answer.tensors.total() == full.tensors.total()
    for ours, known in zip(answer.outputs, full.outputs, strict=True):
        assert ours is not None
        assert known is not None
        assert all(a in (None, b) for a, b in zip(ours, known, strict=True)), f"{ours}, {known}"
