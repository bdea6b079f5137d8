"""Fully connected layers whose product is written as an equation between indices."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Dim, times, value
from weighbridge.layers import Untold
from weighbridge.layers._axes import first, named
from weighbridge.layers._operation import BATCH
from weighbridge.layers._settings import whole
from weighbridge.layers._window import spelled
from weighbridge.model import Dims, Expected, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.formula import Expr
    from weighbridge.layers._settings import Extent, Ignored


class EinsumDense(Kind):
    """Products of the input and a kernel, summed over the indices that the result does not name.

    ``"abc,cd->abd"`` is a fully connected layer: kernel (c, d), bias (d). ``...`` stands for axes
    that are kept, the batch among them or after the others. MACs: the product of the sizes of all
    indices. With low-rank adaptation of rank r the kernel is frozen and its last axis gets factors;
    source: Hu et al. 2021, section 4.1.
    """

    equation: str
    output_shape: tuple[int | None, ...]
    """Sizes of the result's indices after the batch; ``None`` where the input tells, or unknown."""
    bias_axes: str | None = None
    """Indices that the bias has; ``None`` without one."""
    adapter_rank: int | None = None

    def __post_init__(self) -> None:
        reads, weights, outcome, _ = _terms(self.equation)
        if lost := set(weights) - set(reads) - set(outcome):
            raise Impossible(f"{self.equation}: {_listed(lost)} of the kernel is in no other term")
        if lost := set(outcome) - set(reads) - set(weights):
            raise Impossible(f"{self.equation}: {_listed(lost)} of the result is in no other term")
        if self.bias_axes is not None and not set(self.bias_axes) <= set(outcome):
            raise Impossible(f"bias_axes {self.bias_axes!r} are not all indices of {outcome!r}")
        if self.bias_axes == "":
            raise Impossible("bias_axes names no index", hint="None means no bias")

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        _, weights, outcome, _ = _terms(self.equation)
        inputs, outputs, _ = self._sizes(first(incoming))
        dims = tuple((outputs if letter in outcome else inputs)[letter] for letter in weights)
        kernel = Expected("kernel", dims, trainable=self.adapter_rank is None)
        found = [kernel] if self.bias_axes is None else [kernel, self._bias(first(incoming))]
        if self.adapter_rank is None:
            return tuple(found)
        rank = Dim("r", self.adapter_rank, "rank of the adapter")
        narrow = Expected("adapter_in", (*dims[:-1], rank))
        return (*found, narrow, Expected("adapter_out", (rank, *dims[-1:])))

    def output(self, *incoming: Shape | None) -> Dims | None:
        shape = first(incoming)
        if shape is None:
            return None
        given = self._sizes(shape)[2][1:]
        return None if BATCH in given else given

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        shape = first(incoming)
        if shape is None:
            return None
        inputs, outputs, _ = self._sizes(shape)
        sizes = {**outputs, **inputs}
        kept = named(shape, meaning="kept axis") or ()
        reads, *_, left = _terms(self.equation)
        more = len(shape) + 1 - len(reads)
        elided = kept[: max(more - 1, 0)] if left else kept[len(kept) - max(more, 0) :]
        return times(*elided, *(size for size in sizes.values() if size != BATCH))

    def _bias(self, shape: Shape | None) -> Expected:
        """One value for each of its indices, 1 along the others from the first of them on."""
        reads, _, outcome, left = _terms(self.equation)
        _, outputs, _ = self._sizes(shape)
        start = min(outcome.index(letter) for letter in self.bias_axes or "")
        axes = [outputs[c] if c in (self.bias_axes or "") else ONE for c in outcome[start:]]
        after = 0 if left or shape is None else max(len(shape) + 1 - len(reads), 0)
        return Expected("bias", (*axes, *(ONE,) * after))

    def _sizes(self, shape: Shape | None) -> tuple[dict[str, Expr], dict[str, Expr], Dims]:
        """Sizes of the indices of the input, of those of the result, and the whole result."""
        reads, _, outcome, left = _terms(self.equation)
        known = (None,) * (len(reads) - 1 + left) if shape is None else shape
        full: list[Expr] = [BATCH, *(named(known) or ())]
        more = len(full) - len(reads)
        if more < 0:
            raise Impossible(f"{self.equation} names more axes than {spelled(shape)} has")
        given: list[Expr] = [BATCH, *(Dim("m", size) for size in self.output_shape)]
        given[1:1] = full[1:more] if left else []
        given += full[len(full) - more :] if not left and more else []
        skipped = more if left else 0
        if len(given) - skipped < len(outcome):
            raise Impossible(f"{self.equation} names more axes than output_shape has sizes")
        for i, letter in enumerate(outcome):
            given[skipped + i] = _called(letter, given[skipped + i])
        outputs = dict(zip(outcome, given[skipped:], strict=False))
        pairs = zip(reads, full[skipped:], strict=False)
        inputs = {letter: _called(letter, size) for letter, size in pairs}
        _check(inputs, outputs)
        return inputs, outputs, tuple(given)


def _called(letter: str, size: Expr) -> Expr:
    return BATCH if size == BATCH else Dim(letter, value(size), f"index {letter}")


def _check(inputs: dict[str, Expr], outputs: dict[str, Expr]) -> None:
    for letter in inputs.keys() & outputs.keys():
        here, there = value(inputs[letter]), value(outputs[letter])
        if None not in (here, there) and here != there:
            raise Impossible(
                f"index {letter} has {here} values in the input and {there} in output_shape"
            )


def _terms(equation: str) -> tuple[str, str, str, bool]:
    """Indices of the input, the kernel and the result; whether ``...`` stands before them."""
    sides, _, outcome = equation.replace("...", "…").partition("->")
    reads, _, weights = sides.partition(",")
    terms = reads.strip("…"), weights, outcome.strip("…")
    before = reads.startswith("…"), outcome.startswith("…")
    after = reads.endswith("…"), outcome.endswith("…")
    plain = all(term.isascii() and term.isalpha() for term in terms)
    # Before what is elided stand at least the batch and one more, says Keras.
    plain = plain and not (after[0] and len(terms[0]) == 1)
    if not plain or before[0] != before[1] or after[0] != after[1] or (before[0] and after[0]):
        raise Impossible(
            f"no equation of one input and a kernel: {equation!r}",
            hint="such as ab,bc->ac or ...x,xy->...y",
        )
    return *terms, before[0]


def _listed(letters: set[str]) -> str:
    return " and ".join(sorted(letters))


def _keras_einsum_dense(
    equation: str, output_shape: Extent, activation: Ignored = None, bias_axes: str | None = None,
    kernel_initializer: Ignored = None, bias_initializer: Ignored = None,
    kernel_regularizer: Ignored = None, bias_regularizer: Ignored = None,
    kernel_constraint: Ignored = None, bias_constraint: Ignored = None,
    lora_rank: int | None = None, **_: Ignored,
) -> EinsumDense:  # fmt: skip
    listed = output_shape if isinstance(output_shape, tuple | list) else (output_shape,)
    return EinsumDense(
        equation=equation,
        output_shape=tuple(
            None if isinstance(size, Untold) else whole(size, "a size of output_shape")
            for size in listed
        ),
        bias_axes=bias_axes,
        adapter_rank=whole(lora_rank or None, "lora_rank"),
    )


SPELLINGS = {"keras:EinsumDense": _keras_einsum_dense}
KINDS = (EinsumDense,)
