"""From an empty database to a frozen period: with a workbook, and by hand."""

import re
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from surveys.models import Role
from surveys.sample.evaluation import WORKBOOKS
from tests.journeys.browsers import Windows
from tests.journeys.conftest import Live
from tests.journeys.county import County, press
from tests.surveys.setup.nasty import csv_text, grid, saved

QUARTER = "样例县2026年第一季度.xlsx"
FAULTY = "有错误的样例.xlsx"
CHECKLIST = re.compile(r"/office/periods/\d+/setup$")
CHANGE = re.compile(r"/office/setup-changes/\d+$")

# As an office's own list looks: titles, headers over two rows, merged cells, full-width digits.
UNITS: list[list[object]] = [
    ["样例县2027年单位名单"],
    ["填表单位：样例"],
    ["序号", "单位", None, "类别", "干部职工人数"],
    [None, "代码", "名称", None, None],
    [1, "D01", "样例一局", "党群机关", "\uff12\uff10"],
    [2, "D02", " 样例二局 ", None, "30"],
    [3, "T01", "样例街道", "城区街道", 40],
    ["合计", None, None, None, 90],
]


def send(page: Page, name: str, data: bytes | None = None) -> None:
    """Choose a file and send it."""
    chosen = page.locator("input[type=file]")
    if data is None:
        chosen.set_input_files(str(Path(str(WORKBOOKS)) / name))
    else:
        chosen.set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
    page.locator("form.upload button").click()


def take_over(page: Page) -> None:
    """Accept the preview."""
    page.wait_for_url(CHANGE)
    page.locator("form[action$='/accept'] button").click()
    page.wait_for_url(CHECKLIST)


def fill(page: Page, **fields: str) -> None:
    """Fill in the fields of a form by their names."""
    for name, text in fields.items():
        field = page.locator(f"[name={name}]")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


@pytest.mark.parametrize(("size", "language"), [("tablet", "zh"), ("desk", "en")])
def test_a_workbook_becomes_a_frozen_period(
    live: Live, windows: Windows, size: str, language: str
) -> None:
    county = County(live, windows, size, language)
    page = county.person("organizer", Role.ORGANIZER)
    county.look(page, "setup-home-empty")
    page.locator("a.button[href='/office/periods/new']").click()
    county.look(page, "setup-new")
    send(page, FAULTY)
    expect(page.locator("table.problems tbody tr")).not_to_have_count(0)
    county.look(page, "setup-faulty")
    send(page, QUARTER)
    page.wait_for_url(CHANGE)
    county.look(page, "setup-preview")
    take_over(page)
    county.look(page, "setup-checklist")
    address = page.url
    for part in ("overview", "units", "groups", "values", "indicators", "period"):
        page.goto(f"{address}/{part}")
        county.look(page, f"setup-{part}")

    page.goto(address)
    press(page, "/freeze")
    page.wait_for_load_state()
    county.look(page, "setup-frozen")
    digest = page.locator("code.hash").inner_text()
    with page.expect_download() as downloading:
        page.locator("a[href$='/rules.pdf']").first.click()
    document = pypdfium2.PdfDocument(Path(downloading.value.path()).read_bytes())
    said = "".join(sheet.get_textpage().get_text_bounded() for sheet in document)
    document.close()
    assert digest[:32] in said

    # Figures arrive after the freeze, as a table by names in the encoding of older offices.
    page.goto(f"{address}/import?table=values")
    rows = [["指标代码", "单位名称", "完成值"], ["Q1", first_unit(page, address), "87.5"]]
    page.goto(f"{address}/import?table=values")
    send(page, "完成值.csv", csv_text(rows).encode("gb18030"))
    page.wait_for_url(CHANGE)
    county.look(page, "setup-figures")
    take_over(page)
    page.goto(f"{address}/values?q=87.5")
    expect(page.locator("table.rows tbody tr")).to_have_count(1)


def first_unit(page: Page, address: str) -> str:
    """The Chinese name of the first unit."""
    page.goto(f"{address}/units")
    return page.locator("table.rows tbody tr td").first.inner_text().strip()


def test_a_small_period_is_set_up_by_hand_without_scripts(live: Live, windows: Windows) -> None:
    county = County(live, windows, "desk", "zh")
    looking = county.person("organizer", Role.ORGANIZER)
    page = windows.open("desk", "zh", scripts=False)
    page.context.add_cookies(looking.context.cookies())  # type: ignore[arg-type]
    page.goto("/office/periods/new")
    fill(page, name_zh="样例周期", code="2027", county_zh="样例县")
    fill(page, starts="2027-01-01", ends="2027-12-31", scheme="liuyang")
    page.locator("input[name=begin][value=standard]").check()
    page.locator("form[action$='/begin'] button").click()
    page.wait_for_url(CHECKLIST)
    address = page.url

    page.goto(f"{address}/import?table=units")
    book = grid("Sheet1", UNITS)
    sheet = book.active
    assert sheet is not None
    for merged in ("A1:E1", "A2:E2", "A3:A4", "B3:C3", "D3:D4", "E3:E4", "D5:D6"):
        sheet.merge_cells(merged)
    send(page, "名单.xlsx", saved(book))
    take_over(page)

    # One more unit by its form, first with a mistake.
    page.goto(f"{address}/units/row")
    fill(page, c0="D03", c1="样例三局", c3="M1", c4="许多")
    page.locator("main form button").first.click()
    expect(page.locator(".field.wrong")).to_have_count(1)
    looking.goto(f"{address}/units/row")
    county.look(looking, "setup-row")
    fill(page, c4="12")
    page.locator("main form button").first.click()
    expect(page.locator("table.rows tbody tr")).to_have_count(4)

    # It goes again, and that is undone.
    page.goto(f"{address}/units/remove?key=D03")
    looking.goto(f"{address}/units/remove?key=D03")
    county.look(looking, "setup-remove")
    page.locator("button.danger").click()
    page.wait_for_url(CHANGE)
    looking.goto(page.url)
    county.look(looking, "setup-removed")
    page.locator("details.confirm summary").click()
    page.locator("form[action$='/undo'] button").click()
    page.goto(f"{address}/units?q=样例三局")
    expect(page.locator("table.rows tbody tr")).to_have_count(1)

    page.goto(f"{address}/assessments/of/D01")
    for box in page.locator("input[name=unit]").all():
        box.check()
    looking.goto(page.url)
    county.look(looking, "setup-body")
    page.locator("main form button").first.click()
    expect(page.locator("table.rows tbody tr")).to_have_count(3)

    page.goto(address)
    expect(page.locator("tr.step-missing")).to_have_count(0)
    looking.goto(address)
    county.look(looking, "setup-by-hand")
    press(page, "/freeze")
    page.wait_for_load_state()
    expect(page.locator("code.hash")).to_have_count(1)
