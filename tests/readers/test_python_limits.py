"""No source costs much, and no source is ever run: endless, huge, broken and hostile files.

All of them are read by one child process that has little memory and stops the clock at each, so
that a file that gets out of hand fails its own test and no other.
"""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readers.hostile import (
    BROKEN,
    ENDLESS,
    HARMLESS,
    IMPOSSIBLE,
    MODEL,
    NO_MODEL,
    UNREADABLE,
    cases,
)
from tests.readers.mutated import mutant
from weighbridge import readers, weighing
from weighbridge.errors import WeighbridgeError
from weighbridge.readers import notation, python_source

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 3
"""Processor time that a source may take."""
MEMORY = 1 << 30
"""Bytes of address space for the process that reads them: an interpreter takes a tenth of it."""

CHILD = f"""
import json, resource, signal, sys, time

from weighbridge import readers, weighing
from weighbridge.errors import WeighbridgeError
from weighbridge.readers import python_source


class Slow(BaseException):
    pass


def stop(*_):
    raise Slow


def outcome(name, text):
    started = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, 4 * {SECONDS})
    try:
        model = python_source.read_text(text, readers.Source(name), name)
        result = ["weighed", str(weighing.weigh(model).parameters), "", ""]
    except WeighbridgeError as error:
        result = [type(error).__name__, error.what, error.where, error.excerpt]
    except (Exception, Slow) as error:
        result = ["escaped", repr(error), "", ""]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return [*result, time.process_time() - started]


resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
signal.signal(signal.SIGPROF, stop)
for line in sys.stdin:
    print(json.dumps(outcome(*json.loads(line))), flush=True)
"""


class Outcome(NamedTuple):
    """What became of reading one source."""

    sort: str
    what: str
    where: str
    excerpt: str
    seconds: float


@cache
def outcomes() -> dict[str, Outcome]:
    """Of every hostile source, by name; read one after the other by one process."""
    pytest.importorskip("resource", reason="limits on a process are a matter of Unix")
    sources: dict[str, str] = {}
    for table in (ENDLESS, HARMLESS, BROKEN, IMPOSSIBLE, NO_MODEL):
        assert not sources.keys() & table.keys()
        sources |= table
    given_ = "".join(json.dumps([f"{name}.py", text]) + "\n" for name, text in sources.items())
    done = subprocess.run(
        [sys.executable, "-c", CHILD], input=given_, capture_output=True, text=True, check=False
    )
    lines = done.stdout.splitlines()
    assert len(lines) == len(sources), f"{[*sources][len(lines)]} ended the process: {done.stderr}"
    return {name: Outcome(*json.loads(line)) for name, line in zip(sources, lines, strict=True)}


def placed(found: Outcome, sort: str) -> bool:
    """Whether it is one clear error: what, on which line, with a caret under that line's text."""
    shown, _, carets = found.excerpt.partition("\n")
    return (
        found.sort == sort
        and found.what.strip() != ""
        and "line " in found.where
        and carets.strip("^ ") == ""
        and 0 <= carets.find("^") < max(len(shown), 1)
        and found.seconds < SECONDS
    )


@pytest.mark.parametrize("name", ENDLESS)
def test_what_does_not_end_or_is_too_large(name: str) -> None:
    assert placed(outcomes()[name], "TooLarge"), outcomes()[name]


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_odd_beside_a_model_does_not_matter(name: str) -> None:
    """A value nobody can afford is unknown; the model next to it has 4·3 + 3 = 15 parameters."""
    found = outcomes()[name]

    assert (found.sort, found.what) == ("weighed", "15")
    assert found.seconds < SECONDS


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_python(name: str) -> None:
    assert placed(outcomes()[name], "Malformed"), outcomes()[name]


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_layers_that_cannot_be(name: str) -> None:
    assert placed(outcomes()[name], "Impossible"), outcomes()[name]


@pytest.mark.parametrize("name", NO_MODEL)
def test_no_model(name: str) -> None:
    found = outcomes()[name]

    assert (found.sort, f"{name}.py" in found.what) == ("NotFound", True), found


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_text(name: str, tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_bytes(UNREADABLE[name])

    with pytest.raises(WeighbridgeError, match=r"net\.py is not text"):
        python_source.read(readers.named(file))


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(MODEL, encoding="utf-8-sig")

    assert weighing.weigh(python_source.read(readers.named(file))).parameters == 15


# -- nothing is run ------------------------------------------------------------------------------

TRACES = cases("traces")
"""What would write a file called ``trace``, or import the module ``marked``."""


@pytest.mark.parametrize("name", TRACES)
def test_a_source_leaves_no_trace(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither files nor imports; what is around the code is still weighed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    module = tmp_path / "marked.py"
    module.write_text("open('trace', 'w').write('x')\nx = 1\n")
    (tmp_path / "net.py").write_text(f"import keras\n{TRACES[name]}{MODEL}")

    model = python_source.read(readers.named(f"{tmp_path / 'net.py'}:model"))

    assert weighing.weigh(model).parameters == 15
    assert {entry.name for entry in tmp_path.iterdir()} == {"marked.py", "net.py"}
    assert "marked" not in sys.modules


# -- anything at all -----------------------------------------------------------------------------

FILES = [
    file.read_text("utf-8") for file in sorted((Path(__file__).parent / "sources").glob("*.py"))
]


def only_our_errors(read: Callable[[], object]) -> None:
    """Whatever happens is a model, or an error that says so."""
    try:
        read()
    except WeighbridgeError as error:
        assert error.what.strip() != ""
        assert str(error) != ""


def weigh(text: str) -> object:
    return weighing.weigh(python_source.read_text(text, readers.Source("net.py"), "net.py"))


@given(st.text())
def test_any_text(text: str) -> None:
    only_our_errors(lambda: weigh(text))
    only_our_errors(lambda: notation.read(readers.Source(text)))


@given(st.sampled_from(FILES), st.integers(0, 1 << 32))
def test_files_with_parts_cut_out_and_doubled(text: str, seed: int) -> None:
    """Characters, then lines: most of what comes out is no Python."""
    chance = random.Random(seed)
    for unit in (list(text), text.splitlines(keepends=True)):
        start = chance.randrange(len(unit))
        end = min(start + chance.randrange(1, 12), len(unit))
        cut = [*unit[:start], *unit[end:]]
        doubled = [*unit[:end], *unit[start:]]
        for changed in (cut, doubled):
            only_our_errors(partial(weigh, "".join(changed)))


@given(st.sampled_from(FILES), st.integers(0, 1 << 32))
def test_files_that_say_something_else(text: str, seed: int) -> None:
    """Still Python, with other values, names, arguments and operators in some places."""
    only_our_errors(lambda: weigh(mutant(text, random.Random(seed))))


@given(st.sampled_from(FILES), st.integers(0, 1 << 32))
def test_lines_of_notation_that_say_something_else(text: str, seed: int) -> None:
    chance = random.Random(seed)
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    parts = [ast.unparse(chance.choice(calls)) for _ in range(chance.randrange(1, 5))]

    only_our_errors(lambda: weighing.weigh(notation.read(readers.Source(" > ".join(parts)))))
