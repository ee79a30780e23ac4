"""A ballot paper of a draft: for looking and trying, with sample units and no key.

It is a paper as voters get one, so that a page drawn from it is the page they will meet.
"""

from typing import Final

from surveys.casting.papers import Paper, Target
from surveys.casting.sealing import PublicKeys
from surveys.setup.questionnaires import Item, ItemKind, QuestionnaireContent
from surveys.setup.words import Words

MOST_TARGETS: Final = 3
USUAL_TARGETS: Final = {"recognition": 1}
PRINTED: Final = 100
COUNTY: Final = Words(zh="样例县", en="Sample County")
GROUP: Final = Words(zh="样例主体", en="Sample group")
NUMBERS: Final = ("一", "二", "三")
NO_KEYS: Final = PublicKeys(b"", b"")


def usual_targets(content: QuestionnaireContent) -> int:
    """How many units a voter usually meets on one paper: one as a citizen, else several."""
    return min(USUAL_TARGETS.get(content.kind, MOST_TARGETS), content.most_targets or MOST_TARGETS)


def sample_paper(content: QuestionnaireContent, *, n_targets: int) -> Paper:
    """The paper of a questionnaire, which may still have faults, about 1 to 3 sample units."""
    return Paper(
        campaign_id=0,
        batch_id=0,
        group_id=0,
        county=COUNTY,
        campaign=content.title,
        group=GROUP,
        home=None,
        targets=tuple(Target(place, _name(content, place)) for place in range(n_targets)),
        content=_drawable(content),
        open_code=False,
        n_issued=PRINTED,
        sample=True,
        keys=NO_KEYS,
        keys_kept="server",
    )


def _name(content: QuestionnaireContent, place: int) -> Words:
    if content.kind == "member":
        return Words(zh=f"样例成员{NUMBERS[place]}", en=f"Sample member {place + 1}")
    return Words(zh=f"样例{NUMBERS[place]}局", en=f"Sample bureau {place + 1}")


def _drawable(content: QuestionnaireContent) -> QuestionnaireContent:
    """Without a cap on an answer that a draft no longer has."""
    quota, item = content.quota, content.quota_item
    if quota is None or (item and 1 <= quota.option <= _n_answers(content, item)):
        return content
    return content.model_copy(update={"quota": None})


def _n_answers(content: QuestionnaireContent, item: Item) -> int:
    if item.kind is ItemKind.NUMBER:
        return item.high - item.low + 1
    return len(content.options_of(item))
