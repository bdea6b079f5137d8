"""What each row of a table reads: as the table says, or as the order of its rows suggests."""

from __future__ import annotations

from weighbridge._record import Record
from weighbridge.model import Port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.model import Call, Shape
    from weighbridge.readers._summary_types import Printed, Table

_FARTHEST = 1_000
"""How many rows above a row may be what it reads, where its name is cut off."""
_LEAST_LETTERS = 3
"""Of a name that was cut off, before it is taken for the beginning of another."""
_MOST_WAYS = 16
"""Earlier rows that are tried as what a row reads, where the table does not say."""


class Way(Record):
    """One possibility of what a row reads."""

    ports: tuple[Port | None, ...]
    shapes: tuple[Shape | None, ...]


class _Made(Record):
    """A value that a row has made."""

    name: str
    path: str
    call: int
    shapes: tuple[Shape | None, ...]


class Links:
    """The values made so far, by name and in their order."""

    def __init__(self, table: Table, shapes: tuple[Shape, ...]) -> None:
        self._table = table
        self._given = shapes
        self._made: list[_Made] = []
        self._named_so: dict[str, _Made] = {}
        self._groups: dict[str, Way] = {}
        self.told = any(row.outputs for row in table.rows) and table.producer != "flax"
        """Whether the table says anything of what flows through the model."""
        self._joined = any(row.reads for row in table.rows)

    def name(self, name: str, path: str, call: int, shapes: tuple[Shape | None, ...]) -> None:
        """Keeps what a row has made."""
        self._made.append(_Made(name, path, call, shapes))
        self._named_so[name] = self._made[-1]

    def enter(self, path: str, row: Printed) -> None:
        """Rows from here on are inside of ``path``, which reads what its row says."""
        way = next(self.ways(row), None)
        self._groups[path] = way or Way((), ())

    def leave(self, path: str) -> None:
        """The last value made inside of ``path`` is what it returns."""
        last = self._made[-1] if self._made else None
        if path and last is not None and last.path.startswith(f"{path}."):
            self.name(path.rpartition(".")[2], path, last.call, last.shapes)

    def entered(self, path: str) -> int | None:
        """The call that an input row inside of a model stands for; ``None`` outside."""
        way = self._groups.get(path.rpartition(".")[0])
        port = way.ports[0] if way is not None and way.ports else None
        return None if port is None else port.call

    def begins(self, calls: list[Call]) -> bool:
        """Whether nothing was read so far."""
        return not calls

    def first(self, row: Printed) -> tuple[Port | None, ...]:
        """What the row most likely reads."""
        way = next(self.ways(row), None)
        return () if way is None else way.ports

    def ways(self, row: Printed) -> Iterator[Way]:
        """What the row may read, the likeliest first."""
        if not self.told:
            yield Way((), ())
            return
        if row.inputs:
            yield Way(tuple(self._making(shape) for shape in row.inputs), row.inputs)
            return
        if row.reads:
            yield from self._named(row.reads)
            return
        yield from self._before(row)

    def _making(self, shape: Shape | None) -> Port | None:
        made = next((m for m in self._latest() if m.shapes and m.shapes[0] == shape), None)
        return None if made is None else Port(made.call)

    def _named(self, reads: tuple[str, ...]) -> Iterator[Way]:
        """The values called so; a name cut off means the nearest row that begins so."""
        found = [self._called(name) for name in reads]
        if all(found):
            for choice in range(max(len(made) for made in found)):
                chosen = [made[min(choice, len(made) - 1)] for made in found]
                yield Way(
                    tuple(Port(made.call, output) for made, output in chosen),
                    tuple(
                        made.shapes[output] if output < len(made.shapes) else None
                        for made, output in chosen
                    ),
                )
        else:
            known = [made[0] if made else None for made in found]
            yield Way(
                tuple(None if each is None else Port(each[0].call, each[1]) for each in known),
                tuple(
                    None if each is None or not each[0].shapes else each[0].shapes[0]
                    for each in known
                ),
            )

    def _called(self, text: str) -> list[tuple[_Made, int]]:
        name, _, number = text.partition("#")
        output = int(number) if number.isdigit() else 0
        exact = self._named_so.get(name)
        if exact is not None:
            return [(exact, output)]
        found = [(made, output) for made in self._latest() if _begins(made.name, name)]
        return found[:_MOST_WAYS]

    def _latest(self) -> list[_Made]:
        """The last values made, the latest first."""
        return self._made[: -_FARTHEST - 1 : -1]

    def _before(self, row: Printed) -> Iterator[Way]:
        """The row above; for tables of what was run also rows further up, and nothing at all."""
        inside = self._group(row)
        if inside is not None:
            yield inside
            if self._table.producer == "keras":
                return
        if not self._made:
            yield Way((), self._given[:1]) if self._given else Way((), ())
            return
        last = self._made[-1]
        yield Way((Port(last.call),), last.shapes[:1] or (None,))
        if self._table.producer != "keras" or self._joined:
            seen = {last.shapes[:1]}
            for made in self._made[-2:-_MOST_WAYS:-1]:
                if made.shapes[:1] not in seen:
                    seen.add(made.shapes[:1])
                    yield Way((Port(made.call),), made.shapes[:1])
            yield Way((), ())
        elif row.low == 0:
            yield Way((), ())

    def _group(self, row: Printed) -> Way | None:
        """For the first row inside of a model: what that model reads."""
        if not self._groups or not row.depth:
            return None
        path, way = next(reversed(self._groups.items()))
        if self._made and (self._made[-1].path + ".").startswith(f"{path}."):
            return None
        return way if way.ports else None


def _begins(whole: str, cut: str) -> bool:
    """Whether ``cut`` is ``whole`` with its end lost: ``expanded_conv_de…``, or cut at the edge."""
    stem, known = cut.rstrip("…."), whole.rstrip("….")
    return len(stem) >= _LEAST_LETTERS and known.startswith(stem[: len(known)])
