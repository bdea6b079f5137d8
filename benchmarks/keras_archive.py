"""How many times faster reading and weighing a saved model is than loading it with Keras.

EfficientNet-B7 (816 layers, 66.7 million parameters) is saved once. Then, in turn, so that a busy
machine slows both alike: a whole process that reads and weighs the archive, from the start of the
interpreter to its end, against ``keras.saving.load_model`` alone in a process that has imported
Keras already. Prints the ratio of the medians and the 40 it is meant to keep, and asserts nothing:
a busy machine is no failure.

    python benchmarks/keras_archive.py [ROUNDS]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROUNDS = 3
MEANT = 40

SAVE = "import keras, sys; keras.applications.EfficientNetB7(weights=None).save(sys.argv[1])"
LOAD = """
import sys, time
import keras
start = time.perf_counter()
model = keras.saving.load_model(sys.argv[1])
print(time.perf_counter() - start, model.count_params())
"""
WEIGH = """
import sys
from weighbridge.readers import Source
from weighbridge.readers.keras_archive import READER
from weighbridge.weighing import weigh
print(0, int(weigh(READER.read(Source(value=sys.argv[1]))).parameters))
"""


def run(program: str, path: Path) -> tuple[float, float, int]:
    """Seconds of the whole process, seconds it reports, and the count it prints."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True,
        env={"KERAS_BACKEND": "jax", "TF_CPP_MIN_LOG_LEVEL": "3", **kept},
    )  # fmt: skip
    whole = time.perf_counter() - start
    seconds, count = done.stdout.split()[-2:] if done.stdout.strip() else ("0", "0")
    return whole, float(seconds), int(count)


def main(rounds: int = ROUNDS) -> None:
    """Prints each round and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "efficientnet-b7.keras"
        run(SAVE, path)
        run(WEIGH, path)  # compiles what an installed package has compiled
        ours, theirs = [], []
        for _ in range(rounds):
            whole, _, weighed = run(WEIGH, path)
            _, loading, loaded = run(LOAD, path)
            ours.append(whole)
            theirs.append(loading)
            print(f"weigh {whole:.2f} s: {weighed:,}   load_model {loading:.2f} s: {loaded:,}")
    ratio = median(theirs) / median(ours)
    print(f"{ratio:.0f} times faster than load_model (meant: at least {MEANT})")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
