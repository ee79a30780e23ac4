"""Ballot pages are rendered once and filled at their slots."""

import pytest
from flask import Flask, template_rendered

from surveys.casting.answers import Problem
from tests.surveys.casting.voting import Voting
from tests.webapp.citizen.conftest import Voter
from webapp.citizen.compiled_forms import CompiledPage, CompiledPaper, compiled_paper, slot


@pytest.fixture
def page(app: Flask, insiders: Voting) -> CompiledPaper:
    """A paper about four units."""
    with app.test_request_context():
        return compiled_paper(insiders.paper(), "en")


def test_a_page_is_cut_at_its_slots() -> None:
    page = CompiledPage.of(f"<p>{slot('one')}</p>{slot('two')}!")
    assert page == CompiledPage(("<p>", "</p>", "!"), ("one", "two"))


def test_what_fills_a_slot_is_escaped() -> None:
    page = CompiledPage.of(f'<input value="{slot("code")}">')
    assert page.render({"code": '"><b>'}) == '<input value="&#34;&gt;&lt;b&gt;">'


def test_a_paper_has_these_slots_alone(page: CompiledPaper) -> None:
    found = sorted(page.page.slots)
    assert found == sorted(
        ["cards", "code", "color_scheme", "csrf_token", "nonce", "notice", "palette", "shown"]
    )
    assert {card.slots for card in page.cards} == {("number",)}


def test_a_second_voter_of_a_batch_costs_no_rendering(app: Flask, voter: Voter) -> None:
    voter.open()
    rendered: list[str] = []

    def note(_: Flask, template: object, **__: object) -> None:
        rendered.append(str(template))

    with template_rendered.connected_to(note, app):
        voter.client.post("/b/paper", data={"csrf_token": voter.client.token("/b")})
        rendered.clear()
        voter.open()
    assert all("enter.html" in name for name in rendered)


def test_ticks_are_put_back_where_they_were(page: CompiledPaper) -> None:
    html = page.filled_in({"a1_2": "3", "d3": "1"}, ()).render({})
    assert html.count(" checked>") == 2
    assert 'name="a1_2" value="3" checked' in html
    assert 'name="d3" value="1" checked' in html


def test_an_item_with_a_problem_is_marked(page: CompiledPaper) -> None:
    html = page.filled_in({}, (Problem("missing", "a1_2", 1, 2),)).render({})
    assert html.count(" wrong") == 1
    assert 'class="item wrong" id="i-a1_2"' in html


def test_a_page_with_ticks_leaves_the_compiled_one_clean(page: CompiledPaper) -> None:
    page.filled_in({"a1_2": "3"}, ())
    assert " checked" not in page.render({})
