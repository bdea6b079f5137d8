"""The arithmetic of a layer, step by step: its tensors, its count, its output, its work."""

from __future__ import annotations

from weighbridge.formula import Dim, Num, dims, equation, value
from weighbridge.model import Custom, Kind, Unknown, sizes
from weighbridge.reports._remarks import MEANING, findings_of
from weighbridge.reports._words import counted, plural, shape_words, tuple_words
from weighbridge.reports.document import (
    Column,
    Document,
    Equation,
    Heading,
    Paragraph,
    Symbols,
    Table,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.formula import Expr
    from weighbridge.model import Dims, Expected, Part
    from weighbridge.reports.document import Block, Inline, Text
    from weighbridge.weighing import Held, Row, Weighing

_BARE = Column("")
_LONG = 60


def explained(row: Row, weighing: Weighing) -> Document:
    """One layer: what it is, the shapes of its tensors, the count, the output, the work."""
    title = f"{row.path} of {weighing.model.name}" if weighing.model.name else row.path
    findings = [finding for finding in weighing.findings if finding.path == row.path]
    blocks = (Heading(title, aside=_type(row)), *_layer(row, weighing, 2), *findings_of(findings))
    return Document(title, blocks)


def explained_model(weighing: Weighing) -> Document:
    """Every layer in turn, and what they come to."""
    from weighbridge.reports.outlines.weighing import heading

    blocks: list[Block] = [heading(weighing.model)]
    for row in weighing.rows:
        blocks.append(Heading(row.path, level=2, aside=_type(row)))
        blocks += _layer(row, weighing, 3)
    blocks.append(Heading("total", level=2))
    blocks.append(_sum_of_rows(weighing))
    blocks += findings_of(weighing.findings)
    return Document(weighing.model.name, tuple(blocks))


def _type(row: Row) -> str:
    kind, native = row.layer.kind.name, row.layer.native
    return f"{native}, {kind}" if native and native.lower() != kind else native or kind


def _layer(row: Row, weighing: Weighing, level: int) -> Iterator[Block]:
    yield from _what_it_is(row, weighing)
    if row.held:
        yield Heading("tensors", level)
        yield _tensors(row)
    if row.derived is not None and row.derived != Num(0):
        yield Heading("parameters", level)
        yield from _count(row)
    yield from _observed(row)
    yield from _output(row, level)
    yield from _work(row, level)
    yield from _meanings(row, level)


# -- what it is ----------------------------------------------------------------------------------


def _what_it_is(row: Row, weighing: Weighing) -> Iterator[Block]:
    sense = (type(row.layer.kind).__doc__ or "").partition("\n")[0]
    if sense and row.members == 1:
        yield Paragraph(sense)
    if row.members > 1:
        yield Paragraph(f"{counted(row.members, 'layer')} folded into one row.")
    model = weighing.model
    reads = ", ".join(shape_words(shape, model) for shape in row.incoming)
    facts = [("settings", _settings(row.layer.kind)), ("reads", reads)]
    facts.append(("gives", ", ".join(shape_words(shape, model) for shape in row.outputs)))
    yield Table((_BARE, _BARE), tuple((name, fact) for name, fact in facts if fact))


def _settings(kind: Kind) -> str:
    """The kind's settings as it holds them, without those left at what they are by default."""
    if isinstance(kind, Unknown | Custom):
        return ""
    names: tuple[str, ...] = kind.__match_args__
    settings: dict[str, object] = {name: getattr(kind, name) for name in names}
    told = (
        f"{name} {_setting(setting)}"
        for name, setting in settings.items()
        if name not in kind._defaults or setting != kind._defaults[name]
    )
    return ", ".join(told)


def _setting(setting: object) -> str:
    if isinstance(setting, bool):
        return "yes" if setting else "no"
    if isinstance(setting, Kind):
        return f"{setting.name} ({_settings(setting)})"
    text = "?" if setting is None else str(setting)
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"


# -- tensors -------------------------------------------------------------------------------------


def _tensors(row: Row) -> Table:
    """A line per tensor: its role, its sizes by name and in numbers, its count, its state."""
    named = {tensor.role: tensor for tensor in row.expected or ()}
    columns = (
        Column("tensor"), Column("sizes", look="formula"), Column("shape"),
        Column("count", align="right", look="strong"), Column("state", look="faint"),
    )  # fmt: skip
    rows = tuple(_tensor(held, named.get(held.role)) for held in row.held or ())
    return Table(columns, rows)


def _tensor(held: Held, expected: Expected | None) -> tuple[Text, ...]:
    shape = tuple_words(["?" if size is None else str(size) for size in held.shape])
    state = "buffer" if held.buffer else "trainable" if held.trainable else "frozen"
    if held.tied_to is not None:
        state = f"{held.tied_to}, counted there"
    count: Text = "?" if held.count is None else held.count
    return (held.role or held.name, _names(expected), shape, count, state)


def _names(expected: Expected | None) -> Text:
    """``(k_h, k_w, C_in, C_out)``, each to be spelled as a symbol."""
    if expected is None:
        return ""
    pieces: list[Inline] = ["("]
    for i, dim in enumerate(expected.dims):
        pieces += [", ", Symbols(dim)] if i else [Symbols(dim)]
    return (*pieces, ",)" if len(expected.dims) == 1 else ")")


# -- the count -----------------------------------------------------------------------------------


def _count(row: Row) -> Iterator[Block]:
    if row.derived is None:
        return
    parts = row.layer.kind.parts(*row.incoming)
    whole = sum(_product(part) for part in parts)
    if parts and whole == value(row.derived):
        yield from _parts(parts)
    yield Equation("parameters", row.derived)


def _product(part: Part) -> int:
    return (value(part.count) or 0) * (value(part.each) or 0)


def _parts(parts: tuple[Part, ...]) -> Iterator[Block]:
    """``5·5·6 + 1 = 151 per filter, 16 filters: 151·16 = 2,416``; several parts as a sum."""
    if len(parts) == 1:
        (part,) = parts
        number = f"{value(part.count):,} {plural(part.noun)}"
        yield Paragraph((*_result(part.each), f" per {part.noun}, {number}: ", *_multiplied(part)))
        return
    columns = (_BARE, _BARE, Column("", align="right"))
    rows = tuple(_part(part) for part in parts)
    total = ("together", "", sum(_product(part) for part in parts))
    yield Table(columns, rows, (total,))


def _part(part: Part) -> tuple[Text, ...]:
    each = value(part.each) or 0
    number = value(part.count) or 0
    said = (f"{counted(number, part.noun)}: ", *_result(part.each), " each")
    return (said, f"{number:,}·{each:,} =", number * each)


def _result(expr: Expr) -> tuple[Inline, ...]:
    """A formula and what it comes to; a bare number once."""
    number = value(expr)
    known = "?" if number is None else f"{number:,}"
    return (known,) if equation(expr) == known else (expr, f" = {known}")


def _multiplied(part: Part) -> tuple[Inline, ...]:
    each, number = value(part.each) or 0, value(part.count) or 0
    return (f"{each:,}·{number:,} = {each * number:,}",)


def _observed(row: Row) -> Iterator[Block]:
    if row.observed is not None and (row.observed or row.basis == "disagrees"):
        said = f"The tensors in the source hold {row.observed:,} parameters"
        yield Paragraph(f"{said}: {row.basis}.")
    elif row.basis in ("unknown", "observed only"):
        yield Paragraph(f"{row.basis.capitalize()}: {MEANING[row.basis]}.")


# -- output and work -----------------------------------------------------------------------------


def _output(row: Row, level: int) -> Iterator[Block]:
    """A line per axis of the output, with its formula; nothing where no axis needs one."""
    derived = _computed(row)
    if not derived:
        return
    yield Heading("output", level)
    columns = (
        Column("axis", align="right"), Column("formula", look="formula"),
        Column("with values", look="formula"), Column("size", align="right", look="strong"),
    )  # fmt: skip
    yield Table(columns, tuple(_axis(i, size) for i, size in enumerate(derived, 1)))
    if sizes(derived) != row.output:
        yield Paragraph(f"The source reports {row.output}.")


def _computed(row: Row) -> Dims:
    """The sizes of the output, if any of them is computed and not just handed on."""
    derived = row.layer.kind.output(*row.incoming) or ()
    return derived if any(not isinstance(size, Num | Dim) for size in derived) else ()


def _axis(number: int, size: Expr) -> tuple[Text, ...]:
    result = value(size)
    return (number, Symbols(size), size, "?" if result is None else result)


def _work(row: Row, level: int) -> Iterator[Block]:
    shown = [
        Equation(name, expr)
        for name, expr in (("MACs", row.work), ("connections", row.links))
        if expr is not None and expr != Num(0)
    ]
    if shown:
        yield Heading("work for one sample", level)
        yield from shown


def _meanings(row: Row, level: int) -> Iterator[Block]:
    """Every symbol used above, its value and what it stands for."""
    used = [row.derived, row.work, row.links, *_computed(row)]
    symbols = dict.fromkeys(dim for expr in used if expr is not None for dim in dims(expr))
    if not symbols:
        return
    yield Heading("symbols", level)
    columns = (
        Column("symbol", look="formula"), Column("value", align="right"), Column("meaning"),
    )  # fmt: skip
    rows = tuple(
        (Symbols(dim), "?" if dim.size is None else dim.size, dim.meaning) for dim in symbols
    )
    yield Table(columns, rows)


def _sum_of_rows(weighing: Weighing) -> Table:
    """The counts of all rows under each other, added up."""
    from weighbridge.reports._totals import AMOUNT, totals

    columns = (Column("layer"), AMOUNT)
    rows = tuple((row.path, row.parameters) for row in weighing.rows)
    return Table(columns, rows, totals(weighing, columns))
