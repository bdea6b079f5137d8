"""How many times faster weighing a live Keras model is than ``summary()``, both as text.

ResNet-50 (176 layers, 25.6 million parameters) is built once, without weights. Then, in turn, so
that a busy machine slows both alike: reading the live model, weighing it and rendering the table as
text, against ``model.summary()`` printing into a string. Prints the ratio of the medians, once for
the first call of each and once for the rest, and the 5 it is meant to keep, and asserts nothing: a
busy machine is no failure.

    python benchmarks/live_keras.py [ROUNDS]
"""

from __future__ import annotations

import os
import sys
import time
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 15
MEANT = 5


def timed(run: Callable[[], str]) -> tuple[float, str]:
    """Seconds that ``run`` takes, and the text it gives."""
    start = time.perf_counter()
    text = run()
    return time.perf_counter() - start, text


def summary(model: Any) -> str:  # noqa: ANN401  # Keras ships no types
    """What Keras prints."""
    pieces: list[str] = []
    model.summary(print_fn=pieces.append)
    return "".join(pieces)


def weighed(model: Any) -> str:  # noqa: ANN401  # Keras ships no types
    """What weighbridge prints."""
    import weighbridge

    return weighbridge.render(weighbridge.weigh(model))


def main(rounds: int = ROUNDS) -> None:
    """Prints the seconds of both and the ratios."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras  # type: ignore[import-untyped]  # Keras ships no types

    model = keras.applications.ResNet50(weights=None)
    ours, theirs = [], []
    for _ in range(rounds + 1):
        seconds, text = timed(lambda: summary(model))
        theirs.append(seconds)
        assert f"{model.count_params():,}" in text
        seconds, text = timed(lambda: weighed(model))
        ours.append(seconds)
        assert f"{model.count_params():,}" in text
    for name, its, mine in (
        ("first", theirs[0], ours[0]),
        ("later", median(theirs[1:]), median(ours[1:])),
    ):
        print(
            f"{name} calls: summary {its * 1000:6.1f} ms, weigh {mine * 1000:6.1f} ms: "
            f"{its / mine:.1f} times faster (meant: at least {MEANT})"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
