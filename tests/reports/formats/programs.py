"""Hypothesis strategies for Keras programs: chains, branches, shared layers, nested models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

WIDTH = 6
"""Every tensor is a vector of so many values, so that everything fits to everything."""

LAYERS = (
    "layers.Dense(6)",
    "layers.Dense(6, use_bias=False, name='dense_without_a_bias_and_with_a_long_name')",
    "layers.BatchNormalization()",
    "layers.Dropout(0.5)",
    "layers.Activation('relu')",
    "layers.LeakyReLU()",
    "layers.PReLU()",
    "layers.Dense(6, trainable=False)",
)
ENCODERS = (
    "encoder = keras.Sequential([layers.Dense(6), layers.Dropout(0.5)], name='encoder')",
    "encoder = keras.Sequential([keras.Input((6,)), layers.Dense(6)], name='encoder')",
    "at = keras.Input((6,))\nencoder = keras.Model(at, layers.Dense(6)(at), name='encoder')",
)
TWINS = (
    "begin = keras.Input((6,))",
    "half = layers.Dense(6)(begin)",
    "twins = keras.Model(begin, [half, layers.Dense(6)(half)], name='twins')",
)
STEPS = (
    "{new} = shared({a})",
    "{new} = encoder({a})",
    "{new}, _ = twins({a})",
    "_, {new} = twins({a})",
    "{new} = layers.Add()([{a}, {b}])",
    "{new} = layers.Multiply()([{a}, {b}, {a}])",
    "{new} = {a} * 2 + {b}",
    "{new} = ops.relu({a})",
    "{new} = layers.Dense(6)(layers.Concatenate()([{a}, {b}]))",
    "{new} = layers.Flatten()(layers.Reshape((2, 3))({a}))",
)
HEAD = "import keras\nfrom keras import layers, ops\n"


@st.composite
def chains(draw: DrawFn) -> str:
    """A Sequential, with an input or waiting for one."""
    stack = draw(st.lists(st.sampled_from(LAYERS), min_size=1, max_size=5, unique=True))
    if draw(st.booleans()):
        stack.insert(0, "keras.Input((6,))")
    return f"{HEAD}model = keras.Sequential([{', '.join(stack)}], name='chain')\n"


@st.composite
def graphs(draw: DrawFn) -> str:
    """A functional model: every step reads what some steps before it made."""
    lines = [*draw(st.sampled_from(ENCODERS)).split("\n"), *TWINS]
    lines.append("shared = layers.Dense(6, name='shared')")
    made = [f"x{i}" for i in range(draw(st.integers(1, 2)))]
    lines += (f"{name} = keras.Input((6,), name='{name}')" for name in made)
    starts = ", ".join(made)
    long_name = False
    for _ in range(draw(st.integers(1, 6))):
        step = draw(st.sampled_from((*STEPS, *LAYERS)))
        if "long_name" in step and long_name:
            continue
        long_name |= "long_name" in step
        form = step if step in STEPS else f"{{new}} = {step}({{a}})"
        a, b = (draw(st.sampled_from(made[-3:])) for _ in "ab")
        lines.append(form.format(new=f"x{len(made)}", a=a, b=b))
        made.append(f"x{len(made)}")
    ends = draw(st.lists(st.sampled_from(made), max_size=2, unique=True)) or made[-1:]
    lines.append(f"model = keras.Model([{starts}], [{', '.join(ends)}], name='graph')")
    return HEAD + "\n".join(lines) + "\n"
