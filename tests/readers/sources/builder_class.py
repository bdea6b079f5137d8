# A small experiment framework: config object, registry, builder.
from dataclasses import dataclass, field
from typing import List, Optional, Tuple

import keras
from keras import layers

REGISTRY = {}


def register(name):
    def decorator(fn):
        REGISTRY[name] = fn
        return fn
    return decorator


@dataclass
class BlockConfig:
    filters: int
    repeats: int = 1
    kernel: Tuple[int, int] = (3, 3)
    pool: bool = True


@dataclass
class ModelConfig:
    name: str = "net"
    input_shape: Tuple[int, int, int] = (40, 40, 3)
    blocks: List[BlockConfig] = field(default_factory=list)
    dense: Optional[int] = 32
    classes: int = 6
    block_type: str = "plain"


@register("plain")
def plain_block(x, cfg: BlockConfig):
    for _ in range(cfg.repeats):
        x = layers.Conv2D(cfg.filters, cfg.kernel, padding="same", activation="relu")(x)
    return layers.MaxPooling2D()(x) if cfg.pool else x


@register("residual")
def residual_block(x, cfg: BlockConfig):
    x = layers.Conv2D(cfg.filters, 1)(x)
    for _ in range(cfg.repeats):
        y = layers.Conv2D(cfg.filters, cfg.kernel, padding="same", activation="relu")(x)
        x = layers.add([x, y])
    return layers.MaxPooling2D()(x) if cfg.pool else x


class ModelBuilder:
    def __init__(self, config: ModelConfig):
        self.config = config
        self._model = None

    @staticmethod
    def head(x, units, classes):
        if units:
            x = layers.Dense(units, activation="relu")(x)
        return layers.Dense(classes)(x)

    @classmethod
    def from_dict(cls, spec):
        spec = dict(spec)
        blocks = [BlockConfig(**b) for b in spec.pop("blocks")]
        return cls(ModelConfig(blocks=blocks, **spec))

    @property
    def model(self):
        if self._model is None:
            self._model = self._build()
        return self._model

    def _build(self):
        inputs = keras.Input(self.config.input_shape)
        x = inputs
        block = REGISTRY[self.config.block_type]
        for cfg in self.config.blocks:
            x = block(x, cfg)
        x = layers.Flatten()(x)
        return keras.Model(inputs, self.head(x, self.config.dense, self.config.classes), name=self.config.name)


spec = {
    "name": "res_net",
    "block_type": "residual",
    "blocks": [
        {"filters": 8},
        {"filters": 16, "repeats": 2},
        {"filters": 24, "kernel": (1, 5), "pool": False},
    ],
    "dense": None,
}
plain = ModelBuilder(ModelConfig(blocks=[BlockConfig(4), BlockConfig(8, 2)])).model
model = ModelBuilder.from_dict(spec).model
