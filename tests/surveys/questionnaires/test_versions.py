"""Drafts, versions, trials."""

from datetime import datetime

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveys.audit_chain import audit_records
from surveys.errors import Conflict, Invalid
from surveys.models import Questionnaire, QuestionnaireVersion, TrialBallot
from surveys.questionnaires.exchange.json_files import content_hash
from surveys.questionnaires.library import library
from surveys.questionnaires.trials import cast_trial, trial_counts, trial_sheet, wipe_trials
from surveys.questionnaires.versions import (
    begin_draft,
    content_of,
    discard_draft,
    edit_version,
    freeze_version,
    put_into_period,
    save_draft,
)
from surveys.setup.questionnaires import QuestionnaireContent
from surveys.setup.words import Words
from tests.small_county import MANIFEST_HASH, SmallCounty, build_small_county

CITIZEN = library().questionnaire("gr_citizen")
RENAMED = CITIZEN.model_copy(update={"title": Words(zh="新标题", en="New title")})
EMPTY = CITIZEN.model_copy(update={"items": ()})
FIELDS = {f"a0_{item}": "2" for item in range(7)} | {"a0_0": "1"}


@pytest.fixture
def county(session: Session, now: datetime) -> SmallCounty:
    return build_small_county(session, now=now, frozen=False)


@pytest.fixture
def draft(session: Session, county: SmallCounty, now: datetime) -> QuestionnaireVersion:
    return begin_draft(session, content=CITIZEN, now=now, by=county.organizer.id)


def saved(
    session: Session,
    draft: QuestionnaireVersion,
    content: QuestionnaireContent,
    now: datetime,
    seen: QuestionnaireContent = CITIZEN,
) -> QuestionnaireVersion:
    """Save an edit made from `seen`."""
    return save_draft(
        session,
        version_id=draft.id,
        content=content,
        seen=content_hash(seen).hex(),
        now=now,
        by=draft.changed_by or 0,
    )


def test_a_questionnaire_begins_as_version_one(draft: QuestionnaireVersion) -> None:
    assert (draft.version, draft.frozen) == (1, False)


def test_a_code_has_one_draft_at_a_time(
    session: Session, draft: QuestionnaireVersion, now: datetime
) -> None:
    with pytest.raises(Conflict, match="draft_exists"):
        begin_draft(session, content=RENAMED, now=now, by=None)


def test_a_draft_is_edited_in_place(
    session: Session, draft: QuestionnaireVersion, now: datetime
) -> None:
    assert saved(session, draft, RENAMED, now).version == 1
    assert content_of(draft) == RENAMED


def test_an_edit_of_an_older_state_is_refused(
    session: Session, draft: QuestionnaireVersion, now: datetime
) -> None:
    saved(session, draft, RENAMED, now)
    with pytest.raises(Conflict, match="draft_changed_meanwhile"):
        saved(session, draft, EMPTY, now)


def test_what_is_put_to_voters_is_frozen_with_its_hash(
    session: Session, draft: QuestionnaireVersion, now: datetime
) -> None:
    frozen = freeze_version(session, content=CITIZEN, now=now)
    assert frozen is draft
    assert frozen.sha256 == content_hash(CITIZEN)


def test_the_same_content_stays_the_same_version(
    session: Session, draft: QuestionnaireVersion, now: datetime
) -> None:
    assert freeze_version(session, content=CITIZEN, now=now) is freeze_version(
        session, content=CITIZEN, now=now
    )


def test_another_content_is_laid_on_the_shelf_as_the_next_version(
    session: Session, draft: QuestionnaireVersion, now: datetime
) -> None:
    assert freeze_version(session, content=RENAMED, now=now).version == 2
    assert not draft.frozen


def test_a_frozen_version_is_not_edited(
    session: Session, draft: QuestionnaireVersion, now: datetime
) -> None:
    freeze_version(session, content=CITIZEN, now=now)
    with pytest.raises(Conflict, match="questionnaire_frozen"):
        saved(session, draft, RENAMED, now)
    with pytest.raises(Conflict, match="questionnaire_frozen"):
        discard_draft(session, version_id=draft.id, now=now, by=draft.changed_by or 0)


def test_the_database_keeps_a_frozen_version_as_it_is(
    session: Session, draft: QuestionnaireVersion, now: datetime
) -> None:
    freeze_version(session, content=CITIZEN, now=now)
    with pytest.raises(IntegrityError, match="the questionnaire is frozen"):
        session.execute(update(QuestionnaireVersion).values(content={}))


def test_an_edit_of_a_frozen_version_begins_the_next_one(
    session: Session, draft: QuestionnaireVersion, now: datetime
) -> None:
    freeze_version(session, content=CITIZEN, now=now)
    following = edit_version(session, version_id=draft.id, now=now, by=draft.changed_by or 0)
    assert (following.version, following.frozen) == (2, False)
    assert content_of(following) == CITIZEN


def test_a_questionnaire_is_copied_into_a_draft_period(
    session: Session, county: SmallCounty, draft: QuestionnaireVersion, now: datetime
) -> None:
    for content in (CITIZEN, RENAMED):
        if content is RENAMED:
            saved(session, draft, RENAMED, now)
        put_into_period(
            session,
            version_id=draft.id,
            period_id=county.period.id,
            now=now,
            by=county.organizer.id,
        )
    copies = session.scalars(select(Questionnaire).where(Questionnaire.code == "gr_citizen")).all()
    assert [QuestionnaireContent.model_validate(copy.content) for copy in copies] == [RENAMED]


def test_a_faulty_questionnaire_does_not_get_into_a_period(
    session: Session, county: SmallCounty, draft: QuestionnaireVersion, now: datetime
) -> None:
    saved(session, draft, EMPTY, now)
    with pytest.raises(Invalid, match="questionnaire_faulty"):
        put_into_period(
            session,
            version_id=draft.id,
            period_id=county.period.id,
            now=now,
            by=county.organizer.id,
        )


def test_a_frozen_period_takes_no_questionnaire(
    session: Session, county: SmallCounty, draft: QuestionnaireVersion, now: datetime
) -> None:
    county.period.frozen_at, county.period.manifest_hash = now, MANIFEST_HASH
    session.flush()
    with pytest.raises(Conflict, match="period_frozen"):
        put_into_period(
            session,
            version_id=draft.id,
            period_id=county.period.id,
            now=now,
            by=county.organizer.id,
        )


def test_a_trial_ballot_is_read_like_a_voters(
    session: Session, draft: QuestionnaireVersion
) -> None:
    assert cast_trial(session, version_id=draft.id, fields=FIELDS).packed == bytes([1] + [2] * 6)
    with pytest.raises(Invalid, match="bad_answers"):
        cast_trial(session, version_id=draft.id, fields={})


def test_trial_ballots_are_counted_by_answer(session: Session, draft: QuestionnaireVersion) -> None:
    for first in ("1", "4"):
        cast_trial(session, version_id=draft.id, fields=FIELDS | {"a0_0": first})
    n, counts = trial_counts(session, version_id=draft.id)
    assert n == 2
    assert (counts[0].counts, counts[0].n_dont_know) == ((1, 0, 0, 0), 1)
    assert (counts[1].counts, counts[1].n_open) == ((0, 1, 0, 0, 0), 1)


def test_trial_ballots_are_wiped_and_the_log_says_so(
    session: Session, draft: QuestionnaireVersion, now: datetime
) -> None:
    cast_trial(session, version_id=draft.id, fields=FIELDS)
    assert wipe_trials(session, version_id=draft.id, now=now, by=None) == 1
    assert audit_records(session, before=None, n=1)[0].body["act"] == "trial_ballots_wiped"
    assert trial_counts(session, version_id=draft.id)[0] == 0


@pytest.mark.parametrize("how", ["edited", "frozen"])
def test_trial_ballots_go_with_an_edit_and_with_the_freezing(
    session: Session, draft: QuestionnaireVersion, now: datetime, how: str
) -> None:
    cast_trial(session, version_id=draft.id, fields=FIELDS)
    if how == "edited":
        saved(session, draft, RENAMED, now)
    else:
        freeze_version(session, content=CITIZEN, now=now)
    assert session.scalar(select(func.count()).select_from(TrialBallot)) == 0


def test_a_frozen_version_is_not_tried(
    session: Session, draft: QuestionnaireVersion, now: datetime
) -> None:
    freeze_version(session, content=CITIZEN, now=now)
    with pytest.raises(Conflict, match="questionnaire_frozen"):
        cast_trial(session, version_id=draft.id, fields=FIELDS)


def test_insiders_try_a_form_on_three_units() -> None:
    assert trial_sheet(library().questionnaire("mz_team")).n_targets == 3
