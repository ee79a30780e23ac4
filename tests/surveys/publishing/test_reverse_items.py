"""Items of the reverse evaluation: what R and the other items tell of one that is not shown."""

from decimal import Decimal

import numpy as np

from stats.disclosure import audit
from surveys.models import Campaign, CampaignKind, RaterGroup
from surveys.publishing.reverse_voices import ItemResult, Rated, RowOfAnswers
from surveys.scoring.campaign_votes import Cell
from surveys.scoring.scheme_parts import Reverse
from surveys.scoring.schemes import preset
from surveys.setup.questionnaires import QuestionnaireContent
from tests.small_county import small_form

BODY = 1


def reverse_rule() -> Reverse:
    rule = preset("liuyang").reverse
    assert rule is not None
    return rule


RULE = reverse_rule()


def rated(*answers: tuple[int, int]) -> Rated:
    """One ballot of each unit: options on the items X1 (weight 60) and X2 (weight 40)."""
    form = small_form("reverse")
    group = RaterGroup(id=1, code="head", weight=Decimal(1))
    campaign = Campaign(kind=CampaignKind.REVERSE, manifest={"questionnaire": form}, groups=[group])
    width = QuestionnaireContent.model_validate(form).row_bytes
    rows = [
        RowOfAnswers(Cell(BODY, 1, home), bytes(each).ljust(width, b"\0"), 1)
        for home, each in enumerate(answers, 10)
    ]
    return Rated(campaign, rows)


def codes(found: tuple[ItemResult, ...]) -> list[list[str]]:
    return [[item.code for item in each.items] for each in found]


MIXED = ((1, 2), (2, 1), (1, 3), (3, 2), (2, 2))
AGREED = ((2, 2), (2, 1), (2, 3), (2, 2), (2, 4))


def test_items_of_many_minds_stand_by_themselves() -> None:
    assert codes(rated(*MIXED).items(BODY, RULE)) == [["X1"], ["X2"]]


def test_an_item_on_which_all_agree_stands_together_with_its_neighbour() -> None:
    found = rated(*AGREED).items(BODY, RULE)
    assert codes(found) == [["X1", "X2"]]
    # .6 × 85 + .4 × the mean of 85, 100, 70, 85, 50.
    assert found[0].shown_points == Decimal("82.2")


def test_where_all_agree_on_everything_no_item_is_told() -> None:
    found = rated(*[(2, 2)] * 5).items(BODY, RULE)
    assert [each.shown_points for each in found] == [None]


def test_fewer_than_five_units_are_too_few_whatever_the_rule_says() -> None:
    lax = RULE.model_copy(update={"min_units": 2})
    few = rated(*MIXED[:4])
    assert [each.points for each in few.items(BODY, lax)] == [None, None]
    assert few.shown(lax) == {}


def exposed(figures: list[tuple[list[float], float]]) -> bool:
    """Whether X1 can be reckoned from means over (X1, X2), both in 0..100."""
    rows = [[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0], *([*w, 0.0, 0.0] for w, _ in figures)]
    values = [100.0, 100.0, *(value for _, value in figures)]
    slack = [0.0, 0.0, *[0.05] * len(figures)]
    wanted = np.array([[1.0, 0.0, 0.0, 0.0]])
    return bool(audit(np.array(rows), values, wanted, tolerance=slack).exposed[0])


def test_what_is_shown_does_not_tell_on_what_all_agreed() -> None:
    body = rated(*AGREED)
    points, _ = body.results()[BODY]
    assert points is not None
    whole = ([0.6, 0.4], float(points))
    shown = [([0.6, 0.4], float(each.points or 0)) for each in body.items(BODY, RULE)]
    assert not exposed([whole, *shown])
    # The control: X1 left out, X2 shown as it is.
    assert exposed([whole, ([0.0, 1.0], 78.0)])
