"""What the commands have in common: which source, in which format, to where."""

from __future__ import annotations

from weighbridge import readers, reports, weighing
from weighbridge.app import _output
from weighbridge.app._arguments import Arguments, Option, Positional, shape
from weighbridge.app.commands import Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.weighing import Weighing

SOURCE = Positional("SOURCE", "a file, a line of notation or a name: see weigh --help")
INPUT = Option(
    ("--input",),
    "SHAPE",
    "sizes of one sample without the batch: 28x28x1, ? where open; once for each input",
)
RUN = Option(("--run",), "", "run the code of SOURCE: package.module:factory or FILE.py:NAME")
SOURCE_OPTIONS = (INPUT, RUN)
FORMAT = Option(("--format",), "FORMAT", f"one of {', '.join(reports.formats())}")
FILE = Option(("-o",), "FILE", "write to FILE, in the format of its suffix unless --format says")
COLOUR = Option(
    ("--color", "--colour"),
    "WHEN",
    "auto (on a terminal, unless NO_COLOR is set), always or never",
    choices=("auto", "always", "never"),
)
OUTPUT = (FORMAT, FILE, COLOUR)


def weighed(arguments: Arguments) -> Weighing:
    """The source of ``arguments`` on the scales. Raises what reading and weighing raise."""
    shapes = tuple(map(shape, arguments.each("--input")))
    shape_of = shapes[0] if len(shapes) == 1 else shapes or None
    source = readers.named(arguments.at(0), shape_of, run=arguments.has("--run"))
    return weighing.weigh(readers.read(source))


def reply(result: object, arguments: Arguments, code: int = 0, **options: object) -> Reply:
    """``result`` in the format asked for, or else the one that suits where it goes."""
    file = arguments.last("-o") or ""
    file = "" if file == "-" else file
    stream = None if file else _output.standard_output()
    colour = _output.coloured(arguments.last("--color") or "auto", stream)
    text = reports.render(
        result,
        arguments.last("--format") or _format(file, colour or _output.is_terminal(stream)),
        width=_output.width(stream),
        colour=colour,
        **options,
    )
    return Reply(text, code, file)


def _format(file: str, shown: bool) -> str:
    if file:
        return reports.format_for(file)
    return "terminal" if shown else "text"
