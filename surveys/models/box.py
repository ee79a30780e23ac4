"""The ballot box: codes as hashes, ballots as sealed envelopes.

No column tells a time, an order or an address: tests/architecture forbids them.
"""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base, enum_by_value


class TokenState(StrEnum):
    """What a code is good for."""

    ISSUED = "issued"  # admits one ballot
    POSTER = "poster"  # an open code: each ballot brings a random identity of its own
    VOID = "void"  # admits none: annulled by two persons


class Token(Base):
    """A code that admits a ballot; of the code itself only the hash is known."""

    __tablename__ = "token"
    __table_args__ = (
        CheckConstraint("octet_length(h) = 32", name="h_is_a_sha256"),
        Index("ix_token_batch_id", "batch_id"),
        # Few of many millions: counted where all codes are accounted for.
        Index("ix_token_void", "batch_id", postgresql_where=text("state = 'void'")),
        {"schema": "box"},
    )

    h: Mapped[bytes] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id", ondelete="CASCADE"))
    state: Mapped[TokenState] = mapped_column(enum_by_value(TokenState), default=TokenState.ISSUED)


class Envelope(Base):
    """One sealed ballot, stored in the same statement that uses its code up.

    `batch_id` is the token's own, copied by `box.submit`, so that turnout counts an index alone.
    It is no foreign key: every ballot would lock its batch's row.
    """

    __tablename__ = "envelope"
    __table_args__ = (
        CheckConstraint("octet_length(nonce_h) = 32", name="nonce_h_is_a_sha256"),
        CheckConstraint("octet_length(leaf) = 32", name="leaf_is_a_sha256"),
        CheckConstraint("octet_length(sealed) = 1792", name="sealed_has_constant_length"),
        Index("ix_envelope_batch_id", "batch_id"),
        {"schema": "box"},
    )

    token_h: Mapped[bytes] = mapped_column(
        ForeignKey("box.token.h", ondelete="CASCADE"), primary_key=True
    )
    batch_id: Mapped[int]
    nonce_h: Mapped[bytes]
    leaf: Mapped[bytes]
    sealed: Mapped[bytes]


class AnnulledBallot(Base):
    """What is left of a ballot that two persons annulled: its content is gone for good.

    The leaf stays, so that whoever holds its receipt learns what became of it.
    """

    __tablename__ = "annulled"
    __table_args__ = (
        CheckConstraint("octet_length(leaf) = 32", name="leaf_is_a_sha256"),
        Index("ix_annulled_batch_id", "batch_id"),
        Index("ix_annulled_leaf", "leaf"),
        {"schema": "box"},
    )

    token_h: Mapped[bytes] = mapped_column(
        ForeignKey("box.token.h", ondelete="CASCADE"), primary_key=True
    )
    batch_id: Mapped[int]
    leaf: Mapped[bytes]


class KeyedState(StrEnum):
    """How far a paper ballot has come that two persons key in."""

    ONCE = "once"  # one person has
    DIFFERS = "differs"  # two persons have, and read different things
    CAST = "cast"  # two entries agreed, and the ballot went into the box
    SPOILED = "spoiled"  # it cannot be read: its code admits no ballot any more


class KeyedPaper(Base):
    """A paper ballot on its way into the box.

    Of what was read only keyed fingerprints stay, one for each answer, until two entries agree;
    the key lies outside the database.
    """

    __tablename__ = "keyed_paper"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('once', 'differs')) = (first_prints IS NOT NULL)",
            name="prints_while_it_waits",
        ),
        CheckConstraint(
            "(state = 'differs') = (second_prints IS NOT NULL)", name="two_prints_that_differ"
        ),
        Index("ix_keyed_paper_batch_id", "batch_id"),
        {"schema": "box"},
    )

    token_h: Mapped[bytes] = mapped_column(
        ForeignKey("box.token.h", ondelete="CASCADE"), primary_key=True
    )
    batch_id: Mapped[int]
    state: Mapped[KeyedState] = mapped_column(enum_by_value(KeyedState))
    first_keyer: Mapped[int | None]
    first_prints: Mapped[bytes | None]
    second_keyer: Mapped[int | None]
    second_prints: Mapped[bytes | None]


class PublishedLeaf(Base):
    """The leaves of a closed box, by which a receipt is looked up."""

    __tablename__ = "published_leaf"
    __table_args__ = ({"schema": "box"},)

    leaf: Mapped[bytes] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
