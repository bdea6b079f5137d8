"""Each layer with its parameters and their derivation, then what they come to (the default)."""

from __future__ import annotations

from weighbridge import weighing
from weighbridge.app import _requests
from weighbridge.app._arguments import Arguments, Option, Signature, at_least_one
from weighbridge.app.commands import Command, Reply

DISAGREES = 1
"""The exit code where a count derived from settings is not that of the tensors."""
DEPTH = Option(("--depth",), "N", "fold paths of more than N parts into their parents")
BY = Option(("--by",), "WHAT", "group by kind or dtype", choices=("kind", "dtype"))


def _run(arguments: Arguments) -> Reply:
    result = _requests.weighed(arguments)
    code = 0 if result.agrees else DISAGREES
    depth, by = arguments.last("--depth"), arguments.last("--by")
    if depth is not None:
        result = weighing.fold(result, at_least_one(depth))
    options = {} if by is None else {"by": by}
    return _requests.reply(result, arguments, code, **options)


COMMAND = Command(
    usage="weigh SOURCE [options]",
    signature=Signature(
        (_requests.SOURCE,), (*_requests.SOURCE_OPTIONS, DEPTH, BY, *_requests.OUTPUT)
    ),
    run=_run,
    examples=(
        "weigh lenet5",
        "weigh net.py",
        "weigh net.py:encoder --depth 1",
        "weigh 'Conv2D(16, 5)' --input 14x14x6",
        "weigh model.keras -o table.tex",
        "weigh --run torchvision.models:resnet50 --input 3x224x224",
    ),
)
