"""The page on which codes are issued, and voting is opened."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from surveys.database.engine import Database
from surveys.issuing.codes import code_hash, parse_code
from surveys.models import (
    AuditRecord,
    Batch,
    BatchState,
    Campaign,
    CampaignState,
    Handout,
    Role,
)
from tests.surveys.issuing.test_sheets import read_back
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.office.polling import Polling, planned_county
from webapp.jobs import wait_for_jobs

STANDING = text("SELECT standing FROM box.lookup(:h)")


@pytest.fixture
def polling(database: Database, tmp_path: Path) -> Polling:
    return planned_county(database, tmp_path)


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER, login="office")


def batches(database: Database) -> list[Batch]:
    with database.transaction() as session:
        return list(session.scalars(select(Batch).order_by(Batch.id)))


def state(database: Database, polling: Polling) -> CampaignState:
    with database.transaction() as session:
        return session.get_one(Campaign, polling.campaign_id).state


def standing(database: Database, payload: str) -> str:
    with database.box() as connection:
        found = connection.scalar(STANDING, {"h": code_hash(parse_code(payload))})
    return str(found)


def fetched(organizer: Browser, polling: Polling) -> TestResponse:
    """Let the waiting work be done, and fetch the file that comes of it."""
    wait_for_jobs(organizer.application)
    page = f"{polling.url}/issuing"
    found = re.findall(r'action="([^"]+/handouts/\d+)"', organizer.get(page).text)
    assert found, organizer.get(page).text
    answer = organizer.post_form(found[0], page=page)
    _ = answer.data  # taken to its end
    return answer


def archive_of(organizer: Browser, polling: Polling) -> zipfile.ZipFile:
    answer = organizer.post_form(f"{polling.url}/issuing/all", page=f"{polling.url}/issuing")
    assert answer.status_code == 302, answer.text
    return zipfile.ZipFile(io.BytesIO(fetched(organizer, polling).data))


def planned_fields(polling: Polling) -> dict[str, object]:
    targets = ",".join(str(unit.id) for unit in polling.units[:3])
    return {"group": polling.staff.id, "home": "", "targets": targets}


def extra_fields(polling: Polling, **changes: object) -> dict[str, object]:
    unit_id = polling.units[1].id
    fields = {"group_id": polling.staff.id, "target_ids": unit_id, "home_unit_id": unit_id, "n": 4}
    return {**fields, **changes}


def test_the_page_says_before_that_sheets_are_not_kept(
    organizer: Browser, polling: Polling
) -> None:
    page = organizer.get(f"{polling.url}/issuing").text
    assert "The file with the codes can be fetched once" in page


def test_the_archive_has_a_file_for_each_planned_batch(
    organizer: Browser, polling: Polling
) -> None:
    names = archive_of(organizer, polling).namelist()
    assert sorted(name.split("_")[0] for name in names) == ["测评码"] * 2 + ["海报"] * 2


def test_a_file_is_named_after_batch_group_and_unit(organizer: Browser, polling: Polling) -> None:
    name = archive_of(organizer, polling).namelist()[0]
    assert name.endswith("_市级领导_党群机关.pdf")


def test_the_codes_of_the_archive_are_codes_that_the_box_knows(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    archive = archive_of(organizer, polling)
    payloads = [code for name in archive.namelist()[:2] for code in read_back(archive.read(name))]
    assert [standing(database, payload) for payload in payloads] == ["not_open"] * 6


def test_what_the_archive_issued_is_in_the_log(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    archive_of(organizer, polling)
    with database.transaction() as session:
        acts = [record.body["act"] for record in session.scalars(select(AuditRecord))]
    assert acts.count("batch_issued") == 4


def test_until_a_worker_has_done_it_nothing_is_issued(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    organizer.post_form(f"{polling.url}/issuing/all", page=f"{polling.url}/issuing")
    page = organizer.get(f"{polling.url}/issuing").text
    assert (batches(database), "<progress" in page) == ([], True)


def test_a_file_is_fetched_once(organizer: Browser, polling: Polling) -> None:
    organizer.post_form(f"{polling.url}/issuing/all", page=f"{polling.url}/issuing")
    fetched(organizer, polling)
    url = f"{polling.url}/issuing/handouts/1"
    again = organizer.post_form(url, page=f"{polling.url}/issuing")
    assert (again.status_code, "The file is gone" in again.text) == (409, True)


def test_a_download_that_breaks_off_can_be_begun_again(
    organizer: Browser, polling: Polling
) -> None:
    page = f"{polling.url}/issuing"
    organizer.post_form(f"{page}/all", page=page)
    wait_for_jobs(organizer.application)
    token = organizer.token(page)
    broken = organizer.post(f"{page}/handouts/1", data={"csrf_token": token}, buffered=False)
    next(iter(broken.response))
    broken.close()
    assert zipfile.is_zipfile(io.BytesIO(fetched(organizer, polling).data))


def test_who_fetched_a_file_is_in_the_log(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    archive_of(organizer, polling)
    with database.transaction() as session:
        acts = [record.body["act"] for record in session.scalars(select(AuditRecord))]
    assert [act for act in acts if act.startswith("codes_")] == ["codes_fetching", "codes_fetched"]


def test_after_the_fetch_nothing_of_the_file_is_left(
    organizer: Browser, polling: Polling, database: Database, tmp_path: Path
) -> None:
    archive_of(organizer, polling)
    with database.transaction() as session:
        salts = list(session.scalars(select(Handout.salt)))
    assert (salts, list((tmp_path / "handouts").iterdir())) == ([None], [])


def test_a_file_that_is_destroyed_cannot_be_fetched(
    organizer: Browser, polling: Polling, tmp_path: Path
) -> None:
    page = f"{polling.url}/issuing"
    organizer.post_form(f"{page}/all", page=page)
    wait_for_jobs(organizer.application)
    organizer.post_form(f"{page}/handouts/1/discard", page=page)
    again = organizer.post_form(f"{page}/handouts/1", page=page)
    assert (again.status_code, list((tmp_path / "handouts").iterdir())) == (409, [])


def test_links_for_a_gateway_come_as_a_table(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    page = f"{polling.url}/issuing"
    organizer.post_form(f"{page}/all", {"form": "links"}, page=page)
    rows = list(csv.DictReader(fetched(organizer, polling).data.decode("utf-8-sig").splitlines()))
    known = [standing(database, row["链接"]) for row in rows]
    assert (len(rows), set(known), rows[0]["测评主体"]) == (8, {"not_open"}, "市级领导")


def test_paper_ballots_go_out_instead_of_slips_and_posters_stay(
    organizer: Browser, polling: Polling
) -> None:
    page = f"{polling.url}/issuing"
    organizer.post_form(f"{page}/all", {"form": "papers"}, page=page)
    with zipfile.ZipFile(io.BytesIO(fetched(organizer, polling).data)) as archive:
        names = [name.split("_")[0] for name in archive.namelist()]
    assert (names.count("纸质测评表"), names.count("海报")) == (2, 2)


def test_a_blank_paper_ballot_can_be_had_at_any_time(organizer: Browser, polling: Polling) -> None:
    batch, _codes = polling.issue()
    link = f"{polling.url}/issuing/batches/{batch}/paper.pdf"
    assert link in organizer.get(f"{polling.url}/issuing").text
    assert organizer.get(link).data.startswith(b"%PDF")


def test_a_layout_that_is_not_offered_is_refused(organizer: Browser, polling: Polling) -> None:
    page = f"{polling.url}/issuing"
    answer = organizer.post_form(f"{page}/all", {"layout": "slips99"}, page=page)
    assert answer.status_code == 422


def test_the_next_sheets_are_offered_in_the_layout_of_the_last(
    organizer: Browser, polling: Polling
) -> None:
    page = f"{polling.url}/issuing"
    fields = {**planned_fields(polling), "layout": "labels24"}
    organizer.post_form(f"{page}/planned", fields, page=page)
    assert '<option selected value="labels24">' in organizer.get(page).text


def test_after_paper_ballots_a_single_batch_is_printed_as_one(
    organizer: Browser, polling: Polling
) -> None:
    page = f"{polling.url}/issuing"
    fields = {**planned_fields(polling), "form": "papers"}
    organizer.post_form(f"{page}/planned", fields, page=page)
    assert '<input type="hidden" name="form" value="papers">' in organizer.get(page).text


def test_a_groups_part_of_the_plan_is_issued_alone(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    page = f"{polling.url}/issuing"
    organizer.post_form(f"{page}/all", {"group": polling.citizens.id}, page=page)
    wait_for_jobs(organizer.application)
    assert {batch.group_id for batch in batches(database)} == {polling.citizens.id}


def test_a_reprint_makes_the_lost_codes_void_and_gives_others(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    batch_id, codes = polling.issue()
    page = f"{polling.url}/issuing"
    organizer.post_form(f"{page}/batches/{batch_id}/reprint", page=page)
    new = read_back(fetched(organizer, polling).data)
    assert (standing(database, codes[0]), {standing(database, code) for code in new}) == (
        "annulled",
        {"not_open"},
    )


def test_unused_codes_are_made_void(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    batch_id, codes = polling.issue()
    page = f"{polling.url}/issuing"
    organizer.post_form(f"{page}/batches/{batch_id}/void-unused", page=page)
    assert standing(database, codes[0]) == "annulled"


def test_every_code_is_accounted_for(organizer: Browser, polling: Polling) -> None:
    polling.issue()
    page = organizer.get(f"{polling.url}/issuing/accounts").text
    assert ("Every code that was made is accounted for." in page, "Unreturned" in page) == (
        True,
        True,
    )


def test_the_account_of_codes_is_saved_without_the_batches_that_the_page_keeps_back(
    organizer: Browser, polling: Polling
) -> None:
    polling.issue()
    before = organizer.get(f"{polling.url}/issuing/accounts.csv").data.decode("utf-8-sig")
    polling.open()
    while_voting = organizer.get(f"{polling.url}/issuing/accounts.csv").data.decode("utf-8-sig")
    assert (len(before.splitlines()), len(while_voting.splitlines())) == (2, 1)


def test_batches_are_searched_and_saved_planned_and_issued(
    organizer: Browser, polling: Polling
) -> None:
    polling.issue()
    nothing = organizer.get(f"{polling.url}/issuing?q=no-such-group").text
    saved = organizer.get(f"{polling.url}/issuing.csv").data.decode("utf-8-sig").splitlines()
    states = {line.rpartition(",")[2] for line in saved[1:]}
    assert ("No row holds these words" in nothing, states) == (True, {"Planned", "Issued"})


def test_nothing_is_issued_twice(organizer: Browser, polling: Polling) -> None:
    archive_of(organizer, polling)
    organizer.post_form(f"{polling.url}/issuing/all", page=f"{polling.url}/issuing/extra")
    wait_for_jobs(organizer.application)
    assert (
        "Every batch that is planned has been issued."
        in organizer.get(f"{polling.url}/issuing").text
    )


def test_one_planned_batch_comes_as_its_pdf(organizer: Browser, polling: Polling) -> None:
    organizer.post_form(
        f"{polling.url}/issuing/planned", planned_fields(polling), page=f"{polling.url}/issuing"
    )
    assert len(read_back(fetched(organizer, polling).data)) == 3


def test_the_files_name_passes_through_a_header(organizer: Browser, polling: Polling) -> None:
    organizer.post_form(
        f"{polling.url}/issuing/planned", planned_fields(polling), page=f"{polling.url}/issuing"
    )
    header = fetched(organizer, polling).headers["Content-Disposition"].encode("latin-1").decode()
    assert unquote(header).endswith("_市级领导_党群机关.pdf")


def test_a_planned_batch_is_issued_once(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    page = f"{polling.url}/issuing"
    organizer.post_form(f"{page}/planned", planned_fields(polling), page=page)
    wait_for_jobs(organizer.application)
    organizer.post_form(f"{page}/planned", planned_fields(polling), page=page)
    wait_for_jobs(organizer.application)
    told = "Somebody issued it since the page was loaded" in organizer.get(page).text
    assert (told, len(batches(database))) == (True, 1)


def test_an_extra_batch_comes_as_its_pdf(organizer: Browser, polling: Polling) -> None:
    organizer.post_form(f"{polling.url}/issuing/extra", extra_fields(polling))
    assert len(read_back(fetched(organizer, polling).data)) == 4


def test_an_extra_batch_without_units_is_asked_for_again(
    organizer: Browser, polling: Polling
) -> None:
    answer = organizer.post_form(
        f"{polling.url}/issuing/extra", extra_fields(polling, target_ids=[])
    )
    assert (answer.status_code, "Choose at least one unit." in answer.text) == (422, True)


def test_a_window_that_ends_before_it_begins_is_explained(
    organizer: Browser, polling: Polling
) -> None:
    window = {"opens_at": "2026-03-05T09:00", "closes_at": "2026-03-04T09:00"}
    answer = organizer.post_form(f"{polling.url}/issuing/extra", extra_fields(polling, **window))
    assert (answer.status_code, "Nothing was issued" in answer.text) == (422, True)


def test_a_window_is_read_by_the_offices_clock(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    organizer.post_form(
        f"{polling.url}/issuing/extra", extra_fields(polling, opens_at="2026-03-05T09:00")
    )
    wait_for_jobs(organizer.application)
    opens_at = batches(database)[0].opens_at
    assert opens_at == datetime(2026, 3, 5, 1, tzinfo=UTC)


def test_an_issued_batch_is_listed(organizer: Browser, polling: Polling) -> None:
    polling.issue()
    assert "Issued batches, the latest first" in organizer.get(f"{polling.url}/issuing").text


@pytest.mark.parametrize(
    ("part", "words"),
    [("planned", "Before you go on"), ("lists", "Batches planned"), ("opening", "Open voting")],
)
def test_each_part_is_renewed_alone(
    organizer: Browser, polling: Polling, part: str, words: str
) -> None:
    fragment = organizer.get(f"{polling.url}/issuing/live/{part}").text
    assert (words in fragment, "<html" in fragment) == (True, False)


def test_a_void_batch_admits_no_ballot(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    batch_id, codes = polling.issue()
    page = f"{polling.url}/issuing"
    organizer.post_form(f"{page}/batches/{batch_id}/void", page=page)
    assert (batches(database)[0].state, standing(database, codes[0])) == (BatchState.VOID, "void")


def test_the_page_warns_before_a_batch_is_made_void(organizer: Browser, polling: Polling) -> None:
    polling.issue()
    assert "This cannot be undone" in organizer.get(f"{polling.url}/issuing").text


def test_a_batch_is_made_void_on_its_own_campaigns_page_only(
    organizer: Browser, polling: Polling
) -> None:
    batch_id, _codes = polling.issue()
    url = f"/office/campaigns/{polling.campaign_id + 1}/issuing/batches/{batch_id}/void"
    assert organizer.post_form(url, page=f"{polling.url}/issuing").status_code == 404


def test_voting_opens_with_keys_on_the_server(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    polling.issue()
    answer = organizer.post_form(f"{polling.url}/issuing/open", page=f"{polling.url}/issuing")
    assert (answer.location, state(database, polling)) == (
        f"{polling.url}/turnout",
        CampaignState.OPEN,
    )


def test_without_codes_voting_does_not_open(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    answer = organizer.post_form(f"{polling.url}/issuing/open", page=f"{polling.url}/issuing")
    assert (answer.status_code, state(database, polling)) == (409, CampaignState.DRAFT)


def test_the_office_is_told_where_the_keys_lie(organizer: Browser, polling: Polling) -> None:
    page = organizer.get(f"{polling.url}/issuing").text
    assert "keys lie on this server" in page


def test_before_the_freeze_nothing_can_be_issued(
    organizer: Browser, database: Database, tmp_path: Path
) -> None:
    polling = planned_county(database, tmp_path, frozen=False)
    page = organizer.get(f"{polling.url}/issuing").text
    assert ("not frozen yet" in page, "Issue all planned" in page) == (True, False)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR])
@pytest.mark.parametrize(
    "act", ["all", "planned", "extra", "open", "batches/1/void", "batches/1/reprint", "handouts/1"]
)
def test_only_an_organizer_acts(sign_in: SignIn, polling: Polling, role: Role, act: str) -> None:
    browser = sign_in(role)
    answer = browser.post_form(f"{polling.url}/issuing/{act}", page="/account/password")
    assert answer.status_code == 403


def test_an_auditor_reads_without_buttons(sign_in: SignIn, polling: Polling) -> None:
    polling.issue()
    page = sign_in(Role.AUDITOR).get(f"{polling.url}/issuing").text
    assert ("Batches planned" in page, "Make void" in page) == (True, False)


def test_a_reviewer_is_refused(sign_in: SignIn, polling: Polling) -> None:
    assert sign_in(Role.REVIEWER).get(f"{polling.url}/issuing").status_code == 403
