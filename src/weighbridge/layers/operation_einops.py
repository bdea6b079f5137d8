"""Operations written as patterns of named axes: ``rearrange``, ``repeat``, ``reduce`` of einops."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Dim, Expr, Num, times, value
from weighbridge.layers import Samples
from weighbridge.layers._operation import (
    Operation,
    has_samples,
    per_sample,
    reading,
    samples,
    shown,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers import Spelling
    from weighbridge.layers._settings import Ignored, Incoming
    from weighbridge.model import Dims, Kind

_ANY = "..."
Groups = tuple[tuple[str, ...], ...]


class Rearranged(Operation):
    """Axes split, joined, moved, repeated or reduced as a pattern of their names says.

    ``b c (h p) w -> b (c p) h w`` with ``p=2``: parentheses join axes, and what is on one side only
    is repeated or reduced. No MACs. Source: Rogozhnikov, "Einops", ICLR 2022.
    """

    pattern: str
    lengths: tuple[tuple[str, Expr], ...] = ()
    """Sizes that are given by name."""

    def result(self, *shapes: Dims) -> Dims | None:
        left, right = _sides(self.pattern)
        whole, found = shapes[0], dict(self.lengths)
        rest: Dims = ()
        if (_ANY,) in left:
            place, more = left.index((_ANY,)), len(whole) - len(left) + 1
            rest = whole[place : place + max(more, 0)]
            whole = (*whole[:place], *whole[place + max(more, 0) :])
            left = (*left[:place], *left[place + 1 :])
        if len(left) != len(whole):
            raise Impossible(f"{self.pattern!r} does not fit the axes {shown(shapes[0])}")
        for group, size in zip(left, whole, strict=True):
            self._learn(group, size, found)
        dims: list[Expr] = []
        for group in right:
            dims += rest if group == (_ANY,) else (_joined(group, found),)
        return tuple(dims)

    def _learn(self, group: tuple[str, ...], size: Expr, found: dict[str, Expr]) -> None:
        """The size of the one axis in a group that is not given, from the size of all."""
        open_names = [name for name in group if name not in found and not name.isdigit()]
        given = value(_joined([name for name in group if name not in open_names], found))
        if len(open_names) == 1:
            found[open_names[0]] = self._divided(open_names[0], size, given)
            return
        for name in open_names:
            found[name] = Dim(name, None)
        if not open_names and given is not None and value(size) not in (given, None):
            raise Impossible(f"{self.pattern!r}: {given} is not {value(size)}")

    def _divided(self, name: str, size: Expr, by: int | None) -> Expr:
        if by == 1:
            return size
        several = per_sample(size) if has_samples((size,)) else None
        if by is not None and several is not None and several % by == 0:
            return samples(several // by)
        whole = value(size)
        if by is None or whole is None or has_samples((size,)):
            return Dim(name, None)
        if whole % by:
            raise Impossible(f"{self.pattern!r}: {whole} is no multiple of {by}")
        return Dim(name, whole // by)


def _joined(group: tuple[str, ...] | list[str], found: dict[str, Expr]) -> Expr:
    if not group:
        return ONE
    return times(*(Num(int(n)) if n.isdigit() else found.get(n, Dim(n, None)) for n in group))


def _sides(pattern: str) -> tuple[Groups, Groups]:
    """The groups of names on both sides of the arrow."""
    left, arrow, right = pattern.partition("->")
    if not arrow:
        raise Impossible(f"{pattern!r} has no arrow", hint="such as 'b c h w -> b (h w) c'")
    return _groups(left), _groups(right)


def _groups(side: str) -> Groups:
    groups: list[tuple[str, ...]] = []
    inside: list[str] | None = None
    for word in side.replace("(", " ( ").replace(")", " ) ").replace("…", _ANY).split():
        if word == "(":
            inside = []
        elif word == ")":
            groups.append(tuple(inside or ()))
            inside = None
        elif inside is not None:
            inside.append(word)
        else:
            groups.append((word,))
    return tuple(groups)


# -- spellings -----------------------------------------------------------------------------------


def _rearranged(tensor: Incoming, pattern: str, **lengths: object) -> Kind:
    known = tuple((name, _length(name, lengths[name])) for name in sorted(lengths))
    return Rearranged(pattern=pattern, lengths=known, fixed=reading(tensor))


def _length(name: str, given: object) -> Expr:
    if isinstance(given, Samples):
        return samples(given.times)
    return Dim(name, given if isinstance(given, int) else None)


def _reduced(tensor: Incoming, pattern: str, reduction: Ignored, **lengths: object) -> Kind:
    return _rearranged(tensor, pattern, **lengths)


def _layer(pattern: str, **lengths: object) -> Kind:
    return _rearranged(None, pattern, **lengths)


def _reducing_layer(pattern: str, reduction: Ignored, **lengths: object) -> Kind:
    return _rearranged(None, pattern, **lengths)


SPELLINGS: dict[str, Spelling] = {
    "einops:rearrange": _rearranged,
    "einops:repeat": _rearranged,
    "einops:reduce": _reduced,
    "torch:Rearrange": _layer,
    "torch:Reduce": _reducing_layer,
}
KINDS = (Rearranged,)
