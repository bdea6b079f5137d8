"""Modules in the place of what cannot be followed."""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Value
    from weighbridge.readers.dialects._torch_modules import Module
    from weighbridge.readers.dialects._torch_session import Session


def mystery(session: Session, run: Run, value: Value) -> Module:
    """A module nobody knows."""
    from weighbridge.readers.dialects._torch_modules import Module

    why = value.because if isinstance(value, Untold) else "not a module"
    run.note(f"a module is not known: {why}", run.here)
    made = Module(session, run, "Unknown")
    made.kind = Unknown(native="?", because=why)
    return made
