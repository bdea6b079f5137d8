"""What happens in a call of a Flax model: which module is called on what, inside which other.

The call runs under ``jax.make_jaxpr``: arrays are stand-ins with a shape and a type. Every call of
a module is marked in the program that comes out, so that each product in it can be told to be that
of a layer, or of the code between layers.
"""

from __future__ import annotations

import itertools
import re

from weighbridge.readers._flax_tensors import is_array, jax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from typing import Any, Self

    from weighbridge.readers._flax_tensors import Array

    Path = tuple[str, ...]

_NUMBERS = itertools.count(1)
_OURS = "weighbridge"
_kept: list[Any] = []
"""The context that JAX looks at when it looks for a program it has kept; made once."""


def _context() -> Any:  # noqa: ANN401  # JAX's
    if not _kept:
        _kept.append(jax().make_user_context(None))
    return _kept[0]


_MARK = "weighbridge-{}-{}-"
_MARKED = re.compile(r"weighbridge-(\d+)-(\d+)-")


class Seen:
    """One call of a module, as it is being recorded."""

    def __init__(self, parent: int | None, path: Path, method: str) -> None:
        self.parent, self.path, self.method = parent, path, method
        self.positional: tuple[object, ...] = ()
        self.named: dict[str, object] = {}
        self.incoming: list[Array] = []
        self.outgoing: list[Array] = []

    @property
    def lanes(self) -> tuple[int, ...]:
        """Sizes of the axes that ``vmap`` maps the call over, from the outside in."""
        return max(
            (_lanes(array) for array in (*self.incoming, *self.outgoing)), key=len, default=()
        )

    @property
    def is_rehearsal(self) -> bool:
        """Whether Flax only tried out here what a loop is going to do."""
        return any(type(array).__name__ == "JaxprTracer" for array in self.incoming)

    @property
    def step(self) -> tuple[int | None, Path, str]:
        """The same for calls that are the same step of the same code."""
        return self.parent, self.path, self.method


class Recorder:
    """Calls in the order they begin.

    JAX keeps the program of compiled code and does not run the code again. What others had it keep
    is not used here; ``anew`` makes the code run again for every call of a module.
    """

    def __init__(self, anew: bool = False) -> None:
        self.run = next(_NUMBERS)
        """What tells this run from all others."""
        self.seen: list[Seen] = []
        self.inputs: list[Array] = []
        self.outputs: list[Array] = []
        self._open: list[int] = []
        self._anew = anew
        self._contexts: list[AbstractContextManager[object]] = []

    def __enter__(self) -> Self:
        self._begin(None if self._anew else _OURS)
        return self

    def __exit__(self, *_: object) -> None:
        while self._contexts:
            self._contexts.pop().__exit__(None, None, None)

    def _begin(self, kept: str | None = None) -> None:
        """From here on, only what JAX has ``kept`` under that name fits; as a rule nothing."""
        context = _context()(kept or next(_NUMBERS))
        context.__enter__()
        self._contexts.append(context)

    def _end(self) -> None:
        for _ in range(2):  # what comes after a call in the same code is new as well
            self._contexts.pop().__exit__(None, None, None)
        self._begin()

    def around(
        self,
        path: Path,
        method: str,
        run: Callable[..., object],
        positional: Sequence[object],
        named: Mapping[str, object],
    ) -> object:
        """Does ``run``, which is ``method`` of the module at ``path``, and keeps what it does."""
        if self._open and self._is_again(path, method):
            return run(*positional, **named)
        call = Seen(self._open[-1] if self._open else None, path, method)
        call.positional = tuple(_told(value) for value in positional)
        call.named = {name: _told(value) for name, value in named.items()}
        call.incoming = arrays((call.positional, sorted(call.named.items())))
        self._open.append(len(self.seen))
        self.seen.append(call)
        if self._anew:
            self._begin()
        try:
            with jax().named_scope(_MARK.format(self.run, self._open[-1])):
                result = run(*positional, **named)
        finally:
            self._open.pop()
            if self._anew:
                self._end()
        call.outgoing = arrays(_told(result))
        return result

    def _is_again(self, path: Path, method: str) -> bool:
        """Whether this is the method of a base class, called by that of the class."""
        last = self.seen[self._open[-1]]
        return (last.path, last.method) == (path, method)

    def calls(self, reached: Collection[int]) -> list[int]:
        """The calls that happen, by number: rehearsals of a loop are left out, and all in them.

        ``reached`` are those that show in the program. Of a rehearsal nothing shows there, or only
        what is the same in every step.
        """
        alike: dict[object, list[int]] = {}
        for i, call in enumerate(self.seen):
            alike.setdefault(call.step, []).append(i)
        real: dict[int, None] = {}
        for i, call in enumerate(self.seen):
            same = alike[call.step]
            tried = call.is_rehearsal and not all(self.seen[j].is_rehearsal for j in same)
            gone = i not in reached and any(j in reached for j in same)
            if not (tried or gone) and (call.parent is None or call.parent in real):
                real[i] = None
        return list(real)


def marks(scope: str) -> list[tuple[int, int, int]]:
    """The calls named in ``scope``, from the outside in: run, number, and how many ``vmap`` around.

    A program that JAX has kept names calls of another run.
    """
    found = _MARKED.finditer(scope)
    return [(int(m[1]), int(m[2]), scope.count("vmap(", 0, m.start())) for m in found]


def _told(value: object) -> object:
    """An argument as far as it matters: arrays, plain values, and what holds them."""
    if is_array(value) or value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return tuple(_told(item) for item in value)
    if isinstance(value, dict):
        return {
            str(key): _told(item) for key, item in sorted(value.items(), key=lambda kv: str(kv[0]))
        }
    return None


def arrays(value: object) -> list[Array]:
    """The arrays in ``value``, in order."""
    return list(_arrays(value))


def _arrays(value: object) -> Iterator[Array]:
    if is_array(value):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _arrays(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _arrays(item)


def _lanes(array: Array) -> tuple[int, ...]:
    """Sizes of the axes that ``array`` stands for one place of; the outermost first."""
    trace: Any = getattr(array, "_trace", None)
    found = []
    while type(trace).__name__ == "BatchTrace":
        found.append(trace.axis_data.size)
        trace = trace.parent_trace
    return tuple(reversed(found))
