"""The first page of help lists what there is, without being told."""

from __future__ import annotations

import subprocess
import sys

import pytest

from weighbridge import _collect, readers, reports
from weighbridge.app import _help, commands
from weighbridge.app.commands import Command, weigh
from weighbridge.readers import known_name


def test_everything_there_is_stands_in_the_help() -> None:
    page = _help.overview()
    there = (*_collect.names(commands.__name__), *reports.formats(), *known_name.names())

    assert [name for name in there if name not in page] == []
    assert all(gist and gist in page for gist in _help._sources().values())


def test_help_fits_a_page() -> None:
    assert max(map(len, _help.overview().splitlines())) <= 100


@pytest.mark.parametrize("name", _collect.names(commands.__name__))
def test_every_command_has_a_page(name: str) -> None:
    command = _collect.constant(commands.__name__, name, "COMMAND", Command)
    page = _help.page(name, command)

    assert all(flag in page for option in command.signature.options for flag in option.flags[:1])
    assert all(place.name in page for place in command.signature.positionals)
    assert max(map(len, page.splitlines())) <= 100


def test_help_imports_no_other_command_and_no_reader() -> None:
    run = (
        "import sys; from weighbridge.app import _help; _help.overview();"
        "print(*(name for name in sys.modules if name.startswith('weighbridge.')))"
    )
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True)
    imported = done.stdout.split()
    rooms = (commands.__name__, readers.__name__)
    plugins = {f"{room}.{name}" for room in rooms for name in _collect.names(room)}

    assert plugins.intersection(imported) <= {known_name.__name__, weigh.__name__}
