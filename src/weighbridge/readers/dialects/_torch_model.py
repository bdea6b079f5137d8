"""From the modules and calls of followed PyTorch code to a flat ``Model``."""

from __future__ import annotations

from weighbridge.model import Call, Custom, Layer, Model, Origin, Port, Unknown
from weighbridge.readers._python.run import NotFollowed
from weighbridge.readers._python.values import Native
from weighbridge.readers.dialects._findings import UnseenParameters
from weighbridge.readers.dialects._flat import Flat
from weighbridge.readers.dialects._graph import Constant
from weighbridge.readers.dialects._torch_modules import Module, module_of
from weighbridge.readers.dialects._torch_written import WrittenModule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.errors import Finding
    from weighbridge.model import Kind
    from weighbridge.readers._python.values import Value
    from weighbridge.readers.dialects._graph import Owner, Symbol
    from weighbridge.readers.dialects._torch_parameters import Parameter


def model_of(root: Module, origin: Origin, findings: tuple[Finding, ...]) -> Model:
    """``root`` and all inside it, flat: layers by path, calls in an order that can be run."""
    flat = _Flat()
    flat.collect(root)
    unseen = tuple(flat.unseen(root))
    nodes = root.nodes[-1:]
    flat.run(nodes)
    if nodes:
        flat.read_directly()
    if nodes and any(isinstance(finding, NotFollowed) for finding in findings):
        flat.complete()
    return Model(
        name=root.name,
        layers=tuple(flat.layers),
        calls=tuple(flat.calls),
        outputs=tuple(flat.port(symbol) for node in nodes for symbol in node.outputs),
        origin=origin,
        findings=(*findings, *unseen),
        containers=tuple(flat.containers()),
        native=root.native,
    )


class _Flat(Flat):
    """The model as it is being laid out."""

    def __init__(self) -> None:
        super().__init__()
        self._named: dict[int, str] = {}
        """Of parameters: the full name of the first that is met."""
        self._read: set[str] = set()
        """Paths of modules whose tensors are taken out of them."""

    def _source(self, symbol: Symbol) -> Port | None:
        if self.enters(symbol) or symbol.shape is None or symbol.stored:
            return super()._source(symbol)
        # Made of sizes, as ``torch.zeros(batch, 5)`` is, or without samples at all.
        sort = "constant" if isinstance(symbol, Constant) else "filled"
        self.calls.append(Call(Custom(native=sort), outputs=(symbol.shape,)))
        return Port(len(self.calls) - 1)

    def written(self, layer: Owner | None) -> bool:
        return isinstance(layer, WrittenModule)

    def kind_of(self, layer: Owner) -> Kind:
        return layer.final_kind() if isinstance(layer, Module) else layer.kind

    def collect(self, root: Module) -> None:
        """All modules in the order of ``named_modules``; those that only group get no row."""
        for path, module in root.family():
            if module is root:
                alone = not module.children()
                self._listed(module, self.unique(module.name), alone)
                continue
            self._listed(module, self.unique(path), alone=False)
        for module in (part for _, part in root.family()):
            self._also(module)

    def _listed(self, module: Module, path: str, alone: bool) -> None:
        kind = module.final_kind()
        grouping = isinstance(kind, Custom) and not kind.declared
        if grouping and (module.children() or module.native in _GROUPS) and not alone:
            if path != module.name or module.children():
                self._grouped(module, path)
            return
        if module.children():
            self._grouped(module, path)
        self.add(module, path, kind)

    def _grouped(self, module: Module, path: str) -> None:
        self.paths[id(module)] = path
        self.groups[path] = (module, [])

    def _also(self, module: Module) -> None:
        """Second names of modules in ``module``."""
        for name, child in module.children():
            path = self.paths.get(id(child), "")
            if path.rpartition(".")[2] != name and name not in child.aliases:
                child.aliases.append(name)

    def add(self, module: Module, path: str, kind: Kind) -> None:
        """One row of the model."""
        named = module.named_tensors() if module.own else ()
        roles = {name: tensor.role for name, tensor in named}
        frozen, tied = [], []
        for name, parameter in module.parameters() if module.own else ():
            role = roles.get(name, name)
            if not parameter.trainable:
                frozen.append(role)
            first = self._first(parameter, f"{path}.{role}")
            if first is not None:
                tied.append((role, first))
        row = Layer(
            path=path,
            kind=kind,
            native=module.native,
            trainable=module.trainable,
            frozen=tuple(frozen),
            tied=tuple(tied),
            dtype=module.dtype,
            aliases=tuple(dict.fromkeys(module.aliases)),
            place=module.place,
        )
        if module.is_read:
            self._read.add(path)
        self.listed(module, path, row)

    def _first(self, parameter: Parameter, name: str) -> str | None:
        """The name under which ``parameter`` was met before."""
        found = self._named.setdefault(id(parameter), name)
        return None if found == name else found

    def unseen(self, root: Module) -> Iterator[Finding]:
        """Modules in plain lists and dicts, which own nothing as far as PyTorch sees."""
        for group, module in list(root.family()):
            names = module.instance.names if isinstance(module, WrittenModule) else {}
            for name, value in names.items():
                hidden = [part for part in _plainly_held(value) if id(part) not in self.paths]
                place = f"{group}.{name}" if group else name
                for i, part in enumerate(hidden):
                    self._hide(part, f"{place}[{i}]")
                if any(inner.kind.tensors() for part in hidden for _, inner in part.family()):
                    held = f"{len(hidden)} module{'s' * (len(hidden) > 1)} in a plain list or dict"
                    yield UnseenParameters(place, f"{held}: PyTorch does not see their parameters")

    def _hide(self, module: Module, path: str) -> None:
        for inner, part in module.family(path):
            if part.children():
                self._grouped(part, self.unique(inner))
                continue
            row = Layer(inner, part.final_kind(), part.native, (), inferred=True, place=part.place)
            self.listed(part, self.unique(inner), row)

    def read_directly(self) -> None:
        """What is never called, but has its tensors read, by a functional operation or a list."""
        called = {call.layer for call in self.calls}
        for layer in self.layers:
            if layer.native in _PARAMETERS:
                self.calls.append(Call(layer.kind, layer=layer.path))
            elif layer.path in self._read - called:
                self.calls.append(Call(Custom(native=layer.native), layer=layer.path))

    def complete(self) -> None:
        """Where not everything was followed, what seems never to be called may well be."""
        called = {call.layer for call in self.calls}
        for layer in self.layers:
            if layer.path not in called and not isinstance(layer.kind, Unknown):
                self.calls.append(Call(layer.kind, layer=layer.path, reads=(None,)))


def _plainly_held(value: Value) -> list[Module]:
    """The modules in a list, tuple or dict of the file."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list | tuple) or isinstance(value, Native):
        return []
    direct = [found for item in value if (found := module_of(item)) is not None]
    return direct + [found for item in value for found in _plainly_held(item)]


_PARAMETERS = ("ParameterList", "ParameterDict")
_GROUPS = ("Sequential", "ModuleList", "ModuleDict", "Module", *_PARAMETERS)
