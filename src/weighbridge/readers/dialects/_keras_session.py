"""What one reading of Keras code has made so far: names, models, calls."""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.model import Unknown
from weighbridge.readers._python.values import Builtin
from weighbridge.readers.dialects import _session
from weighbridge.readers.dialects._keras_layers import LayerObject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Value
    from weighbridge.readers.dialects._graph import Node, Symbol

# Classes of operations whose names do not follow from the function's; Keras 3.15.
_OPERATORS = {
    "add": "Add", "sub": "Subtract", "mul": "Multiply", "truediv": "TrueDivide", "pow": "Power",
    "floordiv": "FloorDivide", "mod": "Mod", "matmul": "Matmul", "neg": "Negative",
    "getitem": "GetItem", "lt": "Less", "le": "LessEqual", "gt": "Greater", "ge": "GreaterEqual",
    "ne": "NotEqual", "eq": "Equal", "and_": "LogicalAnd", "or_": "LogicalOr",
    "invert": "LogicalNot", "xor": "LogicalXor", "abs": "Absolute", "swish": "Silu",
    "hard_swish": "HardSilu", "batch_normalization": "BatchNorm", "isin": "IsIn",
    "activations.relu": "ReLU", "layer_normalization": "LayerNorm", "rms_normalization": "RMSNorm",
}  # fmt: skip


class Session(_session.Session):
    """Keras' global state while one file is followed."""

    def __init__(self) -> None:
        super().__init__()
        self.models: list[LayerObject] = []
        self.published: set[int] = set()
        """Those of them that ``keras.applications`` built, which a file makes its own of."""
        self.channels_first = False
        """What ``set_image_data_format`` has set."""
        self.counts: dict[str, int] = {}
        """How often each automatic name was given."""

    def auto_name(self, native: str) -> str:
        """``Conv2D`` → ``conv2d``, ``conv2d_1``, … as Keras numbers them in one session."""
        stem = snake(native)
        count = self.counts.get(stem, 0)
        self.counts[stem] = count + 1
        return f"{stem}_{count}" if count else stem

    def use_up(self, natives: tuple[str, ...]) -> None:
        """Gives automatic names to layers nobody sees, so that others do not get them."""
        for native in natives:
            self.auto_name(native)

    def mystery(self, run: Run, value: Value) -> LayerObject:
        """A layer in the place of something that cannot be followed."""
        why = value.because if isinstance(value, Untold) else "not a layer"
        run.note(f"a layer is not known: {why}", run.here)
        kind = Unknown(native="?", because=why)
        made = LayerObject(self, "Unknown", kind, {"name": self.auto_name("unknown")})
        made.place, made.excerpt = run.place(run.here) or run.location, run.excerpt(run.here)
        return made

    # -- tensors ---------------------------------------------------------------------------------

    def of_tensor(self, run: Run, symbol: Symbol, name: str) -> Value:
        whole = symbol.whole
        match name:
            case "shape" | "_keras_shape":
                return Untold("the shape of an unknown value") if whole is None else whole
            case "get_shape":
                return Builtin(name, lambda run: Untold("a shape") if whole is None else whole)
            case "ndim":
                return Untold("ndim") if whole is None else len(whole)
            case "dtype":
                return "float32"
            case "__bool__":
                return Untold("a tensor")
        # ``x.reshape(…)`` and the like, where the operation of that name is known.
        return Builtin(
            name,
            lambda run, *values, **named: self.operate(
                run, f"ops.{name}", [symbol, *values], named
            ),
        )

    def over_tensor(self, run: Run, symbol: Symbol, why: Untold) -> Value:
        """Layers nobody can tell may have been put on it: one unknown layer stands for them."""
        return self.apply(run, self.mystery(run, why), [symbol], {})

    def entitle(self, node: Node, name: str) -> None:
        last = name.rpartition(".")[2]
        native = _OPERATORS.get(name) or _OPERATORS.get(last) or camel(last)
        node.path = snake(native)
        if not self._recorders:
            node.layer = LayerObject(self, native, node.kind, {})
            node.layer.nodes.append(node)


def snake(name: str) -> str:
    """Keras' snake case: ``Conv2DTranspose`` → ``conv2d_transpose``, ``PReLU`` → ``p_re_lu``."""
    text = "".join(c for c in name if c.isalnum() or c == "_")
    first = ""
    for i, c in enumerate(text):
        after = text[i + 1] if i + 1 < len(text) else ""
        first += "_" + c if i and c.isupper() and after.islower() else c
    second = ""
    for i, c in enumerate(first):
        second += "_" + c if i and c.isupper() and first[i - 1].islower() else c
    return second.lower()


def camel(name: str) -> str:
    """``reduce_mean`` → ``ReduceMean``."""
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))
