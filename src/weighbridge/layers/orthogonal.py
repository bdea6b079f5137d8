"""A kernel kept orthogonal: its columns, or its rows, stay perpendicular and of length 1."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, value
from weighbridge.layers._around import AroundOne, found, inside, laid
from weighbridge.layers._settings import one_of
from weighbridge.model import Expected, Kind, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.formula import Expr
    from weighbridge.layers._settings import Inner

_MAPS = ("matrix_exp", "cayley", "householder")
_MATRIX = 2


class Orthogonal(AroundOne):
    """A matrix is made orthogonal out of as many free values, from a matrix where it starts.

    The tensors of the layer, and a buffer (m, m) with the start, m being the longer side of the
    matrix; a tensor of more axes is a stack of matrices. Work and shapes are the layer's. Source:
    Lezcano-Casado 2019, section 4, "dynamic trivialization".
    """

    starts: bool = True
    """Whether the matrix where it starts is kept."""

    def form(self, tensor: Expected) -> tuple[Expected, ...]:
        if tensor.role != self.role or not self.starts:
            return (tensor,)
        *stacked, rows, columns = (tensor.dims[axis] for axis in laid(self.layer, tensor))
        side = _longer(rows, columns)
        dims = (*stacked, side, side)
        start = Expected(f"{tensor.role}_start", dims, trainable=False, buffer=True)
        return (tensor, start)


def _longer(one: Expr, other: Expr) -> Expr:
    lengths = value(one), value(other)
    if None in lengths:
        return Dim("m", None, "the longer side")
    return one if lengths[0] >= lengths[1] else other  # type: ignore[operator]  # none is None


def _torch_orthogonal(
    module: Inner, name: str = "weight", orthogonal_map: object = None, *,
    use_trivialization: bool = True,
) -> Kind:  # fmt: skip
    """``name`` is the role of the tensor."""
    layer = inside(module, "orthogonal")
    if isinstance(layer, Unknown):
        return layer
    if orthogonal_map is not None:
        one_of(orthogonal_map, _MAPS, "orthogonal_map")
    tensor = found(layer, name)
    if tensor is not None and len(tensor.dims) < _MATRIX:
        raise Impossible(f"the {name} is no matrix, it has one axis")
    return Orthogonal(layer=layer, role=name, starts=bool(use_trivialization))


SPELLINGS = {"torch:utils.orthogonal": _torch_orthogonal}
KINDS = (Orthogonal,)
