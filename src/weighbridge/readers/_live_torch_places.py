"""Where in the author's own code something happens while a live model runs."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType


def place_of(frame: FrameType | None) -> str:
    """The author's line that a call comes from, as ``net.py:12``; empty if there is none."""
    while frame is not None:
        found = _place_in(frame, frame.f_lineno)
        if found:
            return found
        frame = frame.f_back
    return ""


def place_raised(trace: TracebackType | None) -> str:
    """The author's innermost line that an error went through."""
    place = ""
    while trace is not None:
        place = _place_in(trace.tb_frame, trace.tb_lineno) or place
        trace = trace.tb_next
    return place


def _place_in(frame: FrameType, line: int) -> str:
    file = frame.f_code.co_filename.replace(os.sep, "/")
    if file.startswith("<") or any(file.startswith(folder) for folder in _others()):
        return ""
    return f"{file.rpartition('/')[2]}:{line}"


def _others() -> list[str]:
    """The folders of our code and of PyTorch's."""
    packages = (sys.modules.get(name) for name in ("torch", "weighbridge"))
    files = (getattr(package, "__file__", None) or "" for package in packages)
    return [os.path.dirname(file).replace(os.sep, "/") + "/" for file in files if file]
