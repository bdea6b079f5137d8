"""Well-known networks are found by their names, exact or as people write them."""

from __future__ import annotations

import pytest

from weighbridge.errors import NotFound
from weighbridge.readers import Source, known_name


def test_the_two_networks_of_the_paper_and_the_forum() -> None:
    assert {"lenet5", "lenet5-1998"} <= set(known_name.names())


@pytest.mark.parametrize("name", known_name.names())
def test_a_name_is_accepted_and_its_source_is_python(name: str) -> None:
    assert known_name.READER.accepts(Source(name))
    compile(known_name.text_of(name), name, "exec")


@pytest.mark.parametrize("text", ["lenet", "lenet5.py", "../known/lenet5", ""])
def test_other_texts_are_left_to_other_readers(text: str) -> None:
    assert not known_name.READER.accepts(Source(text))


def test_a_live_object_is_no_name() -> None:
    assert not known_name.READER.accepts(Source(object()))


def test_a_name_nobody_knows() -> None:
    with pytest.raises(NotFound) as caught:
        known_name.text_of("lenet6")

    assert "lenet5" in caught.value.hint


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("resnet50", "resnet50"),
        ("Keras ResNet50", "resnet50-keras"),
        ("ResNet-50 (Keras)", "resnet50-keras"),
        ("torchvision resnet50", "resnet50"),
        ("tf.keras.applications.VGG16", "vgg16-keras"),
        ("torchvision.models.wide_resnet50_2", "wide-resnet50-2"),
        ("VGG16_BN", "vgg16-bn"),
        ("MobileNetV2", "mobilenet-v2"),
        ("LeNet-5 in PyTorch", "lenet5-torch"),
        ("ResNet-34 (Keras)", ""),
        ("resnet", ""),
        ("Conv2D(16, 5)", ""),
        ("x" * 10_000, ""),
    ],
)
def test_names_are_matched_as_people_write_them(written: str, known: str) -> None:
    assert known_name.matching(written) == known


def test_every_name_matches_itself() -> None:
    """No name is found by another's spelling."""
    for name in known_name.names():
        assert known_name.matching(name) == name
        assert known_name.matching(name.replace("-", " ").upper()) == name


@pytest.mark.parametrize("name", ["resnet50.keras", "resnet-50.py", "torchvision.models:resnet50"])
def test_what_may_be_a_file_or_a_target_is_no_name(name: str) -> None:
    assert known_name.matching(name) == ""
