"""People who log in, and their sessions."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveys.models.base import Base, Identifier, Moment
from surveys.models.units import Unit


class Role(StrEnum):
    """What an account may do. One account may hold several roles."""

    ORGANIZER = "organizer"  # 考核办: set up, issue, close, examine, score, certify
    OFFICER = "officer"  # holds one of the two keys that open the box
    REVIEWER = "reviewer"  # reads what was said of the own body
    AUDITOR = "auditor"  # reads everything that was decided, changes nothing
    ADMIN = "admin"  # accounts and settings, without business rights


class Account(Base):
    """A person who logs in."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("login = lower(login) AND login <> ''", name="login_is_lower_case"),
        CheckConstraint(
            "roles <@ ARRAY['organizer', 'officer', 'reviewer', 'auditor', 'admin']",
            name="roles_are_known",
        ),
    )

    id: Mapped[Identifier]
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    language: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    n_failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[Moment | None]
    created_at: Mapped[Moment]

    unit: Mapped[Unit | None] = relationship()

    def holds(self, *roles: Role) -> bool:
        """Whether the account is active and has at least one of these roles."""
        return self.active and any(role.value in self.roles for role in roles)


class LoginSession(Base):
    """One browser of one account; only the hash of its secret is kept."""

    __tablename__ = "login_session"

    secret_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    created_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    expires_at: Mapped[Moment]

    account: Mapped[Account] = relationship()
