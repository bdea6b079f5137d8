"""PyTorch's operations that make a tensor out of a shape: zeros, ones, ranges, noise."""

from __future__ import annotations

from weighbridge.layers import Samples
from weighbridge.layers._operation import extents, reading
from weighbridge.layers._settings import whole
from weighbridge.layers.operation import elementwise
from weighbridge.layers.operation_filling import Filled, steps
from weighbridge.layers.operation_torch_shape import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Extent, Ignored, Incoming, Size
    from weighbridge.model import Kind


def _zeros(*size: Extent, **_: Ignored) -> Kind:
    return Filled(shape=extents(listed(size), least=0))


def _full(size: Extent, fill_value: Ignored, **_: Ignored) -> Kind:
    return Filled(shape=extents(size, least=0))


def _new(self: Incoming, *size: Extent, **_: Ignored) -> Kind:
    return Filled(shape=extents(listed(size), least=0), fixed=reading(self))


def _new_full(self: Incoming, size: Extent, fill_value: Ignored, **_: Ignored) -> Kind:
    return _new(self, size)


def _new_tensor(self: Ignored, data: Incoming, **_: Ignored) -> Kind:
    return elementwise(data)


def _whole_numbers(low: Extent = 0, high: Extent = None, size: Extent = None, **_: Ignored) -> Kind:
    return Filled(shape=extents(high if size is None else size, least=0))


def _normal(mean: Incoming, std: Incoming = 1.0, size: Extent = None, **_: Ignored) -> Kind:
    return elementwise(mean, std) if size is None else Filled(shape=extents(size, least=0))


def _order(n: Size, **_: Ignored) -> Kind:
    return Filled(shape=(whole(n, "n", least=0),))


def _window(window_length: Size, *_: Ignored, **__: Ignored) -> Kind:
    return _order(window_length)


def _range(start: Extent, end: Extent = None, step: Extent = 1, **_: Ignored) -> Kind:
    first, last = (0, start) if end is None else (start, end)
    if isinstance(last, Samples) and first == 0 and step == 1:
        return Filled(shape=extents(last))
    return Filled(shape=(steps(first, last, step),))


def _points(start: Ignored, end: Ignored, steps: Size, *_: Ignored, **__: Ignored) -> Kind:
    return Filled(shape=(whole(steps, "steps", least=0),))


def _eye(n: Size, m: Size = -1, **_: Ignored) -> Kind:
    rows = whole(n, "n", least=0)
    return Filled(shape=(rows, rows if m == -1 else whole(m, "m", least=0)))


SPELLINGS: dict[str, Spelling] = {
    "torch:zeros": _zeros,
    "torch:ones": _zeros,
    "torch:empty": _zeros,
    "torch:rand": _zeros,
    "torch:randn": _zeros,
    "torch:full": _full,
    "torch:randint": _whole_numbers,
    "torch:normal": _normal,
    "torch:randperm": _order,
    "torch:hann_window": _window,
    "torch:hamming_window": _window,
    "torch:arange": _range,
    "torch:linspace": _points,
    "torch:logspace": _points,
    "torch:eye": _eye,
    "torch:Tensor.new_zeros": _new,
    "torch:Tensor.new_ones": _new,
    "torch:Tensor.new_empty": _new,
    "torch:Tensor.new_full": _new_full,
    "torch:Tensor.new_tensor": _new_tensor,
}
KINDS = ()
