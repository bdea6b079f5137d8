"""The arithmetic of a layer step by step: its tensors, its count, its output, its work."""

from __future__ import annotations

from weighbridge.app import _requests
from weighbridge.app._arguments import Arguments, Positional, Signature
from weighbridge.app.commands import Command, Reply

LAYER = Positional("LAYER", "its path or the end of it; without it, every layer", least=0)


def _run(arguments: Arguments) -> Reply:
    from weighbridge.reports.explanation import explained, explained_model
    from weighbridge.weighing.lookup import row_of

    result, layer = _requests.weighed(arguments), arguments.at(1)
    if layer is None:
        return _requests.reply(explained_model(result), arguments)
    return _requests.reply(explained(row_of(result, layer), result), arguments)


COMMAND = Command(
    usage="weigh explain SOURCE [LAYER] [options]",
    signature=Signature((_requests.SOURCE, LAYER), (*_requests.SOURCE_OPTIONS, *_requests.OUTPUT)),
    run=_run,
    examples=(
        "weigh explain lenet5 conv2d_1",
        "weigh explain 'Conv2D(16, 5)' --input 14x14x6",
        "weigh explain lenet5-1998 C3 --format latex",
    ),
)
