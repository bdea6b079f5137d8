"""From the rows of a printed table to a ``Model``."""

from __future__ import annotations

from weighbridge._record import Record, replace
from weighbridge.errors import LIMITS, Finding, TooLarge
from weighbridge.formula import times, value
from weighbridge.layers import spelling
from weighbridge.model import (
    Call,
    Container,
    Input,
    Kind,
    Layer,
    Model,
    Origin,
    Port,
    Shape,
    Tensor,
    Unknown,
    sizes,
)
from weighbridge.readers._summary_audit import audited
from weighbridge.readers._summary_doubts import contradiction, several
from weighbridge.readers._summary_links import Links
from weighbridge.readers._summary_solve import Answer, Asked, answers, asked, natives
from weighbridge.readers._summary_training import trained

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.readers._summary_links import Way
    from weighbridge.readers._summary_types import Printed, Table


def model_of(table: Table, stem: str, location: str, shapes: tuple[Shape, ...] = ()) -> Model:
    """The model that ``table`` shows; ``shapes`` reach it where no row says what does."""
    built = _Builder(table, shapes)
    for row, after in zip(table.rows, (*table.rows[1:], None), strict=False):
        built.add(row, after)
    layers, said = trained(tuple(built.layers), table)
    layers, more = audited(layers, table, built.groups)
    return Model(
        name=table.name or stem,
        layers=layers,
        calls=tuple(built.calls) if built.links.told else (),
        outputs=(Port(len(built.calls) - 1),) if built.calls and built.links.told else (),
        origin=Origin("summary", location, table.producer, table.version),
        findings=(*built.findings, *said, *more),
        containers=tuple(built.containers),
        native=table.native,
    )


class _Solved(Record):
    """What was made of a row: its kind, its tensors, and what it reads."""

    kind: Kind
    tensors: tuple[Tensor, ...] | None
    reads: tuple[Port | None, ...] = ()
    assumed: Shape | None = None
    inferred: bool = True


class _Builder:
    """A model under construction, row by row."""

    def __init__(self, table: Table, shapes: tuple[Shape, ...]) -> None:
        self.table = table
        self.dialect = "torch" if table.producer == "torch" else "keras"
        self.layers: list[Layer] = []
        self.calls: list[Call] = []
        self.findings: list[Finding] = []
        self.containers: list[Container] = []
        self.groups: list[tuple[str, Printed]] = []
        self.links = Links(table, shapes)
        self._open: list[tuple[int, str]] = []
        self._taken: dict[str, int] = {}
        self._memo: dict[tuple[object, ...], list[Answer]] = {}

    def add(self, row: Printed, after: Printed | None) -> None:
        """Takes up one row; ``after`` is the next."""
        if row.repeated:
            return
        while self._open and self._open[-1][0] >= row.depth:
            self.links.leave(self._open.pop()[1])
        group = row.group or (after is not None and after.depth > row.depth)
        path = self._path(row)
        if group:
            self._group(row, path)
        elif row.native in ("InputLayer", "Input"):
            self._input(row, path)
        else:
            self._leaf(row, path)

    def _path(self, row: Printed) -> str:
        outer = f"{self._open[-1][1]}." if self._open and self._open[-1][1] else ""
        if row.depth == 0 and self.table.native == row.native and self._is_root(row):
            return ""
        path = f"{outer}{row.name}"
        number = self._taken[path] = self._taken.get(path, 0) + 1
        if number > 1:
            path = f"{path}~{number}"
            self._taken[path] = self._taken.get(path, 0) + 1
        return path

    def _is_root(self, row: Printed) -> bool:
        """Whether the row stands for the whole model."""
        return (
            row is self.table.rows[0] and len(self.table.rows) > 1 and self.table.rows[1].depth > 0
        )

    def _group(self, row: Printed, path: str) -> None:
        if len(self._open) > LIMITS.nesting:
            raise TooLarge(f"modules nested more than {LIMITS.nesting} deep", where=path)
        self._open.append((row.depth, path))
        if path:
            self.containers.append(Container(path, row.native))
            self.links.enter(path, row)
            self.groups.append((path, row))
        if row.low and self.table.own:
            name = f"{path}.own" if path else "own"
            kind = Unknown(
                native=row.native,
                because="parameters that the module holds itself; shapes are not printed",
            )
            self.layers.append(
                Layer(name, kind, row.native, (_flat(name, row.low),), inferred=True)
            )

    def _input(self, row: Printed, path: str) -> None:
        inner = self.links.entered(path)
        if inner is not None:
            self.links.name(row.name, path, inner, row.outputs)
            return
        shape = row.outputs[0] if row.outputs else None
        self.calls.append(Call(Input(shape=shape), outputs=(shape,)))
        self.links.name(row.name, path, len(self.calls) - 1, (shape,))

    def _leaf(self, row: Printed, path: str) -> None:
        solved = self._made(row, path)
        self.layers.append(
            Layer(
                path,
                solved.kind,
                row.native or solved.kind.name,
                solved.tensors,
                inferred=solved.inferred,
            )
        )
        if not self.links.told:
            return
        if solved.assumed is not None and not solved.reads:
            self.calls.append(Call(Input(shape=solved.assumed), outputs=(solved.assumed,)))
            solved = replace(solved, reads=(Port(len(self.calls) - 1),))
        outputs = row.outputs or None
        self.calls.append(Call(solved.kind, path, solved.reads, outputs))
        self.links.name(row.name, path, len(self.calls) - 1, row.outputs)

    def _made(self, row: Printed, path: str) -> _Solved:
        if row.tensors is not None:
            return _listed(row)
        if row.kind is not None:
            bare = isinstance(row.kind, Unknown) and "none are expected" in row.kind.because
            return _Solved(row.kind, () if bare else None, inferred=False)
        known = natives(self.dialect, row)
        ways = list(self.links.ways(row)) if known else []
        for native in known:
            for way in ways:
                found = self._answers(
                    asked(replace(row, native=native), self.dialect, way.shapes, self._buffers())
                )
                if found:
                    return self._settled(row, path, way, found)
        return self._unsolved(row, path, known, ways)

    def _buffers(self) -> bool:
        return self.table.producer == "keras"

    def _answers(self, question: Asked) -> list[Answer]:
        key = tuple(getattr(question, name) for name in question.__match_args__)
        if key not in self._memo:
            self._memo[key] = answers(question)
        return self._memo[key]

    def _settled(self, row: Printed, path: str, way: Way, found: list[Answer]) -> _Solved:
        first = found[0]
        if len(found) > 1 and row.low:
            doubt = several(path, row, found)
            self.findings += [] if doubt is None else [doubt]
        tensors = _tensors(path, first) if row.low is not None else None
        entering = first.incoming[0] if first.incoming else None
        assumed = entering if not way.ports and self.links.begins(self.calls) else None
        reads = way.ports or (() if assumed is not None else (None,) * bool(first.incoming))
        return _Solved(first.kind, tensors, reads, assumed)

    def _unsolved(
        self, row: Printed, path: str, known: tuple[str, ...], ways: list[Way]
    ) -> _Solved:
        """A row by its count alone: the class is not known, or nothing of it fits the shapes."""
        because, reads = "", self.links.first(row)
        if known and row.low and spelling(self.dialect, known[0]) is not None:
            questions = [
                asked(replace(row, native=known[0]), self.dialect, way.shapes, self._buffers())
                for way in ways
            ]
            said = contradiction(path, row, questions)
            because = said.message if said is not None else "the table prints too little of it"
            self.findings += [] if said is None else [said]
        elif row.low == 0:
            return _Solved(
                Unknown(native=row.native, because=f"{row.native or row.name} holds nothing"),
                (),
                reads,
            )
        if row.low is None:
            return _Solved(Unknown(native=row.native, because=because), None, reads)
        middle = (row.low + (row.high or row.low)) // 2
        kind = Unknown(native=row.native, because=because or _opaque(row))
        return _Solved(kind, (_flat(path, middle),), reads)


def _opaque(row: Printed) -> str:
    if row.native in ("Functional", "Sequential", "Model"):
        return "a model inside, shown in one row; expand_nested=True would show what is in it"
    return f"{row.native} is not known here" if row.native else "only its count is printed"


def _flat(path: str, count: int) -> Tensor:
    return Tensor(f"{path}.values", (count,))


def _listed(row: Printed) -> _Solved:
    if row.kind is not None:
        return _Solved(row.kind, row.tensors)
    from weighbridge.readers._summary_guess import kind_of

    kind, tensors = kind_of(row.name, row.tensors or ())
    return _Solved(kind, tensors)


def _tensors(path: str, answer: Answer) -> tuple[Tensor, ...]:
    """What an answer must own, as the table has counted it."""
    return tuple(_expected(path, answer))


def _expected(path: str, answer: Answer) -> Iterator[Tensor]:
    for tensor in answer.kind.tensors(*answer.incoming) or ():
        shape = sizes(tensor.dims) or ()
        if value(times(*tensor.dims)) is not None and tensor.role != "seed":
            yield Tensor(
                f"{path}.{tensor.role}",
                tuple(n or 0 for n in shape),
                tensor.dtype or "float32",
                tensor.role,
                trainable=None if tensor.trainable else False,
                buffer=tensor.buffer,
            )
