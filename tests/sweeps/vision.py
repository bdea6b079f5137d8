"""torchvision's models: ``weigh --run tests.sweeps.vision:resnet50``, beside any PyTorch."""

from __future__ import annotations

from tests.sweeps import compiled

compiled.declare()

from torchvision.models import *  # type: ignore[import-untyped]  # noqa: E402, F403  # torchvision ships no types; first the operators
