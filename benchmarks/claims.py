"""How long it takes to explain a wrong number, against reading and weighing the model.

Layers alone and in a network, and whole networks up to ResNet-50 and BERT; numbers that are nearly
right, drawn at random, and rounded, which nothing explains as a rule, so that the whole search is
run. The weighing is measured in the same process just before: the ratio tells how many networks
are weighed, as it were, to explain a number, whatever the machine. Prints median and worst beside
what they are meant to be, and how often the search was cut short, and asserts nothing.

    python benchmarks/claims.py [NUMBERS]
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from weighbridge.claims import Verdict, check
from weighbridge.readers import named, read
from weighbridge.weighing import weigh

if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.weighing import Weighing

NUMBERS = 9
MILLION = 1_000_000
LAYER, NETWORK = 50, 2000
"""Milliseconds that a claim about one layer and one about a network may take."""
SOURCES = Path(__file__).parents[1] / "tests" / "readers" / "torch_sources"
PICTURES = (
    "Conv2D(32, 3) > MaxPooling2D(2) > Conv2D(64, 3) > MaxPooling2D(2) > Flatten() > Dense(128)"
    " > Dense(10)"
)


class Subject(NamedTuple):
    """What claims are made about."""

    source: str
    shape: tuple[int, ...] | None = None
    name: str = ""
    """A layer of it; empty: all of it."""
    limit: int = NETWORK


SUBJECTS = (
    Subject("lenet5", None, "conv2d_1", LAYER),
    Subject("lenet5", None, "dense", LAYER),
    Subject(PICTURES, (28, 28, 1), "dense", LAYER),
    Subject("Conv2D(64, 3)", (28, 28, 64), limit=LAYER),
    Subject("LSTM(256)", (100, 300), limit=LAYER),
    Subject("GRU(64)", (20, 32), limit=LAYER),
    Subject("nn.LSTM(77, 100, 3, bidirectional=True)", limit=LAYER),
    Subject("MultiHeadAttention(8, 64)", (20, 512), limit=LAYER),
    Subject("nn.TransformerEncoderLayer(512, 8)", limit=LAYER),
    Subject("resnet50", None, "layer4.0.conv2", LAYER),
    Subject("resnet50", None, "fc", LAYER),
    Subject("lenet5"),
    Subject(PICTURES, (28, 28, 1)),
    Subject("Embedding(20000, 128) > Bidirectional(LSTM(64)) > Dense(1)", (20,)),
    Subject("resnet50"),
    Subject("resnet50-keras"),
    Subject("mobilenet-v2"),
    Subject("bert"),
)
BERT = {
    "vocab_size": 30522, "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
    "intermediate_size": 3072, "max_position_embeddings": 512,
}  # fmt: skip
"""The sizes of BERT-base, put into a source of the tests that builds a small one."""


def main(numbers: int) -> None:
    """Prints a row for each subject."""
    titles = ("weigh", "median", "worst", "limit", "ratio", "cut short")
    print(f"{'milliseconds':40}" + "".join(f"{title:>10}" for title in titles))
    draw = random.Random(0)
    for subject in SUBJECTS:
        weighing = weighed(subject)
        floor = min(_timed(partial(weighed, subject)) for _ in range(3))
        of = subject.name or "parameters"
        true = check(weighing, [f"{of}=1"]).verdicts[0].measured.value or 0
        taken = [asked(weighing, f"{of}={stated(true, i, draw)}") for i in range(numbers)]
        times = [each for each, _ in taken]
        name = f"{subject.source[:26]} {subject.name}".strip()
        print(
            f"{name:40}{floor:10.1f}{median(times):10.1f}{max(times):10.1f}{subject.limit:10}"
            f"{median(times) / floor:9.0f}x{sum(cut for _, cut in taken):7}/{numbers}"
        )


def weighed(subject: Subject) -> Weighing:
    """The network of ``subject``, read and weighed."""
    if subject.source != "bert":
        return weigh(read(named(subject.source, subject.shape)))
    text = (SOURCES / "bert_from_config.py").read_text(encoding="utf-8")
    for name, size in BERT.items():
        text = re.sub(rf"{name}: int = \d+", f"{name}: int = {size}", text)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "bert.py")
        file.write_text(text, encoding="utf-8")
        return weigh(read(named(str(file))))


def stated(true: int, place: int, draw: random.Random) -> str:
    """A number beside the true one: anywhere, close by, or rounded, in turn."""
    number = draw.randint(true // 2, 2 * true)
    match place % 3:
        case 0:
            return str(number)
        case 1:
            return str(true + draw.choice((-1, 1)) * draw.randint(1, true // 100 + 1))
    return f"{number / 1e6:.3g}M" if true > MILLION else f"{number / 1e3:.3g}K"


def asked(weighing: Weighing, claim: str) -> tuple[float, bool]:
    """Milliseconds for one claim, and whether the search was cut short."""
    verdicts: list[Verdict] = []
    took = _timed(lambda: verdicts.extend(check(weighing, [claim]).verdicts))
    return took, not verdicts[0].exhausted


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else NUMBERS)
