"""The close statement: the same whenever it is asked for, and signed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from surveys.audit_chain import audit_records
from surveys.database.engine import Database
from surveys.errors import Conflict
from surveys.issuing.issue_batch import void_batch
from surveys.opening.close_statement import (
    CloseStatement,
    close_statement,
    leaves_text,
    sign_close,
    verify_close,
)
from surveys.opening.keys import Role
from tests.conftest import NOW
from tests.webapp.office.polling import Polling, planned_county


@pytest.fixture
def polling(database: Database, tmp_path: Path) -> Polling:
    return planned_county(database, tmp_path)


def stated(polling: Polling) -> CloseStatement:
    with polling.database.transaction() as session:
        return close_statement(session, campaign_id=polling.campaign_id)


def sign(polling: Polling) -> CloseStatement:
    key = polling.store.load(Role.RECEIPTS, polling.campaign_id).signing_key()
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


def test_the_signature_is_kept(polling: Polling) -> None:
    polling.voted()
    polling.close()
    signed = sign(polling)
    assert stated(polling).document() == signed.document()


def test_the_receipt_key_signed_it(polling: Polling) -> None:
    polling.voted()
    polling.close()
    key = polling.store.load(Role.RECEIPTS, polling.campaign_id).signing_key().public_key()
    assert verify_close(sign(polling), key=key)


def test_a_changed_statement_is_not_what_was_signed(polling: Polling) -> None:
    polling.voted()
    polling.close()
    signed = sign(polling)
    changed = replace(signed, statement={**signed.statement, "n_envelopes": 99})
    key = polling.store.load(Role.RECEIPTS, polling.campaign_id).signing_key().public_key()
    assert not verify_close(changed, key=key)


def test_an_envelope_taken_out_later_shows(polling: Polling) -> None:
    polling.voted()
    polling.close()
    sign(polling)
    with polling.database.transaction() as session:
        session.execute(text("DELETE FROM box.envelope"))
    key = polling.store.load(Role.RECEIPTS, polling.campaign_id).signing_key().public_key()
    assert not verify_close(stated(polling), key=key)


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
