"""What a live PyTorch module is: the settings of its constructor, read off its attributes."""

from __future__ import annotations

from operator import itemgetter
from weakref import WeakKeyDictionary

from weighbridge import layers
from weighbridge.errors import Impossible
from weighbridge.model import Unknown
from weighbridge.readers._live_torch_attributes import (
    ABSENT,
    ASKED,
    packed_dtype,
    setting,
    told_by_tensor,
)
from weighbridge.readers._live_torch_kinds import Packed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from weighbridge.layers import Spelling
    from weighbridge.model import Kind
    from weighbridge.readers._live_torch_attributes import Ask

    Foreign = Any
    """What the author's code and PyTorch hand to each other: tensors, numbers, anything."""
    Torch = Any
    """The package ``torch``, which the user has imported, or one in it."""
    TorchModule = Any
    """A live module; of PyTorch the type checker knows nothing."""
    TorchTensor = Any
    """A live tensor."""
    Registered = dict[str, Any]
    """What is registered in a module by name: parameters, buffers or modules."""
    Settings = dict[str, object]

_OURS = ("torch.nn.", "torch.ao.nn.quantized.")
_UNTOLD = ("_weight", "_freeze", "size_average", "reduce")
"""Settings that no attribute keeps; what they change is seen in the tensors."""


class Plan:
    """How the settings of one class are read off its modules."""

    def __init__(
        self, native: str, asks: tuple[tuple[str, Ask], ...], own: bool, packed: bool
    ) -> None:
        self.native, self.asks = native, asks
        """The class of ``torch.nn`` that it is or derives from; what tells each of its settings."""
        self.own, self.packed = own, packed
        """Whether its ``forward`` is PyTorch's own; whether it holds its weights packed."""
        self.kept: tuple[str, ...] = ()
        """Settings that are plain attributes of its modules, found out from the first."""
        self.rest = asks
        self._kept_in: Callable[[Registered], object] | None = None
        self.kinds: dict[object, Kind] = {}
        """What its modules are, by their settings."""

    def settle(self, module: TorchModule) -> None:
        """Finds out which settings are plain attributes, which is the quick way to read them."""
        held = module.__dict__
        plain = [name for name, ask in self.asks if ask is setting and name in held]
        self.kept = tuple(name for name in plain if name != "bias")
        self.rest = tuple(pair for pair in self.asks if pair[0] not in self.kept)
        self._kept_in = itemgetter(*self.kept) if self.kept else None

    def values(self, module: TorchModule) -> tuple[object, ...]:
        """What all settings are, in the order of ``names``."""
        rest = tuple([ask(module, name) for name, ask in self.rest])
        if self._kept_in is None:
            return rest
        try:
            kept = self._kept_in(module.__dict__)
        except KeyError:  # this one has been tampered with
            kept = tuple(setting(module, name) for name in self.kept)
            return (*kept, *rest)
        return (*kept, *rest) if len(self.kept) > 1 else (kept, *rest)  # type: ignore[misc]  # several

    @property
    def names(self) -> tuple[str, ...]:
        """The settings in the order of ``values``."""
        return (*self.kept, *(name for name, _ in self.rest))


class Kinds:
    """The kinds of the modules of one model; modules with equal settings share one."""

    def __init__(self) -> None:
        self._plans: dict[object, Plan | None] = {}

    def plan(self, module: TorchModule) -> Plan | None:
        """How to read ``module``; ``None`` where its class is nobody's we know."""
        key: object = type(module)
        if "_c" in module.__dict__:
            key = _compiled(module)
        try:
            return self._plans[key]
        except KeyError:
            found = self._plans[key] = _plan_of(module, key)
            return found

    def of(self, module: TorchModule) -> Kind | None:
        """What ``module`` is by its settings; ``None`` where its class is nobody's we know."""
        plan = self.plan(module)
        return None if plan is None else self.by(plan, module)

    def by(self, plan: Plan, module: TorchModule) -> Kind | None:
        """The same for a module of which the plan is at hand."""
        composed = _COMPOSED.get(plan.native)
        try:
            if composed is not None:
                return layers.make("torch", plan.native, [], composed(self, module))
            return self._simple(module, plan)
        except (Impossible, AttributeError, LookupError) as error:
            if _compiled(module):  # a traced module keeps no settings
                return None
            return Unknown(native=type(module).__name__, because=str(error))

    def _simple(self, module: TorchModule, plan: Plan) -> Kind:
        values = plan.values(module)
        key = (packed_dtype(module), *values) if plan.packed else values
        try:
            known = plan.kinds.get(key)
        except TypeError:  # a list among the settings
            return _made(module, plan, values)
        if known is None:
            if len(plan.kinds) >= _MOST:
                plan.kinds.clear()
            known = plan.kinds[key] = _made(module, plan, values)
        return known


def _made(module: TorchModule, plan: Plan, values: tuple[object, ...]) -> Kind:
    pairs = zip(plan.names, values, strict=True)
    settings = {name: value for name, value in pairs if value is not ABSENT}
    kind = layers.make("torch", plan.native, [], settings)
    return Packed(layer=kind, dtype=packed_dtype(module)) if plan.packed else kind


def _compiled(module: TorchModule) -> str:
    """The class that a compiled ``ScriptModule`` was; empty for other modules."""
    compiled = module.__dict__.get("_c")
    if compiled is None:
        return ""
    parts = compiled._type().qualified_name().split(".")
    return ".".join(part for part in parts if part != "__torch__" and "torch_mangle" not in part)


def _plan_of(module: TorchModule, key: object) -> Plan | None:
    if "_c" in module.__dict__:
        return _planned(type(module), str(key))
    if type(module) not in _plans:
        plan = _planned(type(module), "")
        if plan is not None:
            plan.settle(module)
        _plans[type(module)] = plan
    return _plans[type(module)]


_plans: WeakKeyDictionary[type, Plan | None] = WeakKeyDictionary()
"""Classes met before, in this model or another."""
_MOST = 10_000
"""Settings of one class that are remembered."""


def _planned(sort: type, compiled: str) -> Plan | None:
    bases = [(f"{base.__module__}.{base.__name__}", base) for base in sort.__mro__]
    for name, base in [(compiled, sort)] if compiled else bases:
        native = name.rpartition(".")[2]
        build = layers.spelling("torch", native) if name.startswith(_OURS) else None
        if build is not None:
            given = _told(build)
            asks = tuple((a, ASKED.get((native, a), setting)) for a in given)
            own = bool(compiled) or sort.forward is base.forward  # type: ignore[attr-defined]  # of modules
            return Plan(native, asks, own, packed=name.startswith(_OURS[1]))
    return None


def _told(build: Spelling) -> Iterator[str]:
    """The settings of a constructor that matter, or that it must be given."""
    code, notes = build.__code__, build.__annotations__
    taken = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    needed = taken[: code.co_argcount - len(build.__defaults__ or ())]
    for name in taken:
        if name in needed or (name not in _UNTOLD and notes.get(name) != "Ignored"):
            yield name


# -- modules that are one layer here and several in PyTorch ---------------------------------------


def _layer(kinds: Kinds, module: TorchModule) -> Settings:
    first = module.linear1
    return {
        "d_model": module.self_attn.embed_dim,
        "nhead": module.self_attn.num_heads,
        "dim_feedforward": first.out_features,
        "bias": first._parameters.get("bias") is not None,
    }


def _stack(kinds: Kinds, module: TorchModule, name: str) -> Settings:
    norm = module.norm
    return {
        name: kinds.of(module.layers[0]) if len(module.layers) else Unknown(native="no layer"),
        "num_layers": len(module.layers),
        "norm": None if norm is None else kinds.of(norm) or Unknown(native=type(norm).__name__),
    }


def _whole(kinds: Kinds, module: TorchModule) -> Settings:
    parts = {"custom_encoder": module.encoder, "custom_decoder": module.decoder}
    known = {
        name: kinds.of(part) or Unknown(native=type(part).__name__) for name, part in parts.items()
    }
    return {"d_model": module.d_model, "nhead": module.nhead, **known}


def _linear_loss(kinds: Kinds, module: TorchModule) -> Settings:
    return {
        "in_features": module.linear.in_features,
        "num_classes": module.num_classes,
        "out_features": module.out_features,
        "bias": module.linear._parameters.get("bias") is not None,
        "reduction": module.reduction,
        "weight": told_by_tensor(module, "weight"),
    }


_COMPOSED: dict[str, Callable[[Kinds, TorchModule], Settings]] = {
    "TransformerEncoderLayer": _layer,
    "TransformerDecoderLayer": _layer,
    "TransformerEncoder": lambda kinds, module: _stack(kinds, module, "encoder_layer"),
    "TransformerDecoder": lambda kinds, module: _stack(kinds, module, "decoder_layer"),
    "Transformer": _whole,
    "LinearCrossEntropyLoss": _linear_loss,
}
