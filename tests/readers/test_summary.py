"""Printed summaries: recorded samples of each tool, lists and tables, and their audit."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.readers.printed import SAMPLES, TABLES, formulas, slugs, weighed
from weighbridge.errors import Malformed, WeighbridgeError
from weighbridge.readers import named, read
from weighbridge.weighing import weigh


def test_lenet5_of_keras_3() -> None:
    """The settings are solved for; the sum is that of LeNet-5 with full connections."""
    found = weigh(read(named(SAMPLES / "keras3-lenet5.txt")))

    assert found.parameters == (25 + 1) * 6 + (25 * 6 + 1) * 16 + 401 * 120 + 121 * 84 + 85 * 10
    assert formulas(found) == {
        "conv2d": "(5·5·1 + 1)·6",
        "conv2d_1": "(5·5·6 + 1)·16",
        "dense": "(400 + 1)·120",
        "dense_1": "(120 + 1)·84",
        "dense_2": "(84 + 1)·10",
    }
    assert "row-contradiction" not in slugs(found)


def test_nested_model_of_keras_3() -> None:
    """Rows inside count once, in their container."""
    found = weigh(read(named(SAMPLES / "keras3-nested.txt")))

    assert found.parameters == 229
    assert found.trainable == 213
    assert [container.path for container in found.model.containers] == ["inner"]
    assert formulas(found)["inner.dense_3"] == "(8 + 1)·5"


def test_wrapped_and_nested_table_of_keras_2() -> None:
    """Cells broken anywhere are put together; a nested model is marked by bars."""
    found = weigh(read(named(SAMPLES / "keras2-nested.txt")))

    assert formulas(found) == {
        "conv1_conv": "(7·7·3 + 1)·64",
        "conv1_bn": "4·64",
        "conv2_block1_preact_bn": "4·64",
        "head.dense": "(64 + 1)·10",
    }
    assert found.trainable == 9472 + 2 * 64 + 2 * 64 + 650
    assert not slugs(found) & {
        "rows-do-not-add-up",
        "parts-do-not-add-up",
        "row-contradiction",
        "group-does-not-add-up",
    }


@pytest.mark.parametrize(
    ("sample", "parameters"),
    [
        ("torchinfo-1.8", 2464),
        ("torchsummary-1.5", 514_200),
        ("flax-linen-0.12", 186),
        ("flax-nnx-0.12", 74),
        ("torch-print", 2464 - 2 * 3),
        ("lightning-2", 785 * 128 + 129 * 10),
    ],
)
def test_count_of_other_tools(sample: str, parameters: int) -> None:
    """Each tool's own count; ``print`` does not show the 3 that each block holds itself."""
    found = weigh(read(named(SAMPLES / f"{sample}.txt")))

    assert found.parameters == parameters
    assert "row-contradiction" not in slugs(found)


def test_formulas_of_torchinfo() -> None:
    """Modules used again are counted once."""
    found = weigh(read(named(SAMPLES / "torchinfo-1.8.txt")))

    assert formulas(found)["stem"] == "(7·7·3 + 1)·8"
    assert formulas(found)["b.1.conv"] == "3·3·8·8"
    assert "counted-before" in slugs(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[(5,5,6,16), (16,)]", {"conv2d": "(5·5·6 + 1)·16"}),
        ("(1, 36)\n(9, 36)\n(36,)", {"lstm": "(1 + 9 + 1)·4·9"}),
        (
            "conv.weight torch.Size([64, 3, 7, 7])\n"
            "bn.weight\ttorch.Size([64])\nbn.bias\ttorch.Size([64])",
            {"conv": "7·7·3·64", "bn": "2·64"},
        ),
        (
            "<tf.Variable 'dense/kernel:0' shape=(400, 120) dtype=float32>\n"
            "<tf.Variable 'dense/bias:0' shape=(120,) dtype=float32>",
            {"dense": "(400 + 1)·120"},
        ),
        (
            '{"wte.weight": {"dtype": "F16", "shape": [9, 8], "data_offsets": [0, 144]}}',
            {"wte": "9·8"},
        ),
        ("block1: (3, 3, 64)", {"block1": "3·3·64"}),
    ],
)
def test_lists_of_shapes(tmp_path: Path, text: str, expected: dict[str, str]) -> None:
    """Names, or sizes alone, tell the layers."""
    assert formulas(weighed(tmp_path, text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "| Layer | Output | Params |\n|---|---|---|\n| Input | 32x32x1 | 0 |\n"
        "| Conv1 | 28×28×6 | 156 |\n| Pool | 14×14×6 | 0 |\n"
        "| Conv2 | 10×10×16 | 2,416 |\n| **Total** | | 2,572 |",
        "layer,output size,parameters\ninput,32x32x1,0\n"
        "conv1,28x28x6,156\npool,14x14x6,0\nconv2,10x10x16,2416\ntotal,,2572",
        "\\begin{tabular}{lrr}\nLayer & Output & \\# Parameters \\\\ \\hline\n"
        "Input & $32\\times32\\times1$ & 0 \\\\\n"
        "Conv1 & $28\\times28\\times6$ & 156 \\\\\nPool & $14\\times14\\times6$ & 0 \\\\\n"
        "Conv2 & $10\\times10\\times16$ & 2{,}416 \\\\\nTotal & & 2{,}572 \\\\\n\\end{tabular}",
    ],
)
def test_tables_of_papers(tmp_path: Path, text: str) -> None:
    """Markdown, CSV and LaTeX say the same."""
    found = weighed(tmp_path, text)

    assert list(formulas(found).values()) == ["(5·5·1 + 1)·6", "(5·5·6 + 1)·16"]
    assert "rows-do-not-add-up" not in slugs(found)


def test_audit(tmp_path: Path) -> None:
    """A row that cannot be, a total that is not the sum, parts that do not add up, and bytes."""
    text = (SAMPLES / "keras3-lenet5.txt").read_text()
    text = text.replace("48,120", "48,121").replace(
        "Non-trainable params: 0 ", "Non-trainable params: 7 "
    )
    found = weighed(tmp_path, text.replace("241.04", "214.04"))

    assert {
        "row-contradiction",
        "rows-do-not-add-up",
        "parts-do-not-add-up",
        "bytes-do-not-fit",
    } <= slugs(found)
    said = next(finding for finding in found.findings if finding.slug == "row-contradiction")
    assert said.path == "dense"
    assert "(400 + 1)·120 = 48,120" in said.message


LISTED = """\
fc1.weight   torch.Size([120, 400])   48,000
fc1.bias     torch.Size([120])        120
fc2.weight   torch.Size([10, 120])    1,200
fc2.bias     torch.Size([10])         10
Total: 49,330
"""


def test_a_list_with_counts_is_audited(tmp_path: Path) -> None:
    assert not slugs(weighed(tmp_path, LISTED)) & {"row-contradiction", "rows-do-not-add-up"}

    wrong = weighed(tmp_path, LISTED.replace("1,200", "1,210"))
    assert "its shape comes to 1,200, its count says 1,210" in {f.message for f in wrong.findings}
    assert "rows-do-not-add-up" in slugs(weighed(tmp_path, LISTED.replace("49,330", "49,340")))


def test_shapes_of_a_transformer_are_no_statistics(tmp_path: Path) -> None:
    """Two layer norms in a row, as ``parameters()`` of an encoder layer end."""
    text = "torch " + ", ".join(["(64, 32)", "(64,)", "(32, 64)", "(32,)", *["(32,)"] * 4])

    assert weighed(tmp_path, text).parameters == 64 * 33 + 32 * 65 + 4 * 32


def test_brackets_of_torchinfo_mark_what_is_frozen(tmp_path: Path) -> None:
    text = """\
===============================================================================
Layer (type:depth-idx)                   Output Shape              Param #
===============================================================================
Sequential                               [2, 10]                   --
├─Linear: 1-1                            [2, 120]                  (48,120)
├─Linear: 1-2                            [2, 10]                   1,210
===============================================================================
Total params: 49,330
Trainable params: 1,210
Non-trainable params: 48,120
"""
    found = weighed(tmp_path, text)

    assert (found.trainable, found.frozen) == (1_210, 48_120)


def test_frozen_layers_are_concluded(tmp_path: Path) -> None:
    """Only the first two rows make up the frozen parameters."""
    text = (SAMPLES / "keras3-lenet5.txt").read_text()
    text = text.replace("Trainable params: 61,706", "Trainable params: 59,134", 1)
    text = text.replace(
        "Non-trainable params: 0 (0.00 B)", "Non-trainable params: 2,572 (10.05 KB)"
    )
    found = weighed(
        tmp_path,
        text.replace(
            " Trainable params: 61,706 (241.04 KB)", " Trainable params: 59,134 (230.99 KB)"
        ),
    )

    assert found.frozen == 156 + 2416


# -- what is no summary --------------------------------------------------------------------------


def test_text_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="no printed model"):
        weighed(tmp_path, "Dear all,\n\nwhere does the number come from?\n")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_damage_raises_only_our_errors(tmp_path: Path, data: st.DataObject) -> None:
    """Pieces of samples, cut and shuffled, are read or refused with a sentence."""
    text = data.draw(st.sampled_from(TABLES)).read_text()
    lines = data.draw(st.lists(st.sampled_from(text.splitlines()), min_size=1, max_size=30))
    cut = data.draw(st.integers(0, 40))
    try:
        weighed(
            tmp_path, "\n".join(line[cut:] if data.draw(st.booleans()) else line for line in lines)
        )
    except WeighbridgeError as error:
        assert str(error)
