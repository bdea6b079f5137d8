"""How much longer ``weigh`` takes than a bare Python that does nothing, and how much memory.

Whole processes, in turn, so that a busy machine slows all of them alike: each run is compared with
the bare Python of its own round, and the median of these ratios counts. Prints ratios and the
limits they are meant to keep, and asserts nothing: a busy machine is no failure. Run it with the
interpreter weighbridge is installed in.

    python benchmarks/startup.py [ROUNDS]
"""

from __future__ import annotations

import os
import pty
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from weighbridge.readers import known_name

ROUNDS = 15
KERAS_ROUNDS = 3
MEGABYTE = 1_000_000


class Run(NamedTuple):
    """One process: wall-clock seconds and peak resident bytes."""

    seconds: float
    memory: int


def run(command: list[str], terminal: bool = False) -> Run:
    """``command`` from start to end, its output read through a pipe or a pseudo-terminal.

    Raises ``RuntimeError`` where it fails.
    """
    reading, writing = pty.openpty() if terminal else os.pipe()
    start = time.perf_counter()
    process = os.posix_spawn(
        command[0], command, _environment(), file_actions=[(os.POSIX_SPAWN_DUP2, writing, 1)]
    )
    os.close(writing)
    _drain(reading)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - start
    os.close(reading)
    if status:
        raise RuntimeError(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(seconds, usage.ru_maxrss * unit)


def _environment() -> dict[str, str]:
    """Ours, with compiled files kept, as an installed package has them."""
    without = {"PYTHONDONTWRITEBYTECODE", "NO_COLOR", "FORCE_COLOR"}
    kept = {name: value for name, value in os.environ.items() if name not in without}
    return {"TERM": "xterm-256color", "KERAS_BACKEND": "jax", **kept}


def _drain(descriptor: int) -> None:
    """Reads to the end; a pseudo-terminal says so by an error."""
    try:
        while os.read(descriptor, 1 << 16):
            pass
    except OSError:
        return


class Case(NamedTuple):
    """A way to call ``weigh``, and how many times a bare Python it may take."""

    name: str
    command: list[str]
    limit: int
    terminal: bool = False


def cases(file: Path, deep: Path) -> list[Case]:
    """The calls to measure; ``file`` holds the source of lenet5, ``deep`` that of resnet50."""
    script = Path(sys.executable).with_name("weigh")
    weigh = [str(script)] if script.exists() else [sys.executable, "-m", "weighbridge"]
    return [
        Case("weigh lenet5 | …", [*weigh, "lenet5"], limit=4),
        Case("weigh lenet5 on a terminal", [*weigh, "lenet5"], limit=5, terminal=True),
        Case("weigh FILE.py | …", [*weigh, str(file)], limit=4),
        Case("weigh resnet50.py | …", [*weigh, str(deep)], limit=8),
    ]


def main(rounds: int) -> None:
    """Prints the ratios."""
    python = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        file, deep = Path(folder, "net.py"), Path(folder, "resnet50.py")
        file.write_text(known_name.text_of("lenet5"), encoding="utf-8")
        deep.write_text(known_name.text_of("resnet50"), encoding="utf-8")
        measured = cases(file, deep)
        for case in measured:
            run(case.command, case.terminal)  # the first run compiles
        bare: list[Run] = []
        runs: list[list[Run]] = [[] for _ in measured]
        for _ in range(rounds):
            bare.append(run([python, "-c", "pass"]))
            for case, done in zip(measured, runs, strict=True):
                done.append(run(case.command, case.terminal))
        keras = [run([python, str(file)]) for _ in range(KERAS_ROUNDS)]
    print(f"python -c pass: {min(bare).seconds * 1000:.1f} ms, the fastest of {rounds}")
    for case, done in zip(measured, runs, strict=True):
        pairs = zip(done, bare, strict=True)
        ratio = median(each.seconds / nothing.seconds for each, nothing in pairs)
        memory = max(each.memory for each in done) / MEGABYTE
        print(
            f"{case.name:28} {ratio:5.2f} times it (limit {case.limit})  {memory:.1f} MB (limit 40)"
        )
    ratio = min(keras).seconds / min(runs[2]).seconds
    print(f"{'import keras; summary()':28} {ratio:5.1f} times weigh FILE.py (at least 30)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else ROUNDS)
