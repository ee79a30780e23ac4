"""What findings say: right for one and for many, and in places that stay."""

import re

import numpy as np
import pytest

from stats.findings import Finding, Harm, NotRun
from surveys.examining.sayings import about, counted, in_a_row
from surveys.examining.words import TITLES, evidence, reason

ONE = {
    "n": 1, "n_first": 1, "n_others": 1, "n_elsewhere": 1, "n_ballots": 1, "alike": 1,
    "alike_elsewhere": 1, "left_out": 0, "together": 1, "expected": 1.0, "mean": 4.0,
    "mean_others": 3.0, "shifts": (0.5, 0.5), "shape": "pair", "likeness": 1.0, "usual": 0.6,
    "share": 0.1, "low": 0.05, "high": 0.2, "thrown": 0.1, "straight": 0.0, "pace": 0.3,
    "issued": 1, "held": 1, "batches": 1, "first": 15, "last": 45, "cut_ends": 0.01,
    "sameness": 0.01, "seen": 1, "what": "digits",
}  # fmt: skip
MANY = {name: 12_345 if fact == 1 and isinstance(fact, int) else fact for name, fact in ONE.items()}
NAMES = {"unit": ["A", "B"], "network": ["N"], "batch": ["S"]}


def told(check: str, facts: dict[str, object], harm: Harm | None = None) -> tuple[str, str]:
    finding = Finding(
        check, "look", (0,), (1,), (0, 1), {"network": 0, "batch": 0},
        np.arange(1), 3.0, 0.001, 0.002, 1.5, harm, facts,
    )  # fmt: skip
    words = evidence(finding, NAMES)
    return words.zh, words.en


@pytest.mark.parametrize("check", TITLES)
def test_one_of_a_thing_is_told_as_one_and_thousands_with_separators(check: str) -> None:
    assert not re.search(r"\b1 (?:\w+ )?(?:ballots|raters|codes|batches)\b", told(check, ONE)[1])
    for words in told(check, MANY):
        assert "12345" not in words
        assert not re.search(r"[\d%](?=[一-鿿])|[一-鿿](?=\d)", words)


@pytest.mark.parametrize("check", TITLES)
def test_every_alarm_may_be_innocent_and_says_what_to_do(check: str) -> None:
    zh, en = told(check, MANY)
    assert "也可能" in zh or "正当" in zh or "属正常" in zh or "常见" in zh, zh
    assert re.search(r"请|无须|不宜|可以看看", zh), zh
    assert re.search(r"may be|legitimate|ordinary|Honest", en), en
    assert re.search(r"Ask|Find out|See|see|Check|Compare|nothing to decide", en), en


def test_a_place_that_stays_is_not_told_as_a_move() -> None:
    zh, en = told("bloc", MANY, Harm(0, 12, 12, 4.512, 4.514))
    assert zh.endswith("平均分仍为 4.51，仍列第 12 名。")
    assert en.endswith("the mean mark of A stays at 4.51; it stays at place 12.")


def test_a_place_that_moves_is_told_with_both() -> None:
    en = told("bloc", MANY, Harm(0, 12, 9, 4.51, 4.62))[1]
    assert en.endswith("goes from 4.51 to 4.62; it moves from place 12 to place 9.")


def test_a_check_that_did_not_run_says_what_it_would_have_needed() -> None:
    words = reason(NotRun("copied", "too_many", {"most": 20_000}))
    assert words.en == "to compare every pair of more than 20,000 ballots would take too long"
    assert words.zh == "超过 20,000 张票，逐对比较耗时过长"


def test_expected_numbers_are_no_finer_than_they_are_known() -> None:
    assert [about(n).en for n in (0.02, 1.0, 3.24, 12.4)] == [
        "fewer than one", "about 1", "about 3.2", "about 12",
    ]  # fmt: skip


def test_names_stand_in_a_row() -> None:
    assert in_a_row(["A", "B", "C"]) == "A, B and C"
    assert (counted(1, "ballot"), counted(0, "ballot")) == ("1 ballot", "0 ballots")
