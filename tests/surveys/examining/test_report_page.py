"""The page to print: a picture for each finding, names in both languages, no other file."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from stats.ballots import Ballots
from stats.examination import Examination, examine
from stats.findings import Finding, Harm
from surveys.examining.campaign_files import write_campaign
from surveys.examining.charts import Words
from surveys.examining.files import FileBallots, read_ballots
from surveys.examining.meanings import MEANINGS
from surveys.examining.pictures import DRAWN, Scene, mean_marks, pictures_of
from surveys.examining.report_page import names_by_language, report_page
from surveys.examining.words import TITLES
from tests.stats.checks.campaigns import campaign

Page = tuple[FileBallots, Examination, str]


def page_of(folder: Path, profile: str, *attacks: tuple[str, str]) -> Page:
    write_campaign(folder, campaign(profile, *attacks))
    rows = (folder / "units.csv").read_text().splitlines()
    titled = [f"{row},{title}" for row, title in zip(rows, titles(len(rows)), strict=True)]
    (folder / "units.csv").write_text("\n".join(titled) + "\n", encoding="utf-8")
    read = read_ballots(folder / "ballots.csv", folder / "batches.csv", folder / "units.csv")
    found = examine(read.ballots, rng=np.random.default_rng(3))
    return read, found, report_page(read, found, seed=3)


def titles(rows: int) -> list[str]:
    return ["name_zh,name_en", *(f"样例{k}局,Sample bureau {k}" for k in range(rows - 1))]


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Page:
    folder = tmp_path_factory.mktemp("single")
    return page_of(folder, "public2k", ("stuff", "strong"), ("bloc", "strong"))


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Page:
    folder = tmp_path_factory.mktemp("matrix")
    return page_of(folder, "matrix200", ("bloc", "strong"), ("copy", "strong"))


@pytest.fixture(params=["single", "matrix"])
def page(request: pytest.FixtureRequest) -> Page:
    made: Page = request.getfixturevalue(request.param)
    return made


def test_each_finding_has_its_section_and_a_picture(page: Page) -> None:
    _, found, text = page
    sections = re.findall(r"<section.*?</section>", text, re.DOTALL)
    assert len(sections) == len(found.findings) >= 2
    assert all("<svg" in section for section in sections)


def test_pictures_are_well_formed(page: Page) -> None:
    for svg in re.findall(r"<svg.*?</svg>", page[2], re.DOTALL):
        ET.fromstring(svg)


def test_the_page_needs_no_other_file(page: Page) -> None:
    assert not re.search(r"(src|href)=\"(?!#)", page[2])
    assert "<script" not in page[2]


def test_units_are_called_by_their_names_in_both_languages(single: Page) -> None:
    read, found, text = single
    unit = (found.findings[0].units_lifted + found.findings[0].units_sunk)[0]
    assert f"样例{unit}局" in text
    assert f"Sample bureau {unit}" in text
    assert read.titles_zh[unit] == f"样例{unit}局"


def test_a_bare_number_says_that_it_is_a_unit(tmp_path: Path) -> None:
    file = tmp_path / "ballots.csv"
    file.write_text("ballot,unit,q1\n1,7,5\n2,7,4\n", encoding="utf-8")
    zh, en = names_by_language(read_ballots(file))
    assert (zh["unit"][0], en["unit"][0]) == ("单位“7”", "unit 7")


def test_a_campaign_without_findings_says_so(tmp_path: Path) -> None:
    text = page_of(tmp_path, "public2k")[2]
    assert "没有发现疑点" in text


def test_every_check_has_its_meaning_and_its_pictures() -> None:
    assert set(MEANINGS) == set(TITLES)
    assert set(TITLES) == set(DRAWN)


def one(check: str, **facts: object) -> Finding:
    return Finding(
        check=check,
        level="look",
        units_lifted=(1,),
        units_sunk=(),
        homes=(),
        context={},
        ballots=np.arange(5),
        statistic=1.0,
        pvalue=0.001,
        qvalue=0.01,
        effect=1.0,
        harm=Harm(1, 1, 2, 4.0, 3.0),
        facts=facts,
    )


@pytest.mark.parametrize("check", sorted(DRAWN))
def test_every_picture_can_be_drawn(check: str, matrix: Page, single: Page) -> None:
    facts = {"held": 9, "issued": 4, "likeness": 0.9, "usual": 0.2, "histogram": (3, 4)}
    drawn = []
    for ballots in (matrix[0].ballots, single[0].ballots):
        units = tuple(Words(str(u), str(u)) for u in range(ballots.n_units))
        scene = Scene(one(check, **facts), ballots, mean_marks(ballots), units)
        drawn += pictures_of(scene)
    assert drawn
    for svg in drawn:
        ET.fromstring(f"<div>{svg}</div>")


def test_nothing_is_drawn_where_nothing_is_known() -> None:
    few = np.arange(6)
    bare = Ballots(few, few % 2, few * 0, np.zeros((6, 2), dtype=np.uint8), 5, 2)
    scene = Scene(one("crowd"), bare, mean_marks(bare), (Words("甲", "A"), Words("乙", "B")))
    assert pictures_of(scene) == []
