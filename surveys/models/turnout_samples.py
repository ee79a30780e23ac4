"""How turnout grew: what a batch showed at moments ten minutes apart or more."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base, Moment


class TurnoutSample(Base):
    """The number of ballots a batch showed to whoever watched, kept for forecasts.

    Only batches whose exact count is shown are sampled, so nothing is kept that the page did not
    tell at that moment.
    """

    __tablename__ = "turnout_sample"
    __table_args__ = (CheckConstraint("n_returned >= 0", name="returned_is_not_negative"),)

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("batch.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[Moment] = mapped_column(primary_key=True)
    n_returned: Mapped[int]
