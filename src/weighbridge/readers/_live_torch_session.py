"""The modules of a live PyTorch model while it runs: answered by their kind, or run themselves."""

from __future__ import annotations

import sys

from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.layers import batch_axis
from weighbridge.model import Call, Custom, Input, Kind, Port, Use
from weighbridge.readers import _live_torch_functions as functions
from weighbridge.readers._live_torch_attributes import unwrapped
from weighbridge.readers._live_torch_hooks import Hooks
from weighbridge.readers._live_torch_operations import Operations
from weighbridge.readers._live_torch_places import place_of
from weighbridge.readers._live_torch_remembered import Answer, remember, remembered
from weighbridge.readers._live_torch_standin import StandIn, form_of
from weighbridge.readers.dialects._graph import Symbol
from weighbridge.readers.dialects._session import operands
from weighbridge.readers.dialects._torch_containers import returned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Shape
    from weighbridge.readers._live_torch_settings import Foreign, Torch, TorchModule
    from weighbridge.readers._live_torch_standin import TorchDtype

_PACKED = "PackedSequence"
"""What PyTorch calls sequences of several lengths put together."""
_BATCHED = 2
"""Axes from which on the first of a tensor without samples is taken for that of a batch."""


class Constant(Kind):
    """A tensor without samples where a layer reads some: positions, a table; it does no work."""


class LiveModule:
    """A module of the model as it is called."""

    __slots__ = ("base", "dtype", "key", "kind", "module", "native", "path", "row", "uses")

    def __init__(self, module: TorchModule, native: str, kind: Kind, base: str = "") -> None:
        self.module, self.native, self.kind = module, native, kind
        self.base = base
        """The class of ``torch.nn`` whose kind says what comes out; empty to run ``forward``."""
        self.row: str | None = None
        """The path of its row, if it has one."""
        self.path = ""
        self.uses: list[Use] | None = None
        """How it is used, if it is a container."""
        self.dtype: TorchDtype = None
        """The type of what comes out; ``None`` for that of what comes in."""
        self.key: object = None
        """What decides, beside the arguments, what comes out."""


class LiveSession(Operations):
    """A run of a live model."""

    def __init__(self, torch: Torch, device: object) -> None:
        super().__init__(torch, device)
        self.hooks = Hooks()
        self.complete = False
        """Whether ``forward`` came to its end."""
        self.owners: dict[int, LiveModule] = {}
        """Modules by identity."""

    def start(self, shape: Shape | None, dtype: TorchDtype) -> StandIn:
        """What enters the model."""
        self.calls.append(Call(Input(shape=shape)))
        return self.standin(form_of(shape, stored=False, dtype=dtype), Port(len(self.calls) - 1))

    def adopted(self, module: TorchModule) -> LiveModule:
        """A module that no other has registered, met in a call."""
        raise NotImplementedError

    def call(
        self, module: TorchModule, values: tuple[Foreign, ...], named: dict[str, Foreign]
    ) -> Foreign:
        """A call of ``module``: answered by its kind, or its own ``forward`` is run."""
        owner = self.owners.get(id(module))
        if owner is None:
            owner = self.owners[id(module)] = self.adopted(module)
        held = module.__dict__
        if owner.base:
            result = self._ruled_or_packed(owner, values, named)
        else:
            if held.get("_forward_pre_hooks"):
                values, named = self.hooks.before(module, values, named)
            inside = unwrapped(module)
            if inside is not module:
                return self.call(inside, values, named)
            result = self._run(owner, values, named)
        if held.get("_forward_hooks"):
            return self.hooks.after(module, values, named, result)
        return result

    # -- run -------------------------------------------------------------------------------------

    def _run(
        self, owner: LiveModule, values: tuple[Foreign, ...], named: dict[str, Foreign]
    ) -> Foreign:
        outer, self.within = self.within, f"{owner.path}." if owner.path else self.within
        try:
            result = owner.module.forward(*values, **named)
        finally:
            self.within = outer
        if owner.uses is not None or owner.row is not None:
            self._used(owner, (values, named), result)
        return result

    def _used(self, owner: LiveModule, given: object, result: object) -> None:
        read: list[StandIn] = []
        made: list[StandIn] = []
        functions.standins_in(given, read)
        functions.standins_in(result, made)
        reads = tuple(x.port for x in read if not x.form.stored)
        out = [x for x in made if not x.form.stored]
        if owner.uses is not None:
            owner.uses.append(Use(reads, tuple(x.port for x in out)))
        if owner.row is not None:
            # Its work is that of what its code calls; what that reads is not what a class of
            # PyTorch's that it derives from would read.
            custom = isinstance(owner.kind, Custom)
            work = owner.kind if custom else Custom(native=owner.native)
            shapes = tuple(x.form.shape for x in out)
            self.calls.append(Call(work, owner.row, reads if custom else (), shapes))

    # -- answered --------------------------------------------------------------------------------

    def _ruled_or_packed(
        self, owner: LiveModule, values: tuple[Foreign, ...], named: dict[str, Foreign]
    ) -> Foreign:
        """What a layer gives; of packed sequences it reads what is in them, and gives such."""
        if not values or type(values[0]).__name__ != _PACKED:
            return self._ruled(owner, values, named)
        result = self._ruled(owner, (values[0].data, *values[1:]), named)
        return (values[0]._replace(data=result[0]), *result[1:])

    def _ruled(
        self, owner: LiveModule, values: tuple[Foreign, ...], named: dict[str, Foreign]
    ) -> Foreign:
        given: list[StandIn] = []
        mark = self.mark(owner.key, values, named, given)
        answer = remembered(mark)
        if answer is None:
            answer = self._answered(owner, values, named, given)
            remember(mark, answer)
        return self.given_out(answer, given, owner.row)

    def _answered(
        self, owner: LiveModule, values: tuple[Foreign, ...], named: dict[str, Foreign],
        given: list[StandIn],
    ) -> Answer:  # fmt: skip
        samples = [x.form for x in given if not x.form.stored]
        axis = batch_axis(samples[0].shape) if samples else 0
        rank = len(samples[0].shape or ()) + 1 if samples else None
        taken = [not x.form.stored or _goes_along(x, rank) for x in given]
        order = tuple(-1 - i if x.form.stored else i for i, x in enumerate(given) if taken[i])
        kind = owner.kind.called(*self._told_reads(values, named, given, taken))
        incoming = tuple(
            given[i].form.shape if i >= 0 else _as_batch(given[-1 - i].form.shape, axis)
            for i in order
        )
        shapes = self._shapes(owner, kind, incoming)
        if not samples and given:
            shapes = _wholes(shapes, given[0].form.shape, axis)
        dtype = owner.dtype or ((samples or [x.form for x in given])[0].dtype if given else None)
        forms = tuple(form_of(shape, not samples, dtype) for shape in shapes)
        answer = Answer(kind, forms, order)
        answer.of = owner.kind
        answer.axis, answer.title = axis, owner.native.lower()
        answer.pack = _packing(owner.base, kind) if len(forms) > 1 else None
        return answer

    def _shapes(
        self, owner: LiveModule, kind: Kind, incoming: tuple[Shape | None, ...]
    ) -> tuple[Shape | None, ...]:
        try:
            kind.tensors(*layers.legible(kind, incoming))
            return layers.passed(kind, layers.legible(kind, incoming))
        except Impossible as error:
            error.what = f"{owner.native}: {error.what}"
            place = f"layer {owner.row}" if owner.row else place_of(sys._getframe())
            raise error.at(place) from None

    def _told_reads(
        self, values: tuple[Foreign, ...], named: dict[str, Foreign], given: list[StandIn],
        taken: list[bool],
    ) -> tuple[list[Foreign], dict[str, Foreign]]:  # fmt: skip
        """The arguments in the words of ``layers``, what is read as samples as such."""
        fresh = {
            id(x): Symbol(self, None)  # type: ignore[arg-type]  # it is not asked
            for x, read in zip(given, taken, strict=True)
            if read
        }

        def plain(value: Foreign) -> Foreign:
            if isinstance(value, list | tuple):
                return [plain(item) for item in value]
            if isinstance(value, self.torch.Tensor) and not isinstance(value, StandIn):
                value = self.stored(value)
            return fresh.get(id(value)) or operands(self.worded(value))

        return [plain(v) for v in values], {name: plain(v) for name, v in named.items()}

    def as_sample(self, standin: StandIn, axis: int) -> Port:
        shape = _as_batch(standin.form.shape, axis)
        self.calls.append(Call(Constant(), outputs=(shape,)))
        return Port(len(self.calls) - 1)


def _packing(base: str, kind: Kind) -> Foreign:
    if base == "MultiheadAttention" and not getattr(kind, "gives_scores", True):
        return lambda made: (made[0], None)
    return lambda made: returned(base, made)


def _goes_along(standin: StandIn, rank: int | None) -> bool:
    """Whether a tensor without samples is read like those that have some, rather than a mask."""
    if rank is None:
        return True
    shape, dtype = standin.form.shape, standin.form.dtype
    return bool(dtype.is_floating_point and shape is not None and len(shape) == rank)


def _as_batch(shape: Shape | None, axis: int) -> Shape | None:
    """A whole shape as that of samples along ``axis``; a vector is one sample."""
    if shape is None or len(shape) < _BATCHED or (batch := shape[axis]) is None:
        return shape
    return layers.turned((*shape[:axis], *shape[axis + 1 :]), axis, batch)


def _wholes(
    shapes: tuple[Shape | None, ...], read: Shape | None, axis: int
) -> tuple[Shape | None, ...]:
    """Shapes of samples as whole ones again, where what was read is ``read`` as a whole."""
    if read is None or len(read) < _BATCHED:
        return shapes
    batch = read[axis]
    return tuple(s and (*s[: batch_axis(s)], batch, *s[batch_axis(s) :]) for s in shapes)
