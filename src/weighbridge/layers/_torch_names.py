"""PyTorch's names for one thing: in place or not, as a method or a function, in NumPy's words.

Source: PyTorch's documentation, "Tensor class reference" (what ends in ``_`` works in place) and
"NumPy API compatibility" (``axis`` for ``dim``).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_IN_NUMPY = {"axis": "dim", "keepdims": "keepdim", "x": "input", "x1": "input", "x2": "other"}


def called(native: str) -> Iterator[str]:
    """Names that the operation ``native`` may be spelled under, the nearest first.

    ``Tensor.add_`` is ``Tensor.add`` in place, and a method is the function of the same name with
    the tensor as its first argument.
    """
    plain = native.rstrip("_")
    yield from dict.fromkeys((native, plain))
    if plain.startswith("Tensor."):
        yield plain.removeprefix("Tensor.")


def modern(names: tuple[str, ...], named: Mapping[str, object]) -> dict[str, object]:
    """``named`` with NumPy's words put into PyTorch's, for a function with arguments ``names``."""
    return {_own(name, names): value for name, value in named.items()}


def _own(name: str, names: tuple[str, ...]) -> str:
    other = _IN_NUMPY.get(name, name)
    return name if name in names or other not in names else other
