"""The close statement: the same whenever it is asked for, and signed."""

import json
import os
from pathlib import Path

import pytest

from surveys.audit_chain import audit_records
from surveys.database.engine import Database
from surveys.errors import Conflict, Invalid
from surveys.issuing.issue_batch import void_batch
from surveys.models import Campaign
from surveys.opening.close_signatures import close_standings, kept_close, sign_close
from surveys.opening.close_statement import close_statement, leaves_text
from surveys.opening.keys import Role, new_key
from surveys.opening.signed_close import CloseStatement, Standing
from tests.conftest import NOW
from tests.webapp.office.polling import Polling, planned_county


@pytest.fixture
def polling(database: Database, tmp_path: Path) -> Polling:
    return planned_county(database, tmp_path)


def stated(polling: Polling) -> CloseStatement:
    with polling.database.transaction() as session:
        return close_statement(session, campaign_id=polling.campaign_id)


def sign(polling: Polling, role: Role = Role.RECEIPTS) -> CloseStatement:
    key = polling.store.load(role, polling.campaign_id)
    with polling.database.transaction() as session:
        return sign_close(session, campaign_id=polling.campaign_id, key=key, now=NOW, by=polling.by)


def test_an_open_campaign_has_no_statement(polling: Polling) -> None:
    polling.voted()
    with pytest.raises(Conflict, match="campaign_not_closed"):
        stated(polling)


def test_codes_and_ballots_are_counted_by_group(polling: Polling) -> None:
    lost, _codes = polling.issue(4)
    polling.voted(n_cast=3, n_issued=6)
    with polling.database.transaction() as session:
        void_batch(session, batch_id=lost, now=NOW, by=polling.by)
    polling.close()
    staff = stated(polling).statement["groups"][0]
    assert (staff["n_issued"], staff["n_void"], staff["n_returned"]) == (6, 4, 3)


def test_it_names_the_logs_head_at_the_close(polling: Polling) -> None:
    polling.voted()
    polling.close()
    with polling.database.transaction() as session:
        head = audit_records(session, before=None, n=1)[0]
    assert stated(polling).statement["audit_log"] == {"seq": head.seq, "head": head.h.hex()}


def kept(polling: Polling) -> CloseStatement:
    with polling.database.transaction() as session:
        return kept_close(session, campaign_id=polling.campaign_id)


def standings(polling: Polling) -> list[Standing]:
    """Of the server, officer A and officer B."""
    with polling.database.transaction() as session:
        return list(close_standings(session, campaign_id=polling.campaign_id).values())


def closed(polling: Polling) -> None:
    polling.voted()
    polling.close()


def test_the_signature_is_kept(polling: Polling) -> None:
    closed(polling)
    signed = sign(polling)
    assert kept(polling).document() == signed.document()


def test_each_signer_adds_a_signature_whatever_the_order(polling: Polling) -> None:
    closed(polling)
    for role in (Role.OFFICER_B, Role.RECEIPTS, Role.OFFICER_A):
        sign(polling, role)
    assert standings(polling) == [Standing.GOOD] * 3


def test_who_has_not_signed_is_missing(polling: Polling) -> None:
    closed(polling)
    sign(polling)
    sign(polling, Role.OFFICER_B)
    assert standings(polling) == [Standing.GOOD, Standing.MISSING, Standing.GOOD]


def test_to_sign_twice_writes_no_second_record(polling: Polling) -> None:
    closed(polling)
    for _ in range(2):
        sign(polling, Role.OFFICER_A)
    with polling.database.transaction() as session:
        acts = [one.body["act"] for one in audit_records(session, before=None, n=50)]
    assert acts.count("close_signed") == 1


def test_another_campaigns_key_signs_nothing(polling: Polling) -> None:
    closed(polling)
    key = new_key(Role.OFFICER_A, campaign=polling.campaign_id, random_bytes=os.urandom)
    with (
        polling.database.transaction() as session,
        pytest.raises(Invalid, match="close_signature_wrong"),
    ):
        sign_close(session, campaign_id=polling.campaign_id, key=key, now=NOW, by=polling.by)


def test_a_box_changed_after_the_close_is_not_signed(polling: Polling) -> None:
    closed(polling)
    sign(polling)
    with polling.database.transaction() as session:
        session.get_one(Campaign, polling.campaign_id).n_envelopes = 99
    with pytest.raises(Conflict, match="root_differs"):
        sign(polling, Role.OFFICER_A)
    assert standings(polling) == [Standing.WRONG] * 3


def test_the_document_is_canonical(polling: Polling) -> None:
    polling.voted()
    polling.close()
    document = sign(polling).document()
    again = json.dumps(
        json.loads(document), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert document.decode() == again + "\n"


def test_the_list_rises(polling: Polling) -> None:
    polling.voted(n_cast=5)
    polling.close()
    with polling.database.transaction() as session:
        lines = leaves_text(session, campaign_id=polling.campaign_id).decode().split()
    assert (len(lines), lines) == (5, sorted(lines))
