"""``torch.nn.utils`` in followed code: what keeps a tensor of a module in another form.

``weight_norm(nn.Conv1d(64, 64, 3))`` gives the module back with a direction and a length in the
place of its weight. PyTorch has each form twice: as hooks, whose tensors are ``weight_g`` and
``weight_v``, and as parametrisations, whose are ``parametrizations.weight.original0`` and so on.
"""

from __future__ import annotations

from weighbridge import layers
from weighbridge.model import Custom, Expected, Kind, Unknown, sizes
from weighbridge.readers._python import calls
from weighbridge.readers._python.values import Builtin, Function, Instance, Method, Native
from weighbridge.readers.dialects._graph import Symbol, symbols
from weighbridge.readers.dialects._torch_modules import Module, module_of
from weighbridge.readers.dialects._torch_names import dims_of, laid
from weighbridge.readers.dialects._torch_parameters import Parameter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Shape
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named, Value

_HOOKED = {
    "_direction": "_v", "_length": "_g", "_left": "_u", "_right": "_v", "_mask": "_mask",
    "": "_orig",
}  # fmt: skip
_REGISTERED = {
    "_direction": "original1", "_length": "original0", "_left": "0._u", "_right": "0._v",
    "_start": "0.base", "": "original",
}  # fmt: skip
"""What PyTorch calls a tensor by what its role ends in, beside that of the tensor it is for."""
_PRUNING = (
    "identity", "random_unstructured", "l1_unstructured", "random_structured", "ln_structured",
    "custom_from_mask",
)  # fmt: skip


_CHANGING = (*_PRUNING, "weight_norm", "spectral_norm", "orthogonal", "register_parametrization")


def function(name: str) -> Value | None:
    """What ``torch.nn.utils.<name>`` stands for; ``None`` where it changes no tensor's form."""
    area, _, last = name.rpartition(".")
    if last in _PRUNING:
        return _form("prune", registered=False)
    if last in ("weight_norm", "spectral_norm", "orthogonal"):
        return _form(last, registered="parametrizations" in area)
    if last in ("remove_weight_norm", "remove_spectral_norm", "remove_parametrizations", "remove"):
        return Builtin(last, _removed)
    match last:
        case "register_parametrization":
            return Builtin(last, _registered)
        case "is_parametrized":
            return Builtin(last, _is_parametrised)
        case "skip_init":
            return Builtin(last, _made)
        case "global_unstructured":
            return Builtin(last, _pruned_together)
    return None


def _form(form: str, registered: bool) -> Builtin:
    """A function that gives its module back with one tensor in another form."""

    def change(
        run: Run, module: Value = None, name: Value = "weight", *values: Value, **named: Value
    ) -> Value:
        found = module_of(module)
        if found is not None and isinstance(name, str):
            _change(run, found, name, form, registered, list(values), named)
        return module

    return Builtin(form, change)


def _change(
    run: Run, module: Module, name: str, form: str, registered: bool,
    values: list[Value], named: Named,
) -> None:  # fmt: skip
    """Keeps the tensor that PyTorch calls ``name`` in another form."""
    whole, held = _held(module, name)
    if held is None:
        if not isinstance(whole, Unknown):
            run.note(f"{form} of a {module.native} is not followed: it has no {name}", run.here)
        return
    changed = layers.make("torch", f"utils.{form}", [whole, held.role, *values], named)
    before = module.own.pop(name, None)
    module.attributes[name] = Symbol(module.session, laid(module.native_class, held), stored=True)
    kept = [t for t in changed.tensors() or () if t.role.startswith(held.role)]
    names = {tensor.role: _called(name, held, tensor, registered) for tensor in kept}
    if isinstance(whole, Custom):
        _own(module, kept, names)
    else:
        module.kind, module.renamed = changed, module.renamed | names
    # The hook of a weight normalisation makes parameters anew, which train.
    if before is not None and not before.trainable and (registered or form != "weight_norm"):
        for tensor in kept:
            if not tensor.buffer:
                module.parameter(names[tensor.role], tensor).trainable = False


def _held(module: Module, name: str) -> tuple[Kind, Expected | None]:
    """What ``module`` is, and its tensor ``name``; of one of the file's own, that tensor alone."""
    if not isinstance(module.kind, Custom):
        pairs = module.named_tensors()
        return module.kind, next((tensor for called, tensor in pairs if called == name), None)
    own = module.own.get(name)
    if own is None:
        return module.kind, None
    tensor = Expected("tensor", dims_of(name, own.shape))
    return Custom(native=module.native, declared=(tensor,)), tensor


def _called(name: str, held: Expected, tensor: Expected, registered: bool) -> str:
    """PyTorch's name of ``tensor``, which stands for ``held`` or beside it."""
    ending = tensor.role.removeprefix(held.role)
    if registered:
        return f"parametrizations.{name}.{_REGISTERED.get(ending, ending.strip('_'))}"
    return name + _HOOKED.get(ending, ending)


def _own(module: Module, kept: list[Expected], names: dict[str, str]) -> None:
    """Tensors of a module of the file's own are those that are assigned to it."""
    for tensor in kept:
        name, shape = names[tensor.role], sizes(tensor.dims)
        if tensor.buffer:
            module.buffers[name] = Symbol(module.session, shape, stored=True)
        else:
            module.own[name] = Parameter(module.session, shape)


# -- and back ------------------------------------------------------------------------------------


def _removed(
    run: Run, module: Value = None, name: Value = "weight", *_: Value, **named: Value
) -> Value:
    """``remove_weight_norm(conv)``: the tensor is one parameter again."""
    found, called = module_of(module), named.get("tensor_name", name)
    if found is None or not isinstance(called, str) or called not in found.attributes:
        return module
    shown = found.attributes.pop(called)
    for registry in (found.own, found.buffers):
        for other in [n for n in registry if _belongs(n, called)]:
            del registry[other]
    if isinstance(found.kind, Custom):
        shape = shown.shape if isinstance(shown, Symbol) else None
        found.own[called] = Parameter(found.session, shape)
    elif isinstance(layer := getattr(found.kind, "layer", None), Kind):
        role = getattr(found.kind, "role", "")
        found.kind = layer
        found.renamed = {r: n for r, n in found.renamed.items() if not r.startswith(role)}
    return module


def _belongs(name: str, whole: str) -> bool:
    return name.startswith((f"{whole}_", f"parametrizations.{whole}."))


# -- parametrisations of the file's own ----------------------------------------------------------


def _registered(
    run: Run, module: Value, tensor_name: Value, parametrization: Value, **_: Value
) -> Value:
    """``register_parametrization(linear, "weight", Symmetric())``."""
    found, inner = module_of(module), module_of(parametrization)
    if found is None or not isinstance(tensor_name, str):
        return module
    if inner is None:
        run.note(f"what computes the {tensor_name} of {found.native} is not known", run.here)
        return module
    shapes = _inverse(run, found, tensor_name, parametrization)
    _change(run, found, tensor_name, "parametrised", True, [shapes], {})
    _listed(run, found, tensor_name, parametrization)
    for _path, part in inner.family():
        part.is_read = True
    return module


def _inverse(run: Run, module: Module, name: str, inner: Value) -> Value:
    """Shapes of what the tensor is computed from, where the class says how it is taken apart."""
    own = inner.cls.find("right_inverse") if isinstance(inner, Instance) else None
    whole = module.attribute(run, name)
    if own is None or not isinstance(inner, Instance):
        return None
    made = calls.call(run, Method(own, inner), [whole], {}, run.here)  # type: ignore[arg-type]  # a function of the class
    shapes: list[Shape | None] = [symbol.shape for symbol in symbols(made)]
    return tuple(shapes) or (None,)


def _listed(run: Run, module: Module, name: str, inner: Value) -> None:
    """Puts what computes a tensor where PyTorch has it: ``parametrizations.weight.0``."""
    outer = module_of(module.modules.get("parametrizations"))
    if outer is None:
        outer = Module(module.session, run, "ModuleDict")
        module.modules["parametrizations"] = outer
    row = module_of(outer.modules.get(name))
    if row is None:
        row = Module(module.session, run, "ParametrizationList")
        outer.modules[name] = row
    row.modules[str(len(row.modules))] = inner


def _is_parametrised(run: Run, module: Value, tensor_name: Value = None) -> Value:
    found = module_of(module)
    names = [] if found is None else [n for n in found.renamed.values() if "parametriz" in n]
    return any(tensor_name is None or _belongs(name, str(tensor_name)) for name in names)


def applied(run: Run, module: Module, change: Value) -> Value:
    """``module.apply(function)``: followed where the function changes more than values.

    Most of what people apply gives weights their first values, which changes no size.
    """
    if isinstance(change, Function) and _names(change) & set(_CHANGING):
        for _, part in module.children():
            applied(run, part, change)
        calls.call(run, change, [module.handle], {}, run.here)
    return module.handle


def _names(function: Function) -> set[str]:
    """All names in the code of a function of the file."""
    import ast

    nodes = list(ast.walk(function.node))
    plain = {node.id for node in nodes if isinstance(node, ast.Name)}
    return plain | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


# -- others --------------------------------------------------------------------------------------


def _made(run: Run, module_cls: Value, *values: Value, **named: Value) -> Value:
    """``skip_init(nn.Linear, 10, 5)``: the module, its values left as they are."""
    return calls.call(run, module_cls, list(values), named, run.here)


def _pruned_together(run: Run, parameters: Value = (), *_: Value, **__: Value) -> Value:
    """``global_unstructured([(conv, "weight"), …])``: a mask for each."""
    prune = _form("prune", registered=False)
    pairs = parameters if isinstance(parameters, list | tuple) else ()
    for pair in pairs:
        if isinstance(pair, list | tuple) and not isinstance(pair, Native):
            prune.call(run, list(pair), {})
    return None
