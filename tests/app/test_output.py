"""Text on its way out: colour, width, encodings, and files that are whole or untouched."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.app import _output
from weighbridge.app._ascii import respelled


class Terminal(io.StringIO):
    """Something that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing set that speaks of terminals."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return monkeypatch


@pytest.mark.parametrize(
    ("choice", "stream", "environment", "expected"),
    [
        ("auto", Terminal(), {}, True),
        ("auto", io.StringIO(), {}, False),
        ("auto", None, {}, False),
        ("auto", Terminal(), {"NO_COLOR": "1"}, False),
        ("auto", Terminal(), {"NO_COLOR": ""}, True),
        ("auto", Terminal(), {"TERM": "dumb"}, False),
        ("auto", io.StringIO(), {"FORCE_COLOR": "1"}, True),
        ("auto", Terminal(), {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("always", io.StringIO(), {"NO_COLOR": "1"}, True),
        ("never", Terminal(), {"FORCE_COLOR": "1"}, False),
    ],
)
def test_when_there_is_colour(
    plain_environment: pytest.MonkeyPatch,
    choice: str,
    stream: io.StringIO | None,
    environment: dict[str, str],
    expected: bool,
) -> None:
    for name, value in environment.items():
        plain_environment.setenv(name, value)

    assert _output.coloured(choice, stream) is expected


def test_only_terminals_have_a_width(plain_environment: pytest.MonkeyPatch) -> None:
    plain_environment.setenv("COLUMNS", "72")

    assert _output.width(Terminal()) == 72
    assert _output.width(io.StringIO()) is None
    assert _output.width(None) is None


def test_a_terminal_that_does_not_tell_its_width(plain_environment: pytest.MonkeyPatch) -> None:
    assert _output.width(Terminal()) is None


@given(st.text(), st.sampled_from(["ascii", "latin-1", "cp1252", "cp437", "utf-8"]))
def test_any_text_can_be_put_anywhere(text: str, encoding: str) -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding, newline="\n")

    _output.put(text, stream)

    assert written.getvalue().decode(encoding).endswith("\n")


def test_signs_an_encoding_lacks_are_spelled() -> None:
    assert respelled("⌊(5·5·6 + 1)/2⌋ ≥ 75 → ─┼│", "ascii") == "floor((5*5*6 + 1)/2) >= 75 -> -+|"
    assert respelled("5·5 → 25", "latin-1") == "5·5 -> 25"


@given(st.text(st.characters(codec="ascii")))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert respelled(text, "ascii") == text


# -- files ---------------------------------------------------------------------------------------


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("old")
    file.chmod(0o640)

    _output.save("new", str(file))

    assert file.read_text() == "new\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [file]


def test_what_a_link_points_to_is_written(tmp_path: Path) -> None:
    file, link = tmp_path / "report.txt", tmp_path / "latest.txt"
    file.write_text("old")
    link.symlink_to(file)

    _output.save("new", str(link))

    assert link.is_symlink()
    assert file.read_text() == "new\n"


def test_a_failure_on_the_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "report.txt"
    file.write_text("old")
    monkeypatch.setattr(os, "replace", full)

    with pytest.raises(_output.NotWritten, match="No space left on device"):
        _output.save("new", str(file))
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(_output.NotWritten, match="cannot write"):
        _output.save("new", str(tmp_path / "nowhere" / "report.txt"))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(_output.NotWritten, match="directory"):
        _output.save("new", str(tmp_path))


def test_a_device_stays_one() -> None:
    _output.save("gone", os.devnull)

    assert not stat.S_ISREG(Path(os.devnull).stat().st_mode)
