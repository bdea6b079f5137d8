"""The products in a program of JAX, each with the call of a module it is done in.

Only convolutions and matrix products are counted, as everywhere.
"""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.readers._flax_trace import marks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Jaxpr = Any
    """A program; of JAX the type checker knows nothing."""
    Step = Any
    """An equation in one."""

_PRODUCTS = ("dot_general", "conv_general_dilated")
_OPAQUE = ("ragged_dot", "ragged_dot_general", "scaled_matmul", "pallas_call", "custom_call")
"""Steps that multiply, nobody knows how much."""


class Work(Record):
    """One product of a program."""

    name: str
    scope: tuple[int, ...]
    """The calls it is done in, by number, from the outside in."""
    sizes: tuple[int, ...] | None
    """Sizes of all its indices, and lengths of the loops it is in; ``None`` where not known."""
    result: tuple[int, ...]
    """The shape of what comes out."""


class Reach(Record):
    """How often a call is done that the program shows once."""

    loops: tuple[int, ...] | None
    """Lengths of the loops around it; ``None`` where one has no known length."""
    lanes: int
    """How many ``vmap`` there are around it."""


class Program:
    """What a program does: its products, and how far each call in it reaches."""

    def __init__(self, program: Jaxpr, run: int) -> None:
        self.work: list[Work] = []
        self.reach: dict[int, Reach] = {}
        self.repeats = False
        """Whether a piece with calls in it is there whose code did not run for it."""
        self._run = run
        self._walked: set[int] = set()
        self._walk(program, "", ())

    def _walk(self, program: Jaxpr, outside: str, loops: tuple[int, ...] | None) -> None:
        again, known = id(program) in self._walked, len(marks(outside))
        self._walked.add(id(program))
        for step in program.eqns:
            scope = f"{outside}/{step.source_info.name_stack}"
            for run, number, lanes in marks(scope)[known:]:
                self.repeats |= again or run != self._run
                self._reaches(number, Reach(loops, lanes))
            name = step.primitive.name
            if name in _PRODUCTS or name in _OPAQUE:
                called = tuple(number for _, number, _ in marks(scope))
                sizes = None if loops is None or name in _OPAQUE else (*_sizes(step), *loops)
                result = tuple(step.outvars[0].aval.shape)
                self.work.append(Work(name, called, sizes, result))
            inside = list(_programs(step))
            around = _around(step, len(inside), loops)
            for one in inside if name not in _OPAQUE else ():
                self._walk(one, scope, around)

    def _reaches(self, number: int, found: Reach) -> None:
        """Keeps what reaches furthest: of a loop, some steps are done once, before it."""
        known = self.reach.setdefault(number, found)
        if known.loops is None:
            return
        if found.loops is None or len(found.loops) > len(known.loops):
            self.reach[number] = found


def _around(step: Step, programs: int, loops: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """Lengths of the loops around what is inside ``step``."""
    name = step.primitive.name
    if loops is None or name == "while" or (name == "cond" and programs > 1):
        return None
    return (*loops, step.params["length"]) if name == "scan" else loops


def _programs(step: Step) -> Iterator[Jaxpr]:
    """The programs inside ``step``: bodies of loops and branches, what is differentiated."""
    for value in step.params.values():
        for item in value if isinstance(value, tuple | list) else (value,):
            inner = getattr(item, "jaxpr", item)
            if hasattr(inner, "eqns"):
                yield inner


def _sizes(step: Step) -> tuple[int, ...]:
    left, right = (variable.aval.shape for variable in step.invars[:2])
    (result,) = (variable.aval.shape for variable in step.outvars)
    if step.primitive.name == "dot_general":
        (summed, _), _ = step.params["dimension_numbers"]
        return (*result, *(left[axis] for axis in summed))
    laid = step.params["dimension_numbers"]
    out_axis, *_ = laid.rhs_spec
    taps = [n for axis, n in enumerate(right) if axis != out_axis]
    spread = any(n > 1 for n in step.params["lhs_dilation"])
    # A transposed convolution works at every position of what it reads.
    places, spec = (left, laid.lhs_spec) if spread else (result, laid.out_spec)
    positions = [n for axis, n in enumerate(places) if axis != spec[1]]
    return (*positions, *taps, right[out_axis])
