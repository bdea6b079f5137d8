from __future__ import annotations

from pathlib import Path

import pytest

from weighbridge import readers, weighing
from weighbridge.claims import check
from weighbridge.claims._tables import table_claims
from weighbridge.errors import Malformed, NotFound, Usage

TABLES = {
    "table1.md": "| Layer | Parameters | Connections |\n|---|--:|--:|\n| C1 | 156 | 122,304 |\n"
    "| C3 | 1,516 | 151,600 |\n| **total** | 60,840 | 340,908 |\n",
    "table1.csv": "layer,parameters,connections\nC1,156,122304\nC3,1516,151600\n"
    "total,60840,340908\n",
    "semicolons.csv": 'layer;parameters;connections\nC1;156;"122,304"\nC3;1,516;151,600\n'
    "total;60,840;340,908\n",
    "table1.tex": r"""\begin{tabular}{lrr}\hline
        Layer & Parameters & Connections \\ \hline
        C1 & 156 & 122,304 \\ C3 & 1,516 & 151,600 \\
        \textbf{total} & \num{60840} & 340,908 \\
        \end{tabular}""".replace(r"\\ C3", "\\\\\nC3"),
    "table1.toml": 'total = 60840\n[C1]\nparameters = 156\nconnections = "122,304"\n'
    '[C3]\nparameters = 1516\nconnections = "151,600"\n[model]\nconnections = 340908\n',
}


def written(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("name", TABLES)
def test_table_1_of_lecun_1998_holds(name: str, tmp_path: Path) -> None:
    """LeCun et al. 1998, section II.B, as table in every form."""
    stated = table_claims(written(tmp_path, name, TABLES[name]))
    network = weighing.weigh(readers.read(readers.named("lenet5-1998")))

    assert len(stated) == 6
    assert {verdict.outcome for verdict in check(network, stated).verdicts} == {"holds"}


def test_a_column_says_its_unit(tmp_path: Path) -> None:
    """As papers print it: He et al. 2016 state 3.8·10⁹ operations for 50 layers."""
    text = "| Model | #Params (M) | FLOPs (G) |\n|---|---|---|\n| total | 25.6 | ~7.6 |\n"
    stated = table_claims(written(tmp_path, "t.md", text))

    assert [(c.quantity, c.low, c.high) for c in stated] == [
        ("parameters", 25_500_001, 25_699_999),
        ("flops", 7_500_000_001, 7_699_999_999),
    ]


def test_what_is_no_number_in_a_table_is_said_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="the row of 'C3'"):
        table_claims(written(tmp_path, "t.csv", "layer,parameters\nC1,156\nC3,15.16\n"))


def test_a_printed_summary_is_a_table_of_claims(tmp_path: Path) -> None:
    from weighbridge.reports import render

    network = weighing.weigh(readers.read(readers.named("lenet5")))
    stated = table_claims(written(tmp_path, "summary.txt", render(network, "keras")))

    assert [c.subject for c in stated][:2] == ["conv2d", "conv2d_1"]
    assert not check(network, stated).fails


def test_a_file_without_claims_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Malformed):
        table_claims(written(tmp_path, "t.toml", ""))
    with pytest.raises(Malformed):
        table_claims(written(tmp_path, "t.toml", "= 5"))
    with pytest.raises(NotFound):
        table_claims(str(tmp_path / "none.md"))


def test_sizes_of_maps_are_no_bytes(tmp_path: Path) -> None:
    file = tmp_path / "table.md"
    file.write_text("| layer | size | parameters |\n|---|---|---|\n| conv2d | 28 x 28 | 156 |\n")
    assert [claim.text for claim in table_claims(str(file))] == ["conv2d.parameters=156"]
    file.write_text("| layer | size | parameters |\n|---|---|---|\n| conv2d | 624 B | 156 |\n")
    assert [claim.text for claim in table_claims(str(file))] == [
        "conv2d.bytes=624 B",
        "conv2d.parameters=156",
    ]
