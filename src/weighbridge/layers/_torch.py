"""Settings as PyTorch's constructors take them, brought into the one form the kinds hold.

PyTorch is stricter than Keras in some things (no ``5.0`` for ``5``) and laxer in others: sizes of 0
are taken, and one size in a tuple counts for all axes.
"""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.layers import Untold
from weighbridge.layers._settings import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from weighbridge.layers._window import Ends, Sizes


def count(value: object, name: str, least: int = 0) -> int | None:
    """``value`` as a whole number of at least ``least``; ``None`` stays unknown."""
    if isinstance(value, float):
        raise Impossible(
            f"{name} must be a whole number, not {value!r}",
            hint="n // 2 is one, n / 2 is not",
        )
    return whole(value, name, least)


def per_axis(value: object, rank: int, name: str, least: int = 1) -> Sizes:
    """``3``, ``(3,)`` or ``(3, 3)`` as one size for each of ``rank`` axes."""
    given = tuple(value) if isinstance(value, tuple | list) else (value,)
    if len(given) not in (1, rank):
        raise Impossible(f"{name} needs {rank} sizes, not {len(given)}: {given}")
    each = tuple(count(item, name, least) for item in given)
    return each if len(each) == rank else each * rank


def both_ends(value: object, rank: int) -> Ends:
    """Padding that is the same at the start and the end of each axis."""
    return tuple((n, n) for n in per_axis(value, rank, "padding", least=0))


def choice(value: object, allowed: tuple[str, ...], name: str) -> str:
    """``value`` if it is one of ``allowed``, which PyTorch wants in lower case."""
    if value not in allowed:
        raise Impossible(f"{name} must be {' or '.join(allowed)}, not {value!r}")
    return str(value)


def asked_size(
    positional: Sequence[object], named: Mapping[str, object], place: int, rank: int
) -> Sizes | None:
    """The ``output_size`` of a call: lengths of the spatial axes; ``None`` where it has none.

    PyTorch also takes the size of a whole tensor there, as of ``skip.size()``.
    """
    given = named.get("output_size", positional[place] if len(positional) > place else None)
    if given is None:
        return None
    if not isinstance(given, tuple | list):
        return (None,) * rank
    if len(given) not in (rank, rank + 1, rank + 2):
        raise Impossible(f"output_size needs {rank} sizes, not {len(given)}: {tuple(given)}")
    return tuple(
        None if isinstance(item, Untold) else count(item, "output_size")
        for item in given[len(given) - rank :]
    )
