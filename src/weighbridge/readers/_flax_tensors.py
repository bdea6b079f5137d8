"""The tensors of a live Flax model: names, sizes and types; values are never looked at."""

from __future__ import annotations

import sys

from weighbridge._record import Record
from weighbridge.model import Expected, Tensor, sizes
from weighbridge.readers._flax_roles import role_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    Array = Any
    """Whatever has a shape and a dtype: an array of JAX or NumPy, or what stands for one."""
    Tree = Any
    """Arrays by collection, module and name."""
    Jax = Any
    """The package ``jax``."""


class Held(Record):
    """A tensor of a module, with the collection it is in."""

    name: str
    """In full, dotted, as Flax has it: ``encoder.kernel``, ``params.encoder.kernel``."""
    inside: str
    """The same from the module on."""
    collection: str
    """``params`` or ``batch_stats``; in ``nnx`` the type of the variable: ``Param``."""
    array: Array
    trained: bool
    identity: object = None
    """The same for one variable under several names; ``None`` where each is its own."""
    seed: bool = False
    """Whether it is the state of random numbers."""


def jax() -> Jax:
    """The package that the user has imported: a module of Flax cannot be without."""
    return sys.modules["jax"]


def is_array(value: object) -> bool:
    """Whether ``value`` has a shape and a type, be it without contents."""
    # A store of random keys has a stream by any name it is asked for.
    return isinstance(getattr(value, "shape", None), tuple) and hasattr(value, "dtype")


def leaves(tree: Tree, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Array]]:
    """The arrays in a tree of mappings, each with the keys that lead to it."""
    if is_array(tree):
        yield path, tree
    elif hasattr(tree, "items"):
        for name, branch in tree.items():
            yield from leaves(branch, (*path, str(name)))
    elif isinstance(tree, list | tuple):
        for i, branch in enumerate(tree):
            yield from leaves(branch, (*path, str(i)))


class Naming:
    """Tensors as they are being named; what has a second name is tied to the first."""

    def __init__(self) -> None:
        self._first: dict[object, str] = {}

    def tensors(self, held: Iterable[Held], expected: Iterable[Expected]) -> Iterator[Tensor]:
        """``held`` as tensors, with the roles that their names have among ``expected``."""
        roles = {tensor.role: tensor for tensor in expected}
        for one in held:
            role = "seed" if one.seed else role_of(one.inside, roles)
            roles.pop(role, None)
            yield self._tensor(one, role)

    def _tensor(self, held: Held, role: str) -> Tensor:
        shape, dtype = _layout(held.array)
        first = held.name
        if held.identity is not None:
            first = self._first.setdefault(held.identity, held.name)
        return Tensor(
            name=held.name,
            shape=shape,
            dtype=dtype,
            role=role,
            trainable=held.trained,
            buffer=not held.trained,
            tied_to=None if first == held.name else first,
        )


def _layout(array: Array) -> tuple[tuple[int, ...], str]:
    """Shape and type as stored; a random key is made of whole numbers along one more axis."""
    dtype = str(array.dtype)
    if not dtype.startswith("key<"):
        return tuple(array.shape), dtype
    like = jax().ShapeDtypeStruct(array.shape, array.dtype)
    inside = jax().eval_shape(jax().random.key_data, like)
    return tuple(inside.shape), str(inside.dtype)


def declared(held: Iterable[Held]) -> tuple[Expected, ...]:
    """``held`` as what a layer declares that nobody knows: its tensors are what they are."""
    from weighbridge.formula import Dim

    return tuple(
        Expected(
            role=one.inside,
            dims=tuple(Dim("n", size, "size of axis") for size in _layout(one.array)[0]),
            trainable=one.trained,
            buffer=not one.trained,
        )
        for one in held
    )


def copies(tensors: Iterable[Tensor], expected: Iterable[Expected]) -> tuple[int, ...] | None:
    """How many copies of a layer are stacked in ``tensors``, one number for each axis too many.

    ``()``: it is a single one. ``None``: some tensors are stacked and others not, or none of this.
    """
    dims = {tensor.role: sizes(tensor.dims) for tensor in expected}
    found = {_more(tensor.shape, dims[tensor.role]) for tensor in tensors if tensor.role in dims}
    return found.pop() if len(found) == 1 else None


def _more(shape: tuple[int, ...], wanted: tuple[int | None, ...] | None) -> tuple[int, ...] | None:
    """Sizes in ``shape`` beside those ``wanted``."""
    rest = list(shape)
    for size in wanted or ():
        if size not in rest:
            return None
        rest.remove(size)
    return tuple(rest)
