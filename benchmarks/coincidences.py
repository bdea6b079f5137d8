"""How often numbers at random are explained, by their number of digits.

A checker that explains everything explains nothing. Numbers are drawn between half and twice what a
layer or a network truly comes to, stated exactly or to three digits, and checked. Prints the share
that is explained, the share that is explained by one assumption, and the time one claim takes.

    python benchmarks/coincidences.py [NUMBERS]
"""

from __future__ import annotations

import random
import sys
import time

from weighbridge.claims import check
from weighbridge.readers import named, read
from weighbridge.weighing import weigh

NUMBERS = 40
SUBJECTS = (
    ("LSTM(4)", (5, 3), ""), ("Conv2D(8, 3)", (9, 9, 3), ""), ("lenet5", None, "conv2d_1"),
    ("LSTM(64)", (20, 32), ""), ("lenet5", None, "dense"), ("Conv2D(64, 3)", (28, 28, 64), ""),
    ("lenet5", None, ""), ("LSTM(256)", (100, 300), ""), ("resnet18", None, ""),
    ("resnet50", None, ""),
)  # fmt: skip


def main(numbers: int) -> None:
    """Prints a row for each subject and each way of stating a number."""
    print(f"{'subject':24}{'digits':>7}{'stated':>9}{'explained':>11}{'by one':>8}{'ms':>7}")
    draw = random.Random(0)
    for source, shape, subject in SUBJECTS:
        weighing = weigh(read(named(source, shape)))
        verdict = check(weighing, [f"{subject or 'parameters'}=1"]).verdicts[0]
        true = int(verdict.measured)
        for stated in ("exact", "rounded"):
            explained = single = 0
            start = time.process_time()
            for _ in range(numbers):
                number = draw.randint(true // 2, 2 * true)
                text = str(number) if stated == "exact" else rounded(number)
                found = check(weighing, [f"{subject or 'parameters'}={text}"]).verdicts[0]
                explained += bool(found.explanations)
                single += any(len(each.assumptions) == 1 for each in found.explanations)
            each = (time.process_time() - start) / numbers * 1000
            name = f"{source}{'.' if subject else ''}{subject}"
            print(
                f"{name:24}{len(str(true)):7}{stated:>9}{explained / numbers:11.0%}"
                f"{single / numbers:8.0%}{each:7.0f}"
            )


def rounded(number: int) -> str:
    """To three digits, as people write it: ``61.7K``."""
    power = max((len(str(number)) - 1) // 3, 1)
    scaled = number / 1000**power
    return f"{scaled:.3g}{'_KMB'[power]}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else NUMBERS)
