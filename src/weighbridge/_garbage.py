"""Python's search for garbage, put off while a model is weighed.

Weighing makes many small values in a short time and hardly a cycle. Python would look through all
objects of the process for one again and again, and a process with a framework has very many.
"""

from __future__ import annotations

import gc


class Waits:
    """``with Waits():``: nothing is searched for garbage meanwhile, in any thread."""

    def __enter__(self) -> None:
        self._was_on = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self._was_on:
            gc.enable()
