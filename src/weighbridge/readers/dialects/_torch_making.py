"""Tensors that followed PyTorch code makes of sizes and numbers."""

from __future__ import annotations

from weighbridge import layers
from weighbridge.layers import Samples, Untold
from weighbridge.readers._python.containers import Several
from weighbridge.readers._python.values import Builtin
from weighbridge.readers.dialects._graph import Symbol, TensorShape
from weighbridge.readers.dialects._session import has_samples, sample
from weighbridge.readers.dialects._torch_numbers import Numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from weighbridge.model import Shape
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named, Value
    from weighbridge.readers.dialects._torch_session import Session

_OF_SIZES = ("zeros", "ones", "empty", "rand", "randn")
_LIKE = ("zeros_like", "ones_like", "empty_like", "rand_like", "randn_like", "full_like")
_LONGEST = 10_000


def sizes_in(values: Sequence[Value], named: Named) -> Value:
    """The sizes among the arguments: ``(2, 3)``, ``((2, 3),)`` or ``size=(2, 3)``."""
    if not values:
        return named.get("size", named.get("shape", ()))
    if len(values) == 1 and isinstance(values[0], list | tuple | TensorShape | Untold):
        return values[0]
    return list(values)


def filled(session: Session, values: Sequence[Value], named: Named) -> Value:
    """A tensor of given sizes; with the number of samples among them, one of samples."""
    sizes = sizes_in(values, named)
    if isinstance(sizes, int):
        sizes = (sizes,)
    if not isinstance(sizes, list | tuple):
        return Symbol(session, None, stored=True)
    if has_samples(sizes):
        axis, samples = next((i, n) for i, n in enumerate(sizes) if isinstance(n, Samples))
        rest = sample(tuple(size for i, size in enumerate(sizes) if i != axis))
        return Symbol(session, layers.turned(rest, axis, samples.times))
    return Symbol(session, _sample(sizes), stored=True)


def _sample(sizes: Sequence[Value]) -> Shape:
    return tuple(n if isinstance(n, int) else None for n in sizes)


def tensor(session: Session, run: Run, data: Value = None, *_: Value, **__: Value) -> Value:
    """``torch.tensor(data)`` of numbers, nested or not, or of an array of another library."""
    if isinstance(data, Symbol):
        return data
    if isinstance(data, list | tuple) and data and all(isinstance(n, int | float) for n in data):
        return Numbers(session, [n for n in data if isinstance(n, int | float)])
    dims = getattr(data, "dims", None)
    return Symbol(session, sample(dims) if dims else _lengths(data), stored=True)


def _lengths(data: Value) -> Shape | None:
    if isinstance(data, int | float):
        return ()
    if not isinstance(data, list | tuple) or not data:
        return None
    inner = _lengths(data[0])
    length = None if any(isinstance(item, Several) for item in data) else len(data)
    return None if inner is None else (length, *inner)


def _full(session: Session) -> Callable[..., Value]:
    def full(run: Run, size: Value = (), *_: Value, **__: Value) -> Value:
        return filled(session, [size], {})

    return full


def _arange(session: Session) -> Callable[..., Value]:
    def arange(run: Run, start: Value, end: Value = None, step: Value = 1, **_: Value) -> Value:
        bounds = (0, start, step) if end is None else (start, end, step)
        if isinstance(bounds[1], Samples):
            return Symbol(session, layers.turned((), 0, bounds[1].times))
        if not all(isinstance(bound, int) for bound in bounds) or not step:
            return Symbol(session, (None,), stored=True)
        numbers = range(*(bound for bound in bounds if isinstance(bound, int)))
        if len(numbers) > _LONGEST:
            return Symbol(session, (len(numbers),), stored=True)
        run.charge(len(numbers))
        return Numbers(session, list(numbers))

    return arange


def _linspace(session: Session) -> Callable[..., Value]:
    def linspace(run: Run, start: Value, end: Value, steps: Value = 100, **_: Value) -> Value:
        if not isinstance(steps, int) or not 0 < steps <= _LONGEST:
            return Symbol(session, (steps if isinstance(steps, int) else None,), stored=True)
        if not isinstance(start, int | float) or not isinstance(end, int | float):
            return Symbol(session, (steps,), stored=True)
        run.charge(steps)
        width = (end - start) / max(steps - 1, 1)
        return Numbers(session, [start + i * width for i in range(steps)])

    return linspace


def _eye(session: Session) -> Callable[..., Value]:
    return lambda run, n, m=None, **_: filled(session, [n, n if m is None else m], {})


def _like(session: Session, name: str) -> Callable[..., Value]:
    def like(run: Run, data: Value, *_: Value, **__: Value) -> Value:
        if not isinstance(data, Symbol):
            return Untold("like an unknown tensor")
        if data.stored:
            return Symbol(session, data.shape, stored=True)
        return session.operate(run, f"torch:{name}", [data], {})

    return like


def _drawn(session: Session) -> Callable[..., Value]:
    """Functions whose sizes come after numbers that say what is drawn."""

    def drawn(run: Run, *values: Value, **named: Value) -> Value:
        size = next((value for value in values if isinstance(value, list | tuple)), ())
        return filled(session, [named.get("size", size)], {})

    return drawn


def maker(session: Session, name: str) -> Value | None:
    """The function ``torch.<name>`` that makes a tensor of sizes or numbers; ``None`` if none."""
    if name in _OF_SIZES:
        return Builtin(name, lambda run, *values, **named: filled(session, values, named))
    if name in _LIKE:
        return Builtin(name, _like(session, name))
    table: dict[str, Callable[..., Value]] = {
        "full": _full(session), "arange": _arange(session), "range": _arange(session),
        "linspace": _linspace(session), "eye": _eye(session), "randperm": _arange(session),
        **dict.fromkeys(("randint", "normal"), _drawn(session)),
        **dict.fromkeys(
            ("tensor", "as_tensor", "from_numpy", "asarray"),
            lambda run, *values, **named: tensor(session, run, *values),
        ),
    }  # fmt: skip
    return Builtin(name, table[name]) if name in table else None
