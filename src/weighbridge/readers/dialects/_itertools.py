"""``itertools`` over values of followed source."""

from __future__ import annotations

import itertools

from weighbridge.layers import Untold
from weighbridge.readers._python import calls
from weighbridge.readers._python.objects import elements
from weighbridge.readers._python.values import Native, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from weighbridge.readers._python.run import Run

_FEW = 12
"""Values that are put into every order; more would be millions of orders."""


class Endless(Native):
    """``itertools.cycle`` or ``count``: as long as what it is zipped with."""

    def __init__(self, name: str, values: list[Value]) -> None:
        self.name, self.values = name, values

    @property
    def label(self) -> str:
        return self.name

    def first(self, count: int) -> list[Value]:
        """The first ``count`` values."""
        if self.name == "count":
            start, step = (*self.values, 0, 1)[:2] if len(self.values) != 1 else (*self.values, 1)
            return [start + i * step for i in range(count)]  # type: ignore[operator]  # numbers
        return [self.values[i % len(self.values)] for i in range(count)] if self.values else []


def _cycle(run: Run, values: Value) -> Value:
    listed = elements(run, values)
    return Untold("cycle(…)") if listed is None else Endless("cycle", listed)


def _count(run: Run, *bounds: Value) -> Value:
    known = all(isinstance(bound, int | float) for bound in bounds)
    return Endless("count", list(bounds)) if known else Untold("count(…)")


def _repeated(run: Run, value: Value, times: Value = None) -> Value:
    if times is None:
        return Endless("repeat", [value])
    if not isinstance(times, int):
        return Untold("repeat(…)")
    run.charge(times)
    return [value] * times


def _crossed(run: Run, *columns: Value, repeat: Value = 1) -> Value:
    listed = [elements(run, column) for column in columns]
    known = [column for column in listed if column is not None]
    if len(known) < len(listed) or not isinstance(repeat, int):
        return Untold("product(…)")
    known = known * min(max(repeat, 0), 20)
    rounds = 1
    for column in known:
        rounds *= len(column)
    run.charge(rounds)
    return list(itertools.product(*known))


def _chosen(choose: Callable[..., Iterable[Value]]) -> Callable[..., Value]:
    """``combinations`` and ``permutations``."""

    def choices(run: Run, values: Value, length: Value = None) -> Value:
        listed = elements(run, values)
        if listed is None or not isinstance(length, int) or len(listed) > _FEW:
            return Untold(f"{choose.__name__}(…)")
        return list(choose(listed, length))

    return choices


def _accumulated(run: Run, values: Value, function: Value = None) -> Value:
    from weighbridge.readers._python.arithmetic import binary

    listed = elements(run, values)
    if listed is None or run.here is None:
        return Untold("accumulate(…)")
    sums = listed[:1]
    for value in listed[1:]:
        if function is None:
            sums.append(binary(run, "add", sums[-1], value, run.here))
        else:
            sums.append(calls.call(run, function, [sums[-1], value], {}, run.here))
    return sums


def _cut(run: Run, values: Value, *bounds: Value) -> Value:
    """``itertools.islice``."""
    listed = elements(run, values)
    known = [bound for bound in bounds if isinstance(bound, int) or bound is None]
    if listed is None or len(known) < len(bounds) or not known:
        return Untold("islice(…)")
    return listed[slice(*known)]


def _longest(run: Run, *columns: Value, fillvalue: Value = None) -> Value:
    listed = [elements(run, column) for column in columns]
    known = [column for column in listed if column is not None]
    if len(known) < len(listed):
        return Untold("zip_longest(…)")
    return list(itertools.zip_longest(*known, fillvalue=fillvalue))


def _chain(run: Run, *parts: Value) -> Value:
    listed = [elements(run, part) for part in parts]
    return Untold("chain(…)") if None in listed else [v for part in listed for v in part or ()]


ITERTOOLS: dict[str, Callable[..., Value]] = {
    "chain": _chain, "cycle": _cycle, "count": _count, "repeat": _repeated, "product": _crossed,
    "islice": _cut, "zip_longest": _longest, "accumulate": _accumulated,
    "permutations": _chosen(itertools.permutations),
    "combinations": _chosen(itertools.combinations),
}  # fmt: skip
