"""The office's questionnaires in versions, and the answers with which drafts are tried."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base, Identifier, JsonObject, Moment


class QuestionnaireVersion(Base):
    """One version of a questionnaire: a draft, or frozen with the hash of its content.

    A period keeps a copy of the content. Opening a campaign freezes the version that was opened;
    from then on it never changes, in the database neither, and an edit makes the next version.
    """

    __tablename__ = "questionnaire_version"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        UniqueConstraint("code", "sha256"),
        CheckConstraint("version >= 1", name="versions_count_from_one"),
        CheckConstraint("(sha256 IS NULL) = (frozen_at IS NULL)", name="frozen_with_its_hash"),
        CheckConstraint("octet_length(sha256) = 32", name="hash_has_32_bytes"),
        Index("uq_questionnaire_draft", "code", unique=True, postgresql_where="sha256 IS NULL"),
    )

    id: Mapped[Identifier]
    code: Mapped[str]
    version: Mapped[int]
    content: Mapped[JsonObject]
    sha256: Mapped[bytes | None]
    frozen_at: Mapped[Moment | None]
    changed_at: Mapped[Moment]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    @property
    def frozen(self) -> bool:
        """Whether it never changes again."""
        return self.sha256 is not None


class TrialBallot(Base):
    """A ballot by which a draft is tried: no code, no seal, wiped before the form is used."""

    __tablename__ = "trial_ballot"
    __table_args__ = (Index("ix_trial_ballot_version_id", "version_id"),)

    id: Mapped[Identifier]
    version_id: Mapped[int] = mapped_column(
        ForeignKey("questionnaire_version.id", ondelete="CASCADE")
    )
    answers: Mapped[bytes]
    n_comments: Mapped[int]
