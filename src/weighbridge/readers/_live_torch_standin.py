"""Stand-ins for tensors: what a live PyTorch model is run on, without any values."""

from __future__ import annotations

from weighbridge.layers import batch_axis, multiple
from weighbridge.readers._live_torch_numbers import Asked, OpenNumber, OpenShape, Samples

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from weighbridge.model import Port, Shape
    from weighbridge.readers._live_torch_operations import Operations
    from weighbridge.readers._live_torch_settings import Foreign, Torch

    TorchDtype = Foreign
    """A dtype of PyTorch."""

_UNKNOWN = "the shape of a tensor that is not known"
_VALUE = "the value of a tensor"


class Form:
    """All that is known of a tensor. Alike tensors share one: see ``form``."""

    __slots__ = ("_size", "dtype", "shape", "stored")

    def __init__(self, shape: Shape | None, stored: bool, dtype: TorchDtype) -> None:
        self.shape, self.stored, self.dtype = shape, stored, dtype
        """The shape is that of one sample, unless the tensor is stored: a weight or the like."""
        self._size: Foreign = None

    def size(self, torch: Torch) -> Foreign:
        """All sizes as the running model sees them, that of the batch axis among them."""
        if self._size is None:
            self._size = self._whole(torch)
        return self._size

    def _whole(self, torch: Torch) -> Foreign:
        if self.shape is None:
            return OpenShape(_UNKNOWN)
        sizes: list[object] = [OpenNumber(_UNKNOWN) if n is None else n for n in self.shape]
        if not self.stored:
            sizes.insert(batch_axis(self.shape), Samples(multiple(self.shape)))
        return tuple(sizes) if None in self.shape else torch.Size(sizes)


def form_of(shape: Shape | None, stored: bool, dtype: TorchDtype) -> Form:
    """The one form of all tensors that are so."""
    key = (shape, batch_axis(shape), multiple(shape), stored, dtype)
    found = _forms.get(key)
    if found is None:
        found = _forms.setdefault(key, Form(shape, stored, dtype))
    return found


_forms: dict[object, Form] = {}
"""Never emptied: what an operation gives is remembered by the forms it was given."""


class StandIn:
    """A tensor as a running model sees it: shape, type and what may be called on it.

    What is run is a class of this one and of ``torch.Tensor``, made by ``standins_of``: PyTorch's
    own code takes it apart as a tensor, which must be one then. It is empty.
    """

    form: Form
    port: Port | None
    """Where it comes from; ``None`` for what has no samples."""
    place: Foreign = None
    """The device it was put on, where that matters."""
    fill: Foreign = None
    """The number it holds everywhere, where that is known."""
    session: Operations
    """The run it is part of, which has a class of its own."""

    @property
    def dtype(self) -> TorchDtype:
        """The type of its values."""
        return self.form.dtype

    @classmethod
    def __torch_function__(
        cls,
        function: Foreign,
        types: Foreign,
        values: Foreign = (),
        named: Foreign = None,
    ) -> Foreign:
        """A function of PyTorch called on stand-ins, outside of a run."""
        raise Asked("an operation after the run")

    def again(self, dtype: TorchDtype = None) -> StandIn:
        """Another one for the same, perhaps as another type."""
        form = self.form
        if dtype is not None and dtype is not form.dtype:
            form = form_of(form.shape, form.stored, dtype)
        made = self.session.standin(form, self.port)
        if self.fill is not None:
            made.fill = self.fill
        return made

    def become(self, other: StandIn) -> StandIn:
        """Turns into ``other``, as operations in place do."""
        self.form, self.port, self.fill = other.form, other.port, other.fill
        return self

    # -- shape -----------------------------------------------------------------------------------

    @property
    def shape(self) -> Foreign:
        """All sizes, that of the batch axis among them."""
        return self.form.size(self.session.torch)

    def size(self, dim: int | None = None) -> Foreign:
        """The shape, or one of its sizes."""
        return self.shape if dim is None else self.shape[dim]

    def dim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    ndimension = dim

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def numel(self) -> Foreign:
        """How many values there are, of all samples."""
        if self.form.shape is None:
            return OpenNumber(_UNKNOWN)
        count: Foreign = 1
        for size in self.shape:
            count = count * size
        return count

    nelement = numel

    def stride(self, dim: int | None = None) -> Foreign:
        """How far apart values lie that are neighbours along each axis, laid out densely."""
        strides, step = [], 1
        for size in reversed(list(self.shape)):
            strides.append(step)
            step = step * int(size)
        found = tuple(reversed(strides))
        return found if dim is None else found[dim]

    def __len__(self) -> int:
        return int(self.shape[0])

    def __iter__(self) -> Iterator[object]:
        return iter([self[i] for i in range(len(self))])

    # -- what else is asked of it ----------------------------------------------------------------

    @property
    def device(self) -> object:
        """Where the model is, or where the tensor was put."""
        return self.place or self.session.device

    @property
    def data(self) -> StandIn:
        """Itself, outside of what is differentiated."""
        return self.again()

    @data.setter
    def data(self, other: StandIn) -> None:
        self.become(other)

    @property
    def layout(self) -> object:
        """Dense."""
        return self.session.torch.strided

    @property
    def itemsize(self) -> int:
        """Bytes of one value."""
        return int(self.dtype.itemsize)

    grad = grad_fn = names = None
    requires_grad = is_cuda = is_sparse = is_quantized = is_nested = is_mkldnn = is_meta = False
    is_xla = is_mps = is_xpu = is_vulkan = is_ipu = is_maia = is_cpu = is_sparse_csr = False
    is_leaf = True
    output_nr = 0

    def item(self) -> Foreign:
        """The number it holds, which hardly ever is known."""
        return OpenNumber(_VALUE) if self.fill is None else self.fill

    def __bool__(self) -> bool:
        return bool(self._ask() if self.fill is None else self.fill)

    def _ask(self, *_: object, **__: object) -> Foreign:
        raise Asked(_VALUE)

    tolist = numpy = __array__ = __int__ = __float__ = __complex__ = _ask
    __index__ = __contains__ = data_ptr = untyped_storage = storage = _ask

    def __getitem__(self, key: object) -> Foreign:
        return self.session.picked(self, key)

    def __setitem__(self, key: object, value: object) -> None:
        """Changes values, which are not known afterwards."""
        self.fill = None

    def __repr__(self) -> str:
        return f"tensor(…, size={tuple(self.form.shape or ())}, dtype={self.dtype})"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __deepcopy__(self, memo: object) -> StandIn:
        return self.again()

    __hash__ = object.__hash__


OPERATORS = {
    "add": "add", "sub": "sub", "mul": "mul", "truediv": "truediv", "floordiv": "floordiv",
    "mod": "mod", "pow": "pow", "matmul": "matmul", "and": "and_", "or": "or_", "xor": "xor",
    "lshift": "lshift", "rshift": "rshift",
}  # fmt: skip
"""Python's operators on two values: what they are called between underscores, and spelled as."""
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
UNARY = ("neg", "pos", "invert", "abs")
_OFTEN = (
    "to", "float", "contiguous", "type_as", "view", "reshape", "transpose", "permute", "flatten",
    "unsqueeze", "squeeze", "expand", "chunk", "split", "add", "sub", "mul", "div", "pow", "rsqrt",
    "matmul", "mean", "sum", "softmax", "masked_fill", "detach", "clone",
)  # fmt: skip
"""Methods that models call most, answered at once; the way through PyTorch takes twice as long."""


def standins_of(session: Operations) -> type:
    """The class of the stand-ins of a run, which are tensors to PyTorch."""
    tensor = session.torch.Tensor
    made: type = type(tensor)("StandIn", (StandIn, tensor), {"session": session})
    return made


def _between(key: str, reflected: bool) -> Callable[[StandIn, object], object]:
    def operate(self: StandIn, other: object) -> object:
        values = (other, self) if reflected else (self, other)
        return self.session.operation(key, values, {})

    return operate


def _alone(key: str) -> Callable[[StandIn], object]:
    return lambda self: self.session.operation(key, (self,), {})


def _called(name: str) -> Callable[..., object]:
    def method(self: StandIn, *values: object, **named: object) -> object:
        return self.session.method(name, self, values, named)

    return method


for _name in _OFTEN:
    setattr(StandIn, _name, _called(_name))
for _name, _spelled in OPERATORS.items():
    setattr(StandIn, f"__{_name}__", _between(f"python:{_spelled}", reflected=False))
    setattr(StandIn, f"__r{_name}__", _between(f"python:{_spelled}", reflected=True))
for _name in COMPARISONS:
    setattr(StandIn, f"__{_name}__", _between(f"python:{_name}", reflected=False))
for _name in UNARY:
    setattr(StandIn, f"__{_name}__", _alone(f"python:{_name}"))
