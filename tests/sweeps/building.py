"""Builds model after model as ``--run`` does, in one process, and tells what each comes to.

    python -m tests.sweeps.building FAMILY < TARGETS

reads targets, one a line, and prints for each a line of JSON: what weighbridge counts beside what
the framework does, or why there is no model. A framework takes longer to import than most models to
build, so that a process for each would take hours.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from weighbridge import weighing
from weighbridge.model import Model
from weighbridge.readers import Source, read
from weighbridge.readers._run_answer import HEADER, packed, unpacked
from weighbridge.readers._run_making import made
from weighbridge.readers.run import target_of

Live = Any  # a model of Keras or PyTorch
Telling = dict[str, Any]
ROOT = Path(__file__).parents[2]


def swept(family: str, targets: Iterable[str] = (), **settings: str) -> dict[str, Telling]:
    """What each target comes to, from a process that knows no other framework."""
    search = os.pathsep.join([str(ROOT), *map(os.path.abspath, filter(None, sys.path))])
    done = subprocess.run(
        [sys.executable, "-m", "tests.sweeps.building", family],
        input="\n".join(targets), capture_output=True, text=True, check=False, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": search, "PYTHONUTF8": "1", **settings},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]
    tellings: list[Telling] = [json.loads(line) for line in done.stdout.splitlines()]
    return {telling["target"]: telling for telling in tellings}


def told(text: str) -> Telling:
    """What the model that ``text`` names comes to, in weighbridge's eyes and in its framework's."""
    start = time.perf_counter()
    try:
        model = made(target_of(text))
    except Exception as error:  # the library's own code may raise anything
        return {"target": text, "not_built": " ".join(f"{type(error).__name__}: {error}".split())}
    built = time.perf_counter()
    # As it comes from one process to another.
    passed = unpacked(packed(read(Source(model)))[HEADER:])
    assert isinstance(passed, Model)
    found = weighing.weigh(passed)
    return {
        "target": text,
        "parameters": int(found.parameters), "trainable": int(found.trainable),
        "buffers": int(found.buffers), "agrees": found.agrees,
        "own": own(model), "own_trainable": own(model, trainable=True),
        "building": round(built - start, 2), "reading": round(time.perf_counter() - built, 2),
    }  # fmt: skip


def own(model: Live, trainable: bool = False) -> int:
    """What the framework itself counts."""
    if hasattr(model, "num_parameters"):
        return int(model.num_parameters(only_trainable=trainable))
    if hasattr(model, "count_params"):
        weights = model.trainable_weights if trainable else model.weights
        return sum(int(weight.value.size) for weight in weights)
    return sum(p.numel() for p in model.parameters() if p.requires_grad or not trainable)


def tellings(family: str) -> Iterator[Telling]:
    """Of every target of standard input, or of all that transformers has."""
    texts: Iterable[str] = filter(None, map(str.strip, sys.stdin))
    if family != "keras":
        from tests.sweeps import compiled

        compiled.declare()
    if family == "transformers":
        import torch

        from tests.sweeps import architectures

        # What cannot be made on the meta device is not made elsewhere: it might fill the memory.
        torch.set_default_device("meta")
        texts = architectures.targets()
    for text in texts:
        yield told(text)
        gc.collect()


if __name__ == "__main__":
    answers = sys.stdout
    with redirect_stdout(sys.stderr):
        for telling in tellings(sys.argv[1]):
            print(json.dumps(telling), file=answers, flush=True)
