"""The door of the reports: formats by name and by suffix, results that show themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import weighbridge
from tests.reports.models import lenet5
from weighbridge import _collect
from weighbridge.errors import Usage
from weighbridge.reports import format_for, formats, printed, render, renderer
from weighbridge.weighing import Weighing, weigh

if TYPE_CHECKING:
    from collections.abc import Callable

HEAVY = {"dataclasses", "inspect", "json", "numpy", "pathlib", "re", "rich", "typing"}


def test_formats() -> None:
    """Each is named as its file; each has its own suffixes."""
    found = [renderer(name) for name in formats()]
    suffixes = [suffix for each in found for suffix in each.suffixes]

    assert tuple(each.name for each in found) == formats()
    assert len(set(suffixes)) == len(suffixes)
    assert {"terminal", "text", "markdown", "latex", "csv", "json", "html", "keras"} <= {*formats()}


@pytest.mark.parametrize("name", formats())
def test_documented(name: str) -> None:
    """The docstring of a format's module is its page in the reference."""
    module = sys.modules[renderer(name).render.__module__]
    assert module.__doc__


@pytest.mark.parametrize("name", formats())
def test_ends_with_a_newline(name: str) -> None:
    assert render(weigh(lenet5()), name).endswith("\n")


@pytest.mark.parametrize(
    ("path", "name"),
    [("a.MD", "markdown"), ("b/c.tex", "latex"), ("x.y.json", "json"), ("t.txt", "text")],
)
def test_by_suffix(path: str, name: str) -> None:
    assert format_for(path) == name


def test_what_cannot_be() -> None:
    """Unknown formats, suffixes, options and results are errors that say what there is."""
    weighing = weigh(lenet5())
    faults: list[tuple[Callable[[], str], str]] = [
        (lambda: render(weighing, "pdf"), "no format 'pdf'"),
        (lambda: render(weighing, "_grid"), "no format '_grid'"),
        (lambda: format_for("report.pdf"), "names no format"),
        (lambda: render(weighing, "keras", by="kind"), "keras has no form"),
        (lambda: render(3, "text"), "nothing tells how to report a int"),
    ]
    for call, words in faults:
        with pytest.raises(Usage, match=words):
            call()


def test_printed() -> None:
    """A printed weighing is a weighing, and prints as its text."""
    weighing = weigh(lenet5())
    shown = printed(weighing)

    assert isinstance(shown, Weighing)
    assert shown.parameters == 61_706
    assert str(shown) == shown.render() == render(weighing, "text")
    assert repr(shown) == str(shown).rstrip("\n")
    assert shown.render("csv") == render(weighing, "csv")


@pytest.mark.parametrize("name", ["text", "terminal"])
def test_imports_little(name: str) -> None:
    """What ``weigh lenet5`` prints needs one format and nothing heavy."""
    code = (
        "import sys\n"
        "from tests.reports.models import lenet5\n"
        "from weighbridge.weighing import weigh\n"
        "weighing, before = weigh(lenet5()), {*sys.modules}\n"
        "from weighbridge.reports import render\n"
        f"render(weighing, {name!r}, width=80)\n"
        "print(*({*sys.modules} - before))"
    )
    command = (sys.executable, "-S", "-c", code)
    # Without ``site`` nothing is loaded beforehand, nor is an editable install found.
    found = {**os.environ, "PYTHONPATH": str(Path(weighbridge.__file__).parents[1])}
    shown = subprocess.run(command, check=True, capture_output=True, text=True, env=found)
    new = set(shown.stdout.split())
    loaded = {module.rpartition(".")[2] for module in new if ".formats." in module}

    assert not new & HEAVY
    assert loaded == {name, "_grid", "_lines"}


def test_collected() -> None:
    """Every file of the two families defines its constant."""
    from weighbridge.reports.formats import Renderer
    from weighbridge.reports.outline import Outline

    assert _collect.collect("weighbridge.reports.formats", "RENDERER", Renderer)
    assert _collect.collect("weighbridge.reports.outlines", "OUTLINE", Outline)
