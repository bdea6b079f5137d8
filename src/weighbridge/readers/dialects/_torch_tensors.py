"""What PyTorch's tensors answer in followed code: shapes, methods, and those made of numbers."""

from __future__ import annotations

from weighbridge import layers
from weighbridge.layers import Samples, Untold
from weighbridge.readers._python.values import Builtin, Native
from weighbridge.readers.dialects._graph import Symbol, TensorShape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.model import Shape
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Value
    from weighbridge.readers.dialects._torch_session import Session

_SAME = (
    "to", "cuda", "cpu", "contiguous", "detach", "detach_", "clone", "float", "half", "double",
    "long", "int", "bool", "bfloat16", "type", "type_as", "requires_grad_", "pin_memory",
    "normal_", "uniform_", "zero_", "fill_", "copy_", "fill_diagonal_", "trunc_normal_",
    "share_memory_", "retain_grad",
)  # fmt: skip
"""Methods that give back the tensor, as far as shape and work go."""
_VALUES = ("item", "tolist", "numpy")
_PROPERTIES = ("T", "mT", "H", "mH", "real", "imag")
_NEW = ("new_zeros", "new_ones", "new_empty", "new_full", "new_tensor")


class TensorClass(Native):
    """``torch.Tensor``: to make one of sizes or numbers, and to ask ``isinstance`` about."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def label(self) -> str:
        return "Tensor"

    def call(self, run: Run, values: list[Value], named: dict[str, Value]) -> Value:
        from weighbridge.readers.dialects._torch_making import filled, tensor

        if values and not isinstance(values[0], list | tuple):
            return filled(self.session, values, {})
        return tensor(self.session, run, *values)

    def holds(self, value: Value) -> bool | None:
        """Whether ``value`` is a tensor, for ``isinstance``."""
        return isinstance(value, Symbol)

    def attribute(self, run: Run, name: str) -> Value:
        """``torch.Tensor.add``: the method as a function of the tensor."""
        return Builtin(
            name,
            lambda run, *values, **named: self.session.operate(
                run, f"torch:Tensor.{name}", list(values), named
            ),
        )


def whole(symbol: Symbol) -> TensorShape | None:
    """The shape as the followed code sees it, the number of samples in its place."""
    if symbol.shape is None:
        return None
    told = [Untold("a size that is not known") if n is None else n for n in symbol.shape]
    if not symbol.stored:
        axis = layers.batch_axis(symbol.shape)
        told.insert(axis, Samples("the number of samples", layers.multiple(symbol.shape)))
    return TensorShape(told)


def attribute_of(session: Session, run: Run, symbol: Symbol, name: str) -> Value:
    """``x.name`` of a tensor."""
    shape = whole(symbol)
    match name:
        case "shape":
            return Untold("the shape of an unknown tensor") if shape is None else shape
        case "size":
            return Builtin(name, lambda run, dim=None: _size(shape, dim))
        case "ndim":
            return Untold("a number of axes") if shape is None else len(shape)
        case "dim" | "ndimension":
            rank = Untold("a number of axes") if shape is None else len(shape)
            return Builtin(name, lambda run: rank)
        case "numel" | "nelement":
            return Builtin(name, lambda run: _count(symbol))
        case "data":
            return symbol
        case "requires_grad" | "is_cuda" | "is_sparse" | "is_quantized" | "is_nested":
            return bool(symbol.trainable) if name == "requires_grad" else False
        case "device" | "dtype" | "grad" | "__bool__":
            return Untold(f"the {name.strip('_')} of a tensor")
        case "backward" | "register_hook" | "__setitem__":
            return Builtin(name, lambda run, *_, **__: None)
    return _method(session, run, symbol, name)


def _method(session: Session, run: Run, symbol: Symbol, name: str) -> Value:
    from weighbridge.readers.dialects._torch_making import filled

    if name in _SAME:
        return Builtin(name, lambda run, *_, **__: symbol)
    if name in _VALUES:
        return Builtin(name, lambda run, *_, **__: Untold("a value of a tensor"))
    if name in _NEW:
        several = None if name in ("new_zeros", "new_ones", "new_empty") else 1
        return Builtin(name, lambda run, *values, **named: filled(session, values[:several], named))
    key = f"torch:Tensor.{name}"
    operation: Callable[..., Value] = lambda run, *values, **named: session.operate(  # noqa: E731  # bound to the tensor
        run, key, [symbol, *values], named
    )
    return operation(run) if name in _PROPERTIES else Builtin(name, operation)


def _size(shape: TensorShape | None, dim: Value) -> Value:
    if dim is None:
        return Untold("the shape of an unknown tensor") if shape is None else shape
    if shape is None:
        return Samples("the number of samples") if dim == 0 else Untold("a size of a tensor")
    if not isinstance(dim, int) or not -len(shape) <= dim < len(shape):
        return Untold(f"size({dim!r})")
    return tuple(shape)[dim]


def _count(symbol: Symbol) -> Value:
    known: Shape | None = symbol.shape if symbol.stored else None
    if known is None:
        return Untold("how many values a tensor has")
    count = 1
    for size in known:
        if size is None:
            return Untold("how many values a tensor has")
        count *= size
    return count
