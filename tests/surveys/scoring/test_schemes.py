"""Schemes are data: read exactly or refused by name."""

from decimal import Decimal
from importlib import resources

import pytest

from surveys.errors import DomainError, Invalid, NotFound
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
    ],
)
def test_a_scheme_that_does_not_hold_together_is_refused_by_name(
    old: str, new: str, code: str, facts: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        scheme_from_toml(text().replace(old, new))
    assert refused.value.code == code
    assert facts.items() <= dict(refused.value.facts).items()


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('weight = "0.45"', "weight = 0.45", "components.1.weight"),
        ('weight = "0.45"', 'weight = "nan"', "components.1.weight"),
        ('weight = "0.45"', 'weight = "-0.45"', "components.1.weight"),
        ('kind = "indicators"', 'kind = "magic"', "components.1.kind"),
        ('version = "2023.1"', 'version = "2023.1"\nsecret = "x"', "secret"),
        ('kind = "ceiling", share = "0.30"', 'kind = "band", share = "0.30"', "grades.0.quota"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_place(old: str, new: str, place: str) -> None:
    with pytest.raises(Invalid, match="scheme_invalid") as refused:
        scheme_from_toml(text().replace(old, new))
    assert place in str(refused.value.facts["problems"])


def test_text_that_is_no_toml_is_refused() -> None:
    with pytest.raises(DomainError, match="scheme_not_toml"):
        scheme_from_toml("weight = ")


def test_a_category_may_have_weights_of_its_own() -> None:
    own = text().replace('weight = "0.45"', 'weight = "0.45"\ncategory_weights = { T2 = "0.40" }')
    with pytest.raises(Invalid) as refused:
        scheme_from_toml(own)
    assert refused.value.facts == {"category": "T2", "sum": "0.95"}
    balanced = own.replace(
        'weight = "0.25"\n', 'weight = "0.25"\ncategory_weights = { T2 = "0.30" }\n', 1
    )
    scheme = scheme_from_toml(balanced)
    assert scheme.component("annual").weight_in("T2") == Decimal("0.40")
    assert scheme.component("annual").weight_in("T1") == Decimal("0.45")
