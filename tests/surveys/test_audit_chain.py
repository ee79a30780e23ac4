"""The audit log's chain."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from surveys.audit_chain import audit_records, verify_chain
from surveys.auditing import record
from tests.conftest import NOW

REWRITE = text("UPDATE audit.log SET body = jsonb_set(body, '{n}', '9') WHERE seq = 2")
DROP = text("DELETE FROM audit.log WHERE seq = 2")
WITHOUT_GUARD = text("ALTER TABLE audit.log DISABLE TRIGGER append_only")


def fill(session: Session) -> None:
    for n in range(4):
        record(session, "tried", at=NOW, by=None, n=n)


def test_an_empty_log_is_whole(session: Session) -> None:
    check = verify_chain(session)

    assert (check.n, check.whole, check.head) == (0, True, bytes(32))


def test_a_log_that_only_grew_is_whole(session: Session) -> None:
    fill(session)

    check = verify_chain(session)

    assert (check.n, check.whole) == (4, True)
    assert check.head == audit_records(session, before=None)[0].h


def test_a_rewritten_record_shows(session: Session) -> None:
    fill(session)
    session.execute(WITHOUT_GUARD)
    session.execute(REWRITE)

    assert verify_chain(session).broken_at == 2


def test_a_record_that_was_taken_out_shows(session: Session) -> None:
    fill(session)
    session.execute(WITHOUT_GUARD)
    session.execute(DROP)

    assert verify_chain(session).broken_at == 3


def test_records_are_read_page_by_page_from_the_newest(session: Session) -> None:
    fill(session)

    newest = audit_records(session, before=None, n=3)
    older = audit_records(session, before=newest[-1].seq, n=3)

    assert [each.seq for each in newest] == [4, 3, 2]
    assert [each.seq for each in older] == [1]
