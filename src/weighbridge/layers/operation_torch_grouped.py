"""PyTorch's products of groups of rows with a matrix each, and counts of values in ranges."""

from __future__ import annotations

from weighbridge.layers._operation import Contraction, agreed, reading, shown
from weighbridge.layers._settings import whole
from weighbridge.layers.operation_filling import Filled
from weighbridge.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming, Size
    from weighbridge.model import Dims, Kind


class GroupedProduct(Contraction):
    """Each row times the matrix of its group, as experts of a mixture work: (n, k) by (g, k, m).

    Which row goes to which group changes neither the shape (n, m) nor the work. MACs: n·k·m.
    """

    def result(self, *shapes: Dims) -> Dims | None:
        rows, _, wide = self.factors(*shapes)
        return (rows, wide)

    def factors(self, *shapes: Dims) -> Dims:
        rows, matrices = shapes[:2]
        where = f"{shown(rows)} by the matrices {shown(matrices)}"
        return (rows[0], agreed(where, rows[1], matrices[1]), matrices[2])


_RANKS = (2, 3)


def _grouped(
    self: Incoming, mat2: Incoming, offs: Ignored = None, bias: Ignored = None,
    out_dtype: Ignored = None,
) -> Kind:  # fmt: skip
    known = getattr(mat2, "shape", None)
    if known is None or len(known) != _RANKS[1]:
        return Unknown(native="_grouped_mm", because="its matrices are not stored one for a group")
    return GroupedProduct(fixed=reading(self, mat2))


def _counts(input: Ignored, bins: Size = 100, *_: Ignored, **__: Ignored) -> Kind:
    return Filled(shape=(whole(bins, "bins"),))


SPELLINGS: dict[str, Spelling] = {
    "torch:_grouped_mm": _grouped,
    "torch:F.grouped_mm": _grouped,
    "torch:histc": _counts,
}
KINDS = (GroupedProduct,)
