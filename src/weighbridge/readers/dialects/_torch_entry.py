"""How samples enter a PyTorch model: along which axis of what it is given they lie.

PyTorch's recurrent and attention layers read time steps first and samples second unless they are
told otherwise. A model that hands them what it is given does the same.
"""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.readers.dialects._graph import symbols
from weighbridge.readers.dialects._torch_written import WrittenModule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.errors import Finding
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named, Value
    from weighbridge.readers.dialects._torch_modules import Module
    from weighbridge.readers.dialects._torch_session import Session

    Given = Callable[[int], tuple[list[Value], Named]]


def entered(session: Session, run: Run, module: Module, given: Given) -> Value:
    """What ``module``, called inside no other, makes of arguments with samples along an axis.

    Where its own code leaves that open, the axis counts with which more can be told.
    """
    first, *others = _axes(module)
    noted = len(run.findings)
    try:
        result = session.apply_all(run, module, *given(first))
    except Impossible:
        if not others:
            raise
        del run.findings[noted:]
        return session.apply_all(run, module, *given(others[0]))
    if not others or _is_known(result):
        return result
    return _again(session, run, module, given(others[0]), (result, run.findings[noted:]))


def _again(
    session: Session, run: Run, module: Module, given: tuple[list[Value], Named],
    before: tuple[Value, list[Finding]],
) -> Value:  # fmt: skip
    """A second try; what came out ``before`` unless this tells more."""
    result, findings = before
    noted = len(run.findings) - len(findings)
    del run.findings[noted:]
    try:
        other = session.apply_all(run, module, *given)
        if _is_known(other):
            return other
        module.nodes.pop()
    except Impossible:
        pass
    run.findings[noted:] = findings
    return result


def _axes(module: Module) -> tuple[int, ...]:
    own = module.outer_axis()
    if own or not isinstance(module, WrittenModule):
        return (own,)
    return (0, 1) if any(part.outer_axis() for _, part in module.family()) else (0,)


def _is_known(result: Value) -> bool:
    found = symbols(result)
    return bool(found) and all(symbol.shape is not None for symbol in found)
