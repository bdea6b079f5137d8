"""What indexing by tensors of whole numbers gives: ``table[index]``, ``x[rows, columns]``."""

from __future__ import annotations

from weighbridge.formula import Dim, value
from weighbridge.layers import Fixed
from weighbridge.layers._operation import broadcast, has_samples

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Dims

    Index = tuple[object, ...]


def is_tensor(item: object) -> bool:
    """Whether a part of an index is a tensor: a constant one, or one that comes in."""
    return not (item is None or item is ... or isinstance(item, int | slice | list))


def looked_up(shape: Dims, index: Index, incoming: tuple[Dims, ...]) -> Dims | None:
    """The whole shape of ``x[index]``, where tensors stand side by side among whole axes.

    ``incoming`` are the shapes of those of them that are not constant. ``None`` for what nobody
    can tell: a tensor that may as well be a mask picks as many values as it has true ones.
    """
    tensors = [item for item in index if is_tensor(item)]
    first = next(i for i, item in enumerate(index) if is_tensor(item))
    before, after = index[:first], index[first + len(tensors) :]
    rest = iter(incoming)
    known = [_dims(item) if isinstance(item, Fixed) else next(rest, None) for item in tensors]
    dims = [each for each in known if each is not None]
    axis = len(before) if ... not in before else len(shape) - len(tensors) - len(after)
    inside = 0 <= axis <= len(shape) - len(tensors)
    if len(dims) < len(tensors) or not all(map(_is_whole, (*before, *after))) or not inside:
        return None
    if len(dims) == 1 and _alike(shape[axis:], dims[0]):
        return None
    return (*shape[:axis], *broadcast(*dims), *shape[axis + len(tensors) :])


def _dims(tensor: Fixed) -> Dims | None:
    return None if tensor.shape is None else tuple(Dim("n", size) for size in tensor.shape)


def _is_whole(item: object) -> bool:
    return item is ... or item == slice(None)


def _alike(axes: Dims, mask: Dims) -> bool:
    """Whether a tensor has the sizes of the axes it stands at, as a mask must."""
    pairs = zip(axes, mask, strict=False)
    return 0 < len(mask) <= len(axes) and all(
        value(a) == value(b) and has_samples((a,)) == has_samples((b,)) for a, b in pairs
    )
