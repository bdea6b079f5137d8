"""Words for numbers, shapes and lists, the same in every report."""

from __future__ import annotations

from weighbridge.layers import batch_axis, multiple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from weighbridge.model import Model, Shape

KIBI = 1024
_UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB")

_BATCH = {"flax": "N", "keras": "None", "torch": "N"}
"""How the framework itself writes the batch axis; a source of no framework has none."""


def shape_words(shape: Shape | None, model: Model) -> str:
    """The shape as the model's framework prints it: ``(None, 28, 28, 6)`` for Keras."""
    if shape is None:
        return "?"
    producer = model.origin.producer
    unknown = "None" if producer == "keras" else "?"
    sizes = [unknown if size is None else str(size) for size in shape]
    if producer in _BATCH:
        sizes.insert(batch_axis(shape), _samples(producer, model.batch, multiple(shape)))
    return tuple_words(sizes)


def _samples(producer: str, batch: int | None, several: int) -> str:
    """The size of the batch axis, which may have several places for each sample: ``20·N``."""
    if batch is not None:
        return str(batch * several)
    name = _BATCH[producer]
    return name if several == 1 or name == "None" else f"{several}·{name}"


def tuple_words(items: Sequence[str]) -> str:
    """As Python writes a tuple: ``(a, b)``, ``(a,)``."""
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def bytes_words(count: int) -> str:
    """``246,824`` → ``241.04 KiB``; powers of 1024."""
    if count < KIBI:
        return f"{count} bytes"
    amount = float(count)
    for unit in _UNITS:
        amount /= KIBI
        if amount < KIBI or unit == _UNITS[-1]:
            break
    return f"{amount:,.2f} {unit}"


def list_words(names: Sequence[str], most: int = 6) -> str:
    """``a, b, c``; of many the first few and how many more there are."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"


def counted(number: int, noun: str) -> str:
    """``1 layer``, ``12 layers``, ``6 filters on 3 input maps``."""
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """Of the thing named first: ``filter on 3 maps`` → ``filters on 3 maps``."""
    for link in (" on ", " of ", " with "):
        head, found, rest = noun.partition(link)
        if found:
            return plural(head) + found + rest
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return noun if noun.endswith("s") else f"{noun}s"
