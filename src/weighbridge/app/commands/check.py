"""Whether numbers stated of a network are right and, if not, which assumption yields them."""

from __future__ import annotations

from weighbridge import claims, readers, weighing
from weighbridge.app import _requests
from weighbridge.app._arguments import Arguments, Option, Positional, Signature
from weighbridge.app.commands import Command, Reply
from weighbridge.errors import NotFound, Usage
from weighbridge.readers import known_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.weighing import Weighing

FAILS = 1
"""The exit code where a claim is wrong."""
CLAIM = Positional(
    "CLAIM",
    "a number, also of something: conv2d_1=1516, 'macs <= 600M'; a summary needs none",
    least=0,
    most=None,
)
TABLE = Option(("--table",), "FILE", "claims in Markdown, CSV, LaTeX, TOML or a printed summary")


def _run(arguments: Arguments) -> Reply:
    result = _requests.weighed(arguments)
    source, *stated = arguments.positional
    tables = [found for file in arguments.each("--table") for found in claims.table_claims(file)]
    audited = result.model.origin.format == "summary"
    if not stated and not tables and not audited:
        raise Usage("nothing is claimed", hint="for instance weigh check lenet5 conv2d_1=1516")
    checked = claims.check(result, [*stated, *tables], lambda name: _named(source, name))
    wrong = checked.fails or (audited and any(f.level == "warning" for f in result.findings))
    return _requests.reply(checked, arguments, FAILS if wrong else 0)


def _named(source: str, name: str) -> Weighing | None:
    """Another model of the same file, or a well-known one."""
    known = known_name.matching(name)
    if source.endswith(".py") and name.isidentifier():
        try:
            return weighing.weigh(readers.read(readers.named(f"{source}:{name}")))
        except NotFound:
            pass  # perhaps well known
    return weighing.weigh(readers.read(readers.named(known))) if known else None


COMMAND = Command(
    usage="weigh check SOURCE [CLAIM…] [options]",
    signature=Signature((_requests.SOURCE, CLAIM), (_requests.INPUT, TABLE, *_requests.OUTPUT)),
    run=_run,
    examples=(
        "weigh check lenet5 conv2d_1=1516",
        "weigh check model.py 'parameters <= 5M' 'macs <= 600M' 'size <= 20 MiB'",
        "weigh check lenet5-1998 --table table1.md",
        "weigh check summary.txt",
    ),
)
