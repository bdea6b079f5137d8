"""LaTeX: everything opened is closed, everything special is escaped."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from tests.reports.drawn import DOCUMENTS
from tests.reports.models import everything, lenet5, lenet5_1998
from weighbridge.reports import render
from weighbridge.reports.explanation import explained, explained_model
from weighbridge.weighing import Weighing, weigh

if TYPE_CHECKING:
    from pathlib import Path

    from tests.reports.conftest import Golden

ESCAPED = re.compile(r"\\\\|\\[{}#$%&_]")


def balanced(text: str) -> None:
    """Braces, environments and formulas are closed in the order they are opened."""
    body = "\n".join(line for line in text.split("\n") if not line.startswith("%"))
    plain = ESCAPED.sub("", body)
    depth = 0
    for sign in plain:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    assert not set(plain) & set("#%~^") - {"~"}
    assert plain.count("$") % 2 == 0
    opened: list[str] = []
    for word, name in re.findall(r"\\(begin|end)\{([a-z*]+)\}", plain):
        if word == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name
    assert not opened


def test_pages(golden: Golden) -> None:
    weighing = weigh(lenet5())
    golden("lenet5.tex", render(weighing, "latex"))
    golden("everything.tex", render(weigh(everything()), "latex"))
    golden("conv2d_1.tex", render(explained(weighing.rows[3], weighing), "latex"))


@given(DOCUMENTS)
def test_balanced(weighing: Weighing) -> None:
    balanced(render(weighing, "latex"))
    balanced(render(explained_model(weighing), "latex"))


@given(DOCUMENTS)
def test_rows_have_all_cells(weighing: Weighing) -> None:
    """Every line of a tabular has one ``&`` less than the tabular has columns."""
    text = ESCAPED.sub(lambda match: "E" if match[0] == r"\\" else "", render(weighing, "latex"))
    for sides, body in re.findall(r"\\begin\{tabular\}\{([lr]+)\}\n(.*?)\\end", text, re.DOTALL):
        for line in body.replace("\\hline\n", "").splitlines():
            assert line.count("&") == len(sides) - 1
            assert line.endswith("E")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_compiles(tmp_path: Path) -> None:
    """Read into an article, each sort of report is typeset without an error."""
    partial, whole = weigh(lenet5_1998()), weigh(lenet5())
    reports = (whole, weigh(everything()), explained(partial.rows[2], partial))
    body = "\n\n".join(render(report, "latex") for report in reports)
    head = "\\documentclass{article}\\usepackage{amsmath}\\begin{document}\n"
    (tmp_path / "page.tex").write_text(f"{head}{body}\\end{{document}}\n", encoding="utf-8")
    command = ("pdflatex", "-halt-on-error", "-interaction=nonstopmode", "page.tex")
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
