"""How the catalogue is written: one way of spacing, of marks and of numbers in every sentence.

Chinese keeps a space between its signs and numbers or Latin words (共 8 张票), none beside its own
marks, and none in a year (2026年). What stands for a Chinese name keeps none either.
"""

import re
from collections.abc import Iterator
from typing import Final

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from webapp.languages import CATALOGUES

# Facts that are mostly words: a unit, a grade, a person.
WORDS: Final = frozenset(
    {"components", "cycle", "decided_by", "first", "grade", "group", "home", "indicator", "item"}
    | {"language", "mark", "measure", "name", "option", "others", "part", "reason", "role"}
    | {"second", "tags", "title", "unit", "units", "value", "words"}
)
FACT: Final = re.compile(r"%\((\w+)\)s")
CHINESE: Final = "[一-鿿]"
HALF_WIDTH: Final = re.compile(rf"{CHINESE}\s?[,;:!?()]|[,;:!?()]\s?{CHINESE}|{CHINESE}\.")
TIGHT: Final = re.compile(rf"[A-Za-z0-9%](?={CHINESE})|{CHINESE}(?=[A-Za-z0-9])")
EXCEL: Final = re.compile(r" \(\.xlsx\)")  # as Excel itself calls it
YEAR: Final = re.compile(r"\d{4}年")
LOOSE_MARK: Final = re.compile(r" [，。；：！？、（）”]|[，。；：！？、（）“] ")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (CATALOGUES / "zh" / "LC_MESSAGES" / "messages.po").open("rb") as source:
        return read_po(source, locale="zh")


def chinese(catalogue: Catalog) -> Iterator[str]:
    """All texts, a number in place of each fact that is one, a mark in place of each word."""
    for message in catalogue:
        found = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id:
            yield from (FACT.sub(_stand_in, str(text)) for text in found)


def _stand_in(fact: re.Match[str]) -> str:
    return "…" if fact[1] in WORDS else "0"


def test_numbers_and_latin_words_stand_apart_from_chinese(catalogue: Catalog) -> None:
    assert [text for text in chinese(catalogue) if TIGHT.search(YEAR.sub("", text))] == []


def test_chinese_has_its_own_marks(catalogue: Catalog) -> None:
    assert [text for text in chinese(catalogue) if HALF_WIDTH.search(EXCEL.sub("", text))] == []


def test_no_space_is_doubled_or_stands_beside_a_chinese_mark(catalogue: Catalog) -> None:
    loose = re.compile(rf"\S  +\S|{LOOSE_MARK.pattern}")

    assert [text for text in chinese(catalogue) if loose.search(text)] == []


def test_a_count_is_written_so_that_separators_reach_it(catalogue: Catalog) -> None:
    wrong = []
    for message in catalogue:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        wrong += [text for text in map(str, ids) if re.search(r"%\(\w+\)[^s]", text)]

    assert wrong == []
