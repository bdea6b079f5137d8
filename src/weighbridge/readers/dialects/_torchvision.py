"""Networks of torchvision in followed code, where ``known/`` holds a file that builds them.

``models.resnet18(pretrained=True)`` is the network of that name as published; weights change no
count. What ``known/`` does not have is unknown.
"""

from __future__ import annotations

import os

from weighbridge.layers import Untold
from weighbridge.readers._python import calls
from weighbridge.readers._python.modules import FileModule, Imported
from weighbridge.readers._python.values import Native, Raised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named, Value

_APART = ("detection", "segmentation", "video", "optical_flow")
"""Parts of ``torchvision.models`` whose networks are others, also where a name is the same."""
_OF_WEIGHTS = ("weights", "pretrained", "progress", "init_weights", "transform_input")
"""Settings that change no count: which weights to load, how to start, what is done to images."""


class Networks:
    """The files of ``known/`` that one reading has needed."""

    def __init__(self) -> None:
        self._modules: dict[str, FileModule] = {}

    def named(self, path: str) -> Value | None:
        """What ``torchvision.models.<…>.<name>`` stands for; ``None``: ``known/`` lacks it."""
        from weighbridge.readers.known_name import defining

        parts = path.split(".")
        if parts[:2] != ["torchvision", "models"] or {*parts} & {*_APART}:
            return None
        if parts[2:] in (["get_model"], ["list_models"]):
            return Chosen(self)
        file = defining(parts[-1])
        if not file:
            return None
        module = self._modules.setdefault(file, FileModule(os.path.basename(file), file, ""))
        named = Imported(module, parts[-1])
        return named if parts[-1][:1].isupper() else Constructor(path, named)


class Constructor(Native):
    """A function of torchvision that builds a network."""

    def __init__(self, path: str, function: Imported) -> None:
        self.path, self.function = path, function

    @property
    def label(self) -> str:
        return self.path

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        build = self.function.module.attribute(run, self.function.name)
        settings = {key: value for key, value in named.items() if key not in _OF_WEIGHTS}
        try:
            return calls.call(run, build, [], settings, run.here)
        except Raised as raised:
            return Untold(f"{self.path}: {raised.message}")


class Chosen(Native):
    """``get_model("resnet50")``, ``torch.hub.load("pytorch/vision", "resnet50")``."""

    def __init__(self, networks: Networks) -> None:
        self.networks = networks

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        words = [*values, *(named[key] for key in ("name", "model", "repo_or_dir") if key in named)]
        for word in words:
            found = self.networks.named(f"torchvision.models.{word}")
            if isinstance(found, Constructor):
                settings = {k: v for k, v in named.items() if k in ("num_classes", "dropout")}
                return found.call(run, [], settings)
        return Untold(f"the network {words[-1]!r}" if words else "a network")
