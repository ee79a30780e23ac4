"""Campaigns: one questionnaire put to rater groups, and the batches of codes issued for it."""

from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base, Identifier, JsonObject, Moment, Number, enum_by_value
from surveys.models.periods import Period
from surveys.models.units import Member, MemberRole, Target, Unit


class CampaignKind(StrEnum):
    """What is asked, and of whom: units, members of their leading groups, or assessing bodies."""

    DEMOCRATIC = "democratic"
    RECOGNITION = "recognition"
    REVERSE = "reverse"
    MEMBER = "member"


class CampaignState(StrEnum):
    """draft → open → closed → opened → certified; there is no way back."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    OPENED = "opened"
    CERTIFIED = "certified"


class RaterScope(StrEnum):
    """Who of a group rates what on one ballot; it says what codes are to be issued.

    Where a campaign is about members, those of the units named stand in their place.
    """

    CATEGORY = "category"  # no home; the units of one category (leaders, deputies)
    PEERS = "peers"  # from each unit; the other units of its category
    OTHER_KIND = "other_kind"  # from each unit; one category of the other kind
    OWN = "own"  # from each unit; this unit alone (own staff)
    UNIT = "unit"  # no home; one unit alone (citizens)
    BODIES = "bodies"  # from each unit; the bodies that assess it (reverse)


class BatchState(StrEnum):
    """A void batch's codes no longer admit a ballot."""

    ISSUED = "issued"
    VOID = "void"


class Questionnaire(Base):
    """The form as data: intro, options with points, items with weights."""

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("period_id", "code"),)

    id: Mapped[Identifier]
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"))
    code: Mapped[str]
    content: Mapped[JsonObject]


class Campaign(Base):
    """One questionnaire put to its rater groups, with one ballot box."""

    __tablename__ = "campaign"
    __table_args__ = (
        UniqueConstraint("period_id", "code"),
        CheckConstraint("(state = 'draft') = (manifest IS NULL)", name="open_with_its_manifest"),
        CheckConstraint(
            "(state IN ('draft', 'open')) = (root IS NULL)", name="closed_with_its_root"
        ),
    )

    id: Mapped[Identifier]
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"))
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    code: Mapped[str]
    kind: Mapped[CampaignKind] = mapped_column(enum_by_value(CampaignKind))
    name_zh: Mapped[str]
    name_en: Mapped[str]
    state: Mapped[CampaignState] = mapped_column(
        enum_by_value(CampaignState), default=CampaignState.DRAFT
    )
    # What the voter's page needs and what the box is sealed for: questionnaire, names, public keys.
    manifest: Mapped[JsonObject | None]
    opened_for_voting_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    box_opened_at: Mapped[Moment | None]
    n_envelopes: Mapped[int | None]
    root: Mapped[bytes | None]

    period: Mapped[Period] = relationship(back_populates="campaigns")
    questionnaire: Mapped[Questionnaire] = relationship()
    groups: Mapped[list["RaterGroup"]] = relationship(
        back_populates="campaign", order_by="RaterGroup.position"
    )
    batches: Mapped[list["Batch"]] = relationship(back_populates="campaign", order_by="Batch.id")


class RaterGroup(Base):
    """Those who rate with one weight: leaders, peers, staff; for citizens, a channel.

    `size` is how many ballots are planned for each batch that `scope` asks for; `PlannedSize`
    gives another number for single units. An open code needs no more than one sheet: there the
    size says how many voters are expected. `head_weight` is the group's weight on the heads of
    leading groups, where it is not that on everybody else. `proof_of_work` asks each phone that
    votes with it for a second's reckoning; `asks_age` asks each voter whether they are 16 or older.
    """

    __tablename__ = "rater_group"
    __table_args__ = (
        UniqueConstraint("campaign_id", "code"),
        CheckConstraint("weight >= 0 AND weight <= 1", name="weight_is_a_share"),
        CheckConstraint("head_weight >= 0 AND head_weight <= 1", name="head_weight_is_a_share"),
        CheckConstraint("min_valid >= 1", name="min_valid_is_positive"),
        CheckConstraint("size >= 0", name="size_is_not_negative"),
        CheckConstraint("open_code OR NOT proof_of_work", name="work_is_asked_of_posters_alone"),
    )

    id: Mapped[Identifier]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    code: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    weight: Mapped[Number]
    head_weight: Mapped[Number | None]
    min_valid: Mapped[int]
    open_code: Mapped[bool] = mapped_column(default=False)
    proof_of_work: Mapped[bool] = mapped_column(default=False)
    asks_age: Mapped[bool] = mapped_column(default=False)
    scope: Mapped[RaterScope] = mapped_column(
        enum_by_value(RaterScope), default=RaterScope.CATEGORY
    )
    size: Mapped[int] = mapped_column(default=0)
    position: Mapped[int]

    campaign: Mapped[Campaign] = relationship(back_populates="groups")
    planned_sizes: Mapped[list["PlannedSize"]] = relationship(back_populates="group")

    def weight_on(self, target: Target) -> Decimal:
        """The group's weight in the score of a unit or person."""
        is_head = isinstance(target, Member) and target.role is MemberRole.HEAD
        return self.head_weight if is_head and self.head_weight is not None else self.weight

    def rates(self, target: Target) -> bool:
        """Whether the target stands on the group's ballots.

        Where heads have a weight of their own, a weight of 0 says whom the group does not rate.
        """
        return self.head_weight is None or self.weight_on(target) > 0


class PlannedSize(Base):
    """Another size than the group's: for the home unit, or for the one unit rated."""

    __tablename__ = "planned_size"
    __table_args__ = (CheckConstraint("size >= 0", name="size_is_not_negative"),)

    group_id: Mapped[int] = mapped_column(
        ForeignKey("rater_group.id", ondelete="CASCADE"), primary_key=True
    )
    unit_id: Mapped[int] = mapped_column(
        ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True
    )
    size: Mapped[int]

    group: Mapped[RaterGroup] = relationship(back_populates="planned_sizes")


class Batch(Base):
    """Codes issued together: for one rater group, about the same targets, to the same home unit.

    `target_ids` is the frozen order in which the targets stand on the ballot.
    """

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint("n_issued > 0", name="some_codes_are_issued"),
        CheckConstraint("n_replaced >= 0", name="replaced_is_not_negative"),
        CheckConstraint("cardinality(target_ids) > 0", name="some_targets_are_rated"),
        CheckConstraint(
            "home_unit_id IS NULL OR open_code OR NOT (home_unit_id = ANY (target_ids)) "
            "OR cardinality(target_ids) = 1",
            name="no_home_among_several_targets",
        ),
        Index("ix_batch_campaign_id", "campaign_id"),
    )

    id: Mapped[Identifier]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    group_id: Mapped[int] = mapped_column(ForeignKey("rater_group.id"))
    home_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    target_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    n_issued: Mapped[int]
    # Codes made void because others took their place; all others are among the n_issued.
    n_replaced: Mapped[int] = mapped_column(default=0)
    open_code: Mapped[bool] = mapped_column(default=False)
    state: Mapped[BatchState] = mapped_column(enum_by_value(BatchState), default=BatchState.ISSUED)
    opens_at: Mapped[Moment | None]
    closes_at: Mapped[Moment | None]
    issued_at: Mapped[Moment]
    issued_by: Mapped[int] = mapped_column(ForeignKey("account.id"))

    campaign: Mapped[Campaign] = relationship(back_populates="batches")
    group: Mapped[RaterGroup] = relationship()
    home_unit: Mapped[Unit | None] = relationship()
