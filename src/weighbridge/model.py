"""What a model is to us: layers that own tensors, and calls that do work.

A layer used twice is one layer and two calls, so its parameters count once and its work twice. A
``Kind`` says what a layer is, independent of the framework; it declares the tensors such a layer
must own and never does arithmetic.
"""

from __future__ import annotations

from weighbridge._record import Record, dataclass_transform
from weighbridge.errors import Finding, kebab
from weighbridge.formula import ONE, Dim, Expr, Num, per, times, total, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar

Shape = tuple[int | None, ...]
"""Sizes of one sample, without the batch axis, in the order the source's data has; ``None`` where
a size is not known. A whole shape that is not known is ``None`` instead of a tuple."""

Dims = tuple[Expr, ...]
"""A shape whose sizes know how they came about."""


class Expected(Record):
    """A tensor a kind must own: its role and its named sizes."""

    role: str
    """kernel, bias, scale, shift, mean, variance, embedding …; unique within the layer."""
    dims: Dims
    trainable: bool = True
    buffer: bool = False
    """State that is not trained: running statistics, counters, seeds."""
    dtype: str | None = None
    """``None``: the dtype of the layer."""
    part: tuple[str, ...] = ()
    """Which part of the layer it belongs to, from the outside in; ``()`` where there are no parts.
    Tensors of one part are factored together and equal parts counted: see ``formula.tally``."""


class Part(Record):
    """A share of a layer's count that a person would name: 16 filters of 5·5·6 + 1 each."""

    noun: str
    count: Expr
    each: Expr


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Kind(Record):
    """What a layer is, with its settings; a dataclass a reader fills and assumptions vary.

    Shapes come in as the calls deliver them; a shape that is not known is ``None``. A kind that
    cannot tell answers ``None``, never 0. Settings that cannot be, and shapes that do not fit,
    raise ``Impossible``.
    """

    each: ClassVar[tuple[str, str] | None] = None
    """What the count is naturally "per": a noun and its factor, ("filter", "C_out")."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        """The tensors this layer must own when it reads ``incoming``."""
        return ()

    def output(self, *incoming: Shape | None) -> Dims | None:
        """The shape of what comes out (of the first, where several come out)."""
        return None

    def outputs(self, *incoming: Shape | None) -> tuple[Dims | None, ...]:
        """The shapes of all that comes out."""
        return (self.output(*incoming),)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        """Multiply-accumulates of convolutions and matrix products for one sample, no biases."""
        return Num(0)

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        """Links from input values and biases to output values, as LeCun et al. 1998 count them."""
        return self.macs(incoming, outgoing)

    def called(self, positional: Sequence[object], named: Mapping[str, object]) -> Kind:
        """The kind as one call has it, told the arguments of that call in the framework's words.

        A call may say by name which input is which, or ask for one more output. An argument that is
        neither a plain value nor a stand-in of ``layers`` is a tensor the call reads; those given
        by name come last, sorted by name, as in the order of ``incoming``.
        """
        return self

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        """The count as a person would say it; empty where there is nothing to say."""
        expected = self.tensors(*incoming)
        if not expected or self.each is None:
            return ()
        noun, symbol = self.each
        split = per(total(tensor.dims for tensor in expected), symbol)
        return () if split is None else (Part(noun, split[1], split[0]),)

    @property
    def name(self) -> str:
        """The kind's name in reports: ``Conv`` → ``conv``, ``BatchNorm`` → ``batch-norm``."""
        return kebab(type(self).__name__)


class Unknown(Kind):
    """A layer nobody here knows: each question is answered "unknown".

    Its tensors, where the source has some, are counted as they are.
    """

    native: str = ""
    because: str = ""
    """Why it is not known, where that can be said."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        return None

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return None


class Input(Kind):
    """Where data enters a model; it owns nothing and does nothing."""

    shape: Shape | None = None

    def output(self, *incoming: Shape | None) -> Dims | None:
        return None if self.shape is None else tuple(Dim("n", size) for size in self.shape)


class Custom(Kind):
    """A layer that the source itself defines, read from its code.

    It owns what its code declares (``add_weight`` and the like); its work is that of the layers and
    operations it calls, which are weighed where they stand.
    """

    native: str = ""
    declared: tuple[Expected, ...] = ()

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        return self.declared


class Tensor(Record):
    """An array of the source: its name, shape and dtype. Its values are never loaded."""

    name: str
    shape: tuple[int, ...]
    dtype: str = "float32"
    role: str = ""
    trainable: bool | None = None
    """``None``: the source does not say."""
    buffer: bool = False
    tied_to: str | None = None
    """The full name of the tensor this one is, under another name."""
    packing: int = 1
    """Logical values per stored element."""
    stored_bytes: int | None = None

    @property
    def size(self) -> int:
        """Number of logical values."""
        count = self.packing
        for length in self.shape:
            count *= length
        return count


class Layer(Record):
    """What owns tensors."""

    path: str
    """Dotted and unique in its model: ``encoder.0.attention``."""
    kind: Kind
    native: str = ""
    """The class name in the source's framework."""
    tensors: tuple[Tensor, ...] | None = None
    """``None``: the source holds no tensors. ``()``: it holds none for this layer."""
    trainable: bool = True
    """False if the source froze the whole layer."""
    frozen: tuple[str, ...] = ()
    """Roles of the tensors it owns that the source froze one by one."""
    tied: tuple[tuple[str, str], ...] = ()
    """Roles of tensors that are another layer's, each with the full name of what it is."""
    dtype: str = "float32"
    inferred: bool = False
    """The kind was guessed from the tensors, so that agreement proves nothing."""
    aliases: tuple[str, ...] = ()
    """Other names the source has for it: an attribute, a variable."""
    place: str = ""
    """Where the source declares it, as ``net.py:12``."""


class Port(Record):
    """One of the outputs of a call."""

    call: int
    output: int = 0


class Call(Record):
    """One use of a layer, or of a functional operation, on given inputs."""

    kind: Kind
    layer: str | None = None
    """Path of the layer it runs; ``None`` for a functional operation."""
    reads: tuple[Port | None, ...] = ()
    """Where its inputs come from; ``None`` for a value the source does not explain."""
    outputs: tuple[Shape | None, ...] | None = None
    """The shapes the source reports, where it does."""
    path: str = ""
    """For a functional operation: the dotted place it happens in."""
    number: int | None = None
    """Which call of its layer it is to the framework, where that has seen others meanwhile."""


class Use(Record):
    """One use of a container: what it reads, and which ports inside it are what it returns."""

    reads: tuple[Port | None, ...] = ()
    outputs: tuple[Port | None, ...] = ()
    number: int | None = None
    """As of a call."""


class Container(Record):
    """A module that only groups others; it shows up in paths."""

    path: str
    native: str
    aliases: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()


class Origin(Record):
    """Where a model was read from."""

    format: str
    """The reader's name: ``python``, ``keras``, ``notation`` …"""
    location: str = ""
    producer: str = ""
    """The framework whose conventions hold: ``keras``, ``torch`` …"""
    version: str = ""


class Model(Record):
    """Layers in the order their framework lists them, and calls in an order that can be run.

    Flat: the tree is the dotted path. The layers of a container stand together, where the framework
    lists the container.
    """

    name: str
    layers: tuple[Layer, ...]
    calls: tuple[Call, ...] = ()
    outputs: tuple[Port | None, ...] = ()
    origin: Origin = Origin("")
    findings: tuple[Finding, ...] = ()
    containers: tuple[Container, ...] = ()
    native: str = ""
    """The class of the model itself: ``Sequential``, ``Functional`` …"""
    batch: int | None = None
    """A fixed batch size, where the source declares one."""

    @property
    def inputs(self) -> tuple[Shape | None, ...]:
        """Shapes of the values the model starts from, in the order they are declared."""
        return tuple(call.kind.shape for call in self.calls if isinstance(call.kind, Input))


def size(shape: Shape | None, axis: int) -> int | None:
    """One size of a shape of which perhaps nothing is known."""
    if shape is None or not -len(shape) <= axis < len(shape):
        return None
    return shape[axis]


def sizes(dims_: Dims | None) -> Shape | None:
    """The plain numbers of a derived shape."""
    return None if dims_ is None else tuple([value(dim) for dim in dims_])


def elements(shape: Shape | None) -> Expr | None:
    """Number of values in one sample of ``shape``, as a product of its sizes."""
    return (
        None if shape is None else times(*(Dim("n", length) for length in shape)) if shape else ONE
    )
