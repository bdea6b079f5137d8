"""Pooling by a factor that is no whole number."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.layers._axes import first
from weighbridge.layers._torch import per_axis
from weighbridge.layers._window import framed, outer
from weighbridge.model import Dims, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.layers._settings import Ignored
    from weighbridge.layers._window import Sizes


class FractionalPool(Kind):
    """The largest value of windows laid at random steps, so that the output has a given size.

    Or a given share of the input's size, rounded down. No tensors, no MACs. Source: Graham 2014
    (Fractional Max-Pooling).
    """

    pool_size: Sizes
    output_size: Sizes | None = None
    ratio: tuple[float, ...] | None = None
    """Share of the input's size, where no size is given."""
    indices: bool = False
    """Whether the places of the largest values come out as well."""

    def output(self, *incoming: Shape | None) -> Dims | None:
        known = framed(first(incoming), len(self.pool_size), True, bare=True)
        if known is None:
            return None
        before, spatial, _ = known
        lengths = self._lengths(spatial)
        # Over three axes PyTorch wants one value more than the windows reach over.
        spare = 1 if len(spatial) == 3 else 0  # noqa: PLR2004  # three axes
        for n, p, length in zip(spatial, self.pool_size, lengths, strict=True):
            if n is None or p is None or length is None:
                continue
            needed = length + p - 1 + spare
            if needed > n:
                raise Impossible(f"{length} windows of {p} values need {needed}, the input has {n}")
        return (*before, *outer(lengths))

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return (self.output(*incoming),) * (2 if self.indices else 1)

    def _lengths(self, spatial: Shape) -> Sizes:
        if self.ratio is None:
            return self.output_size or (None,) * len(spatial)
        pairs = zip(spatial, self.ratio, strict=True)
        return tuple(None if n is None else int(n * share) for n, share in pairs)


def _torch_fractional_max_pool(rank: int) -> Callable[..., FractionalPool]:
    def make(
        kernel_size: object, output_size: object = None, output_ratio: object = None,
        return_indices: bool = False, _random_samples: Ignored = None,
    ) -> FractionalPool:  # fmt: skip
        if (output_size is None) == (output_ratio is None):
            raise Impossible("either output_size or output_ratio must be given, and not both")
        return FractionalPool(
            pool_size=per_axis(kernel_size, rank, "kernel_size"),
            output_size=None if output_size is None else per_axis(output_size, rank, "output_size"),
            ratio=None if output_ratio is None else _shares(output_ratio, rank),
            indices=bool(return_indices),
        )

    return make


def _shares(given: object, rank: int) -> tuple[float, ...]:
    listed = given if isinstance(given, tuple | list) else (given,) * rank
    shares = tuple(n for n in listed if isinstance(n, float) and 0 < n < 1)
    if len(listed) != rank or len(shares) != rank:
        raise Impossible(f"output_ratio must be {rank} numbers between 0 and 1, not {given!r}")
    return shares


SPELLINGS = {
    "torch:FractionalMaxPool2d": _torch_fractional_max_pool(2),
    "torch:FractionalMaxPool3d": _torch_fractional_max_pool(3),
}
KINDS = (FractionalPool,)
