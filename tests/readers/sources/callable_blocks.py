"""Blocks as plain objects with __call__, an abstract base class, enums and named tuples."""
import abc
import enum
from typing import Callable, NamedTuple, Sequence, Union

import keras
from keras import KerasTensor, layers


class Norm(enum.Enum):
    NONE = "none"
    BATCH = "batch"


class Stage(NamedTuple):
    width: int
    depth: int = 1
    norm: Norm = Norm.NONE


class Block(abc.ABC):
    count = 0

    def __init__(self, width: int, norm: Norm) -> None:
        self.width = width
        self.norm = norm
        type(self).count += 1

    @abc.abstractmethod
    def body(self, x: KerasTensor) -> KerasTensor:
        ...

    def __call__(self, x: KerasTensor) -> KerasTensor:
        y = self.body(x)
        if self.norm is Norm.BATCH:
            y = layers.BatchNormalization()(y)
        return layers.ReLU()(y)


class Plain(Block):
    def body(self, x):
        return layers.Conv2D(self.width, 3, padding="same")(x)


class Doubled(Plain):
    def body(self, x):
        for _ in range(2):
            x = super().body(x)
        return x


class Shapes:
    IMAGE = (26, 26, 1)
    CLASSES = 3

    def __len__(self):
        return self.CLASSES


def build(stages: Sequence[Stage], kind: Union[Callable, type] = Plain, *, top: bool = True) -> keras.Model:
    image: KerasTensor = keras.Input(Shapes.IMAGE)
    x = image
    for stage in stages:
        width, depth, norm = stage
        for _ in range(depth):
            x = kind(width, norm)(x)
        x = layers.MaxPooling2D(padding="same")(x)
    if top:
        x = layers.Flatten()(x)
        x = layers.Dense(len(Shapes()))(x)
    return keras.Model(image, x)


model: keras.Model = build([Stage(4), Stage(8, 2), Stage(width=6, norm=Norm.BATCH)], kind=Doubled)
