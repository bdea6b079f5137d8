"""The command line: which command runs, what it prints where, and with which exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from weighbridge import layers, readers
from weighbridge.app.cli import main
from weighbridge.errors import Impossible, Malformed
from weighbridge.model import Call, Input, Layer, Model, Port, Tensor
from weighbridge.readers import Source


def says(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of ``weigh`` with ``words``."""
    code = main(words)
    return (code, *capsys.readouterr())


def process(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """``weigh`` as a process of its own, into a pipe."""
    command = [sys.executable, "-m", "weighbridge", *words]
    settings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment}
    return subprocess.run(command, capture_output=True, env=settings, check=False)


# -- which command -------------------------------------------------------------------------------


def test_weighing_is_the_command_nobody_has_to_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert says(capsys, "lenet5") == says(capsys, "weigh", "lenet5")


def test_weighing_lenet5(capsys: pytest.CaptureFixture[str]) -> None:
    """156 + 2,416 + 48,120 + 10,164 + 850, as the forum answer counts."""
    code, printed, errors = says(capsys, "lenet5")

    assert (code, errors) == (0, "")
    assert f"{156 + 2_416 + 48_120 + 10_164 + 850:,}" == "61,706"
    assert "61,706" in printed
    assert "(5·5·6 + 1)·16" in printed
    assert "\x1b" not in printed


def test_options_may_come_before_the_source(capsys: pytest.CaptureFixture[str]) -> None:
    code, printed, _ = says(capsys, "--input", "14x14x6", "Conv2D(16, 5)")

    assert code == 0
    assert "2,416" in printed


def test_several_inputs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``--input`` again is the shape of the next input."""
    sources: list[Source] = []

    def read(source: Source) -> Model:
        sources.append(source)
        return Model("m", ())

    monkeypatch.setattr(readers, "read", read)
    says(capsys, "net.py:both", "--input", "28x28x1", "--input", "-1x300")

    (source,) = sources
    assert source == Source("net.py", ((28, 28, 1), (None, 300)), "both")


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["explain", "--help"], ["weigh", "-h"]])
def test_help(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    code, printed, errors = says(capsys, *words)

    assert (code, errors) == (0, "")
    assert "usage: weigh " in printed
    assert "examples:" in printed


def test_no_words_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    code, printed, _ = says(capsys)

    assert code == 2
    assert printed == says(capsys, "--help")[1]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    import weighbridge

    assert says(capsys, "--version") == (0, f"weighbridge {weighbridge.__version__}\n", "")


@pytest.mark.parametrize(
    "words",
    [
        ("--run", "a.b:make(3)", "--input", "4"),
        ("a.b:make(3)", "--input", "4", "--run"),
        ("weigh", "--run", "a.b:make(3)", "--input", "4"),
        ("explain", "a.b:make(3)", "--run", "--input", "4"),
    ],
)
def test_what_the_user_wants_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    sources: list[Source] = []

    def read(source: Source) -> Model:
        sources.append(source)
        return Model("m", ())

    monkeypatch.setattr(readers, "read", read)
    says(capsys, *words)

    assert sources == [Source("a.b:make(3)", (4,), run=True)]


# -- what can go wrong ---------------------------------------------------------------------------


def disagreeing(source: Source) -> Model:
    """A dense layer of 10 units on 4 inputs, whose file holds a kernel for 5."""
    dense = layers.make("keras", "Dense", (10,), {})
    tensors = (Tensor("kernel", (5, 10), role="kernel"), Tensor("bias", (10,), role="bias"))
    calls = (Call(Input(shape=(4,))), Call(dense, "dense", (Port(0),)))
    return Model("odd", (Layer("dense", dense, "Dense", tensors),), calls)


def test_a_count_that_disagrees_is_exit_code_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "read", disagreeing)

    code, printed, _ = says(capsys, "odd.keras")

    assert code == 1
    assert "settings call for 50 values, the tensors hold 60" in printed


def test_an_error_says_what_where_and_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(_: Source) -> Model:
        raise Malformed("a bracket is never closed", "net.py:3", "close it", "Dense(\n     ^")

    monkeypatch.setattr(readers, "read", read)

    assert says(capsys, "net.py") == (
        2,
        "",
        "weigh: a bracket is never closed\n"
        "  in net.py:3\n"
        "    Dense(\n"
        "         ^\n"
        "  hint: close it\n",
    )


def test_no_escape_sequence_of_a_file_reaches_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "net.py"
    file.write_text("model = (\x1b]0;title\x07\n")

    code, _, errors = says(capsys, str(file))

    assert code == 2
    assert all(letter.isprintable() for letter in errors.replace("\n", ""))


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (Impossible("units must be at least 1, not -3"), 2, "units must be at least 1, not -3"),
        (RecursionError(), 2, "nested too deeply"),
        (MemoryError(), 2, "more memory"),
        (PermissionError(13, "Permission denied", "net.py"), 2, "Permission denied\n  in net.py"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_no_error_ends_in_a_traceback(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    raised: BaseException,
    code: int,
    said: str,
) -> None:
    def read(_: Source) -> Model:
        raise raised

    monkeypatch.setattr(readers, "read", read)
    found, printed, errors = says(capsys, "net.py")

    assert (found, printed) == (code, "")
    assert said in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["weigh"], "SOURCE missing"),
        (["lenet5", "--format", "word"], "no format 'word'"),
        (["lenet5", "--frobnicate"], "there is no option --frobnicate"),
        (["lenet5", "--depth", "0"], "'0' is not a whole number of at least 1"),
        (["lenet5", "--depth", "two"], "'two' is not a whole number of at least 1"),
        (["lenet5", "--by", "colour"], "--by cannot be 'colour'"),
        (["lenet5", "--input", "14xA"], "'14xA' is not an input shape"),
        (["lenet5", "--input"], "--input needs a value"),
        (["lenet5", "-o", "table.doc"], "names no format"),
        (["lenet4"], "hint: did you mean weigh lenet5?"),
        (["abuot"], "hint: did you mean weigh about?"),
        (["explian", "lenet5"], "hint: did you mean weigh explain?"),
        (["explain", "lenet5", "conv2d_9"], "conv2d_1, conv2d"),
        (["about", "bufer"], "perhaps buffer"),
        (["source", "lenet6"], "lenet5-1998"),
        (["no_such_file.py"], "no_such_file.py"),
        (["no_such_file.keras"], "no_such_file.keras"),
        (["torchvision.models:resnet50"], "with --run also package.module:factory"),
        (["--run"], "SOURCE missing"),
        (["--run", "Conv2D(16, 5)"], "is no Python module or file that can be run"),
        (["--run", "no_such_file.py:Net"], "no file no_such_file.py"),
    ],
)
def test_what_is_not_understood_is_exit_code_2(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    code, printed, errors = says(capsys, *words)

    assert (code, printed) == (2, "")
    assert errors.startswith("weigh: ")
    assert said in errors


# -- pipes and files -----------------------------------------------------------------------------


def test_a_pipe_that_only_takes_ascii() -> None:
    done = process("lenet5", PYTHONIOENCODING="ascii")

    assert (done.returncode, done.stderr) == (0, b"")
    assert b"(5*5*6 + 1)*16" in done.stdout
    assert b"?" not in done.stdout


def test_errors_where_only_ascii_is_taken() -> None:
    done = process("Größe→.py", PYTHONIOENCODING="ascii")

    assert done.returncode == 2
    assert done.stderr.startswith(b"weigh: ")
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a shell")
@pytest.mark.parametrize("ending", ["| head -n 1", ">&-", "| true"])
def test_a_reader_that_has_seen_enough(ending: str) -> None:
    command = f"'{sys.executable}' -m weighbridge lenet5 {ending}"
    settings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, shell=True, capture_output=True, env=settings, check=False)

    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk() -> None:
    command = f"'{sys.executable}' -m weighbridge lenet5 > /dev/full"
    settings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, shell=True, capture_output=True, env=settings, check=False)

    assert done.returncode == 2
    assert b"cannot write" in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_into_a_file_by_its_suffix(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "table.md"

    assert says(capsys, "lenet5", "-o", str(file)) == (0, "", "")
    assert file.read_text(encoding="utf-8") == says(capsys, "lenet5", "--format", "markdown")[1]


def test_an_input_that_cannot_be_used_leaves_the_file_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "table.md"
    file.write_text("as it was")

    assert says(capsys, "no_such_file.py", "-o", str(file))[0] == 2
    assert file.read_text() == "as it was"
