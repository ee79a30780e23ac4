"""The review over HTTP: findings, pictures, decisions by two persons."""

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from surveys.database.engine import Database
from surveys.examining.examine_campaign import examine_campaign
from surveys.models import CampaignState, Decision, Finding, FindingLevel, Role
from surveys.review.decide import excluded_ballots
from tests.conftest import NOW
from tests.surveys.review.stuffed import StuffedCampaign, build_stuffed_campaign
from tests.webapp.conftest import Browser, SignIn

REASON = "No meeting took place on that evening."


@dataclass(frozen=True)
class Scene:
    """An examined campaign in which one finding waits for a decision."""

    database: Database
    campaign: StuffedCampaign
    finding_id: int

    @property
    def list_url(self) -> str:
        return f"/office/campaigns/{self.campaign.campaign_id}/review"

    @property
    def url(self) -> str:
        return f"/office/findings/{self.finding_id}"

    def excluded(self) -> frozenset[object]:
        with self.database.transaction() as session:
            return frozenset(excluded_ballots(session, campaign_id=self.campaign.campaign_id))

    def decisions(self) -> list[Decision]:
        with self.database.transaction() as session:
            return list(session.scalars(select(Decision)))

    def certify(self) -> None:
        with self.database.transaction() as session:
            session.merge(self.campaign.county.campaign).state = CampaignState.CERTIFIED


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.transaction() as session:
        campaign = build_stuffed_campaign(session, now=NOW)
        examine_campaign(session, campaign_id=campaign.campaign_id, seed=7, now=NOW, by=None)
        findings = session.scalars(select(Finding).order_by(Finding.position)).all()
        for other in findings[1:]:
            other.level = FindingLevel.INFORMATION
        return Scene(database, campaign, findings[0].id)


@pytest.fixture
def anna(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER, login="anna")


@pytest.fixture
def ben(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER, login="ben")


@pytest.fixture
def auditor(sign_in: SignIn) -> Browser:
    return sign_in(Role.AUDITOR)


def decide(
    browser: Browser, scene: Scene, choice: str = "exclude", reason: str = REASON
) -> tuple[int, str]:
    answer = browser.post_form(
        f"{scene.url}/decision", {"choice": choice, "reason": reason}, page=scene.url
    )
    return answer.status_code, answer.text


def act(browser: Browser, scene: Scene, word: str) -> tuple[int, str]:
    """Confirm or withdraw the decision that stands."""
    seen = next((each.id for each in scene.decisions()), 0)
    answer = browser.post_form(
        f"{scene.url}/{word}", {"decision": str(seen)}, page="/account/password"
    )
    return answer.status_code, answer.text


def test_before_an_examination_the_list_leads_to_it(anna: Browser, database: Database) -> None:
    with database.transaction() as session:
        campaign = build_stuffed_campaign(session, now=NOW)

    page = anna.get(f"/office/campaigns/{campaign.campaign_id}/review").text

    assert f"/office/campaigns/{campaign.campaign_id}/examining" in page


def test_the_list_names_the_lifted_unit(anna: Browser, scene: Scene) -> None:
    page = anna.get(scene.list_url).text

    assert "lifted</span> <strong>Sample unit 3</strong>" in page


def test_the_list_says_what_the_ballots_do(anna: Browser, scene: Scene) -> None:
    page = anna.get(scene.list_url).text

    assert "Without these ballots Sample unit 3 moves from place 2 to place 3." in page


def test_the_list_speaks_the_language_of_the_page(anna: Browser, scene: Scene) -> None:
    anna.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"

    assert "样例单位3" in anna.get(scene.list_url).text


def test_a_level_filters_the_list(anna: Browser, scene: Scene) -> None:
    page = anna.get(f"{scene.list_url}?level=information").text

    assert scene.url not in page


def test_an_unknown_level_shows_all(anna: Browser, scene: Scene) -> None:
    assert scene.url in anna.get(f"{scene.list_url}?level=nonsense").text


def test_the_progress_counts_decisions(anna: Browser, scene: Scene) -> None:
    assert "0 of 1 decided" in anna.get(scene.list_url).text


def test_the_progress_says_what_waits_for_a_second_person(anna: Browser, scene: Scene) -> None:
    decide(anna, scene)

    assert "1 waits for a second person" in anna.get(scene.list_url).text


def test_when_all_is_settled_the_list_says_where_to_go(anna: Browser, scene: Scene) -> None:
    decide(anna, scene, "dismiss")

    page = anna.get(scene.list_url).text

    assert "All findings are settled" in page
    assert f"/office/periods/{scene.campaign.county.period.id}/scores" in page


def test_a_finding_shows_a_picture_before_its_words(anna: Browser, scene: Scene) -> None:
    page = anna.get(scene.url).text

    assert 0 < page.index("<figure") < page.index('id="evidence"')


def test_no_picture_shows_a_count_of_one_to_four(anna: Browser, scene: Scene) -> None:
    pictures = anna.get(scene.url).text.split('class="pictures"')[1].split('id="evidence"')[0]

    counts = re.findall(r'<span class="figure">(\d+)', pictures)
    assert counts
    assert not {"1", "2", "3", "4"} & set(counts)


def test_a_finding_explains_its_numbers(anna: Browser, scene: Scene) -> None:
    assert "How often chance alone would produce this (p)" in anna.get(scene.url).text


def test_a_finding_says_when_its_ballots_were_cast(
    anna: Browser, scene: Scene, database: Database
) -> None:
    with database.transaction() as session:
        found = session.get_one(Finding, scene.finding_id)
        found.subject = {**found.subject, "context": {"bucket": 2_950_000}}

    # 1 770 000 000 s after 1970, in Shanghai, and two hours later
    assert "2 Feb 2026, 10:40 – 2 Feb 2026, 12:40" in anna.get(scene.url).text


def test_a_finding_shows_the_places_without_the_ballots(anna: Browser, scene: Scene) -> None:
    assert "Places in the category, by mean mark" in anna.get(scene.url).text


def test_a_decision_without_a_reason_is_sent_back(anna: Browser, scene: Scene) -> None:
    status, page = decide(anna, scene, "exclude", "   ")

    assert status == 422
    assert "Each decision carries its reason" in page


def test_a_decision_without_a_choice_keeps_the_reason(anna: Browser, scene: Scene) -> None:
    status, page = decide(anna, scene, "", REASON)

    assert status == 422
    assert f"{REASON}</textarea>" in page


def test_a_reason_that_is_too_long_is_kept(anna: Browser, scene: Scene) -> None:
    status, page = decide(anna, scene, "dismiss", "long " * 300)

    assert status == 422
    assert "long long" in page
    assert scene.decisions() == []


def test_one_persons_decision_leaves_no_ballot_out(anna: Browser, scene: Scene) -> None:
    decide(anna, scene)

    assert scene.excluded() == frozenset()


def test_a_second_person_confirms(anna: Browser, ben: Browser, scene: Scene) -> None:
    decide(anna, scene)

    assert act(ben, scene, "confirmation")[0] == 302
    assert scene.excluded() == scene.campaign.stuffed_ids


def test_a_decision_that_changed_meanwhile_is_not_confirmed(
    anna: Browser, ben: Browser, scene: Scene
) -> None:
    decide(anna, scene, "keep")
    (seen,) = [each.id for each in scene.decisions()]
    decide(anna, scene, "exclude")

    answer = ben.post_form(
        f"{scene.url}/confirmation", {"decision": str(seen)}, page="/account/password"
    )

    assert answer.status_code == 409
    assert scene.excluded() == frozenset()


def test_the_page_of_the_second_person_names_the_decision_it_shows(
    anna: Browser, ben: Browser, scene: Scene
) -> None:
    decide(anna, scene)
    (decision,) = scene.decisions()

    assert f'name="decision" value="{decision.id}"' in ben.get(scene.url).text


def test_the_same_person_is_refused_in_calm_words(anna: Browser, scene: Scene) -> None:
    decide(anna, scene)

    status, page = act(anna, scene, "confirmation")

    assert status == 403
    assert "A second person is needed" in page
    assert scene.excluded() == frozenset()


def test_the_same_person_sees_no_button_to_confirm(anna: Browser, scene: Scene) -> None:
    decide(anna, scene)

    page = anna.get(scene.url).text

    assert f"{scene.url}/confirmation" not in page
    assert "somebody else must confirm it" in page


def test_a_second_person_may_refuse(anna: Browser, ben: Browser, scene: Scene) -> None:
    decide(anna, scene)
    act(ben, scene, "withdrawal")

    assert scene.decisions() == []


def test_a_decision_can_be_changed_before_it_is_confirmed(anna: Browser, scene: Scene) -> None:
    decide(anna, scene)
    decide(anna, scene, "keep", "It moves no place.")

    assert [each.reason for each in scene.decisions()] == ["It moves no place."]


def test_a_decision_to_be_changed_is_filled_in(anna: Browser, scene: Scene) -> None:
    decide(anna, scene, "keep", "It moves no place.")

    page = anna.get(scene.url).text

    assert "It moves no place.</textarea>" in page
    assert re.search(r"<input checked[^>]*value=\"keep\"", page)


def test_a_confirmed_decision_does_not_change(anna: Browser, ben: Browser, scene: Scene) -> None:
    decide(anna, scene)
    act(ben, scene, "confirmation")

    answer = anna.post_form(
        f"{scene.url}/decision",
        {"choice": "dismiss", "reason": REASON},
        page="/account/password",
    )

    assert answer.status_code == 409


def test_keeping_the_ballots_asks_for_no_second_person(anna: Browser, scene: Scene) -> None:
    decide(anna, scene, "keep")

    assert "no second person is needed" in anna.get(scene.url).text


def test_after_the_confirmation_both_scores_stand_side_by_side(
    anna: Browser, ben: Browser, scene: Scene
) -> None:
    decide(anna, scene)
    act(ben, scene, "confirmation")

    page = anna.get(scene.url).text

    row = re.search(
        r'<th scope="row">Sample unit 3</th><td class="numeric"[^>]*>(\d+\.\d{4})</td>'
        r'<td class="numeric"[^>]*>(\d+\.\d{4})</td>',
        page,
    )
    assert row
    assert float(row.group(2)) < float(row.group(1))


def test_before_the_confirmation_no_score_is_shown(anna: Browser, scene: Scene) -> None:
    decide(anna, scene)

    assert "The official score, with and without" not in anna.get(scene.url).text


def test_the_history_names_both_persons(anna: Browser, ben: Browser, scene: Scene) -> None:
    decide(anna, scene)
    act(ben, scene, "confirmation")

    history = anna.get(scene.url).text.split('class="history"')[1]

    assert re.search(r"anna.*upheld it.*ben.*confirmed", history, re.DOTALL)


def test_information_asks_for_no_decision(anna: Browser, scene: Scene, database: Database) -> None:
    with database.transaction() as session:
        session.get_one(Finding, scene.finding_id).level = FindingLevel.INFORMATION

    assert "needs no decision" in anna.get(scene.url).text


def test_after_certification_nothing_is_decided(anna: Browser, scene: Scene) -> None:
    scene.certify()

    assert f"{scene.url}/decision" not in anna.get(scene.url).text


def test_an_auditor_reads_a_finding_without_a_form(auditor: Browser, scene: Scene) -> None:
    page = auditor.get(scene.url)

    assert page.status_code == 200
    assert f"{scene.url}/decision" not in page.text


@pytest.mark.parametrize("word", ["decision", "confirmation", "withdrawal"])
def test_an_auditor_decides_nothing(auditor: Browser, scene: Scene, word: str) -> None:
    assert act(auditor, scene, word)[0] == 403


def test_a_finding_that_does_not_exist_is_not_found(anna: Browser) -> None:
    assert anna.get("/office/findings/999").status_code == 404


def test_the_stages_stand_beside_a_finding(anna: Browser, scene: Scene) -> None:
    here = rf'<a [^>]*href="{scene.list_url}" aria-current="page">'
    assert re.search(here, anna.get(scene.url).text)


def test_pages_carry_no_inline_style_or_script(anna: Browser, scene: Scene) -> None:
    page = anna.get(scene.url).text

    assert " style=" not in page
    assert "<script>" not in page


def test_the_findings_are_searched_within_their_level_and_saved(
    scene: Scene, auditor: Browser
) -> None:
    page = auditor.get(f"{scene.list_url}?level=information&q=no-such-word").text
    saved = auditor.get(f"{scene.list_url}.csv").data.decode("utf-8-sig").splitlines()

    assert "No row holds these words" in page
    assert 'name="level" value="information"' in page
    assert (saved[0][:15], "Waits for a decision" in saved[1]) == ("No.,Level,Check", True)
