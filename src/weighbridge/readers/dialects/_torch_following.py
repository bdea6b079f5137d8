"""Calls of modules whose work is that of other code: of the file, or of a container."""

from __future__ import annotations

from weighbridge.readers._python.values import untold
from weighbridge.readers.dialects._graph import Symbol, mapped, symbols

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Value
    from weighbridge.readers.dialects._graph import Node
    from weighbridge.readers.dialects._torch_containers import Forward
    from weighbridge.readers.dialects._torch_modules import Module


def follow(run: Run, module: Module, node: Node, forward: Forward) -> Value:
    """Fills ``node`` with what following the code of the module gives, and returns that."""
    session = module.session
    with session.inside() as inner:
        result = forward(run, module, node)
    node.inner = inner
    node.returns = [symbol for symbol in symbols(result) if not symbol.stored]
    if not symbols(result) and (why := untold(result)) is not None:
        message = f"what {module.native} returns is not known: {why.because}"
        run.note(message, run.here, module.name)
        result = Symbol(session, None)
        node.returns = [result]
    outer = {id(s): Symbol(session, s.shape, node, i) for i, s in enumerate(node.returns)}
    node.outputs = [outer[id(symbol)] for symbol in node.returns]
    return mapped(result, lambda symbol: outer.get(id(symbol), symbol))
