"""``--run``: code is run if and only if the user says so, and never takes the command line with it.

No framework is needed here: most of what can go wrong goes wrong before there is a model.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import weighbridge
from tests.readers.running import environment, failed, written
from weighbridge import readers
from weighbridge.app.cli import main
from weighbridge.errors import NotFound, Usage, WeighbridgeError
from weighbridge.readers import Source, known_name, named
from weighbridge.readers.run import READER, NotRun, Target, target_of

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and forks")


def refused(text: str) -> WeighbridgeError:
    """The error that running ``text`` ends in, in a process of its own."""
    with pytest.raises(WeighbridgeError) as caught:
        readers.read(named(text, run=True))
    assert "Traceback" not in str(caught.value)
    return caught.value


def weigh(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "weighbridge", *words],
        capture_output=True, text=True, check=False, cwd=folder, env=environment(),
    )  # fmt: skip


# -- what is run, and when -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("torchvision.models:resnet50", Target("torchvision.models", False, "resnet50")),
        ("net", Target("net", False)),
        ("a.b:C.make", Target("a.b", False, "C.make")),
        ("a:make()", Target("a", False, "make")),
        ("a:make(10)", Target("a", False, "make", (10,))),
        ("a:make(-1, 'x:(y)')", Target("a", False, "make", (-1, "x:(y)"))),
        ("a:make((2, 3), n=[None])", Target("a", False, "make", ((2, 3),), (("n", [None]),))),
    ],
)
def test_what_a_text_stands_for(text: str, target: Target) -> None:
    assert target_of(text) == target


@pytest.mark.parametrize("file", ["net.py", "net (1).py", "a:b.py", "folder.py/net.py"])
@pytest.mark.parametrize(
    ("call", "rest"), [("", ()), (":Net", ("Net",)), (":Net(3)", ("Net", (3,)))]
)
def test_a_file_with_and_without_a_name(
    tmp_path: Path, file: str, call: str, rest: tuple[object, ...]
) -> None:
    path = written(tmp_path, "", file)

    assert target_of(path + call) == Target(path, True, *rest)  # type: ignore[arg-type]  # name and arguments


def test_a_well_known_network_is_the_file_it_is_kept_in() -> None:
    assert target_of("lenet5") == Target(known_name.file_of("lenet5"), True)


@pytest.mark.parametrize(
    "text",
    [
        "a:make(x)", "a:make(open('f'))", "a:make(**{'n': 3})", "a:make(*[1])", "a:make(1", "a:1",
        "a:make()()", "a:make(1).b", "a:b[0]", "a:", "", ":make", "a b:make", "a-b", "Dense(16, 5)",
        "a:lambda: 3", "a:make(n=3, n=4)", "../a:b", "a..b:c", "a:" + "(" * 300,
    ],
)  # fmt: skip
def test_what_is_not_understood(text: str) -> None:
    with pytest.raises(Usage):
        target_of(text)


def test_a_file_that_is_not_there_or_no_python(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no file no_such_net\.py"):
        target_of("no_such_net.py:Net")
    with pytest.raises(Usage):
        target_of(written(tmp_path, "", "model.keras"))


def test_only_the_flag_runs(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The file leaves a mark when it is executed: without ``--run`` none is ever found."""
    mark = tmp_path / "executed"
    file = written(
        tmp_path,
        f"open({str(mark)!r}, 'w').close()\nfrom torch import nn\n"
        "def make():\n    return nn.Linear(4, 2)\nmodel = make()\n",
    )
    for words in ([file], [f"{file}:make"], ["explain", file], ["weigh", file, "--input", "4"]):
        assert main(words) == 0
    weighbridge.weigh(Path(file))
    for words in ([f"{file}:make(3)"], [f"{file}:none"], ["source", file], ["about", file]):
        assert main(words) == 2
    assert not mark.exists()
    assert not READER.accepts(Source(file))

    refused(f"{file}:no_such_name")
    assert mark.exists()
    capfd.readouterr()


def test_an_object_is_not_run() -> None:
    with pytest.raises(WeighbridgeError):
        readers.read(named(object(), run=True))


# -- what goes wrong in it -----------------------------------------------------------------------

BROKEN = """
import sys

class Net:
    def __init__(self, units, depth=2): pass
    @classmethod
    def make(cls): return cls.nothing

number = 3
def inner(): return 1 // 0
def divide():
    return inner()
def library():
    import json
    return json.loads("{")
def leave(): sys.exit(4)
def nothing(): return None
def text(): return "lenet5"
def deep(): return deep()
def missing(): import no_such_package.part
def long(): raise ValueError("x" * 10_000 + "\\n" * 50)
def endless_message():
    class Odd(Exception):
        def __str__(self): return 1
    raise Odd
"""
GROUP = 'def group(): raise ExceptionGroup("several", [ValueError(1)])'
BROKEN += GROUP + "\n"
LINES = {line.strip(): i for i, line in enumerate(BROKEN.splitlines(), 1)}


@pytest.mark.parametrize(
    ("name", "what", "line"),
    [
        ("divide", "raised ZeroDivisionError: integer division", "def inner(): return 1 // 0"),
        ("library", "raised JSONDecodeError: Expecting property", 'return json.loads("{")'),
        ("leave", "ends the program by sys.exit(4)", "def leave(): sys.exit(4)"),
        ("deep", "raised RecursionError", "def deep(): return deep()"),
        ("missing", "No module named 'no_such", "def missing(): import no_such_package.part"),
        ("Net.make", "has no attribute 'nothing'", "def make(cls): return cls.nothing"),
        ("group", "raised ExceptionGroup: several", GROUP),
    ],
)  # fmt: skip
def test_an_error_of_the_code_tells_its_line(
    tmp_path: Path, name: str, what: str, line: str
) -> None:
    file = written(tmp_path, BROKEN)
    error = failed(f"{file}:{name}")

    assert error.sort == "NotRun"
    assert what in error.what
    assert error.where.startswith(f"{file}:{LINES[line]}, in ")
    assert error.excerpt == line


@pytest.mark.parametrize(
    ("call", "what", "hint"),
    [
        ("Nett", "there is no 'Nett'", "perhaps Net"),
        ("Net.mkae", "there is no 'mkae'", "perhaps make"),
        ("xyz", "there is no 'xyz'", "it defines Net, inner, divide"),
        ("number", "is an int, not a model", ""),
        ("nothing", "makes None, not a model", ""),
        ("text", "makes a str, not a model", ""),
        ("Net", "missing a required argument: 'units'", "plain values"),
        ("Net(3)", "makes a Net, not a model", ""),
        ("Net(1, 2, 3)", "too many positional arguments", "plain values"),
        ("Net(1, widht=2)", "unexpected keyword argument 'widht'", "plain values"),
        ("long", "raised ValueError: xxx", ""),
        ("endless_message", "raised Odd", ""),
    ],
)
def test_what_is_no_model(tmp_path: Path, call: str, what: str, hint: str) -> None:
    error = failed(f"{written(tmp_path, BROKEN)}:{call}")

    assert what in error.what
    assert hint in error.hint
    assert len(error.what) < 1_000


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("import os\nos._exit(5)\n", "ended the process it was run in, exit code 5"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n", "was ended by SIGSEGV"),
        ("input('name? ')\n", "raised EOFError"),
        ("raise KeyboardInterrupt\n", "interrupted"),
        ("import sys\nsys.exit('enough')\n", "ends the program by sys.exit('enough')"),
    ],
)
def test_a_process_that_ends(tmp_path: Path, text: str, what: str) -> None:
    error = refused(written(tmp_path, text))

    assert isinstance(error, NotRun)
    assert what in error.what


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        ("x = (\n", "cannot be imported: '(' was never closed", ":1"),
        ("\n\nimport no_such_package\n", "No module named 'no_such_package'", ":3"),
        ("from . import blocks\n", "attempted relative import", ":1"),
        ("x = 3\n", "has no model when it is imported", ""),
        ("raise SystemExit\n", "ends the program", ":1"),
    ],
)
def test_a_file_that_cannot_be_imported(tmp_path: Path, text: str, what: str, where: str) -> None:
    file = written(tmp_path, text)
    error = failed(file)

    assert what in error.what
    assert error.where == (file + where if where else "")


def test_modules_that_are_not_there() -> None:
    error = failed("no_such_package.models:resnet50")

    assert "No module named 'no_such_package'" in error.what
    assert sys.executable in error.hint


# -- what is around it ---------------------------------------------------------------------------


def test_prints_go_to_standard_error(tmp_path: Path) -> None:
    """Of Python, of C, and of programs that are started; none of them garbles the answer."""
    text = (
        "import os, subprocess, sys\nprint('by print')\nos.write(1, b'by number\\n')\n"
        "subprocess.run([sys.executable, '-c', 'print(1 + 41)'])\nprint('at the end', end='')\n"
    )
    done = weigh("--run", "net:make", folder=Path(written(tmp_path, text)).parent)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.split("weigh: ")[0] == "by print\nby number\n42\nat the end"
    assert "there is no 'make' in net" in done.stderr


def test_the_folders_modules_are_found_in(tmp_path: Path) -> None:
    """Those of the file and of the user; a package keeps its name, so that siblings are found."""
    written(tmp_path, "", "package/__init__.py")
    written(tmp_path, "", "package/inner/__init__.py")
    written(tmp_path, "size = 3\n", "package/blocks.py")
    written(tmp_path, "size = 4\n", "here.py")
    text = "from ..blocks import size\nimport here\nimport sys\n"
    written(
        tmp_path,
        f"{text}raise ValueError(__name__, size, here.size, sys.argv)\n",
        "package/inner/net.py",
    )
    done = weigh("--run", "package/inner/net.py:make", folder=tmp_path)

    assert "('package.inner.net', 3, 4, ['package/inner/net.py'])" in done.stderr


@pytest.mark.parametrize("name", ["json", "pickle", "types", "readers", "weighbridge"])
def test_a_module_named_like_one_of_ours(tmp_path: Path, name: str) -> None:
    written(tmp_path, f"raise ValueError('not this {name}')\n", f"{name}.py")
    written(tmp_path, "def make(): raise ValueError('reached')\n")
    done = weigh("--run", "net.py:make", folder=tmp_path)

    assert "raised ValueError: reached" in done.stderr


def test_the_main_part_is_left_out(tmp_path: Path) -> None:
    file = written(tmp_path, "if __name__ == '__main__':\n    raise ValueError\n")

    assert "has no model" in failed(file).what


@POSIX
@pytest.mark.parametrize("to_all", [True, False], ids=["terminal", "one process"])
def test_an_interruption_tells_where_it_was(tmp_path: Path, to_all: bool) -> None:
    mark = tmp_path / "started"
    text = f"import time\ndef make():\n    open({str(mark)!r}, 'w').close()\n    time.sleep(60)\n"
    file = written(tmp_path, text)
    with subprocess.Popen(
        [sys.executable, "-m", "weighbridge", "--run", f"{file}:make"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
        start_new_session=True,
    ) as process:  # fmt: skip
        while not mark.exists():
            time.sleep(0.02)
        time.sleep(0.2)  # until it sleeps
        (os.killpg if to_all else os.kill)(process.pid, signal.SIGINT)
        printed, errors = process.communicate(timeout=20)

    assert (process.returncode, printed) == (2, "")
    assert errors.startswith(
        f"weigh: interrupted while {file}:make was run\n  in {file}:4, in make\n"
    )


@POSIX
def test_code_that_does_not_listen_is_ended(tmp_path: Path) -> None:
    mark = tmp_path / "started"
    text = (
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        f"open({str(mark)!r}, 'w').close()\ntime.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-m", "weighbridge", "--run", written(tmp_path, text)],
        stderr=subprocess.PIPE, text=True, env=environment(), start_new_session=True,
    ) as process:  # fmt: skip
        while not mark.exists():
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=20)

    assert process.returncode == 2
    assert "Traceback" not in errors


@POSIX
def test_a_process_left_behind_keeps_nobody_waiting(tmp_path: Path) -> None:
    """It holds the pipe of the answer open, being a copy of the process that was to answer."""
    text = "import os, time\nif not os.fork():\n    time.sleep(15)\n    os._exit(0)\n"
    file = written(tmp_path, text)
    start = time.monotonic()

    assert "has no model" in refused(file).what
    assert time.monotonic() - start < 10


@POSIX
@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams(tmp_path: Path, closed: str) -> None:
    file = written(tmp_path, "print('aloud')\n")
    command = f"'{sys.executable}' -m weighbridge --run '{file}' {closed}"
    done = subprocess.run(command, shell=True, capture_output=True, env=environment(), check=False)

    assert done.returncode == 2
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr
