"""What was set up cannot be changed any more once its period is frozen, figures once it is certified.

Safe while the release before it still serves: yes, there is none.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The period to which a row of the set-up belongs; NULL while its parents are being deleted.
PERIOD_OF = """
CREATE FUNCTION setup_period(p_way text, p_row jsonb) RETURNS integer
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT CASE p_way
        WHEN 'period' THEN (p_row ->> 'period_id')::integer
        WHEN 'unit' THEN (
            SELECT u.period_id FROM public.unit u WHERE u.id = (p_row ->> 'unit_id')::integer)
        WHEN 'campaign' THEN (
            SELECT c.period_id FROM public.campaign c
            WHERE c.id = (p_row ->> 'campaign_id')::integer)
        WHEN 'member' THEN (
            SELECT m.period_id FROM public.member m
            WHERE m.id = (p_row ->> 'member_id')::integer)
        WHEN 'group' THEN (
            SELECT c.period_id FROM public.rater_group g
            JOIN public.campaign c ON c.id = g.campaign_id
            WHERE g.id = (p_row ->> 'group_id')::integer)
        WHEN 'indicator' THEN (
            SELECT i.period_id FROM public.indicator i
            WHERE i.id = (p_row ->> 'indicator_id')::integer)
    END
$$
"""

FORBID = """
CREATE FUNCTION forbid_change_of_frozen_setup() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    v_row jsonb;
    v_rows jsonb[];
BEGIN
    IF TG_OP <> 'INSERT' THEN
        v_rows := v_rows || to_jsonb(OLD);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        v_rows := v_rows || to_jsonb(NEW);
    END IF;
    FOREACH v_row IN ARRAY v_rows LOOP
        IF EXISTS (
            SELECT 1 FROM public.period p
            WHERE p.id = public.setup_period(TG_ARGV[0], v_row) AND p.frozen_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'the period is frozen'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'frozen_setup_does_not_change';
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$
"""

FORBID_FIGURES = """
CREATE FUNCTION forbid_change_of_certified_figures() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    v_row jsonb;
    v_rows jsonb[];
BEGIN
    IF TG_OP <> 'INSERT' THEN
        v_rows := v_rows || to_jsonb(OLD);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        v_rows := v_rows || to_jsonb(NEW);
    END IF;
    FOREACH v_row IN ARRAY v_rows LOOP
        IF EXISTS (
            SELECT 1 FROM public.publication p
            WHERE p.period_id = public.setup_period(TG_ARGV[0], v_row)
        ) THEN
            RAISE EXCEPTION 'the results are certified'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'certified_figures_do_not_change';
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$
"""

FORBID_PERIOD = """
CREATE FUNCTION forbid_change_of_frozen_period() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'the period is frozen'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'frozen_setup_does_not_change';
END $$
"""

PERIOD_TRIGGER = """
CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON period
FOR EACH ROW WHEN (OLD.frozen_at IS NOT NULL)
EXECUTE FUNCTION forbid_change_of_frozen_period()
"""

WAYS = (
    ("category", "period"),
    ("unit", "period"),
    ("member", "period"),
    ("questionnaire", "period"),
    ("indicator", "period"),
    ("assessment", "unit"),
    ("rater_group", "campaign"),
    ("planned_size", "group"),
)

# Figures arrive during the year and after it: they stand still once results are certified.
FIGURES = (
    ("adjustment", "unit"),
    ("veto", "unit"),
    ("indicator_value", "indicator"),
    ("value_version", "indicator"),
    ("member_points", "member"),
    ("member_fact", "member"),
)

# A campaign goes on living after the freeze: only what was set up of it stands still.
CAMPAIGN_TRIGGER = """
CREATE TRIGGER frozen
BEFORE INSERT OR DELETE OR UPDATE OF period_id, questionnaire_id, code, kind, name_zh, name_en
ON campaign FOR EACH ROW EXECUTE FUNCTION forbid_change_of_frozen_setup('period')
"""


def upgrade() -> None:
    """Forward only."""
    statements = (
        PERIOD_OF,
        FORBID,
        FORBID_FIGURES,
        FORBID_PERIOD,
        PERIOD_TRIGGER,
        CAMPAIGN_TRIGGER,
    )
    for statement in statements:
        op.execute(statement)
    for table, way in WAYS:
        op.execute(
            f"CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION forbid_change_of_frozen_setup('{way}')"
        )
    for table, way in FIGURES:
        op.execute(
            f"CREATE TRIGGER certified BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION forbid_change_of_certified_figures('{way}')"
        )
