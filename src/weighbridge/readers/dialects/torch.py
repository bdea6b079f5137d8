"""PyTorch as files write it: ``torch``, ``torch.nn``, functions and tensors.

Nothing of it is imported. A module's class name, and the name of a function or method on tensors,
is looked up among the spellings in ``weighbridge.layers``; names that change no count, shape or
work (optimizers, data, initialisation) are left untold.
"""

from __future__ import annotations

from weighbridge import layers
from weighbridge.layers import Untold
from weighbridge.model import Unknown
from weighbridge.readers._python import calls
from weighbridge.readers._python.values import Builtin, Named, Native, Value
from weighbridge.readers.dialects import Dialect, World
from weighbridge.readers.dialects import _torch_parametrisations as parametrisations
from weighbridge.readers.dialects._graph import symbols
from weighbridge.readers.dialects._torch_autograd import AutogradFunction
from weighbridge.readers.dialects._torch_class import ModuleClass
from weighbridge.readers.dialects._torch_making import maker
from weighbridge.readers.dialects._torch_modules import Module, module_of
from weighbridge.readers.dialects._torch_parameters import ParameterClass
from weighbridge.readers.dialects._torch_session import Session, unbatched
from weighbridge.readers.dialects._torch_tensors import TensorClass
from weighbridge.readers.dialects._torch_unknown import called, standing_for
from weighbridge.readers.dialects._torchvision import Chosen, Networks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from weighbridge.model import Model, Origin
    from weighbridge.readers import Source
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Instance

_PACKAGES = frozenset(
    ("", "nn", "optim", "utils", "cuda", "backends", "distributed", "autograd", "jit", "onnx",
     "linalg", "special", "fft", "amp", "quantization", "ao", "testing", "hub")
)  # fmt: skip
_TENSORS = ("Tensor", "FloatTensor", "LongTensor", "IntTensor", "BoolTensor")
_SAME = (
    "manual_seed", "set_default_dtype", "compile", "jit.script", "jit.ignore", "jit.unused",
    "jit.export", "autograd.Variable",
)  # fmt: skip
"""Functions that give back what they are given, as far as counts, shapes and work go."""
_BASES = {"LightningModule": "", "PreTrainedModel": "config"}
"""Modules of other libraries that own nothing, with what they call the argument they keep."""
_SUMMARIES = ("torchsummary", "torchinfo", "thop", "ptflops", "fvcore", "torchviz", "calflops")


class Torch(Dialect):
    """What the names of PyTorch stand for in one reading."""

    producer = "torch"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.session = Session()
        self.networks = Networks()
        self._natives: dict[str, Value] = {}

    def model(
        self, run: Run, source: Source, named: Value | None
    ) -> Callable[[Origin], Model] | None:
        """The model of the file that is meant, waiting for its origin; ``None``: no PyTorch."""
        from weighbridge.readers.dialects._torch_choice import meant, supply
        from weighbridge.readers.dialects._torch_model import model_of

        root = meant(self.session, run, named)
        if root is None:
            return None
        supply(self.session, run, root, source.shapes)
        return lambda origin: model_of(root, origin, tuple(run.findings))

    def row(self, run: Run, source: Source, parts: list[Value]) -> Callable[[Origin], Model] | None:
        """A line of notation: one module, or modules in a row."""
        from weighbridge.readers.dialects._torch_choice import supply
        from weighbridge.readers.dialects._torch_model import model_of

        if not any(module_of(part) for part in parts):
            return None
        root = module_of(parts[0]) if len(parts) == 1 else None
        if root is None:
            root = Module(self.session, run, "Sequential")
            root.settle(run, parts, {})
        supply(self.session, run, root, source.shapes)
        return lambda origin: model_of(root, origin, tuple(run.findings))

    # -- names -----------------------------------------------------------------------------------

    def resolve(self, path: str) -> Value | None:
        root, _, rest = path.partition(".")
        if root != "torch":
            return self._elsewhere(path)
        if rest in self._natives:
            return self._natives[rest]
        found = self._named(rest)
        if found is not None:
            self._natives[rest] = found
        return found

    def speaks_for(self, root: str) -> bool:
        return root == "torch"

    def bare(self, name: str) -> Value | None:
        """Names as snippets use them without an import."""
        aliases = {"torch": "torch", "nn": "torch.nn", "F": "torch.nn.functional"}
        if name in aliases:
            return self.world.resolve(aliases[name])
        if name[:1].isupper() and layers.spelling("torch", name) is not None:
            return self._class(name)
        return self._class(name) if name in ("ModuleList", "ModuleDict") else None

    def called(self, run: Run, path: str, values: list[Value], named: Named) -> Value:
        """A function nobody here knows; given a model and tensors, it says what the model reads."""
        everything = [*values, *named.values()]
        model = next((found for v in everything if (found := module_of(v)) is not None), None)
        if model is not None and not self.session.followed:
            tensors = [symbol for symbol in symbols([values, named]) if symbol.stored]
            shapes = tuple(unbatched(symbol.shape, model.outer_axis()) for symbol in tensors)
            if shapes:
                self.session.told.append((model, shapes))
        elif symbols(everything) and path.startswith("torch."):
            return self.session.operate(run, f"torch:{path.partition('.')[2]}", values, named)
        why = Untold(f"{path}(…)")
        given = self.unknown(run, why, values, named)
        return why if given is None else given

    def unknown(self, run: Run, why: Untold, values: list[Value], named: Named) -> Value | None:
        return called(self.session, run, why, values, named)

    def attached(self, run: Run, owner: Untold, name: str, value: Value) -> None:
        if module_of(value) is not None:
            standing_for(self.session, run, owner).assign(run, name, value)

    def adopted(self, run: Run, instance: Instance, because: str) -> bool:
        if instance.cls.find("forward") is None:
            return False
        ModuleClass(self.session, "Module").found(run, instance)
        module = module_of(instance)
        if module is not None:
            module.kind = Unknown(native=instance.cls.name, because=because)
        return True

    def _named(self, name: str) -> Value | None:
        """What ``torch.<name>`` stands for."""
        if name in _PACKAGES:
            return None
        area, _, last = name.rpartition(".")
        if area == "nn.init" or name in _SAME:
            return Builtin(last, lambda run, value=None, *_, **__: value)
        if name in _EXACT:
            return _EXACT[name]
        if name == "hub.load":
            return Chosen(self.networks)
        if area == "nn.functional":
            return self._operation(f"F.{last}")
        if area.startswith("nn"):
            return self._of_nn(area, last)
        if area in ("", "linalg", "special", "fft") and last in _TENSORS:
            return TensorClass(self.session)
        if name.endswith(("is_available", "is_scripting", "is_tracing", "is_exporting")):
            return Builtin(last, lambda run: False)
        if area in ("", "linalg", "special", "fft"):
            return self._function(name)
        return None

    def _of_nn(self, area: str, name: str) -> Value | None:
        if area.startswith("nn.utils"):
            return parametrisations.function(f"{area.removeprefix('nn.utils')}.{name}")
        if name in ("Parameter", "UninitializedParameter"):
            return ParameterClass(self.session)
        if name == "Buffer":
            return Builtin(name, lambda run, data=None, *_, **__: data)
        return self._class(name) if name[:1].isupper() else None

    def _class(self, name: str) -> Value:
        key = f"nn.{name}"
        if key not in self._natives:
            self._natives[key] = ModuleClass(self.session, name)
        return self._natives[key]

    def _function(self, name: str) -> Value | None:
        """``torch.<name>``: it makes a tensor, or is an operation on some."""
        made = maker(self.session, name)
        if made is not None:
            return made
        return self._operation(name) if layers.spelling("torch", name) is not None else None

    def _operation(self, name: str, library: str = "torch") -> Builtin:
        return Builtin(
            name,
            lambda run, *values, **named: self.session.operate(
                run, f"{library}:{name}", list(values), named
            ),
        )

    # -- other packages --------------------------------------------------------------------------

    def _elsewhere(self, path: str) -> Value | None:
        """Networks of torchvision, and packages that say what a model reads: ``summary(…)``."""
        root, _, name = path.partition(".")
        if root == "torchvision":
            return self.networks.named(path)
        if path.rpartition(".")[2] in _BASES:
            return ModuleClass(self.session, "Module", _BASES[path.rpartition(".")[2]])
        if root == "einops" and name:
            return self._of_einops(path.rpartition(".")[2])
        if root not in _SUMMARIES or not name:
            return None
        return Builtin(path, lambda run, *values, **named: self._summed(run, path, values, named))

    def _of_einops(self, name: str) -> Value | None:
        if name in ("Rearrange", "Reduce"):
            return self._class(name)
        if name == "einsum":
            return Builtin(
                name,
                lambda run, *values: self.session.operate(
                    run, "torch:einsum", [*values[-1:], *values[:-1]], {}
                ),
            )
        known = layers.spelling("einops", name) is not None
        return self._operation(name, "einops") if known else None

    def _summed(self, run: Run, path: str, values: tuple[Value, ...], named: Named) -> Value:
        model = module_of(values[0] if values else named.get("model"))
        second = values[1] if len(values) > 1 else named.get("input_res")
        given = named.get("input_size", second)
        sizes = given if isinstance(given, list | tuple) else ()
        shapes = sizes if sizes and isinstance(sizes[0], list | tuple) else (sizes,)
        batched = path.startswith("torchinfo")
        known = [_sizes(shape) for shape in shapes if isinstance(shape, list | tuple) and shape]
        if model is None or not known:
            return self.called(run, path, list(values), named)
        found = tuple(unbatched(s, model.outer_axis()) if batched else s for s in known)
        self.session.told.append((model, found))
        return Untold(f"{path}(…)")


def _sizes(shape: list[Value] | tuple[Value, ...]) -> tuple[int | None, ...]:
    return tuple(n if isinstance(n, int) and n > 0 else None for n in shape)


def _checkpoint(run: Run, function: Value, *values: Value, **_: Value) -> Value:
    return calls.call(run, function, list(values), {}, run.here)


class NumberInfo(Native):
    """``torch.finfo(torch.float32)``: the limits of a type, those of the usual one for all."""

    def __init__(self, limits: Mapping[str, float]) -> None:
        self.limits = limits

    def attribute(self, run: Run, name: str) -> Value:
        return self.limits[name] if name in self.limits else super().attribute(run, name)


_LARGEST, _STEP, _TINY = (2 - 2.0**-23) * 2.0**127, 2.0**-23, 2.0**-126
_FLOATS = {"max": _LARGEST, "min": -_LARGEST, "eps": _STEP, "tiny": _TINY}
_WHOLE = {"max": 2**63 - 1, "min": -(2**63)}
_EXACT: dict[str, Value] = {
    "autograd.Function": AutogradFunction(), "autograd.function.Function": AutogradFunction(),
    "Size": Builtin("Size", lambda run, sizes=(): sizes),
    "utils.checkpoint.checkpoint": Builtin("checkpoint", _checkpoint),
    "finfo": Builtin("finfo", lambda run, *_: NumberInfo(_FLOATS)),
    "iinfo": Builtin("iinfo", lambda run, *_: NumberInfo(_WHOLE)),
    "inf": float("inf"), "nan": float("nan"), "pi": 3.141592653589793,
}  # fmt: skip
ROOTS = {
    "torch": Torch, "torchvision": Torch, "torchsummary": Torch, "torchinfo": Torch,
    "einops": Torch, "lightning": Torch, "pytorch_lightning": Torch, "transformers": Torch,
    "thop": Torch, "ptflops": Torch, "fvcore": Torch, "torchviz": Torch, "calflops": Torch,
}  # fmt: skip
