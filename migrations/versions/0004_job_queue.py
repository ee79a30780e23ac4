"""The queue of background jobs: the tables, functions and triggers of procrastinate 3.10.

They are the library's own statements, so that it always finds the shape it expects. A release of
it that brings another shape needs a migration of its own, made of the library's own steps
(`procrastinate.schema.migrations_path`); tests/surveys/jobs/test_queue.py notices.

Safe while the release before it still serves: yes, it knows none of these tables.
"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    # As one text: its functions hold semicolons and percent signs.
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())
