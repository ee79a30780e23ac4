"""Schemes are data: read exactly or refused by name."""

from decimal import Decimal
from importlib import resources

import pytest

from surveys.errors import DomainError, Invalid, NotFound
from surveys.scoring.scheme_text import SchemeProblem
from surveys.scoring.schemes import preset, preset_keys, scheme_from_toml


def text() -> str:
    return (resources.files("surveys.scoring") / "presets" / "liuyang.toml").read_text("utf-8")


@pytest.mark.parametrize("key", preset_keys())
def test_every_preset_is_sound_and_called_by_its_own_key(key: str) -> None:
    assert preset(key).key == key


def test_an_unknown_preset_names_those_that_exist() -> None:
    with pytest.raises(NotFound) as refused:
        preset("atlantis")
    assert "liuyang" in str(refused.value.facts["known"])


def problems(toml: str) -> tuple[SchemeProblem, ...]:
    with pytest.raises(Invalid, match="scheme_invalid") as refused:
        scheme_from_toml(toml)
    found = refused.value.facts["problems"]
    assert isinstance(found, tuple)
    return found


def row_with(words: str, toml: str) -> int:
    return 1 + next(i for i, line in enumerate(toml.splitlines()) if words in line)


@pytest.mark.parametrize(
    ("old", "new", "code", "facts"),
    [
        (
            'weight = "0.45"',
            'weight = "0.44"',
            "weights_not_one",
            {"category": "M1", "sum": "0.99"},
        ),
        ('weight = "0.45"', 'weight = "0.4500001"', "weights_not_one", {"sum": "1.0000001"}),
        ('weight = "0.60"', 'weight = "0.61"', "group_weights_not_one", {"sum": "1.01"}),
        ('grade_cap = "poor"', 'grade_cap = "dismal"', "unknown_grade", {"grade": "dismal"}),
        ('"deductions"]', '"luck"]', "unknown_tie_break", {"name": "luck"}),
        ('key = "T1"', 'key = "M1"', "key_twice", {"key": "M1"}),
        ('engine = "1"', 'engine = "99"', "unknown_engine", {"found": "99"}),
    ],
)
def test_a_scheme_that_does_not_hold_together_is_refused_by_name(
    old: str, new: str, code: str, facts: dict[str, str]
) -> None:
    [problem, *_] = problems(text().replace(old, new))
    assert problem.code == code
    assert facts.items() <= dict(problem.facts).items()


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('weight = "0.45"', "weight = 0.45", "components.1.weight"),
        ('weight = "0.45"', 'weight = "nan"', "components.1.weight"),
        ('weight = "0.45"', 'weight = "-0.45"', "components.1.weight"),
        ('kind = "indicators"', 'kind = "magic"', "components.1.kind"),
        ('engine = "1"', 'secret = "x"', "secret"),
        ('kind = "ceiling", share = "0.30"', 'kind = "band", share = "0.30"', "grades.0.quota"),
        ('grade_cap = "poor"', 'grade_cap = "dismal"', "veto.levels.1.grade_cap"),
        ('"一般" = "60"', '"一般" = "lots"', "components.4.survey.points.一般"),
        ('threshold = "90"', 'threshold = "high"', "reverse.threshold"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_row_and_key(old: str, new: str, key: str) -> None:
    toml = text().replace(old, new, 1)
    [problem] = problems(toml)
    assert (problem.key, problem.row) == (key, row_with(new, toml))


def test_a_missing_entry_is_refused_at_its_table() -> None:
    toml = text().replace('sheet = "专项"\n', "")
    [problem] = problems(toml)
    assert (problem.key, problem.row) == ("components.2", row_with('key = "special"', toml) - 1)


def test_all_problems_come_back_together_from_the_top_down() -> None:
    toml = text().replace('weight = "0.45"', "weight = 0.45").replace('rate = "0.05"', "rate = 1")
    assert [problem.key for problem in problems(toml)] == ["components.1.weight", "reverse.rate"]


def test_a_scheme_covers_a_month_to_a_year_or_a_special_matter() -> None:
    cycles = {key: preset(key).cycle.value for key in preset_keys()}
    assert cycles["ankang"] == "quarter"
    assert cycles["ankang_year"] == "year"
    for cycle in ("month", "quarter", "half_year", "year", "special"):
        toml = text().replace('engine = "1"', f'engine = "1"\ncycle = "{cycle}"')
        assert scheme_from_toml(toml).cycle.value == cycle


def test_text_that_is_no_toml_is_refused() -> None:
    with pytest.raises(DomainError, match="scheme_not_toml") as refused:
        scheme_from_toml('key = "x"\nweight = ')
    assert refused.value.facts["row"] == 2


def test_a_category_may_have_weights_of_its_own() -> None:
    own = text().replace('weight = "0.45"', 'weight = "0.45"\ncategory_weights = { T2 = "0.40" }')
    [problem] = problems(own)
    assert problem.facts == {"category": "T2", "sum": "0.95"}
    balanced = own.replace(
        'weight = "0.25"\n', 'weight = "0.25"\ncategory_weights = { T2 = "0.30" }\n', 1
    )
    scheme = scheme_from_toml(balanced)
    assert scheme.component("annual").weight_in("T2") == Decimal("0.40")
    assert scheme.component("annual").weight_in("T1") == Decimal("0.45")
