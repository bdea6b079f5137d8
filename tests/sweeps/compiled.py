"""torchvision's two compiled operators that it cannot be imported without, declared and no more.

The torchvision of the package index is compiled for CUDA; beside a PyTorch for CPUs its operators
do not load. No model calls them while it is built.
"""

from __future__ import annotations

import sys
from typing import Any

_ARGUMENTS = "Tensor dets, Tensor scores, float iou_threshold"
_DECLARED: list[Any] = []
"""What is declared lasts as long as the object that has declared it."""


def declare() -> None:
    """Where torchvision cannot be imported as it is, it can be afterwards."""
    import torch

    try:
        import torchvision  # type: ignore[import-untyped]  # noqa: F401  # ships no types
    except RuntimeError:
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]  # torch's
        for name in ("nms", "qnms"):
            library.define(f"{name}({_ARGUMENTS}) -> Tensor")  # type: ignore[no-untyped-call]  # torch's
        _DECLARED.append(library)
