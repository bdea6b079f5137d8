"""What was printed of a model: a ``summary()``, a list of shapes, a table of a paper.

``weigh summary.txt`` reads a file, ``weigh -`` standard input. Known are the tables of Keras 2 and
3, torchinfo, torchsummary, Lightning and Flax, ``print(model)`` of PyTorch, lists of names and
shapes, headers of safetensors as JSON, and tables in Markdown, CSV and LaTeX. Settings that are not
printed are solved for from types, shapes and counts; such layers are marked as inferred. What a
paste does to a text (tabs, quotation marks, misread box drawing) does no harm.
"""

from __future__ import annotations

import os

from weighbridge.readers import Reader, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Model

_ALWAYS = (".txt", ".text", ".md", ".markdown", ".csv", ".tsv", ".tex", ".log", ".out", ".summary")
_NEVER = (
    ".py",
    ".pyw",
    ".keras",
    ".h5",
    ".hdf5",
    ".toml",
    ".ipynb",
    ".onnx",
    ".gguf",
    ".safetensors",
)
_FIRST_BYTES = 8 << 10
_MARKS = (
    b"Param #",
    b"Total params",
    b"Total parameters",
    b"torch.Size",
    b"| Params",
    b"(type",
    b"Output Shape",
    b"Trainable params",
    b"weight_ih_l0",
)
_JSON_MARKS = (b'"data_offsets"', b'"parameters"', b'"shape"')
_LISTS = ("[(", "[[", "[torch.Size", "((", "[np.", "{'", '{"', "OrderedDict")


def _accepts(source: Source) -> bool:
    if source.text == "-":
        return True
    if not source.is_file:
        return _is_pasted(source.text)
    if source.suffix in _NEVER:
        return False
    return source.suffix in _ALWAYS or _is_marked(source)


def _is_pasted(text: str) -> bool:
    """Whether a text that names no file was itself printed: has lines, or is a list of shapes."""
    start = text.lstrip()
    if "\n" not in start:
        return start.startswith(_LISTS)
    return start.startswith(_LISTS) or any(
        mark in start.encode(errors="replace") for mark in _MARKS
    )


def _is_marked(source: Source) -> bool:
    with open(source.text, "rb") as file:
        start = file.read(_FIRST_BYTES)
    if source.suffix == ".json":
        return any(mark in start for mark in _JSON_MARKS) and b'"architectures"' not in start
    if b"\0" in start.replace(b"\xff\xfe", b"", 1)[:64:2]:
        return False
    return any(mark in start for mark in _MARKS) or start.lstrip().startswith(b"[(")


def read(source: Source) -> Model:
    """The model that the text shows.

    Raises ``Malformed`` where no form of printed model is found in it, ``TooLarge`` beyond
    ``LIMITS``.
    """
    from weighbridge.readers._summary_forms import table_of
    from weighbridge.readers._summary_model import model_of
    from weighbridge.readers._summary_text import lines_of, text_of

    location = "standard input" if source.text == "-" else source.text if source.is_file else ""
    lines = lines_of(text_of(source))
    stem = os.path.splitext(os.path.basename(location))[0] if source.is_file else "model"
    return model_of(table_of(lines, location), stem, location, source.shapes)


READER = Reader(
    name="summary", suffixes=(".txt", ".md", ".csv", ".tex"), accepts=_accepts, read=read, rank=15
)
