"""Tensors of PyTorch whose few values are known: rates of dropout, widths of stages."""

from __future__ import annotations

import itertools
import math
import operator

from weighbridge.layers import Untold
from weighbridge.readers._python.values import Builtin
from weighbridge.readers.dialects._graph import Symbol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named, Value
    from weighbridge.readers.dialects._session import Session

Number = float
_SAME = (
    "float", "double", "half", "cpu", "cuda", "to", "detach", "clone", "contiguous", "data",
    "requires_grad_", "type",
)  # fmt: skip
_WHOLE = ("int", "long")


class Numbers(Symbol):
    """A short row of known numbers: ``torch.linspace(0, 0.1, 12)``."""

    def __init__(self, session: Session, numbers: Sequence[Number]) -> None:
        super().__init__(session, (len(numbers),), stored=True)
        self.numbers = list(numbers)

    def attribute(self, run: Run, name: str) -> Value:
        if name in ("tolist", "numpy"):
            return Builtin(name, lambda run: list(self.numbers))
        if name in _WHOLE:
            return Builtin(name, lambda run: Numbers(self.session, [int(n) for n in self.numbers]))
        if name in _SAME:
            return Builtin(name, lambda run, *_, **__: self)
        if name == "__len__":
            return Builtin(name, lambda run: len(self.numbers))
        if name == "flip":
            return Builtin(name, lambda run, *_, **__: Numbers(self.session, self.numbers[::-1]))
        if name in ("max", "min") and self.numbers:
            extreme = max(self.numbers) if name == "max" else min(self.numbers)
            return Builtin(name, lambda run: Single(self.session, extreme))
        if name in ("split", "chunk"):
            cut = self._split if name == "split" else self._chunk
            return Builtin(name, lambda run, count, *_, **__: cut(count))
        return super().attribute(run, name)

    def _split(self, sizes: Value) -> Value:
        if isinstance(sizes, int) and sizes > 0:
            sizes = [sizes] * -(-len(self.numbers) // sizes)
        if not isinstance(sizes, list | tuple) or not all(isinstance(n, int) for n in sizes):
            return Untold("split(…)")
        parts, start = [], 0
        for size in sizes:
            parts.append(Numbers(self.session, self.numbers[start : start + size]))
            start += size
        return tuple(parts)

    def _chunk(self, count: Value) -> Value:
        if not isinstance(count, int) or count < 1:
            return Untold("chunk(…)")
        return self._split(max(1, -(-len(self.numbers) // count)))

    def elements(self, run: Run) -> Iterator[Value]:
        return iter([Single(self.session, number) for number in self.numbers])

    def item(self, run: Run, key: Value) -> Value:
        if isinstance(key, int) and -len(self.numbers) <= key < len(self.numbers):
            return Single(self.session, self.numbers[key])
        bounds = (key.start, key.stop, key.step) if isinstance(key, slice) else ("",)
        if isinstance(key, slice) and all(n is None or isinstance(n, int) for n in bounds):
            return Numbers(self.session, self.numbers[key])
        return super().item(run, key)


class Single(Symbol):
    """One known number as a tensor without axes."""

    def __init__(self, session: Session, number: Number) -> None:
        super().__init__(session, (), stored=True)
        self.number = number

    def attribute(self, run: Run, name: str) -> Value:
        if name in ("item", "tolist"):
            return Builtin(name, lambda run: self.number)
        if name in _WHOLE:
            return Builtin(name, lambda run: Single(self.session, int(self.number)))
        return super().attribute(run, name)


_BINARY: dict[str, Callable[[Number, Number], Number]] = {
    "add": operator.add, "sub": operator.sub, "subtract": operator.sub, "mul": operator.mul,
    "multiply": operator.mul, "div": operator.truediv, "divide": operator.truediv,
    "truediv": operator.truediv, "true_divide": operator.truediv, "pow": operator.pow,
    "floordiv": operator.floordiv, "floor_divide": operator.floordiv,
}  # fmt: skip
_UNARY: dict[str, Callable[[Number], Number]] = {
    "round": round,
    "floor": math.floor,
    "ceil": math.ceil,
    "abs": abs,
    "neg": operator.neg,
    "log": math.log,
    "log2": math.log2,
    "sqrt": math.sqrt,
    "exp": math.exp,
}


def unique(session: Session, values: Sequence[Value], named: Named) -> Value | None:
    """``torch.unique``, with ``return_counts`` or without; ``None`` where it is asked for more."""
    known = values[0].numbers if len(values) == 1 and isinstance(values[0], Numbers) else None
    if known is None or named.keys() - {"return_counts"}:
        return None
    single = sorted(set(known))
    found = Numbers(session, single)
    if named.get("return_counts") is not True:
        return found
    return (found, Numbers(session, [known.count(number) for number in single]))


def computed(session: Session, name: str, values: Sequence[Value]) -> Symbol | None:
    """What an operation makes of known numbers; ``None`` where not all are, or it is not known."""
    if name == "diff" and len(values) == 1 and isinstance(values[0], Numbers):
        numbers = values[0].numbers
        return Numbers(session, [b - a for a, b in itertools.pairwise(numbers)])
    function: Callable[..., Number] | None = (_UNARY if len(values) == 1 else _BINARY).get(name)
    rows = [value for value in values if isinstance(value, Numbers)]
    if function is None or any(_of(value) is None for value in values):
        return None
    length = max((len(row.numbers) for row in rows), default=1)
    columns = ((_of(value) or []) for value in values)
    spread = [column * length if len(column) == 1 else column for column in columns]
    try:
        numbers = [function(*each) for each in zip(*spread, strict=True)]
    except (ArithmeticError, ValueError, TypeError):
        return None
    return Numbers(session, numbers) if rows else Single(session, numbers[0])


def _of(value: Value) -> list[Number] | None:
    match value:
        case Numbers():
            return value.numbers
        case Single():
            return [value.number]
        case bool():
            return None
        case int() | float():
            return [value]
    return None
