"""Hypothesis strategies for programs that build Keras models: graphs of every form, on purpose odd.

All tensors are vectors of 6, so that anything may be joined with anything; what is drawn is the
order of things: who reads whom, what is shared, nested, named, called twice, left out or frozen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

HEAD = """\
import keras
from keras import layers, ops

class Twice(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner = layers.Dense(6)
        self.last = [layers.Dense(6), layers.BatchNormalization()]

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), name="scale")

    def call(self, x):
        x = self.inner(self.inner(x)) * self.scale
        for layer in self.last:
            x = layer(x)
        return x

def block(x, n=1, act=None, **kwargs):
    for _ in range(n):
        y = layers.Dense(6, activation=act, **kwargs)(x)
        x = layers.add([x, y])
    return x

"""
_ONE = (
    "layers.Dense(6)({a})", "layers.Dense(6, name='dense_of_{n}')({a})", "layers.PReLU()({a})",
    "layers.Dense(6, trainable=False)({a})", "layers.BatchNormalization()({a})",
    "layers.Dropout(0.1)({a})", "layers.Activation('tanh')({a})", "Twice()({a})",
    "Twice(name='twice_{n}')({a})", "block({a})", "block({a}, 2, use_bias=False)", "{a} * 2",
    "1 - {a}", "-{a}", "ops.tanh({a})", "layers.Reshape((6,))(layers.Reshape((2, 3))({a}))",
)  # fmt: skip
_TWO = (
    "layers.add([{a}, {b}])", "layers.Concatenate()([{a}, {b}])[:, 3:9]", "{a} + {b}",
    "{a} * {b} - {a}", "layers.Multiply()([{b}, {a}])", "ops.maximum({a}, {b})",
    "layers.Dense(6)(layers.concatenate([{a}, {b}]))", "layers.Subtract()([{a}, {b}])",
    "layers.Average(name='mean_{n}')([{a}, {b}, {a}])", "layers.Maximum()(({a}, {b}))",
)  # fmt: skip
_SHARED = ("layers.Dense(6)", "Twice()", "layers.BatchNormalization()")


@st.composite
def programs(draw: DrawFn) -> str:
    """The text of a program whose last model is called ``model``."""
    lines: list[str] = []
    parts: dict[str, str] = {}
    for m in range(draw(st.integers(0, 2))):
        lines += _graph(draw, f"part{m}", parts)
    if draw(st.booleans()):
        name = draw(st.sampled_from(("", ", name='row'")))
        start = draw(st.sampled_from(("keras.Input((6,)), ", "", "")))
        lines.append(f"row = keras.Sequential([{start}layers.Dense(6), layers.Dense(6)]{name})")
        parts["row"] = "row({a})"
    if draw(st.booleans()) and parts:
        lines.append(f"{draw(st.sampled_from([*parts]))}.trainable = False")
    return HEAD + "\n".join([*lines, *_graph(draw, "model", parts)]) + "\n"


def _graph(draw: DrawFn, name: str, parts: dict[str, str]) -> list[str]:
    """Lines that build the functional model ``name``, which may call any of ``parts``.

    ``parts`` holds how each model so far is called, and gets this one's call.
    """
    starts = [f"{name}_in{i}" for i in range(draw(st.integers(1, 3)))]
    lines = [f"{start} = keras.Input((6,){_named(draw, start)})" for start in starts]
    shared = f"{name}_shared"
    lines.append(f"{shared} = {draw(st.sampled_from(_SHARED))}")
    values = list(starts)
    one = [*_ONE, *(shared + "({a})",) * 2, *parts.values()]
    for n in range(draw(st.integers(1, 7))):
        form = draw(st.sampled_from(one if draw(st.booleans()) else _TWO))
        a, b = (draw(st.sampled_from(values[-4:])) for _ in range(2))
        lines.append(f"{name}_{n} = {form.format(a=a, b=b, n=f'{name}{n}')}")
        values.append(f"{name}_{n}")
    return [*lines, _ended(draw, name, starts, values, parts)]


def _named(draw: DrawFn, start: str) -> str:
    return draw(st.sampled_from(("", "", f", name='{start}'")))


def _ended(
    draw: DrawFn, name: str, starts: list[str], values: list[str], parts: dict[str, str]
) -> str:
    """The model from its inputs, in any order, to some of its values."""
    made = [value for value in values if value not in starts]
    ends = draw(st.lists(st.sampled_from(made), min_size=1, max_size=3, unique=True))
    order = draw(st.permutations(starts))
    read = f"[{', '.join(['{a}', '{b}', '{a}'][: len(order)])}]"
    inputs, outputs, taken = f"[{', '.join(order)}]", f"[{', '.join(ends)}]", "[0]"
    if len(order) == 1 and draw(st.booleans()):
        inputs, read = order[0], "{a}"
    if len(ends) == 1 and draw(st.booleans()):
        outputs, taken = ends[0], ""
    elif draw(st.booleans()):
        keys = [chr(ord("x") - i) for i in range(len(ends))]
        outputs = f"dict({', '.join(f'{key}={end}' for key, end in zip(keys, ends, strict=True))})"
        taken = f"['{keys[-1]}']"
    parts[name] = f"{name}({read}){taken}"
    title = draw(st.sampled_from(("", f", name='{name}'")))
    return f"{name} = keras.Model({inputs}, {outputs}{title})"
