"""Verdicts: what holds, what fails, what cannot be said."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

import weighbridge
from weighbridge.app.cli import main
from weighbridge.claims import Verdict, check
from weighbridge.errors import NotFound, Usage

OPEN = "Conv2D(16, 5)"
"""Without an input shape: (5·5·C_in + 1)·16, at least its 16 biases."""


def verdict(source: str, claim: str, **options: object) -> Verdict:
    return check(weighbridge.weigh(source, **options), [claim]).verdicts[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ("61706", "holds"),
        ("total=61.7k", "holds"),
        ("conv2d_1=2,416", "holds"),
        ("conv2d_1=1516", "fails"),
        ("conv2d_1.kernel = 5*5*6*16", "holds"),
        ("dense_1 = (84 + 1)*10", "holds"),
        ("trainable=61706", "holds"),
        ("frozen=0", "holds"),
        ("weights = 61706 - (6 + 16 + 120 + 84 + 10)", "holds"),
        ("macs=416,520", "holds"),
        ("flops=833,040", "holds"),
        ("size=241.04 KiB", "holds"),
        ("size=241.04 KB", "fails"),
        ("bytes-fp16=123,412", "holds"),
        ("parameters <= 61,706", "holds"),
        ("parameters < 61,706", "fails"),
        ("macs >= 1M", "fails"),
        ("60k <= parameters <= 62k", "holds"),
        ("receptive-field=32", "holds"),
    ],
)
def test_claims_about_lenet5(claim: str, outcome: str) -> None:
    if claim == "receptive-field=32":
        # 5 + 1·(2 − 1) + 2·(5 − 1) + 2·(2 − 1) + 4·(5 − 1) pixels at the third convolution.
        claim = "conv2d_2.receptive-field=32"
    assert verdict("lenet5", claim).outcome == outcome


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ("parameters <= 5M", "undecided"),
        ("parameters <= 15", "fails"),
        ("parameters >= 10", "holds"),
        ("2416", "undecided"),
        ("parameters=10", "fails"),
    ],
)
def test_at_least_decides_where_it_can(claim: str, outcome: str) -> None:
    assert verdict(OPEN, claim).outcome == outcome


def test_the_network_of_the_forum_and_that_of_the_paper() -> None:
    """36 of 96 channel connections are missing in the paper: 25·60 + 16, LeCun et al. 1998."""
    wrong = verdict("lenet5", "conv2d_1=1516")
    first = wrong.explanations[0]

    assert first.causes == ("partial-connection",)
    assert "25·60 + 16" in first.sentence
    assert "36 of the 96" in first.sentence
    assert first.formula == "5·5·60 + 16 = 1,516"
    assert sum(piece.count for piece in first.pieces) == 1516 - 2416
    assert verdict("lenet5-1998", "C3=1516").outcome == "holds"
    assert verdict("lenet5-1998", "C3=2416").explanations[0].causes == ("partial-connection",)


def test_a_bare_number_is_of_the_layer_it_explains() -> None:
    assert verdict("lenet5", "10164").subject == "dense"
    assert verdict("lenet5", "1516").subject == "conv2d_1"


def test_nothing_is_called_so() -> None:
    with pytest.raises(NotFound, match="conv2d_9") as raised:
        verdict("lenet5", "conv2d_9=5")
    assert "conv2d" in raised.value.hint


def test_several_models_of_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "nets.py"
    file.write_text("from torch import nn\nsmall = nn.Linear(2, 3)\nlarge = nn.Linear(20, 30)\n")

    assert main(["check", str(file), "small=9", "large=630"]) == 0
    assert "✗" not in capsys.readouterr().out


def test_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "lenet5", "61706"]) == 0
    assert main(["check", "lenet5", "61706", "conv2d_1=1516"]) == 1
    assert main(["check", "lenet5", "perhaps"]) == 2
    assert main(["check", "lenet5"]) == 2
    assert "weigh check" in capsys.readouterr().err


def test_json_keeps_to_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    claims = ["conv2d_1=1516", "61706", "parameters <= 5M", "size=241.04 KB", "conv2d=7"]
    main(["check", "lenet5", *claims, "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    schema = files("weighbridge.reports").joinpath("weighbridge-check-1.schema.json")
    jsonschema.Draft202012Validator(json.loads(schema.read_text())).validate(told)

    assert [each["claim"]["text"] for each in told["verdicts"]] == claims
    assert [each["outcome"] for each in told["verdicts"]] == [
        "fails", "holds", "holds", "fails", "fails",
    ]  # fmt: skip
    assert told["verdicts"][0]["explanations"][0]["causes"] == ["partial-connection"]


@pytest.mark.parametrize("format", ["text", "terminal", "markdown", "latex", "html", "csv"])
def test_every_format_tells_it(format: str) -> None:
    told = weighbridge.check("lenet5", ["conv2d_1=1516", "61706"]).render(format)

    assert "1516" in told
    assert "2,416" in told or "2416" in told


def test_behind_the_door() -> None:
    checked = weighbridge.check("lenet5", "conv2d_1=1516")

    assert checked.fails
    assert checked.verdicts[0].measured == 2416
    assert "25·60 + 16" in str(checked)
    with pytest.raises(Usage):
        weighbridge.check("lenet5", "perhaps")


def test_a_printed_table_is_audited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row that is not its layer's, so that the rows do not come to the total."""
    file = tmp_path / "summary.txt"
    table = weighbridge.weigh("lenet5").render("keras")
    file.write_text(table)
    assert main(["check", str(file)]) == 0

    file.write_text(table.replace("2,416", "1,516"))
    assert main(["check", str(file)]) == 1
    assert "900 fewer" in capsys.readouterr().out
