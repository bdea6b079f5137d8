"""How far a search goes, how often it hits by chance, and that it says where it ended."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from weighbridge.claims import Verdict, _rebuilt, _search, check, claim
from weighbridge.model import Model
from weighbridge.readers import named, read
from weighbridge.reports import render
from weighbridge.weighing import Weighing, weigh

ENDED = "The search ended before everything had been tried."


def weighed(source: str, shape: tuple[int, ...] | None = None) -> Weighing:
    return weigh(read(named(source, shape)))


def verdict(weighing: Weighing, claim: str) -> Verdict:
    return check(weighing, [claim]).verdicts[0]


def test_a_search_that_tried_everything_says_nothing() -> None:
    checked = check(weighed("Dense(3)", (4,)), ["16"])

    assert checked.verdicts[0].exhausted
    assert ENDED not in render(checked, "text")


def test_a_search_whose_budget_is_used_up_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_search, "_TRIED", 0)
    checked = check(weighed("LSTM(256)", (100, 300)), ["parameters=571123"])

    assert not checked.verdicts[0].explanations
    assert not checked.verdicts[0].exhausted
    assert ENDED in render(checked, "text")


def test_builds_left_out_are_said_too(monkeypatch: pytest.MonkeyPatch) -> None:
    network = weighed("lenet5")
    assert verdict(network, "dense=1.23M").exhausted

    monkeypatch.setattr(_rebuilt, "_ROWS", 3 * len(network.rows))
    assert not verdict(network, "dense=1.23M").exhausted


def test_other_builds_are_weighed_once_for_all_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: Counter[str] = Counter()

    def counted(model: Model, *rest: object) -> Weighing:
        seen["weighed"] += 1
        return weigh(model, *rest)  # type: ignore[arg-type]  # the convention

    monkeypatch.setattr(_rebuilt, "weigh", counted)
    network = weighed("lenet5")
    check(network, ["dense=12345"])
    once = seen["weighed"]
    check(network, ["dense=12345", "dense=54321", "dense=12121"])

    assert once > 0
    assert seen["weighed"] == 2 * once


def test_a_number_is_rounded_to_its_last_digit_but_zeros() -> None:
    """109.48M rounds to 109M, or with two digits to 110M; it never rounds to 111M."""
    value = 109_482_240
    for text, likely in (("109M", True), ("110M", True), ("109.5M", True), ("109.4M", False)):
        stated = claim(text)
        assert stated.allows(value)
        fit = _search.Wanted(stated.low or 0, stated.high or 0).fit(value)
        assert (fit == 0) == likely


@pytest.mark.parametrize(("source", "most"), [("lenet5", 0.25), ("resnet18", 0.25)])
def test_rounded_numbers_at_random_are_seldom_explained(source: str, most: float) -> None:
    """Three digits of a network: each likely mistake takes one number in some hundred."""
    weighing, draw = weighed(source), random.Random(3)
    true = int(weighing.parameters)
    explained = 0
    for _ in range(24):
        number = draw.randint(true // 2, 2 * true)
        explained += bool(verdict(weighing, f"parameters={number / 1000:.3g}K").explanations)
    assert explained <= most * 24


def test_a_rounded_number_is_explained_by_what_is_likely() -> None:
    """ResNet-50 without its top: 25,557,032 − 2,049·1,000 are 23.5M."""
    told = verdict(weighed("resnet50"), "parameters=23.5M").explanations

    assert ("head-excluded", 25_557_032 - 2_049 * 1_000) in [
        (cause, each.value) for each in told for cause in each.causes
    ]
