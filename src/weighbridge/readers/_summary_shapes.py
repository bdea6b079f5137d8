"""Lists of tensors: names with shapes, shapes alone, headers of safetensors.

``conv1.weight torch.Size([64, 3, 7, 7])``, ``name: (3, 3, 64)``, ``[(5, 5, 6, 16), (16,)]``, a dump
of ``named_parameters()`` or ``state_dict()``, ``[w.shape for w in model.get_weights()]``.
"""

from __future__ import annotations

import re
from math import prod

from weighbridge.errors import LIMITS, Malformed, TooLarge
from weighbridge.model import Tensor
from weighbridge.readers._summary_cells import totals
from weighbridge.readers._summary_guess import layers_of
from weighbridge.readers._summary_types import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.errors import Finding

_SHAPE = re.compile(
    r"(?:torch\.Size|Size|TensorShape)\s*\(?\[[\d,\s]*\]\)?|\[\s*\d+(?:\s*,\s*\d+)*\s*,?\s*\]"
    r"|\(\s*(?:\d+\s*,\s*)*\d+\s*,?\s*\)|\(\s*\)(?=[\s,;|]|$)"
)
_WORD = re.compile(r"[\w./:\-]*[A-Za-z_][\w./:\-]*|(?<=['\"])\d[\w.]*(?=['\"])")
_PATH = re.compile(r"path=([\w./\-]+)")
_STOP = frozenset(
    [
        "size",
        "shape",
        "shape:",
        "name",
        "parameter",
        "parameters",
        "param",
        "params",
        "layer",
        "torch",
        "torch.size",
        "tf.variable",
        "variable",
        "dtype",
        "type",
        "tensor",
        "weight_shape",
        "np",
        "numpy",
        "array",
        "float",
        "float32",
        "float16",
        "bfloat16",
        "int64",
        "containing",
        "kerasvariable",
        "shapedtypestruct",
        "tensorshape",
        "ordereddict",
        "dict",
        "list",
        "tuple",
        "of",
        "the",
        "with",
        "values",
        "requires_grad",
        "true",
        "false",
        "device",
        "cuda",
        "cuda:0",
        "cpu",
        "torch.float32",
        "print",
    ]
)
"""Words beside a shape that are no name."""
_DTYPE = re.compile(r"\b(b?float\d+|u?int\d+|bool|half|double)\b")
_TRAINS = re.compile(r"requires_grad\s*[=:]\s*(True|False)|\b(True|False)\s*\)?\s*$")
_COUNTED = re.compile(r"(?<![\w.,/:'\[(-])\d{1,15}(?:,\d{3})*(?![\w.,/:'\])])")
_MOST_WRONG = 0.4
"""Share of a list that may be miscounted; where more are, these numbers are no counts."""
_MOST_SIZES = 16
_SAFE = {"BF16": "bfloat16", "F16": "float16", "F32": "float32", "F64": "float64", "BOOL": "bool",
         "F8_E4M3": "float8", "F8_E5M2": "float8"}  # fmt: skip


def shape_list(lines: list[str]) -> Table | None:
    """The tensors listed, in layers; ``None`` where hardly a line has a shape."""
    text = "\n".join(lines).strip()
    found = _of_json(text)
    doubts: tuple[Finding, ...] = ()
    if found is None:
        said = [line for line in lines if line.strip()]
        having = [line for line in said if _SHAPE.search(line)]
        if not having or len(having) < len(said) * 0.4:
            return None
        found = [tensor for line in having for tensor in _tensors(line)]
        doubts = tuple(_miscounted(having))
    if not found:
        return None
    if len(found) > LIMITS.calls:
        raise TooLarge(f"more than {LIMITS.calls:,} tensors")
    torch = "torch" in text or any(t.name.endswith((".weight", ".running_mean")) for t in found)
    producer, rows = layers_of(found, torch)
    return Table(producer, tuple(rows), totals=tuple(totals(lines)), doubts=doubts)


def _miscounted(lines: list[str]) -> Iterator[Finding]:
    """The lines whose count is not that of their shape, where that of most others is."""
    from weighbridge.readers._summary_doubts import RowContradiction

    alone = [(line, match) for line in lines for match in _SHAPE.finditer(line)]
    if len(alone) != len(lines):
        return
    for behind in (True, False):
        counted = []
        for line, match in alone:
            numbers = _COUNTED.findall(line[match.end() :] if behind else line[: match.start()])
            if numbers:
                printed = int(re.sub(r"\D", "", numbers[0 if behind else -1]))
                counted.append((line, printed, prod(map(int, re.findall(r"\d+", match.group())))))
        wrong = [each for each in counted if each[1] != each[2]]
        if 0 < len(wrong) < len(counted) * _MOST_WRONG:
            for line, printed, count in wrong:
                said = f"its shape comes to {count:,}, its count says {printed:,}"
                yield RowContradiction("", said, line.strip())


def _tensors(line: str) -> Iterator[Tensor]:
    """Each shape in ``line`` with the name beside it."""
    end = 0
    matches = list(_SHAPE.finditer(line))
    for match in matches:
        before = line[end : match.start()]
        end = match.end()
        after = line[end:] if len(matches) == 1 else ""
        sizes = tuple(map(int, re.findall(r"\d+", match.group())))
        if len(sizes) > _MOST_SIZES or any(size >= 1 << 60 for size in sizes):
            raise Malformed(f"no tensor has the shape {match.group().strip()[:80]}")
        trains = _TRAINS.search(after)
        told = None if trains is None else "True" in trains.group()
        dtype = _DTYPE.search(before + " " + after)
        yield Tensor(
            _name(before, after), sizes, dtype.group() if dtype else "float32", trainable=told
        )


def _name(before: str, after: str) -> str:
    """The word beside a shape that is a name: with dots if there is one, else the nearest."""
    path = _PATH.search(before) or _PATH.search(after)
    if path:
        return path.group(1)
    for text, nearest in ((before, -1), (after, 0)):
        words = [word.strip(":.-/") for word in _WORD.findall(text)]
        words = [word for word in words if word and word.lower() not in _STOP]
        dotted = [word for word in words if re.search(r"[^.][./][^.]", word)]
        if dotted or words:
            return re.sub(r":\d+$", "", (dotted or words)[nearest])
    return ""


# -- JSON ----------------------------------------------------------------------------------------


def _of_json(text: str) -> list[Tensor] | None:
    """The tensors of a safetensors header, of its summary on a hub, of a dict of shapes."""
    if not text.startswith(("{", "[")):
        return None
    import json

    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(document, dict):
        counts = document.get("parameters")
        if isinstance(counts, dict) and counts and all(_is_count(n) for n in counts.values()):
            return [
                Tensor(f"{name}.values", (number,), _dtype(name)) for name, number in counts.items()
            ]
    found = list(_nested(document, ""))
    if len(found) > LIMITS.calls:
        raise TooLarge(f"more than {LIMITS.calls:,} tensors")
    return found or None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 62


def _nested(value: object, path: str, depth: int = 0) -> Iterator[Tensor]:
    if depth > LIMITS.nesting:
        raise TooLarge(f"nested more than {LIMITS.nesting} deep")
    if isinstance(value, dict):
        shape = value.get("shape")
        if _is_shape(shape):
            yield Tensor(path, tuple(shape), _dtype(str(value.get("dtype", "F32"))))  # type: ignore[arg-type]  # checked in the line before
            return
        for name, inner in value.items():
            if name != "__metadata__":
                yield from _nested(inner, f"{path}.{name}" if path else str(name), depth + 1)
    elif _is_shape(value):
        yield Tensor(path, tuple(value))  # type: ignore[arg-type]  # checked in the line before
    elif isinstance(value, list):
        for inner in value:
            yield from _nested(inner, path, depth + 1)


def _is_shape(value: object) -> bool:
    return (
        isinstance(value, list) and len(value) <= _MOST_SIZES and all(_is_count(n) for n in value)
    )


def _dtype(name: str) -> str:
    if name in _SAFE:
        return _SAFE[name]
    plain = re.fullmatch(r"([UI])(\d+)", name)
    return f"{'uint' if plain[1] == 'U' else 'int'}{plain[2]}" if plain else name.lower()
