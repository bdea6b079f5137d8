"""The types of what PyTorch's operations give, which running code asks about.

Source: PyTorch's documentation, "Tensor Attributes", type promotion.
"""

from __future__ import annotations

from weighbridge.readers._live_torch_standin import COMPARISONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from weighbridge.readers._live_torch_settings import Foreign, Torch
    from weighbridge.readers._live_torch_standin import StandIn, TorchDtype

TYPES = {
    "float": "float32", "half": "float16", "double": "float64", "bfloat16": "bfloat16",
    "long": "int64", "int": "int32", "short": "int16", "char": "int8", "byte": "uint8",
    "bool": "bool",
}  # fmt: skip
"""Methods that cast, and what to."""
_BOOLEAN = frozenset(
    (*COMPARISONS, "greater", "greater_equal", "less", "less_equal", "not_equal", "isnan", "isinf",
     "isfinite", "isclose", "logical_and", "logical_or", "logical_not", "logical_xor", "any", "all",
     "isin", "signbit")
)  # fmt: skip
_PLACES = frozenset(
    ("argmax", "argmin", "argsort", "nonzero", "argwhere", "count_nonzero", "bucketize",
     "searchsorted", "multinomial", "randint", "randperm", "bincount", "one_hot")
)  # fmt: skip
_WITH_PLACES = frozenset(
    ("topk", "sort", "max", "min", "median", "mode", "kthvalue", "cummax", "cummin")
)
_MAKERS = frozenset(
    ("zeros", "ones", "empty", "rand", "randn", "linspace", "eye", "full", "normal")
)
_NUMBERS = ("arange", "tensor", "as_tensor", "full")
_FLOATING = frozenset(
    ("truediv", "div", "true_divide", "mean", "sigmoid", "softmax", "log_softmax", "exp", "sqrt",
     "rsqrt", "sin", "cos", "tan", "tanh", "log", "log2", "erf", "reciprocal", "std", "var")
)  # fmt: skip


def dtypes_of(
    torch: Torch,
    name: str,
    values: Sequence[Foreign],
    named: Mapping[str, Foreign],
    given: list[StandIn],
) -> tuple[TorchDtype, ...]:
    """The types of what comes out of an operation; the last goes for the rest."""
    plain = name.rpartition(".")[2].rstrip("_")
    asked = named.get("dtype")
    if isinstance(asked, torch.dtype):
        return (asked,)
    if plain in _BOOLEAN:
        return (torch.bool,)
    if plain in _PLACES:
        return (torch.int64,)
    if plain in _WITH_PLACES and given:
        return given[0].dtype, torch.int64
    if not given:
        return (_of_none(torch, plain, values),)
    if plain == "embedding":
        return (given[-1].dtype,)
    return (_promoted(torch, plain, values, given[1:] if plain == "where" else given),)


def _of_none(torch: Torch, name: str, values: Sequence[Foreign]) -> TorchDtype:
    if name in _NUMBERS:
        return _of_numbers(torch, values[1:] if name == "full" else values)
    return torch.get_default_dtype()


def _of_numbers(torch: Torch, values: Foreign) -> TorchDtype:
    if isinstance(values, tuple | list):
        found = [_of_numbers(torch, value) for value in values] or [torch.get_default_dtype()]
        return next((dtype for dtype in found if dtype.is_floating_point), found[0])
    if isinstance(values, bool):
        return torch.bool
    return torch.int64 if isinstance(values, int) else torch.get_default_dtype()


def _promoted(
    torch: Torch, name: str, values: Sequence[Foreign], given: list[StandIn]
) -> TorchDtype:
    """The type that all tensors together have; floating where a number with a point comes in."""
    result = given[0].dtype if given else torch.get_default_dtype()
    for other in given[1:]:
        if other.dtype is not result:
            result = torch.promote_types(result, other.dtype)
    floats = name in _FLOATING or any(type(value) is float for value in values)
    if floats and not (result.is_floating_point or result.is_complex):
        return torch.get_default_dtype()
    return result


def cast_to(
    torch: Torch, name: str, values: Sequence[Foreign], named: Mapping[str, Foreign]
) -> TorchDtype | None:
    """The type that a method casts to; ``None`` if the tensor keeps its own."""
    if name in TYPES:
        return getattr(torch, TYPES[name])
    for value in (*values, *named.values()):
        if isinstance(value, torch.dtype):
            return value
        if isinstance(value, torch.Tensor):
            return value.dtype
    return None
