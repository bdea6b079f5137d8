"""The reference pages and the README's transcripts say what the code says."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GENERATE = runpy.run_path(str(ROOT / "docs" / "generate.py"))
FILES: dict[Path, str] = GENERATE["files"]()
THERE = {path.relative_to(ROOT) for path in ROOT.glob("docs/reference/*.md")}


@pytest.mark.parametrize("path", sorted({*FILES, *THERE}), ids=str)
def test_it_is_up_to_date(path: Path) -> None:
    """If this fails: ``python docs/generate.py``."""
    assert (ROOT / path).is_file()
    assert (ROOT / path).read_text(encoding="utf-8") == FILES.get(path, "nothing: a stale page")


def test_a_transcript_is_replaced_and_the_text_around_it_is_not() -> None:
    text = "before\n```console\n$ weigh --version\nold\n```\nbetween\n```sh\nls\n```\n"

    told = GENERATE["told"](text)

    assert told.startswith("before\n```console\n$ weigh --version\nweighbridge ")
    assert told.endswith("\n```\nbetween\n```sh\nls\n```\n")
    assert "old" not in told
