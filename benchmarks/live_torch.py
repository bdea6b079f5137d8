"""How many times faster a live PyTorch model is weighed than torchinfo summarises it.

ResNet-50 of torchvision, BERT-base and a Llama of 7 billion parameters of transformers. Both sides
take turns in one process, so that a busy machine slows both alike: counts, shapes and MACs of every
layer from a shape on our side, ``torchinfo.summary`` without printing on the other. Counts alone
against one walk over ``named_modules()`` and ``named_parameters()``. Last the first call in a
process of its own, which on either side pays for what it imports. Prints the ratio of the
medians and what it is meant to be, and asserts nothing: a busy machine is no failure.

Needs torchvision, transformers and torchinfo 1.8.0.

    python benchmarks/live_torch.py [ROUNDS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Model = Any
    """A module of PyTorch, which is imported where it is used."""

ROUNDS = 7
STEPS = 128
"""Words that the two language models read."""
BUILD = """
import torch
library = torch.library.Library("torchvision", "DEF")
for operator in (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "roi_align(Tensor input, Tensor rois, float spatial_scale, int pooled_height, "
    "int pooled_width, int sampling_ratio, bool aligned) -> Tensor",
):
    library.define(operator)  # torchvision beside a PyTorch without its compiled operators
import torchvision, transformers
def resnet50(device):
    with torch.device(device):
        return torchvision.models.resnet50().eval()
def bert(device):
    with torch.device(device):
        return transformers.BertModel(transformers.BertConfig()).eval()
def llama(device):
    with torch.device(device):
        return transformers.LlamaForCausalLM(transformers.LlamaConfig()).eval()
"""
SHAPES = {"resnet50": (3, 224, 224), "bert": (STEPS,), "llama": (STEPS,)}
FIRST = """
import runpy, sys, time
import torch
if sys.argv[3] == "untouched":  # drawing first values is an operation
    torch.nn.init.kaiming_normal_ = torch.nn.init.constant_ = lambda tensor, *_, **__: tensor
with torch.device("meta"):
    model = runpy.run_path(sys.argv[1])["resnet50"]().eval()
before = set(sys.modules)
start = time.perf_counter()
if sys.argv[2] == "ours":
    import weighbridge
    weighbridge.weigh(model, (3, 224, 224))
else:
    import torchinfo
    torchinfo.summary(model, (1, 3, 224, 224), verbose=0, device="meta", mode="eval")
print(time.perf_counter() - start)
dragged = {"sympy", "torch._dynamo"} & (set(sys.modules) - before)
print(",".join(sorted(dragged)) or "nothing")
"""
"""ResNet-50 from a file that imports PyTorch and nothing else: torchvision and transformers have
imported by themselves what the first operation on the meta device does. Unless it is left
untouched, that operation has drawn the first values of its weights."""
RESNET = Path(__file__).parents[1] / "tests" / "readers" / "torch_sources" / "resnet_torchvision.py"


def seconds(work: Callable[[], object]) -> float:
    """How long ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compared(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> float:
    """The median of ``theirs`` divided by that of ``ours``, the two taking turns."""
    ours()
    theirs()
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    mine, other = (statistics.median(each) for each in zip(*pairs, strict=True))
    print(f"  {mine * 1e3:8.1f} ms against {other * 1e3:8.1f} ms", end="   ")
    return float(other / mine)


def summary(model: Model, shape: tuple[int, ...], batch: int, device: str) -> Callable[[], object]:
    """``torchinfo.summary`` of a model on ``batch`` samples."""
    import torch
    import torchinfo

    numbers = torch.float32 if len(shape) > 1 else torch.long
    given = [torch.zeros(batch, *shape, dtype=numbers, device=device)]
    return lambda: torchinfo.summary(model, input_data=given, verbose=0, device=device, mode="eval")


def walk(model: Model) -> None:
    """One walk over modules and parameters by name."""
    for _ in model.named_modules():
        pass
    for _ in model.named_parameters():
        pass


def first(side: str, state: str) -> tuple[float, str]:
    """Seconds of the first call in a fresh process, and which of the slow packages it imports."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-W", "ignore", "-c", FIRST, str(RESNET), side, state]
    for _ in range(2):  # the first compiles what an installed package has compiled
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=kept)
    took, dragged = done.stdout.split()[-2:]
    return float(took), dragged


def main(rounds: int = ROUNDS) -> None:
    """Prints each ratio beside the one it is meant to be."""
    import weighbridge

    names: dict[str, Any] = {}
    exec(BUILD, names)
    for name, shape in SHAPES.items():
        model = names[name]("meta")
        print(f"{name}, meta device, batch 1:", end="")
        weighed = partial(weighbridge.weigh, model, shape)
        ratio = compared(weighed, summary(model, shape, 1, "meta"), rounds)
        print(f"{ratio:.1f} times faster than torchinfo (meant: at least 8)")
        print(f"{name}, counts alone:", end="")
        ratio = compared(partial(weighbridge.weigh, model), partial(walk, model), rounds)
        print(f"{1 / ratio:.1f} walks (meant: at most 20)")
    for name in ("resnet50", "bert"):
        model, shape = names[name]("cpu"), SHAPES[name]
        for batch, meant in ((1, 8), (32, 100)):
            print(f"{name}, CPU, batch {batch}:", end="")
            weighed = partial(weighbridge.weigh, model, shape)
            ratio = compared(weighed, summary(model, shape, batch, "cpu"), min(rounds, 3))
            print(f"{ratio:.1f} times faster than torchinfo (meant: at least {meant})")
    for state, aim in (("untouched", " (meant: at least 8)"), ("initialised", "")):
        (mine, dragged), (other, _) = first("ours", state), first("theirs", state)
        print(f"first call, {state}: {mine:.2f} s against {other:.2f} s", end="   ")
        print(f"{other / mine:.1f} times{aim}; of sympy and dynamo: {dragged}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
