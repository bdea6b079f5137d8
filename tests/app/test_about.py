"""Everything that can be explained is, under every name it has."""

from __future__ import annotations

import pytest

from weighbridge import layers, reports
from weighbridge.app import _topics
from weighbridge.app._topics import Topic
from weighbridge.app.cli import main
from weighbridge.errors import Finding, kebab

TOPICS = _topics.topics()


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: f"{topic.sort} {topic.name}")
def test_every_topic_is_found_and_says_something(topic: Topic) -> None:
    assert topic.text.strip()
    assert topic.group
    for name in topic.names:
        assert topic in _topics.about(name, TOPICS)


def test_no_term_is_explained_twice() -> None:
    terms = [topic.name for topic in TOPICS if topic.sort == "term"]

    assert len(terms) == len(set(terms))


def test_nothing_is_left_out() -> None:
    """Every kind, spelling, finding and format there is."""
    names = {name for topic in TOPICS for name in topic.names}
    findings = {kebab(finding.__name__) for finding in Finding.__subclasses__()}

    assert layers.kinds().keys() <= names
    assert layers.spellings().keys() <= names
    assert findings <= names
    assert set(reports.formats()) <= names


@pytest.mark.parametrize(
    ("asked", "sort", "name"),
    [
        ("buffer", "term", "buffer"),
        ("Buffers", "term", "buffer"),
        ("kernel-size", "term", "kernel size"),
        ("KV Cache", "term", "KV cache"),
        ("FLOPS", "term", "FLOPs / FLOPS"),
        ("agrees", "term", "basis"),
        ("Conv2D", "layer kind", "conv"),
        ("keras:Conv2D", "layer kind", "conv"),
        ("conv2d", "layer kind", "conv"),
        ("tied-tensor", "finding", "tied-tensor"),
        ("TiedTensor", "finding", "tied-tensor"),
        ("latex", "format", "latex"),
        (".tex", "format", "latex"),
    ],
)
def test_names_people_try(asked: str, sort: str, name: str) -> None:
    assert (sort, name) in [(topic.sort, topic.name) for topic in _topics.about(asked, TOPICS)]


def test_the_glossary_line_of_a_term(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["about", "golden", "file"]) == 0
    assert "the expected text of a report, stored beside its test" in capsys.readouterr().out


def test_without_a_term_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["about"]) == 0
    printed = capsys.readouterr().out

    assert [topic.name for topic in TOPICS if topic.name not in printed] == []
