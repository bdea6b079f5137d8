"""``import weighbridge``: the names behind the door, and what they give."""

from __future__ import annotations

from pathlib import Path

import pytest

import weighbridge
from weighbridge.errors import NotFound, Usage
from weighbridge.readers import Source, named


def test_every_name_of_the_door_opens() -> None:
    for name in weighbridge.__all__:
        assert getattr(weighbridge, name) is not None
    assert set(weighbridge.__all__) <= set(dir(weighbridge))


def test_what_is_not_behind_the_door() -> None:
    with pytest.raises(AttributeError, match="no attribute 'wiegh'"):
        weighbridge.wiegh  # noqa: B018  # that is the test


def test_lenet5_by_name() -> None:
    """6 filters of 5·5·1 + 1, 16 of 5·5·6 + 1, 120 of 5·5·16 + 1, and two dense layers."""
    weighing = weighbridge.weigh("lenet5")
    dense = (120 + 1) * 84 + (84 + 1) * 10

    assert weighing.parameters == 26 * 6 + 151 * 16 + 401 * 120 + dense == 61_706
    assert weighing.trainable == 61_706
    assert weighing.buffers == 0
    assert len(weighing.layers) == 10
    assert weighing.render("latex") == weighbridge.render(weighing, "latex")
    assert "61,706" in str(weighing)
    assert "61,706" in repr(weighing)


def test_a_path_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text("from keras import layers\nmodel = layers.Dense(10)\n")

    assert weighbridge.weigh(file, (4,)).parameters == (4 + 1) * 10


def test_a_model_that_was_read_is_weighed_as_it_is() -> None:
    model = weighbridge.read("lenet5")

    assert weighbridge.weigh(model).parameters == weighbridge.weigh("lenet5").parameters


def test_an_explanation_prints() -> None:
    assert "5·5·6 + 1 = 151 per filter" in str(weighbridge.explain("lenet5", "conv2d_1"))


def test_errors_are_of_one_family() -> None:
    with pytest.raises(weighbridge.WeighbridgeError):
        weighbridge.weigh("no such model")
    with pytest.raises(NotFound, match="conv2d_9"):
        weighbridge.explain("lenet5", "conv2d_9")


@pytest.mark.parametrize(
    ("given", "source"),
    [
        (("lenet5", None), Source("lenet5")),
        (("net.py:encoder", (28, 28, 1)), Source("net.py", (28, 28, 1), "encoder")),
        ((Path("net.py"), [28, -1]), Source("net.py", (28, None))),
        (("a", [(4,), (5, None)]), Source("a", ((4,), (5, None)))),
        (("Lambda(lambda x: x)", None), Source("Lambda(lambda x: x)")),
    ],
)
def test_what_a_source_is_named(given: tuple[object, object], source: Source) -> None:
    assert named(*given) == source


@pytest.mark.parametrize("shape", [10, "14x14", (0, 3), (2.5,), (True,), [(3,), 4]])
def test_what_is_no_input_shape(shape: object) -> None:
    with pytest.raises(Usage, match="input shape"):
        named("lenet5", shape)
