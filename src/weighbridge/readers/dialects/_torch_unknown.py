"""Modules in the place of what cannot be followed.

What a library nobody knows returns may be a module with parameters of its own. It is taken for one
where it is registered as one, called on a tensor, given parts, or made by a class and kept by a
module: then a total that leaves it out is "at least".
"""

from __future__ import annotations

import _ast as ast

from weighbridge.layers import Untold
from weighbridge.model import Unknown
from weighbridge.readers.dialects._graph import Node, symbols

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named, Value
    from weighbridge.readers.dialects._torch_modules import Module
    from weighbridge.readers.dialects._torch_session import Session

_NO_MODULES = (
    "Config", "Tokenizer", "Processor", "Extractor", "Metric", "Logger", "Writer", "Dataset",
    "Loader", "Optimizer", "Scheduler", "Scaler", "Collator", "Compose", "Counter", "Path",
)  # fmt: skip
"""How classes are called whose objects are no modules."""
_NO_PARAMETERS = ("torch.", "torchmetrics.", "sklearn.", "numpy.", "logging.")
"""Libraries whose objects are no modules, or modules that own nothing to count."""


def mystery(session: Session, run: Run, value: Value) -> Module:
    """A module nobody knows."""
    from weighbridge.readers.dialects._torch_modules import Module

    why = value.because if isinstance(value, Untold) else "not a module"
    run.note(f"a module is not known: {why}", run.here)
    made = Module(session, run, "Unknown")
    made.kind = Unknown(native="?", because=why)
    return made


def standing_for(session: Session, run: Run, why: Untold) -> Module:
    """The one module in the place of ``why``, wherever a module keeps that as an attribute."""
    if id(why) in session.standing:
        return session.standing[id(why)][1]
    made = mystery(session, run, why)
    session.standing[id(why)] = (why, made)
    for module in session.modules:
        for name in [name for name, value in module.attributes.items() if value is why]:
            module.attributes[name] = module.modules[name] = made
    return made


def is_kept(session: Session, why: Untold) -> bool:
    """Whether ``why`` is an attribute of a module, or has one in its place."""
    kept = (value for module in session.modules for value in module.attributes.values())
    return id(why) in session.standing or any(value is why for value in kept)


def called(
    session: Session, run: Run, why: Untold, values: list[Value], named: Named
) -> Value | None:
    """A call of something unknown on tensors; ``None`` where there are none among the arguments."""
    reads = [s for s in symbols([values, named]) if s.session is session and not s.stored]
    if not reads:
        return None
    if is_kept(session, why):
        return session.apply(run, standing_for(session, run, why), list(reads), {})
    run.note(f"what becomes of a tensor is not known: {why.because}", run.here)
    node = Node(Unknown(native="?", because=why.because), None, values, named)
    name = why.because.partition("(")[0]
    session.entitle(node, name if name.replace(".", "").isidentifier() else "unknown")
    session.work_out(node)
    session.record(node)
    return node.structure


def is_constructed(run: Run, value: Value) -> bool:
    """Whether the statement being followed makes ``value`` by a class of an unknown library."""
    if type(value) is not Untold or value.because.startswith(_NO_PARAMETERS):
        return False
    match run.here:
        case (
            ast.Assign(value=ast.Call(func=function)) | ast.AnnAssign(value=ast.Call(func=function))
        ):
            words = [word for word in _words(function) if word[:1].isupper()]
            return bool(words) and not words[-1].endswith(_NO_MODULES)
    return False


def _words(function: ast.expr) -> list[str]:
    """The names in ``library.Model.from_pretrained``."""
    match function:
        case ast.Attribute(value=owner, attr=name):
            return [*_words(owner), name]
        case ast.Name(id=name):
            return [name]
    return []
