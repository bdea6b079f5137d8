"""Modules and parameters that a live model holds where PyTorch does not see them."""

from __future__ import annotations

from weighbridge.readers._live_torch_attributes import registered
from weighbridge.readers._live_torch_tensors import is_lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.readers._live_torch_settings import Torch, TorchModule, TorchTensor

_REGISTRIES = frozenset(("_parameters", "_buffers", "_modules"))
_COLLECTIONS = frozenset((list, tuple, dict, set))


def hidden(module: TorchModule, nn: Torch) -> Iterator[tuple[str, list[TorchModule | TorchTensor]]]:
    """Attributes of ``module`` that are plain collections with modules or parameters in them."""
    for name, value in module.__dict__.items():
        if type(value) in _COLLECTIONS and value and name not in _REGISTRIES:
            found = [item for item in _inside(value) if isinstance(item, (nn.Module, nn.Parameter))]
            if found:
                yield name, found


def _inside(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple | set):
        for item in value:
            yield from _inside(item)
    else:
        yield value


def parameters_in(item: TorchModule | TorchTensor) -> int:
    """How many parameters a hidden module has, or a hidden parameter is; 0 if not settled yet."""
    found = list(item.parameters()) if hasattr(item, "parameters") else [item]
    return sum(parameter.numel() for parameter in found if not is_lazy(parameter))


def family(module: TorchModule, path: str = "") -> Iterator[tuple[str, TorchModule]]:
    """``module`` and all inside it by path, each once."""
    waiting, seen = [(path, module)], set()
    while waiting:
        path, module = waiting.pop()
        if id(module) in seen:
            continue
        seen.add(id(module))
        yield path, module
        prefix = f"{path}." if path else ""
        inside = registered(module)[2].items()
        waiting += reversed([(prefix + name, child) for name, child in inside if child is not None])
