"""Printed summaries as they are pasted: quoted, misread, cut off, with their alignment lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers.printed import SAMPLES, TABLES, formulas, weighed


def quoted(text: str) -> str:
    return "".join(f"> {line}\n" for line in text.splitlines())


def misread(text: str) -> bytes:
    """UTF-8 taken for Windows' character set and saved again; its five holes as control codes."""
    letters = (bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode())
    return "".join(letters).encode()


def on_a_page(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<pre><code>{text.replace(' ', '&nbsp;')}</code></pre>"


MANGLED = {
    "quoted": quoted,
    "misread": misread,
    "page": on_a_page,
    "fenced": lambda text: f"Here it is:\n\n```\n{text}\n```\nWhy so many?\n",
    "hard spaces": lambda text: text.replace(" ", "\u00a0"),
    "windows": lambda text: text.replace("\n", "\r\n"),
    "indented": lambda text: "".join(f"    {line}\n" for line in text.splitlines()),
    "coloured": lambda text: text.replace("Total", "\x1b[1mTotal\x1b[0m"),
    "old terminal": lambda text: text.encode().decode("cp437"),
    "Macintosh": lambda text: text.encode().decode("mac_roman"),
    "utf-16": lambda text: text.encode("utf-16"),
}


@pytest.mark.parametrize("sample", TABLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("way", MANGLED)
def test_pasting_changes_nothing(tmp_path: Path, sample: Path, way: str) -> None:
    """The same rows, counts and formulas come out of a mangled paste."""
    text = sample.read_text()
    whole, found = weighed(tmp_path, text), weighed(tmp_path, MANGLED[way](text))  # type: ignore[operator]  # functions

    assert formulas(found) == formulas(whole)
    assert (found.parameters, found.trainable, found.macs) == (
        whole.parameters,
        whole.trainable,
        whole.macs,
    )


@pytest.mark.parametrize(
    "sample", ["keras3-lenet5", "keras2-nested", "torchsummary-1.5", "torchinfo-1.8", "torch-print"]
)
def test_lost_alignment_changes_no_count(tmp_path: Path, sample: str) -> None:
    """Runs of spaces become one, or a tabulator."""
    text = (SAMPLES / f"{sample}.txt").read_text()
    whole = weighed(tmp_path, text)
    for glue in (" ", "\t"):
        lines = [glue.join(line.split()) for line in text.splitlines()]
        assert weighed(tmp_path, "\n".join(lines)).parameters == whole.parameters


@pytest.mark.parametrize("sample", ["keras3-lenet5", "torchsummary-1.5"])
def test_a_table_without_its_header(tmp_path: Path, sample: str) -> None:
    """Only the rows and what stands below them were copied."""
    text = (SAMPLES / f"{sample}.txt").read_text()
    lines = text.splitlines()
    header = next(i for i, line in enumerate(lines) if "Layer (type)" in line)
    cut = weighed(tmp_path, "\n".join(lines[header + 2 :]))

    assert formulas(cut) == formulas(weighed(tmp_path, text))


def test_boxes_that_became_question_marks(tmp_path: Path) -> None:
    text = (SAMPLES / "keras3-lenet5.txt").read_text()
    found = weighed(tmp_path, text.encode("ascii", "replace"))

    assert formulas(found) == formulas(weighed(tmp_path, text))


def test_a_name_that_was_wrapped(tmp_path: Path) -> None:
    """Keras 2 breaks a long label wherever its column ends."""
    text = """\
 Layer (type)                Output Shape              Param #
=================================================================
 conv2d_transpose_with_a_lo  (None, 14, 14, 32)        18464
 ng_name (Conv2DTranspose)

 dense (Dense)               (None, 14, 14, 10)        330
=================================================================
Total params: 18794
"""
    assert formulas(weighed(tmp_path, text)) == {
        "conv2d_transpose_with_a_long_name": "(3·3·64 + 1)·32",
        "dense": "(32 + 1)·10",
    }
