"""The table that ``model.summary()`` of Keras 3 prints, character for character.

Needs no Keras. Like Keras it counts state that is not trained among the parameters, writes KB for
1,024 bytes, and fits the table to the terminal.
"""

from __future__ import annotations

from weighbridge.errors import Usage
from weighbridge.reports.formats import Renderer, Report
from weighbridge.reports.formats._keras_graph import Graph, graph
from weighbridge.weighing import CONVENTIONS, Weighing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text

    from weighbridge.model import Shape
    from weighbridge.reports.formats._keras_graph import Entry
    from weighbridge.weighing import Held, Row

_WIDEST = {False: 88, True: 108}
_POSITIONS = {False: (0.45, 0.80, 1.0), True: (0.3, 0.56, 0.74, 1.0)}
_HEADER = ("Layer (type)", "Output Shape", "Param #", "Connected to")
_MARGIN = 4
_NARROWEST = 4
_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")
_KIBI = 1024
_NUMBER, _SYMBOL, _NONE = "color(34)", "color(33)", "color(45)"

READY = frozenset(
    (
        "Activation", "ActivityRegularization", "AlphaDropout", "AveragePooling1D",
        "AveragePooling2D", "AveragePooling3D", "Dropout", "ELU", "GaussianDropout",
        "GaussianNoise", "GlobalAveragePooling1D", "GlobalAveragePooling2D",
        "GlobalAveragePooling3D", "GlobalMaxPooling1D", "GlobalMaxPooling2D",
        "GlobalMaxPooling3D", "Identity", "InputLayer", "LeakyReLU", "Masking", "MaxPooling1D",
        "MaxPooling2D", "MaxPooling3D", "ReLU", "Reshape", "Softmax", "SpatialDropout1D",
        "SpatialDropout2D", "SpatialDropout3D", "UnitNormalization",
    )
)  # fmt: skip
"""Layers that Keras takes for built as soon as they are made; it never asks them for a shape."""


def _render(report: Report) -> str:
    if not isinstance(report.result, Weighing) or any(value for _, value in report.options):
        raise report.without_meaning()
    return _Summary(report.result, report.width, report.colour).text()


class _Summary:
    """One table in the making: Keras' rules for one model."""

    def __init__(self, weighing: Weighing, width: int | None, colour: bool) -> None:
        self.weighing, self.colour = weighing, colour
        self.width = width or _terminal()
        self.graph: Graph = graph(weighing.model, weighing.rows)
        self.connected = self.graph.symbolic and not self.graph.is_chain
        self.written = not self.graph.symbolic and weighing.model.native != "Sequential"
        """The model is a class of its own, whose graph Keras does not know."""
        held = (tensor for layer in weighing.model.layers for tensor in layer.tensors or ())
        built = any(tensor.role not in CONVENTIONS["keras"].uncounted for tensor in held)
        self.shaped = built or any(shape is not None for shape in weighing.model.inputs)

    def text(self) -> str:
        """The table and the totals under it."""
        import io

        from rich.console import Console
        from rich.text import Text

        console = Console(
            file=io.StringIO(), width=self.width, highlight=False, legacy_windows=False,
            force_terminal=self.colour, color_system="256" if self.colour else None,
        )  # fmt: skip
        console.print(Text(f'Model: "{self.weighing.model.name}"', "bold"))
        console.print(self._table())
        for line in self._totals():
            console.print(line)
        return str(console.file.getvalue())  # type: ignore[attr-defined]  # the file is a StringIO

    # -- the table -------------------------------------------------------------------------------

    def _table(self) -> object:
        from rich.table import Column, Table

        length = min(_WIDEST[self.connected], self.width - _MARGIN)
        ends = [int(position * length) for position in _POSITIONS[self.connected]]
        widths = [end - start for start, end in zip([0, *ends], ends, strict=False)]
        if min(widths) < _NARROWEST:
            raise Usage(f"{self.width} columns are too few for Keras' table")
        table = Table(
            *(
                Column(title, justify="right" if title == "Param #" else "left", width=width)
                for title, width in zip(_HEADER, widths, strict=False)
            ),
            width=length,
            show_lines=True,
        )
        for entry in self.graph.entries:
            if entry.whole:
                continue
            cells = [self._name(entry), self._shape(entry), self._count(entry)]
            table.add_row(*cells, *([self._sources(entry)] if self.connected else []))
        return table

    def _name(self, entry: Entry) -> Text:
        return _assembled(f"{entry.name} (", (entry.native, _SYMBOL), ")")

    def _shape(self, entry: Entry) -> Text:
        """The shapes of the last call; of several outputs as the list or tuple they come in."""
        outputs = entry.nodes[-1].outputs if entry.nodes else ()
        if not outputs or None in outputs or self._unasked(entry):
            return _assembled("?")
        spelled = [self._sizes(shape) for shape in outputs if shape is not None]
        if len(spelled) == 1:
            return spelled[0]
        inner = [piece for shape in spelled for piece in (", ", shape)][1:]
        return _assembled("(" if self.written else "[", *inner, ")" if self.written else "]")

    def _sizes(self, shape: Shape) -> Text:
        whole = (self.weighing.model.batch, *shape)
        sizes = [(str(size), _NONE if size is None else _NUMBER) for size in whole]
        return _assembled("(", *[piece for size in sizes for piece in (", ", size)][1:], ")")

    def _unasked(self, entry: Entry) -> bool:
        """Whether Keras prints no shape: outside a graph it asks only what ``build`` was told."""
        own = entry.nested and entry.native not in ("Sequential", "Functional")
        return self.written and (own or entry.native in READY)

    def _count(self, entry: Entry) -> Text:
        if self._unbuilt(entry):
            return _assembled(("0", _NUMBER), " (unbuilt)")
        counted = _once(self._counted([*entry.rows, *entry.shared], tied=True))
        return _assembled((_amount(counted, _is_open([entry])), _NUMBER))

    def _unbuilt(self, entry: Entry) -> bool:
        """Whether nothing has told the layer yet what it reads."""
        if any(row.layer.tensors for row in entry.rows):
            return False
        waiting = not self.shaped or not any(row.calls and row.incoming for row in entry.rows)
        return waiting and not all(row.layer.native in READY for row in entry.rows)

    def _sources(self, entry: Entry) -> Text:
        """``add[0][0], conv2d[1][0]``: for all calls, whose output each input is."""
        read = [source for node in entry.nodes for source in node.reads]
        pieces: list[str | tuple[str, str]] = []
        for s in read:
            node, output = (str(s.node), _NUMBER), (str(s.output), _NUMBER)
            pieces += [", ", f"{s.entry}[", node, "][", output, "]"]
        return _assembled(*(pieces[1:] or ["-"]))

    # -- the totals ------------------------------------------------------------------------------

    def _counted(self, rows: Iterable[Row], tied: bool = False) -> list[Held]:
        """The tensors Keras counts in built entries; ``tied`` with those that are another's."""
        convention = CONVENTIONS["keras"]
        return [
            held
            for row in rows
            for held in row.held or ()
            if convention.counts(held) and (tied or held.tied_to is None)
        ]

    def _totals(self) -> list[Text]:
        built = [entry for entry in self.graph.entries if not self._unbuilt(entry)]
        held = self._counted(row for entry in built for row in entry.rows)
        is_open = _is_open(built)
        sorts = (
            ("Total", held),
            ("Trainable", [h for h in held if h.trainable]),
            ("Non-trainable", [h for h in held if not h.trainable]),
        )
        return [
            _assembled(
                (f" {sort} params: ", "bold"),
                (_amount(some, is_open), _NUMBER),
                f" ({_memory(some)})",
            )
            for sort, some in sorts
        ]


def _assembled(*pieces: str | Text | tuple[str, str]) -> Text:
    from rich.text import Text

    return Text.assemble(*pieces)


def _once(held: list[Held]) -> list[Held]:
    """Each tensor once, whatever names it has."""
    return list({h.tied_to or h.name: h for h in held}.values())


def _is_open(entries: list[Entry]) -> bool:
    """Whether a layer in them may hold more than is known."""
    return any(row.held is None for entry in entries for row in entry.rows)


def _amount(held: list[Held], is_open: bool) -> str:
    """The count; where Keras would know it and we do not, what it is at least."""
    known = sum(h.count or 0 for h in held)
    if not is_open and all(h.count is not None for h in held):
        return f"{known:,}"
    return f"≥ {known:,}" if known else "?"


def _memory(held: list[Held]) -> str:
    """``241.04 KB``: units of 1,024, two decimals."""
    size = float(sum(h.bytes or 0 for h in held))
    for unit in _UNITS:
        if size < _KIBI:
            return f"{size:.2f} {unit}"
        size /= _KIBI
    return f"{size:.2f} {_UNITS[-1]}"


def _terminal() -> int:
    from shutil import get_terminal_size

    return get_terminal_size().columns


RENDERER = Renderer("keras", (), _render)
