"""The modules of a live PyTorch model: which of them are layers, and what these own."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.model import Container, Custom, Layer, Unknown, sizes
from weighbridge.readers._live_torch_attributes import registered
from weighbridge.readers._live_torch_kinds import Opaque, Packed
from weighbridge.readers._live_torch_settings import Kinds
from weighbridge.readers._live_torch_tensors import Named, extended, held, is_lazy, own, roles_of
from weighbridge.readers._live_torch_unseen import family, hidden, parameters_in
from weighbridge.readers.dialects._findings import UnseenParameters
from weighbridge.readers.live_torch import LazyTensors, PackedWeights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from weighbridge.errors import Finding
    from weighbridge.model import Expected, Kind, Tensor
    from weighbridge.readers._live_torch_settings import Plan, Torch, TorchModule, TorchTensor
    from weighbridge.readers._live_torch_tensors import Held

_ROLES: dict[tuple[str, int], tuple[Kind, dict[str, Expected]]] = {}
"""What tensors are for, by the class and the identity of a kind, which modules share."""
_OWN: dict[object, tuple[Opaque, dict[str, Expected]]] = {}
"""The kinds of modules of somebody's own, by what they hold."""
_MOST = 10_000
_GROUPS = ("Sequential", "ModuleList", "ModuleDict", "Module", "ParameterList", "ParameterDict")


def native_name(module: TorchModule) -> str:
    """The class of ``module`` as its author calls it."""
    sort = type(module).__name__
    if "_c" in module.__dict__:
        return str(getattr(module, "original_name", sort))
    parametrised = sort.startswith("Parametrized") and "parametrizations" in module._modules
    return sort.removeprefix("Parametrized") if parametrised else sort


class Listing:
    """The modules of a model in the order of ``named_modules``, as far as they have rows."""

    def __init__(self, root: TorchModule, torch: Torch) -> None:
        self.root, self.name = root, native_name(root)
        self.kinds, self.named = Kinds(), Named(torch)
        self.layers: list[Layer] = []
        self.owners: dict[str, TorchModule] = {}
        """Modules by the path of their row."""
        self.kind_at: dict[int, Kind] = {}
        """What a module with a row is, by identity."""
        self.containers: dict[str, Container] = {}
        self.paths: dict[int, str] = {}
        """Rows and containers by the identity of their module."""
        self.everything: list[TorchModule] = []
        """All modules but those that are part of one layer."""
        self.notes: list[Finding] = []
        self._inside: dict[int, TorchModule] = {}
        """Modules that are part of one layer, by identity."""
        self._aliases: dict[str, list[str]] = {}
        self._visit(root, "")
        self._hidden(torch.nn)
        self._name_again()

    def every_module(self) -> list[TorchModule]:
        """All modules, those that are part of one layer and those that PyTorch does not see too."""
        listed = {id(module): module for module in self.everything}
        return list((listed | self._inside).values())

    # -- which modules are layers ----------------------------------------------------------------

    def _visit(self, module: TorchModule, path: str) -> None:
        place = path or self.name
        self.paths[id(module)] = place
        self.everything.append(module)
        plan, inside = self.kinds.plan(module), registered(module)[2]
        if plan is not None:
            kind = self.kinds.by(plan, module)
            if kind is not None and (not inside or self._is_one(module, kind)):
                self._known(module, path, plan, kind)
                return
        children = [(name, child) for name, child in inside.items() if child is not None]
        found = held(module, deep=False)
        native = native_name(module)
        if found or not (children or native in _GROUPS):
            self._custom(module, path, native, found)
        if children:
            self.containers[place] = Container(place, native)
        for name, child in children:
            if id(child) in self.paths:
                self._aliases.setdefault(self.paths[id(child)], []).append(name)
            else:
                self._visit(child, f"{path}.{name}" if path else name)

    def _is_one(self, module: TorchModule, kind: Kind) -> bool:
        """Whether the modules inside hold just what ``kind`` calls for, so that all is one layer.

        Of a Transformer layer in which one part was exchanged the parts are listed.
        """
        if isinstance(kind, Unknown):
            return False
        if isinstance(kind, Packed) or "parametrizations" in registered(module)[2]:
            return True
        expected = [sizes(tensor.dims) or () for tensor in kind.tensors() or ()]
        if any(None in shape for shape in expected):
            return True
        present = [tuple(tensor.shape) for _, tensor, _ in held(module, deep=True)]
        return _alike(present) == _alike(expected)  # type: ignore[arg-type]  # no size is open

    # -- rows ------------------------------------------------------------------------------------

    def _known(self, module: TorchModule, path: str, plan: Plan, kind: Kind) -> None:
        """The row of a module of a class that somebody spells."""
        native, inside = native_name(module), registered(module)[2]
        if isinstance(kind, Packed):
            self._pack(Layer(path or self.name, kind, native, None), module)
            return
        if inside:
            self._inside |= {id(part): part for _, part in family(module)}
        found = held(module, deep=bool(inside))
        if isinstance(kind, Unknown):
            self._custom(module, path, native, found, kind)
            return
        whole = bool(inside) and "parametrizations" not in inside
        kind, roles = self._with_roles(plan.native, kind, found, whole)
        self._add(module, path, kind, native, found, roles)

    def _pack(self, layer: Layer, module: TorchModule) -> None:
        message = f"{layer.native} holds its weights packed"
        self.notes.append(PackedWeights(layer.path, message))
        self._inside |= {id(part): part for _, part in family(module)}
        self._row(layer, module)

    def _custom(
        self, module: TorchModule, path: str, native: str, found: list[Held],
        kind: Unknown | None = None,
    ) -> None:  # fmt: skip
        """The row of a module of somebody's own, or of one whose settings cannot be read."""
        key = (native, *[(name, None if is_lazy(t) else t.shape, b) for name, t, b in found])
        known = _OWN.get(key)
        if known is None:
            if len(_OWN) >= _MOST:
                _OWN.clear()
            declared = own(found)
            roles = {expected.role: expected for expected in declared}
            known = _OWN[key] = Opaque(native=native, declared=declared), roles
        self._add(module, path, kind or known[0], native, found, known[1])

    def _with_roles(
        self, base: str, kind: Kind, found: list[Held], whole: bool
    ) -> tuple[Kind, dict[str, Expected]]:
        known = _ROLES.get((base, id(kind)))
        if known is None:
            if len(_ROLES) >= _MOST:
                _ROLES.clear()
            known = _ROLES[base, id(kind)] = kind, roles_of(base, kind)
        roles = known[1]
        for name, _, _ in found:
            if name not in roles:
                return (kind, {}) if whole else extended(base, kind, found)
        return kind, roles

    def _add(
        self, module: TorchModule, path: str, kind: Kind, native: str, found: list[Held],
        roles: dict[str, Expected],
    ) -> None:  # fmt: skip
        place, prefix = path or self.name, f"{path}." if path else ""
        tensors: list[Tensor] = []
        for name, tensor, buffer in found:
            if is_lazy(tensor):
                self._lazy(place, found)
                break
            role = roles.get(name)
            called = name if role is None else role.role
            tensors.append(self.named.tensor(prefix + name, tensor, called, buffer))
        listed = tuple(tensors) if len(tensors) == len(found) else None
        guessed = isinstance(kind, Custom)
        self._row(Layer(place, kind, native, listed, True, (), (), "float32", guessed), module)

    def _lazy(self, place: str, found: list[Held]) -> None:
        names = [name for name, tensor, _ in found if is_lazy(tensor)]
        verb = "are" if len(names) > 1 else "is"
        message = f"the size of {' and '.join(names)} {verb} settled by the first call"
        self.notes.append(LazyTensors(place, message))

    def _row(self, layer: Layer, module: TorchModule) -> None:
        self.layers.append(layer)
        self.owners[layer.path] = module
        self.kind_at[id(module)] = layer.kind

    def _name_again(self) -> None:
        """Puts the second names of modules where they belong."""
        if not self._aliases:
            return
        for i, layer in enumerate(self.layers):
            if layer.path in self._aliases:
                self.layers[i] = replace(layer, aliases=_others(layer.path, self._aliases))
        for path in self._aliases.keys() & self.containers.keys():
            names = _others(path, self._aliases)
            self.containers[path] = replace(self.containers[path], aliases=names)

    # -- what PyTorch does not see ---------------------------------------------------------------

    def _hidden(self, nn: Torch) -> None:
        """Rows for modules in plain lists and dicts, which own nothing as far as PyTorch sees."""
        for module in list(self.everything):
            if type(module).__module__.startswith("torch."):
                continue
            for name, found in hidden(module, nn):
                path = self.paths[id(module)]
                place = name if module is self.root else f"{path}.{name}"
                fresh = [item for item in found if self._is_new(item, nn)]
                count = sum(map(parameters_in, fresh))
                for i, item in enumerate(fresh):
                    if isinstance(item, nn.Module):
                        self._hide(item, f"{place}[{i}]")
                if count:
                    message = f"{count:,} parameters in a plain list or dict"
                    told = f"{message}: PyTorch does not see them"
                    self.notes.append(UnseenParameters(place, told))

    def _is_new(self, item: TorchModule | TorchTensor, nn: Torch) -> bool:
        if isinstance(item, nn.Module):
            return id(item) not in self.paths and id(item) not in self._inside
        return not self.named.knows(item)

    def _hide(self, root: TorchModule, start: str) -> None:
        for path, module in family(root, start):
            if id(module) in self.paths:
                continue
            self.paths[id(module)] = path
            self.everything.append(module)
            kind, native = self.kinds.of(module), native_name(module)
            if kind is None and registered(module)[2]:
                self.containers[path] = Container(path, native)
                continue
            self._row(Layer(path, kind or Opaque(native=native), native, (), inferred=True), module)


def _others(path: str, aliases: dict[str, list[str]]) -> tuple[str, ...]:
    own = path.rpartition(".")[2]
    return tuple(dict.fromkeys(name for name in aliases[path] if name != own))


def _alike(shapes: Sequence[tuple[int, ...]]) -> list[list[int]]:
    return sorted(sorted(shape) for shape in shapes)
