"""Drafts and versions: a draft is edited; what a campaign was opened with never changes again."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict, NotFound
from surveys.models import Period, Questionnaire, QuestionnaireVersion, TrialBallot
from surveys.questionnaires.exchange.json_files import content_hash
from surveys.questionnaires.faults import require_faultless
from surveys.setup.questionnaires import QuestionnaireContent


def content_of(version: QuestionnaireVersion) -> QuestionnaireContent:
    """The questionnaire of a version."""
    return QuestionnaireContent.model_validate(version.content)


def version_of(session: Session, *, version_id: int, lock: bool = False) -> QuestionnaireVersion:
    """One version; NotFound ``no_questionnaire_version`` (version)."""
    found = session.get(QuestionnaireVersion, version_id, with_for_update=lock)
    if found is None:
        raise NotFound("no_questionnaire_version", version=version_id)
    return found


def all_versions(session: Session) -> list[QuestionnaireVersion]:
    """Every version, by code, the newest first."""
    rows = select(QuestionnaireVersion).order_by(
        QuestionnaireVersion.code, QuestionnaireVersion.version.desc()
    )
    return list(session.scalars(rows))


def begin_draft(
    session: Session, *, content: QuestionnaireContent, now: datetime, by: int | None
) -> QuestionnaireVersion:
    """Put a questionnaire on the shelf as a draft, as the next version of its code.

    Raises
    ------
    Conflict : ``draft_exists`` (form), where its code has an unfinished draft
    """
    if _draft(session, content.code) is not None:
        raise Conflict("draft_exists", form=content.code)
    draft = QuestionnaireVersion(
        code=content.code,
        version=_next_number(session, content.code),
        content=content.model_dump(mode="json"),
        changed_at=now,
        changed_by=by,
    )
    session.add(draft)
    session.flush()
    _note(session, "questionnaire_begun", draft, now, by)
    return draft


def save_draft(
    session: Session,
    *,
    version_id: int,
    content: QuestionnaireContent,
    seen: str,
    now: datetime,
    by: int,
) -> QuestionnaireVersion:
    """Write a draft; its trial ballots no longer fit and are wiped.

    Parameters
    ----------
    seen : hexadecimal hash of the content from which the edit was made

    Raises
    ------
    Conflict : ``questionnaire_frozen`` (form, version), ``draft_changed_meanwhile`` (form),
        ``draft_exists`` (form), where the new code belongs to another draft
    """
    draft = version_of(session, version_id=version_id, lock=True)
    _require_draft(draft)
    before = content_of(draft)
    if content_hash(before).hex() != seen:
        raise Conflict("draft_changed_meanwhile", form=draft.code)
    if content == before:
        return draft
    if content.code != draft.code:
        if _draft(session, content.code) is not None:
            raise Conflict("draft_exists", form=content.code)
        draft.version = _next_number(session, content.code)
        draft.code = content.code
    draft.content = content.model_dump(mode="json")
    draft.changed_at, draft.changed_by = now, by
    session.execute(delete(TrialBallot).where(TrialBallot.version_id == draft.id))
    session.flush()
    _note(session, "questionnaire_edited", draft, now, by)
    return draft


def edit_version(
    session: Session, *, version_id: int, now: datetime, by: int
) -> QuestionnaireVersion:
    """The draft to edit: this one, or the next version begun from a frozen one.

    Raises
    ------
    Conflict : ``draft_exists`` (form), where another draft of the same code is unfinished
    """
    version = version_of(session, version_id=version_id, lock=True)
    if not version.frozen:
        return version
    return begin_draft(session, content=content_of(version), now=now, by=by)


def discard_draft(session: Session, *, version_id: int, now: datetime, by: int) -> None:
    """Throw a draft away; Conflict ``questionnaire_frozen``."""
    draft = version_of(session, version_id=version_id, lock=True)
    _require_draft(draft)
    _note(session, "questionnaire_discarded", draft, now, by)
    session.delete(draft)
    session.flush()


def put_into_period(
    session: Session, *, version_id: int, period_id: int, now: datetime, by: int
) -> Questionnaire:
    """Copy a questionnaire into a draft period, replacing the one of the same code there.

    Raises
    ------
    Invalid : ``questionnaire_faulty`` (form, remarks)
    Conflict : ``period_frozen`` (period)
    """
    version = version_of(session, version_id=version_id)
    content = content_of(version)
    require_faultless(content)
    period = session.get_one(Period, period_id, with_for_update=True)
    if period.frozen_at is not None:
        raise Conflict("period_frozen", period=period.code)
    there = session.scalars(
        select(Questionnaire).where(
            Questionnaire.period_id == period_id, Questionnaire.code == version.code
        )
    ).one_or_none()
    if there is None:
        there = Questionnaire(period_id=period_id, code=version.code)
        session.add(there)
    there.content = content.model_dump(mode="json")
    session.flush()
    record(
        session,
        "questionnaire_put_into_period",
        at=now,
        by=by,
        form=version.code,
        version=version.version,
        period=period.code,
    )
    return there


def freeze_version(
    session: Session, *, content: QuestionnaireContent, now: datetime
) -> QuestionnaireVersion:
    """The frozen version of a content that is put to voters: the same content, the same version.

    A draft of this content is frozen; a content that was never on the shelf is laid there. The
    trial ballots of it are wiped.
    """
    digest = content_hash(content)
    of_code = select(QuestionnaireVersion).where(QuestionnaireVersion.code == content.code)
    found = session.scalars(of_code.where(QuestionnaireVersion.sha256 == digest)).one_or_none()
    if found is not None:
        return found
    version = _draft(session, content.code)
    if version is None or content_of(version) != content:
        version = QuestionnaireVersion(
            code=content.code,
            version=_next_number(session, content.code),
            content=content.model_dump(mode="json"),
            changed_at=now,
        )
        session.add(version)
    else:
        session.execute(delete(TrialBallot).where(TrialBallot.version_id == version.id))
    version.sha256, version.frozen_at = digest, now
    session.flush()
    return version


def _draft(session: Session, code: str) -> QuestionnaireVersion | None:
    return session.scalars(
        select(QuestionnaireVersion)
        .where(QuestionnaireVersion.code == code, QuestionnaireVersion.sha256.is_(None))
        .with_for_update()
    ).one_or_none()


def _next_number(session: Session, code: str) -> int:
    newest = select(func.max(QuestionnaireVersion.version)).where(QuestionnaireVersion.code == code)
    return (session.scalar(newest) or 0) + 1


def _require_draft(version: QuestionnaireVersion) -> None:
    if version.frozen:
        raise Conflict("questionnaire_frozen", form=version.code, version=version.version)


def _note(
    session: Session, act: str, version: QuestionnaireVersion, now: datetime, by: int | None
) -> None:
    record(session, act, at=now, by=by, form=version.code, version=version.version)
