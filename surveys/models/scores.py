"""Results of a period: one run of the arithmetic, a line for each unit and each person rated."""

from sqlalchemy import Float, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base, Identifier, JsonObject, Moment, Points
from surveys.models.periods import Period
from surveys.models.units import Member, Unit


class ScoreRun(Base):
    """The arithmetic of the scheme run once, with all or without the excluded ballots.

    `seats` are those of the units' categories, `member_seats` those of the persons'. `versions`
    says which version of a corrected value counted: unit → indicator → number.
    """

    __tablename__ = "score_run"

    id: Mapped[Identifier]
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"))
    leaves_out_excluded: Mapped[bool]
    scored_at: Mapped[Moment]
    scheme_hash: Mapped[bytes]
    input_hash: Mapped[bytes]
    software_version: Mapped[str]
    seats: Mapped[JsonObject]
    member_seats: Mapped[JsonObject] = mapped_column(default=dict)
    versions: Mapped[JsonObject] = mapped_column(default=dict)

    period: Mapped[Period] = relationship()
    lines: Mapped[list["ScoreLine"]] = relationship(back_populates="run")


class ScoreLine(Base):
    """One unit's components, total, place, grade and colour in a run.

    `components` holds points as strings of 4 places: a printed sheet re-adds to its total.
    """

    __tablename__ = "score_line"
    __table_args__ = (UniqueConstraint("run_id", "unit_id"),)

    id: Mapped[Identifier]
    run_id: Mapped[int] = mapped_column(ForeignKey("score_run.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    components: Mapped[JsonObject]
    bonus: Mapped[Points]
    deduction: Mapped[Points]
    total: Mapped[Points | None]
    total_low: Mapped[float | None] = mapped_column(Float)
    total_high: Mapped[float | None] = mapped_column(Float)
    place: Mapped[int | None]
    place_low: Mapped[int | None]
    place_high: Mapped[int | None]
    grade: Mapped[str | None]
    colour: Mapped[str | None]
    consequences: Mapped[JsonObject]
    notes: Mapped[JsonObject]

    run: Mapped[ScoreRun] = relationship(back_populates="lines")
    unit: Mapped[Unit] = relationship()


class MemberScore(Base):
    """One person's components, total, place and grade in a run: for the office, never published.

    A table of its own, so that nothing which shows the lines of a run can show a person.
    """

    __tablename__ = "member_score"
    __table_args__ = (UniqueConstraint("run_id", "member_id"),)

    id: Mapped[Identifier]
    run_id: Mapped[int] = mapped_column(ForeignKey("score_run.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    category: Mapped[str]
    components: Mapped[JsonObject]
    bonus: Mapped[Points]
    deduction: Mapped[Points]
    total: Mapped[Points | None]
    place: Mapped[int | None]
    grade: Mapped[str | None]
    consequences: Mapped[JsonObject]
    notes: Mapped[JsonObject]

    run: Mapped[ScoreRun] = relationship()
    member: Mapped[Member] = relationship()


class ScoreUncertainty(Base):
    """What a fresh draw of raters might change in a run, and what made that estimate.

    `categories` holds a list for each category: units with the chance of another grade, and the
    units that cannot be told apart.
    """

    __tablename__ = "score_uncertainty"

    run_id: Mapped[int] = mapped_column(
        ForeignKey("score_run.id", ondelete="CASCADE"), primary_key=True
    )
    seed: Mapped[int]
    n_draws: Mapped[int]
    computed_at: Mapped[Moment]
    software_version: Mapped[str]
    categories: Mapped[JsonObject]

    run: Mapped[ScoreRun] = relationship()
