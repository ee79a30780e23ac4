"""How turnout grew: what a batch showed at moments ten minutes apart or more."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from surveys.models.base import Base, Moment


class TurnoutSample(Base):
    """The number of ballots a batch showed to whoever watched, kept for forecasts.

    Only batches whose exact count is shown are sampled, so nothing is kept that the page did not
    tell at that moment. `n_sudden` says how many of them came all of a sudden, since the sample
    before; None where they did not.
    """

    __tablename__ = "turnout_sample"
    __table_args__ = (
        CheckConstraint("n_returned >= 0", name="returned_is_not_negative"),
        CheckConstraint("n_sudden > 0", name="sudden_is_positive"),
    )

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("batch.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[Moment] = mapped_column(primary_key=True)
    n_returned: Mapped[int]
    n_sudden: Mapped[int | None]
