"""Losses that own parameters: they compute the scores of classes themselves."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import Dim, Expr, times
from weighbridge.layers import Fixed, Untold
from weighbridge.layers._axes import first, of_rank, settled
from weighbridge.layers._torch import choice, count
from weighbridge.model import Dims, Expected, Kind, Shape, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Extent, Ignored, Size


class AdaptiveSoftmax(Kind):
    """Scores of frequent classes at once, those of rare ones by clusters, through fewer values.

    head kernel (n_in, first + clusters), head bias if asked for; cluster i has two: (n_in, h_i) and
    (h_i, classes), where h_i is n_in divided by 4, 16 … MACs depend on the classes that come in, so
    they are not known. Source: Grave et al. 2017 (Efficient softmax approximation for GPUs).
    """

    inputs: int | None
    classes: int
    cutoffs: tuple[int, ...]
    """Where each cluster begins among the classes, frequent ones first."""
    division: float = 4.0
    bias: bool = False
    """Whether the head has a bias."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        n_in = Dim("n_in", self._n_in(incoming), "inputs: the last axis")
        heads = self.cutoffs[0] + len(self.cutoffs)
        head = Dim("m", heads, "most frequent classes, and one for each cluster")
        found = [Expected("head_kernel", (n_in, head))]
        if self.bias:
            found.append(Expected("head_bias", (head,)))
        ends = (*self.cutoffs[1:], self.classes)
        for i, (start, end) in enumerate(zip(self.cutoffs, ends, strict=True)):
            narrow = Dim(f"h_{i}", self._narrow(n_in.size, i), f"values for cluster {i}")
            rare = Dim(f"m_{i}", end - start, f"classes of cluster {i}")
            found.append(Expected(f"down_kernel_{i}", (n_in, narrow)))
            found.append(Expected(f"up_kernel_{i}", (narrow, rare)))
        return tuple(found)

    def output(self, *incoming: Shape | None) -> Dims | None:
        """One number for each sample; the loss of the batch comes out after it."""
        of_rank(first(incoming), 1)
        self._n_in(incoming)
        return ()

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        return (self.output(*incoming), None)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return None

    def _n_in(self, incoming: tuple[Shape | None, ...]) -> int | None:
        return settled(self.inputs, size(first(incoming), -1), "inputs")

    def _narrow(self, n_in: int | None, i: int) -> int | None:
        return None if n_in is None else int(n_in // self.division ** (i + 1))


class LinearCrossEntropy(Kind):
    """A fully connected layer and the cross entropy of what it would give.

    kernel (n_in, classes), bias (classes); for several targets of a sample, as many classes for
    each. Weights of classes are a buffer. MACs: the kernel once for each sample.
    """

    inputs: int | None
    classes: int | None
    targets: tuple[int | None, ...] = ()
    """Sizes of the axes of targets that a sample has."""
    bias: bool = False
    reduced: bool = True
    weighted: bool = False
    """Whether each class has a weight of its own."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        n_in = settled(self.inputs, size(first(incoming), -1), "inputs")
        classes = Dim("classes", self.classes, "classes")
        scores = times(classes, *self._targets)
        found = [Expected("kernel", (Dim("n_in", n_in, "inputs: the last axis"), scores))]
        if self.bias:
            found.append(Expected("bias", (scores,)))
        if self.weighted:
            found.append(Expected("weight", (classes,), trainable=False, buffer=True))
        return tuple(found)

    def output(self, *incoming: Shape | None) -> Dims | None:
        of_rank(first(incoming), 1)
        self.tensors(*incoming)
        return None if self.reduced else self._targets

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        kernel, *_ = self.tensors(*incoming)
        return times(*kernel.dims)

    @property
    def _targets(self) -> Dims:
        return tuple(Dim("t", length, "targets") for length in self.targets)


# -- spellings -----------------------------------------------------------------------------------


def _torch_adaptive_softmax(
    in_features: Size, n_classes: int, cutoffs: object, div_value: float = 4.0,
    head_bias: bool = False, device: Ignored = None, dtype: Ignored = None,
) -> AdaptiveSoftmax:  # fmt: skip
    classes = count(n_classes, "n_classes", least=1) or 1
    return AdaptiveSoftmax(
        inputs=count(in_features, "in_features"),
        classes=classes,
        cutoffs=_cutoffs(cutoffs, classes),
        division=float(div_value),
        bias=bool(head_bias),
    )


def _cutoffs(given: object, classes: int) -> tuple[int, ...]:
    listed = tuple(given) if isinstance(given, tuple | list) else ()
    cutoffs = tuple(n for n in listed if isinstance(n, int) and 0 < n < classes)
    if not cutoffs or len(cutoffs) < len(listed) or cutoffs != tuple(sorted(set(cutoffs))):
        raise Impossible(
            f"cutoffs must be numbers from 1 to {classes - 1}, each above the one before, "
            f"not {given!r}"
        )
    return cutoffs


def _torch_linear_cross_entropy(
    in_features: Size, num_classes: Size, *, out_features: Extent = (), bias: bool = False,
    device: Ignored = None, dtype: Ignored = None, reduction: str = "mean",
    weight: Extent = None, ignore_index: Ignored = None, label_smoothing: Ignored = 0.0,
    options: Ignored = None,
) -> LinearCrossEntropy:  # fmt: skip
    classes = count(num_classes, "num_classes")
    if isinstance(weight, Fixed) and weight.shape is not None and classes is not None:
        settled(classes, size(weight.shape, 0), "weights of classes")
    if isinstance(label_smoothing, int | float) and not 0 <= label_smoothing <= 1:
        raise Impossible(f"label_smoothing must be a number from 0 to 1, not {label_smoothing}")
    targets = out_features if isinstance(out_features, tuple | list) else (None,)
    return LinearCrossEntropy(
        inputs=count(in_features, "in_features"),
        classes=classes,
        targets=tuple(_told(length) for length in targets),
        bias=bool(bias),
        reduced=choice(reduction, ("none", "mean", "sum"), "reduction") != "none",
        weighted=weight is not None,
    )


def _told(length: object) -> int | None:
    return None if isinstance(length, Untold) else count(length, "a size of out_features")


SPELLINGS = {
    "torch:AdaptiveLogSoftmaxWithLoss": _torch_adaptive_softmax,
    "torch:LinearCrossEntropyLoss": _torch_linear_cross_entropy,
}
KINDS = (AdaptiveSoftmax, LinearCrossEntropy)
