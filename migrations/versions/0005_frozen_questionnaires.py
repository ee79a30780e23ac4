"""A questionnaire that was put to voters never changes again, and nobody tries it any more.

Safe while the release before it still serves: yes, there is none.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FORBID = """
CREATE FUNCTION forbid_change_of_frozen_questionnaire() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'the questionnaire is frozen'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'frozen_questionnaire_does_not_change';
END $$
"""

TRIGGER = """
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON questionnaire_version
FOR EACH ROW WHEN (OLD.sha256 IS NOT NULL)
EXECUTE FUNCTION forbid_change_of_frozen_questionnaire()
"""


def upgrade() -> None:
    """Forward only."""
    for statement in (FORBID, TRIGGER):
        op.execute(statement)
