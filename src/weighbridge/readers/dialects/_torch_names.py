"""What PyTorch calls the tensors of its modules, which have roles here."""

from __future__ import annotations

from weighbridge.formula import Dim
from weighbridge.model import sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.model import Dims, Expected, Kind, Shape

_NAMES = {
    "kernel": "weight", "scale": "weight", "embedding": "weight", "slope": "weight",
    "shift": "bias", "mean": "running_mean", "variance": "running_var",
    "counter": "num_batches_tracked",
}  # fmt: skip
_RECURRENT = {
    "recurrent_kernel": "weight_hh", "recurrent_bias": "bias_hh", "projection": "weight_hr",
    "kernel": "weight_ih", "bias": "bias_ih",
}  # fmt: skip
_ATTENTION = {
    "qkv_kernel": "in_proj_weight", "query_kernel": "q_proj_weight", "key_kernel": "k_proj_weight",
    "value_kernel": "v_proj_weight", "qkv_bias": "in_proj_bias", "extra_key": "bias_k",
    "extra_value": "bias_v", "output_kernel": "out_proj.weight", "output_bias": "out_proj.bias",
}  # fmt: skip


def laid(native: str, tensor: Expected) -> Shape | None:
    """The shape of a tensor as PyTorch lays it out: what comes out first, then what comes in."""
    shape = sizes(tensor.dims)
    if shape is None or "kernel" not in tensor.role or len(shape) < 2:  # noqa: PLR2004  # a matrix
        return shape
    *window, n_in, n_out = shape
    return (n_out, n_in, *window)


def dims_of(name: str, shape: Shape | None) -> Dims:
    """The sizes of a tensor that a file assigns, by name."""
    if shape is None:
        return (Dim(name, None, f"values of {name}"),)
    return tuple(Dim(f"{name}[{i}]", n, f"axis {i} of {name}") for i, n in enumerate(shape))


def named(native: str, kind: Kind) -> Iterator[tuple[str, Expected]]:
    """The tensors that a module of PyTorch's own class ``native`` owns, by PyTorch's names."""
    for tensor in kind.tensors() or ():
        yield _name(native, tensor.role), tensor


def _name(native: str, role: str) -> str:
    if native.removesuffix("Cell") in ("RNN", "LSTM", "GRU"):
        stem = next((stem for stem in _RECURRENT if role.startswith(stem)), role)
        return _RECURRENT.get(stem, stem) + role[len(stem) :]
    if native == "MultiheadAttention":
        return _ATTENTION.get(role, role)
    return _NAMES.get(role, role)
