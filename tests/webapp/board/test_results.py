"""What everybody sees of published results, without account or script."""

import re

from flask.testing import FlaskClient

from surveys.database.engine import Database
from tests.webapp.example_results import published, scored


def test_an_empty_board_says_what_will_come(client: FlaskClient) -> None:
    assert "Nothing has been published yet" in client.get("/board").text


def test_published_periods_are_listed(client: FlaskClient, database: Database) -> None:
    published(database)
    assert 'href="/board/2025"' in client.get("/board").text


def test_scores_that_are_not_published_have_no_board(
    client: FlaskClient, database: Database
) -> None:
    scored(database)
    assert client.get("/board/2025").status_code == 404


def test_the_board_shows_places_totals_and_words_for_colours(
    client: FlaskClient, database: Database
) -> None:
    ids = published(database)
    page = client.get("/board/2025").text
    row = page[page.index(f'id="{ids.codes["甲镇"]}"') :].split("</tr>")[0]
    assert re.search(r'class="place-number">1<', row)
    assert "94.37" in row
    assert re.search(r"</svg>Green</span>", row)


def test_a_vetoed_unit_carries_the_word_veto_instead_of_a_place(
    client: FlaskClient, database: Database
) -> None:
    ids = published(database)
    page = client.get("/board/2025").text
    row = page[page.index(f'id="{ids.codes["丁镇"]}"') :].split("</tr>")[0]
    assert "Veto" in row
    assert "place-number" not in row


def test_every_drawing_has_its_words(client: FlaskClient, database: Database) -> None:
    published(database)
    page = client.get("/board/2025").text
    assert "total 94.37, range of chance" in page


def test_nothing_is_said_of_rater_groups(client: FlaskClient, database: Database) -> None:
    ids = published(database)
    for page in (f"/board/2025/{ids.codes['丙镇']}", "/api/v1/board/2025"):
        # 88.75 is the mean of four deputies.
        assert "88.75" not in client.get(page).text


def test_one_colour_can_be_picked(client: FlaskClient, database: Database) -> None:
    ids = published(database)
    page = client.get("/board/2025?colour=green").text
    assert f'id="{ids.codes["甲镇"]}"' in page
    assert f'id="{ids.codes["乙镇"]}"' not in page


def test_an_unknown_colour_shows_everything(client: FlaskClient, database: Database) -> None:
    ids = published(database)
    assert f'id="{ids.codes["乙镇"]}"' in client.get("/board/2025?colour=blue").text


def test_looking_for_one_unit_leads_to_its_page(client: FlaskClient, database: Database) -> None:
    ids = published(database)
    answer = client.get("/board/2025?q=甲镇")
    assert answer.headers["Location"] == f"/board/2025/{ids.codes['甲镇']}"


def test_looking_for_several_units_lists_them(client: FlaskClient, database: Database) -> None:
    published(database)
    page = client.get("/board/2025?q=镇").text
    assert "Units found for" in page


def test_what_was_looked_for_is_no_markup(client: FlaskClient, database: Database) -> None:
    published(database)
    assert "<script>x" not in client.get("/board/2025?q=<script>x").text


def test_a_units_page_shows_the_whole_sum(client: FlaskClient, database: Database) -> None:
    ids = published(database)
    page = client.get(f"/board/2025/{ids.codes['庚局']}").text
    assert "− 0.208335" in page
    assert "92.6629" in page


def test_an_unknown_unit_is_not_found(client: FlaskClient, database: Database) -> None:
    published(database)
    assert client.get("/board/2025/none").status_code == 404


def test_sample_data_is_marked(client: FlaskClient, database: Database) -> None:
    ids = published(database)
    for page in ("/board/2025", f"/board/2025/{ids.codes['甲镇']}", "/board"):
        assert "Sample data" in client.get(page).text


def test_no_page_carries_a_style_or_script_of_its_own(
    client: FlaskClient, database: Database
) -> None:
    ids = published(database)
    for page in ("/board/2025", f"/board/2025/{ids.codes['甲镇']}"):
        assert not re.search(r"<style|\sstyle=|<script>|\son\w+=", client.get(page).text)


def test_the_interface_for_programs_keeps_the_arithmetic(
    client: FlaskClient, database: Database
) -> None:
    published(database)
    units = client.get("/api/v1/board/2025").get_json()["categories"][0]["units"]
    assert units[0]["components"][0] == {
        "component": "quarterly",
        "name": {"zh": "季度", "en": "Quarterly"},
        "points": "93.0000",
        "weight": "0.2500",
        "weighted": "23.2500",
    }
