"""Layers made of parts that a person would name: projections, the layers of a stack.

Each tensor says which part it belongs to; from that the count reads as so many parts of so much.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.formula import Num, tally
from weighbridge.model import Expected, Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from weighbridge.formula import Expr


def grouped(expected: Iterable[Expected]) -> Iterator[tuple[str, Expr]]:
    """The name of each outermost part, and what its tensors come to; state is left out."""
    groups: dict[str, list[Expected]] = {}
    for tensor in expected:
        if not tensor.buffer:
            groups.setdefault(tensor.part[0] if tensor.part else "", []).append(tensor)
    for name, tensors in groups.items():
        yield name, tally((tensor.part[1:], tensor.dims) for tensor in tensors)


def parts_of(groups: Iterable[tuple[str, int, Expr]]) -> tuple[Part, ...]:
    """Parts out of names, numbers and counts; those of equal count together.

    What they have in common at the end of their names is what they are: query projection and key
    projection are two projections. What follows a # only tells them apart.
    """
    alike: dict[Expr, list[tuple[str, int]]] = {}
    for name, number, each in groups:
        alike.setdefault(each, []).append((name.partition(" #")[0], number))
    names = {each: list(dict.fromkeys(name for name, _ in found)) for each, found in alike.items()}
    return tuple(
        Part(
            _noun(names[each], [name for own in names.values() for name in own]),
            Num(sum(number for _, number in found)),
            each,
        )
        for each, found in alike.items()
    )


def _noun(own: list[str], all_names: list[str]) -> str:
    """The last words that all of ``own`` have, and the first as well if others end so too."""
    common = " ".join(_shared_end([name.split() for name in own]))
    alone = common and not any(n.endswith(common) for n in all_names if n not in own)
    if alone:
        return common
    heads = [name.removesuffix(common).strip() for name in own]
    listed = " and ".join(filter(None, (", ".join(heads[:-1]), heads[-1])))
    return f"{listed} {common}".strip()


def _shared_end(names: list[list[str]]) -> list[str]:
    shared: list[str] = []
    while all(len(words) > len(shared) for words in names):
        last = {words[-1 - len(shared)] for words in names}
        if len(last) > 1:
            break
        shared.insert(0, last.pop())
    return shared


def within(part: str, role: str, tensors: Iterable[Expected]) -> tuple[Expected, ...]:
    """``tensors`` as those of one part; ``role`` has ``{}`` where their own stands."""
    return tuple(
        replace(tensor, role=role.format(tensor.role), part=(part, *tensor.part))
        for tensor in tensors
    )
