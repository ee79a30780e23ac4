"""The questionnaire of the benchmark: ten items about one unit (sample data)."""

from decimal import Decimal

from surveys.setup.questionnaires import Item, Option, QuestionnaireContent
from surveys.setup.words import Words

N_ITEMS = 10
_SCALE = (("A", "好", "Good", 100), ("B", "较好", "Fairly good", 85), ("C", "一般", "Average", 70))


def _words(zh: str, en: str) -> Words:
    return Words(zh=zh, en=en)


def ten_items() -> QuestionnaireContent:
    """Make a ballot of ten ratings, each good, fairly good, average or don't know."""
    return of_items(N_ITEMS)


def of_items(n_items: int) -> QuestionnaireContent:
    """Make a ballot of some ratings of the same weight."""
    options = tuple(
        Option(code=code, label=_words(zh, en), points=Decimal(points))
        for code, zh, en, points in _SCALE
    )
    dont_know = Option(code="D", label=_words("不了解", "Don't know"), points=None, dont_know=True)
    return QuestionnaireContent(
        code="bench",
        kind="recognition",
        title=_words("样例测评表", "Sample form"),
        intro=_words("请逐项选择。", "Please choose for each item."),
        options=(*options, dont_know),
        items=tuple(
            Item(
                code=f"Q{number}",
                text=_words(f"测评项{number}：样例说明", f"Item {number}: a sample"),
                weight=Decimal(100) / n_items,
            )
            for number in range(1, n_items + 1)
        ),
    )
