"""The page on which codes are issued, and voting is opened."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import select, text

from surveys.database.engine import Database
from surveys.issuing.codes import code_hash, parse_code
from surveys.models import AuditRecord, Batch, BatchState, Campaign, CampaignState, Role
from tests.surveys.issuing.test_sheets import read_back
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.office.polling import Polling, planned_county

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


def archive_of(organizer: Browser, polling: Polling) -> zipfile.ZipFile:
    answer = organizer.post_form(f"{polling.url}/issuing/all", page=f"{polling.url}/issuing")
    assert answer.status_code == 200, answer.text
    return zipfile.ZipFile(io.BytesIO(answer.data))


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
    assert "The sheets exist only in this download" in page


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


def test_an_archive_that_breaks_off_issues_nothing(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    token = organizer.token(f"{polling.url}/issuing")
    answer = organizer.post(
        f"{polling.url}/issuing/all", data={"csrf_token": token}, buffered=False
    )
    next(iter(answer.response))
    answer.close()
    assert batches(database) == []


def test_an_archive_is_whole_only_once_its_batches_are_committed(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    token = organizer.token(f"{polling.url}/issuing")
    answer = organizer.post(
        f"{polling.url}/issuing/all", data={"csrf_token": token}, buffered=False
    )
    read = b""
    for part in answer.response:
        assert isinstance(part, bytes)
        read += part
        assert len(batches(database)) == (4 if zipfile.is_zipfile(io.BytesIO(read)) else 0)
    answer.close()


def test_nothing_is_issued_twice(organizer: Browser, polling: Polling) -> None:
    archive_of(organizer, polling)
    answer = organizer.post_form(f"{polling.url}/issuing/all", page=f"{polling.url}/issuing/extra")
    assert (answer.status_code, "Nothing is left to issue" in answer.text) == (409, True)


def test_one_planned_batch_comes_as_its_pdf(organizer: Browser, polling: Polling) -> None:
    answer = organizer.post_form(
        f"{polling.url}/issuing/planned", planned_fields(polling), page=f"{polling.url}/issuing"
    )
    assert len(read_back(answer.data)) == 3


def test_the_files_name_passes_through_a_header(organizer: Browser, polling: Polling) -> None:
    answer = organizer.post_form(
        f"{polling.url}/issuing/planned", planned_fields(polling), page=f"{polling.url}/issuing"
    )
    header = answer.headers["Content-Disposition"].encode("latin-1").decode()
    assert unquote(header).endswith("_市级领导_党群机关.pdf")


def test_a_planned_batch_is_issued_once(
    organizer: Browser, polling: Polling, database: Database
) -> None:
    page = f"{polling.url}/issuing"
    organizer.post_form(f"{page}/planned", planned_fields(polling), page=page)
    again = organizer.post_form(f"{page}/planned", planned_fields(polling), page=page)
    assert (again.status_code, len(batches(database))) == (409, 1)


def test_an_extra_batch_comes_as_its_pdf(organizer: Browser, polling: Polling) -> None:
    answer = organizer.post_form(f"{polling.url}/issuing/extra", extra_fields(polling))
    assert len(read_back(answer.data)) == 4


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
@pytest.mark.parametrize("act", ["all", "planned", "extra", "open", "batches/1/void"])
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
