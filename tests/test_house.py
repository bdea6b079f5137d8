"""The house stands as ARCHITECTURE draws it: floors, light imports, one constant per plug-in."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import weighbridge
from tests import _house
from weighbridge import _collect

ROOT = Path(weighbridge.__file__).parent
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text(encoding="utf-8")
    for path in sorted(ROOT.rglob("*.py"))
    if path.parent.name != "known"
}


@pytest.mark.parametrize("module", FILES)
def test_every_file_keeps_to_the_plan(module: str) -> None:
    assert list(_house.faults({module: FILES[module]})) == []


@pytest.mark.parametrize(
    ("module", "text", "fault"),
    [
        ("formula", "from weighbridge.model import Kind", "not on a lower floor"),
        ("layers.conv", "import weighbridge.readers", "not on a lower floor"),
        ("readers.onnx", "from weighbridge import weighing", "not on a lower floor"),
        ("errors", "def f():\n    from weighbridge.formula import Num", "not on a lower floor"),
        ("app.cli", "from weighbridge import weigh", "not on a lower floor"),
        ("readers.onnx", "from weighbridge.layers._settings import whole", "private to layers"),
        ("readers.onnx", "from weighbridge.layers import _settings", "private to layers"),
        ("cellar", "from weighbridge.errors import Finding", "on no floor"),
        ("layers.conv", "from .dense import Dense", "on no floor"),
        ("model", "import numpy as np", "at module level"),
        (
            "model",
            "try:\n    from torch import nn\nexcept ImportError:\n    nn = None",
            "module level",
        ),
        ("model", "class A:\n    import dataclasses", "at module level"),
        ("model", "def f():\n" + "    x = 1\n" * 35, "f has 36 lines"),
        ("model", "x = 1\n" * 301, "has 301 lines"),
    ],
)
def test_the_test_can_fail(module: str, text: str, fault: str) -> None:
    (found,) = _house.faults({module: text})

    assert fault in found


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("layers.conv", "from weighbridge.layers._settings import whole"),
        ("layers.conv", "from weighbridge import _collect, errors"),
        ("readers.archive", "def f():\n    import h5py"),
        ("model", "if TYPE_CHECKING:\n    from typing import Literal"),
        ("model", 'def f():\n    """One.\n' + "    more\n" * 40 + '    """\n' + "    x = 1\n" * 34),
    ],
)
def test_what_is_allowed_passes(module: str, text: str) -> None:
    assert list(_house.faults({module: text})) == []


def test_every_room_is_on_a_floor() -> None:
    """A new room is put into the plan before anybody imports it."""
    rooms = {module.partition(".")[0] for module in FILES}

    assert rooms <= _house.FLOORS.keys()


# -- what a run imports --------------------------------------------------------------------------

PROBE = """
import sys
import ast  # what it brings along is the standard library's own affair
brought = set(sys.modules)
{run}
print(*sorted({{name.partition(".")[0] for name in set(sys.modules) - brought}}), file=sys.stderr)
"""


def imported_by(run: str) -> set[str]:
    """Top-level modules that ``run`` imports in a fresh interpreter."""
    command = [sys.executable, "-c", PROBE.format(run=run)]
    search = os.pathsep.join([str(ROOT.parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": search, "PYTHONUTF8": "1"},
    )  # fmt: skip
    return set(done.stderr.split())


def test_weighing_by_the_command_line_imports_nothing_heavy() -> None:
    run = "from weighbridge.app.cli import main\nassert main(['lenet5']) == 0"

    assert imported_by(run) & (_house.FRAMEWORKS | _house.SLOW) == set()


def test_importing_the_package_imports_nothing_at_all() -> None:
    assert imported_by("import weighbridge") <= {"weighbridge"} | {"__future__"}


def test_the_probe_sees_heavy_imports() -> None:
    assert {"dataclasses", "inspect"} <= imported_by("import dataclasses")


# -- plug-ins ------------------------------------------------------------------------------------


def literals(text: str) -> set[str]:
    """Every string written out in ``text`` in double quotes, as the index looks for it."""
    strings = {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
    return {string for string in strings if isinstance(string, str) and f'"{string}"' in text}


def test_every_spelling_is_written_out_where_it_is_defined() -> None:
    """The index finds a spelling by its text, so that one file is imported and not fifty."""
    tables = _collect.collect("weighbridge.layers", "SPELLINGS", dict)
    unwritten = {
        name: absent
        for name, table in tables.items()
        if (absent := set(table) - literals(FILES[f"layers.{name}"]))
    }

    assert unwritten == {}


def test_no_spelling_is_defined_twice() -> None:
    tables = _collect.collect("weighbridge.layers", "SPELLINGS", dict)
    spelled = [spelling for table in tables.values() for spelling in table]

    assert len(spelled) == len(set(spelled))


def test_a_plugin_without_its_constant_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "made_up_plugins"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "empty.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(_collect.BadPlugin, match=r"empty\.py: must define READER, a dict"):
        _collect.collect("made_up_plugins", "READER", dict)


def test_every_plugin_defines_its_constant() -> None:
    from weighbridge import layers, readers
    from weighbridge.app import commands
    from weighbridge.app.commands import Command
    from weighbridge.model import Kind

    assert all(issubclass(kind, Kind) for kind in layers.kinds().values())
    assert all(callable(build) for build in layers.spellings().values())
    assert len(readers.readers()) == len(_collect.names(readers.__name__))
    assert set(_collect.collect(commands.__name__, "COMMAND", Command)) >= {"weigh", "about"}


def test_every_module_says_why_it_exists() -> None:
    silent = [
        module for module, text in FILES.items() if ast.get_docstring(ast.parse(text)) is None
    ]

    assert silent == []
