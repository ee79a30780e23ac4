"""Every list that grows is searched and saved, and says what to do next where it is empty.

A template with a table calls `list_tools`, which asks for all three; or it is a part of a page that
does; or its tables are small, and the reason stands here.
"""

import re
from pathlib import Path
from typing import Final

import webapp

TEMPLATES: Final = Path(webapp.__file__).parent / "templates"
TABLE: Final = re.compile(r"<table\b|\bcall(?:\([^)]*\))? data_table\(")
TOOLS: Final = re.compile(r"\blist_tools\(")

# Fragment → the page that draws the tools above it.
PARTS: Final = {
    "office/issuing/lists.html": "office/issuing/issuing.html",
    "office/jobs/list.html": "office/jobs/jobs.html",
    "office/turnout/units.html": "office/turnout/turnout.html",
}
SMALL: Final = {
    "admin/settings.html": "the settings of one installation",
    "board/period.html": "public: found by name and colour, saved by the API",
    "board/unit.html": "the arithmetic of one unit",
    "components/charts.html": "the numbers behind one picture",
    "components/page.html": "where tables are drawn",
    "office/issuing/handouts.html": "the latest twenty files; the audit log has all",
    "office/opening/opening.html": "two officers and their steps",
    "office/planning/page.html": "a row for each rater group",
    "office/questionnaires/parts.html": "the items of one questionnaire, which is a file itself",
    "office/review/charts.html": "the numbers behind one picture",
    "office/review/finding.html": "the few units that one finding names",
    "office/scheme/edit.html": "what one change of the scheme does",
    "office/scheme/level.html": "the rules of one scheme, which is a file itself",
    "office/scoring/parts.html": "the arithmetic of one unit",
    "office/scoring/unit.html": "one category, searched and saved on the page of all scores",
    "office/scoring/what_if.html": "a trial: kept nowhere, and only those that move",
    "office/setup/change.html": "a preview: the file itself is searched and mended",
    "office/setup/hub.html": "the steps of the set-up, and its latest changes",
    "office/setup/overview.html": "a reading copy of tables that are searched and saved one by one",
    "office/setup/upload.html": "what is wrong with one file, which is mended and loaded again",
    "office/setup/values.html": "a form: the values are searched and saved as a table of their own",
    "staff/reverse.html": "a few figures that rest on small groups: never in a file",
}


def with_table() -> dict[str, str]:
    """Text of each template with a table, by its name."""
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_text("utf-8")
        for path in sorted(TEMPLATES.rglob("*.html"))
        if TABLE.search(path.read_text("utf-8"))
    }


def test_every_list_that_grows_has_search_files_and_an_empty_state() -> None:
    bare = {
        name
        for name, text in with_table().items()
        if not TOOLS.search(text) and name not in SMALL and name not in PARTS
    }
    assert bare == set()


def test_the_page_of_each_part_draws_the_tools_and_the_part() -> None:
    for part, page in PARTS.items():
        text = (TEMPLATES / page).read_text("utf-8")
        assert (page, bool(TOOLS.search(text))) == (page, True)
        assert part in with_table()


def test_what_is_named_small_still_has_a_table_and_no_tools() -> None:
    found = with_table()
    assert {name: None for name in SMALL if name not in found or TOOLS.search(found[name])} == {}
