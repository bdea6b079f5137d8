"""The tensors of live PyTorch modules: names, sizes and state; their values are not looked at."""

from __future__ import annotations

from weighbridge.formula import ONE, Dim
from weighbridge.model import Expected, Tensor
from weighbridge.readers._live_torch_attributes import registered
from weighbridge.readers._live_torch_kinds import Extended
from weighbridge.readers.dialects._torch_names import laid
from weighbridge.readers.dialects._torch_names import named as tensors_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Dims, Kind
    from weighbridge.readers._live_torch_settings import Torch, TorchModule, TorchTensor

    Held = tuple[str, TorchTensor, bool]
    """A tensor by its name within a layer, and whether it is a buffer."""

_LAZY = ("UninitializedParameter", "UninitializedBuffer")


def held(module: TorchModule, deep: bool) -> list[Held]:
    """What is registered in ``module``, and in the modules inside it if ``deep``."""
    parameters, buffers, modules = registered(module)
    found = [(name, tensor, False) for name, tensor in parameters.items() if tensor is not None]
    found += [(name, tensor, True) for name, tensor in buffers.items() if tensor is not None]
    if deep:
        for inner, child in modules.items():
            if child is not None:
                found += [(f"{inner}.{name}", t, buffer) for name, t, buffer in held(child, True)]
    return found


def is_lazy(tensor: TorchTensor) -> bool:
    """Whether the sizes of ``tensor`` are not settled yet."""
    return type(tensor).__name__ in _LAZY


class Named:
    """Tensors met so far: the same one under a second name is tied to the first."""

    def __init__(self, torch: Torch) -> None:
        self._plain = (torch.nn.Parameter, torch.Tensor)
        self._dtypes: dict[object, str] = {}
        self._first: dict[int, str] = {}
        self._stored: dict[tuple[int, tuple[int, ...]], str] = {}
        self.shared: list[tuple[str, str]] = []
        """Parameters that are not one object and yet one memory."""

    def knows(self, held: TorchTensor) -> bool:
        """Whether ``held`` was met before."""
        return id(held) in self._first

    def tensor(self, name: str, held: TorchTensor, role: str, buffer: bool) -> Tensor:
        """``held`` as a tensor of the model; it must be kept alive meanwhile."""
        shape, first = tuple(held.shape), self._first.setdefault(id(held), name)
        dtype = self._dtypes.get(held.dtype)
        if dtype is None:
            dtype = self._dtypes[held.dtype] = str(held.dtype).removeprefix("torch.")
        if buffer:
            tied = None if first is name else first
            return Tensor(name, shape, dtype, role, False, True, tied, 1, None)
        if first is not name:
            return Tensor(name, shape, dtype, role, held.requires_grad, False, first, 1, None)
        if type(held) in self._plain and (address := held.data_ptr()):
            same = self._stored.setdefault((address, shape), name)
            if same is not name:
                self.shared.append((name, same))
        return Tensor(name, shape, dtype, role, held.requires_grad, False, None, 1, None)


# -- what they are for ---------------------------------------------------------------------------


def roles_of(native: str, kind: Kind) -> dict[str, Expected]:
    """What a layer of PyTorch's class ``native`` must hold, by PyTorch's names."""
    return dict(tensors_named(native, kind))


def extended(native: str, kind: Kind, found: list[Held]) -> tuple[Kind, dict[str, Expected]]:
    """``kind`` as it holds ``found``, and what each of those is for, by name.

    A tensor that its class does not call for is one more; it may stand for one that is not there.
    """
    roles = roles_of(native, kind)
    names = {name for name, _, _ in found}
    absent = {name: role for name, role in roles.items() if name not in names}
    more: list[Expected] = []
    for name, tensor, buffer in found:
        if name in roles:
            continue
        whole = next((full for full in absent if _stands_for(name, full)), None)
        if whole is not None and name in (f"{whole}_orig", f"parametrizations.{whole}.original"):
            roles[name] = absent.pop(whole)
            continue
        alike = next((role for full, role in roles.items() if _stands_for(name, full)), None)
        dims = _dims(native, name, tuple(tensor.shape), alike)
        roles[name] = Expected(name, dims, trainable=not buffer, buffer=buffer)
        more.append(roles[name])
    without = tuple(role.role for role in absent.values())
    return Extended(layer=kind, without=without, more=tuple(more)) if more else kind, roles


def _stands_for(name: str, full: str) -> bool:
    """Whether ``weight_g`` or ``parametrizations.weight.original0`` belongs to ``weight``."""
    return name.startswith((f"{full}_", f"parametrizations.{full}."))


def _dims(native: str, name: str, shape: tuple[int, ...], alike: Expected | None) -> Dims:
    """Sizes by name: those of the tensor it belongs to where the two have an axis in common."""
    same = () if alike is None else _laid_dims(native, alike)
    last = name.rpartition(".")[2]
    return tuple(
        same[i] if len(same) == len(shape) and getattr(same[i], "size", None) == n
        else ONE if n == 1
        else Dim(f"{last}[{i}]", n, f"axis {i} of {name}")
        for i, n in enumerate(shape)
    )  # fmt: skip


def _laid_dims(native: str, tensor: Expected) -> Dims:
    """The named sizes of a tensor in PyTorch's order."""
    places = Expected(tensor.role, tuple(Dim("", i) for i in range(len(tensor.dims))))
    return tuple(tensor.dims[i] for i in laid(native, places) or () if i is not None)


def own(found: list[Held]) -> tuple[Expected, ...]:
    """Tensors of a module of somebody's own, as its code declares them."""
    return tuple(
        Expected(name, _own_dims(name, tensor), trainable=not buffer, buffer=buffer)
        for name, tensor, buffer in found
    )


def _own_dims(name: str, tensor: TorchTensor) -> Dims:
    if is_lazy(tensor):
        return (Dim(name, None, f"values of {name}"),)
    return _dims("", name, tuple(tensor.shape), None)
