"""The two entries of a layer's account: tensors its settings call for, and tensors it has."""

from __future__ import annotations

from weighbridge.amount import ZERO, Amount
from weighbridge.model import Expected, Layer, Shape, Tensor, sizes
from weighbridge.weighing._rows import Held

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.weighing._convention import Convention
    from weighbridge.weighing._rows import Basis


def held_by(layer: Layer, expected: tuple[Expected, ...] | None) -> tuple[Held, ...] | None:
    """The tensors of ``layer``, with roles; those it must have where the source has none."""
    if layer.tensors is not None:
        return tuple(_present(layer, *pair) for pair in matched(layer.tensors, expected or ()))
    return None if expected is None else tuple(required(layer, tensor) for tensor in expected)


def _present(layer: Layer, tensor: Tensor, role: Expected | None) -> Held:
    trainable = tensor.trainable
    if trainable is None:
        trainable = layer.trainable and (role.trainable if role else True)
    buffer = tensor.buffer or (role is not None and role.buffer)
    stored = tensor.stored_bytes
    if stored is None:
        stored = tensor.size // tensor.packing * width_of(tensor.dtype)
    return Held(
        role=role.role if role else tensor.role,
        name=tensor.name,
        shape=tensor.shape,
        count=tensor.size,
        trainable=trainable and not buffer,
        buffer=buffer,
        dtype=tensor.dtype,
        tied_to=tensor.tied_to,
        bytes=stored,
    )


def required(layer: Layer, tensor: Expected) -> Held:
    """What ``layer`` must hold for ``tensor``; its count is ``None`` while a size is unknown."""
    shape = sizes(tensor.dims) or ()
    count = product(shape)
    dtype = tensor.dtype or layer.dtype
    frozen = not layer.trainable or tensor.role in layer.frozen
    return Held(
        role=tensor.role,
        name=f"{layer.path}.{tensor.role}",
        shape=shape,
        count=count,
        trainable=tensor.trainable and not frozen and not tensor.buffer,
        buffer=tensor.buffer,
        dtype=dtype,
        tied_to=dict(layer.tied).get(tensor.role),
        bytes=None if count is None else count * width_of(dtype),
    )


def product(shape: Shape) -> int | None:
    """Number of values; ``None`` while a size is unknown."""
    count = 1
    for length in shape:
        if length is None:
            return None
        count *= length
    return count


def matched(
    tensors: tuple[Tensor, ...], expected: tuple[Expected, ...]
) -> Iterator[tuple[Tensor, Expected | None]]:
    """Each tensor with what it is expected to be: by role, else by its sizes in any order."""
    open_roles = {role.role: role for role in expected}
    named = [open_roles.pop(tensor.role, None) for tensor in tensors]
    for tensor, role in zip(tensors, named, strict=True):
        found = role or next(
            (r for r in open_roles.values() if _sorted(sizes(r.dims)) == sorted(tensor.shape)), None
        )
        if found is not None:
            open_roles.pop(found.role, None)
        yield tensor, found


def _sorted(shape: Shape | None) -> list[int] | None:
    """Sizes in ascending order, so that layouts compare; ``None`` while one is unknown."""
    known = [n for n in shape or () if n is not None]
    return None if shape is None or len(known) < len(shape) else sorted(known)


def counted(
    expected: tuple[Expected, ...] | None, held: tuple[Held, ...] | None, convention: Convention
) -> list[Expected] | None:
    """What of ``expected`` is among the parameters: not another layer's, counted by convention."""
    if expected is None or held is None:
        return None
    tied = {h.role for h in held if h.tied_to is not None}
    return [t for t in expected if convention.counts(t) and t.role not in tied]


def basis_of(layer: Layer, expected: tuple[Expected, ...] | None, convention: Convention) -> Basis:
    """What a row rests on.

    Tensors are compared by their sizes in any order, for frameworks lay a kernel out differently.
    Roles the convention leaves out of every count decide nothing: files often lack them.
    """
    stored = [t for t in expected or () if t.role not in convention.uncounted]
    wanted = [_sorted(sizes(tensor.dims)) for tensor in stored]
    complete = expected is not None and None not in wanted
    if layer.tensors is None:
        return "derived only" if complete else "unknown"
    if not complete or layer.inferred:
        return "observed only"
    present = (
        sorted(tensor.shape)
        for tensor, role in matched(layer.tensors, expected or ())
        if (role.role if role else tensor.role) not in convention.uncounted
    )
    known = sorted(lengths for lengths in wanted if lengths is not None)
    return "agrees" if known == sorted(present) else "disagrees"


def amounts(path: str, held: tuple[Held, ...] | None, convention: Convention) -> dict[str, Amount]:
    """What a layer's tensors come to, by quantity; a tied tensor belongs to the other layer."""
    if held is None:
        return dict.fromkeys(_OF_TENSORS, Amount(None, (path,)))
    counts: dict[str, list[int | None]] = {name: [] for name in _OF_TENSORS}
    for tensor in held:
        if tensor.tied_to is not None:
            continue
        state = "buffers" if tensor.buffer else "trainable" if tensor.trainable else "frozen"
        counts[state].append(tensor.count)
        if convention.counts(tensor):
            counts["parameters"].append(tensor.count)
            counts["bytes"].append(tensor.bytes)
    return {name: _sum(path, numbers) for name, numbers in counts.items()}


_OF_TENSORS = ("parameters", "trainable", "frozen", "buffers", "bytes")


def _sum(path: str, numbers: list[int | None]) -> Amount:
    known = [n for n in numbers if n is not None]
    if len(known) == len(numbers):
        return Amount(sum(known)) if known else ZERO
    return Amount(sum(known) if known else None, (path,))


def width_of(dtype: str) -> int:
    """Bytes of one element, read off the dtype's name: ``float32`` → 4, ``bool`` → 1."""
    if dtype not in _widths:
        digits = "".join(c if c.isdigit() else " " for c in dtype).split()
        _widths[dtype] = max(int(digits[0]) // 8, 1) if digits else 1 if dtype == "bool" else 4
    return _widths[dtype]


_widths: dict[str, int] = {}
"""Those asked for before: a model has many tensors of few types."""
