"""The ballot box's functions, the public role that may only call them, the audit chain.

Safe while the release before it still serves: yes, there is none.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SUBMIT = """
CREATE FUNCTION box.submit(
    p_batch integer, p_h bytea, p_nonce_h bytea, p_leaf bytea, p_sealed bytea,
    OUT outcome text, OUT leaf bytea
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    v_same boolean;
BEGIN
    -- The barrier: closing takes this lock exclusively, so nothing enters after the close.
    PERFORM pg_advisory_xact_lock_shared(7, b.campaign_id)
    FROM public.batch b WHERE b.id = p_batch;
    INSERT INTO box.envelope (token_h, batch_id, nonce_h, leaf, sealed)
    SELECT t.h, t.batch_id, p_nonce_h, p_leaf, p_sealed
    FROM box.token t
    JOIN public.batch b ON b.id = t.batch_id
    JOIN public.campaign c ON c.id = b.campaign_id
    WHERE t.h = p_h AND t.batch_id = p_batch
      AND t.state = 'issued' AND b.state = 'issued' AND c.state = 'open'
      AND now() >= coalesce(b.opens_at, '-infinity') AND now() < coalesce(b.closes_at, 'infinity')
    ON CONFLICT (token_h) DO NOTHING
    RETURNING envelope.leaf INTO leaf;
    IF FOUND THEN
        outcome := 'stored';
        RETURN;
    END IF;
    SELECT e.leaf, e.nonce_h = p_nonce_h INTO leaf, v_same
    FROM box.envelope e WHERE e.token_h = p_h AND e.batch_id = p_batch;
    IF FOUND THEN
        outcome := CASE WHEN v_same THEN 'replayed' ELSE 'used' END;
        IF NOT v_same THEN
            leaf := NULL;
        END IF;
        RETURN;
    END IF;
    -- Answers to one paper must not enter by another paper's code.
    SELECT box.standing(t.h) INTO outcome
    FROM box.token t WHERE t.h = p_h AND t.batch_id = p_batch;
    outcome := coalesce(outcome, 'unknown');
END $$
"""

# Why a code does not admit a ballot now; 'ready' when it does.
STANDING = """
CREATE FUNCTION box.standing(p_h bytea) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT CASE
        WHEN b.state = 'void' THEN 'void'
        WHEN t.state = 'void' THEN 'annulled'
        WHEN e.token_h = t.h THEN 'used'
        WHEN c.state = 'draft' OR now() < coalesce(b.opens_at, '-infinity') THEN 'not_open'
        WHEN c.state <> 'open' OR now() >= coalesce(b.closes_at, 'infinity') THEN 'closed'
        WHEN t.state = 'poster' THEN 'poster'
        ELSE 'ready'
    END
    FROM box.token t
    JOIN public.batch b ON b.id = t.batch_id
    JOIN public.campaign c ON c.id = b.campaign_id
    -- Joined, not asked for when needed, and where there is none the next one in order is looked
    -- at: every code takes the same time.
    LEFT JOIN LATERAL (
        SELECT n.token_h FROM box.envelope n WHERE n.token_h >= t.h ORDER BY n.token_h LIMIT 1
    ) e ON true
    WHERE t.h = p_h
$$
"""

SUBMIT_OPEN = """
CREATE FUNCTION box.submit_open(
    p_batch integer, p_poster_h bytea, p_h bytea, p_nonce_h bytea, p_leaf bytea, p_sealed bytea,
    OUT outcome text, OUT leaf bytea
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    SELECT box.standing(t.h) INTO outcome
    FROM box.token t WHERE t.h = p_poster_h AND t.batch_id = p_batch;
    outcome := coalesce(outcome, 'unknown');
    IF outcome = 'ready' THEN
        outcome := 'unknown';
    ELSIF outcome = 'poster' THEN
        INSERT INTO box.token (h, batch_id, state)
        SELECT p_h, t.batch_id, 'issued' FROM box.token t WHERE t.h = p_poster_h
        ON CONFLICT (h) DO NOTHING;
        SELECT s.outcome, s.leaf INTO outcome, leaf
        FROM box.submit(p_batch, p_h, p_nonce_h, p_leaf, p_sealed) s;
    ELSE
        -- A replay after the close still gets its receipt.
        SELECT e.leaf INTO leaf FROM box.envelope e
        WHERE e.token_h = p_h AND e.batch_id = p_batch AND e.nonce_h = p_nonce_h;
        IF FOUND THEN
            outcome := 'replayed';
        END IF;
    END IF;
END $$
"""

# Of a code nobody knows, the next one in order is looked at instead: the clock tells nothing of how
# near a guess came, nor whether a code is used or void.
LOOKUP = """
CREATE FUNCTION box.lookup(
    p_h bytea, OUT standing text, OUT batch_id integer, OUT campaign_id integer
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    WITH looked_at AS MATERIALIZED (
        SELECT t.h, box.standing(t.h) AS standing, b.id AS batch_id, b.campaign_id
        FROM (SELECT h, batch_id FROM box.token WHERE h >= p_h ORDER BY h LIMIT 1) t
        JOIN public.batch b ON b.id = t.batch_id
    )
    SELECT l.standing, l.batch_id, l.campaign_id FROM looked_at l WHERE l.h = p_h
$$
"""

PAPER = """
CREATE FUNCTION box.paper(
    p_batch integer,
    OUT campaign_id integer, OUT kind text, OUT manifest jsonb, OUT group_id integer,
    OUT target_ids integer[], OUT home_unit_id integer, OUT open_code boolean,
    OUT n_issued integer
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT c.id, c.kind, c.manifest, b.group_id, b.target_ids, b.home_unit_id, b.open_code,
           b.n_issued
    FROM public.batch b JOIN public.campaign c ON c.id = b.campaign_id
    WHERE b.id = p_batch AND c.state <> 'draft'
$$
"""

# An index-only count: docs/adr/0009-turnout-counts-an-index.md compares it with counters.
TURNOUT = """
CREATE FUNCTION box.turnout(p_campaign integer)
RETURNS TABLE (batch_id integer, n_issued integer, n_returned bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT b.id, b.n_issued,
           (SELECT count(*) FROM box.envelope e WHERE e.batch_id = b.id)
    FROM public.batch b WHERE b.campaign_id = p_campaign
$$
"""

RECEIPT = """
CREATE FUNCTION box.receipt(p_prefix bytea)
RETURNS TABLE (campaign_id integer, leaf bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT p.campaign_id, p.leaf FROM box.published_leaf p
    WHERE octet_length(p_prefix) >= 8 AND p.leaf >= p_prefix
      AND p.leaf < p_prefix || decode(repeat('ff', 32), 'hex')
    LIMIT 2
$$
"""

# Whoever holds the receipt of an annulled ballot learns what became of it.
ANNULLED = """
CREATE FUNCTION box.annulled_receipt(p_prefix bytea)
RETURNS TABLE (campaign_id integer, leaf bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT b.campaign_id, a.leaf
    FROM box.annulled a JOIN public.batch b ON b.id = a.batch_id
    WHERE octet_length(p_prefix) >= 8 AND a.leaf >= p_prefix
      AND a.leaf < p_prefix || decode(repeat('ff', 32), 'hex')
    LIMIT 2
$$
"""

# What everybody may know of each box: names and keys from the manifest, and how it was closed.
BOXES = """
CREATE FUNCTION box.boxes()
RETURNS TABLE (
    campaign_id integer, is_open boolean, campaign jsonb, period jsonb, county jsonb,
    keys jsonb, n_envelopes integer, root bytea, closed_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT c.id, c.state = 'open', c.manifest -> 'campaign', c.manifest -> 'period',
           c.manifest -> 'county', c.manifest -> 'keys', c.n_envelopes, c.root, c.closed_at
    FROM public.campaign c WHERE c.state <> 'draft' ORDER BY c.id
$$
"""

LEAVES = """
CREATE FUNCTION box.leaves(p_campaign integer) RETURNS SETOF bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT p.leaf FROM box.published_leaf p WHERE p.campaign_id = p_campaign ORDER BY p.leaf
$$
"""

# The close statement as it was signed, for everybody; the log keeps it.
CLOSE_STATEMENT = """
CREATE FUNCTION box.close_statement(p_campaign integer, OUT statement text, OUT signatures text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT l.body ->> 'statement', l.body ->> 'signatures' FROM audit.log l
    WHERE l.body ->> 'act' = 'close_signed' AND (l.body ->> 'campaign')::integer = p_campaign
    ORDER BY l.seq DESC LIMIT 1
$$
"""

APPEND = """
CREATE FUNCTION audit.append(p_body jsonb) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    v_seq bigint;
    v_h bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(8, 0);
    SELECT l.seq, l.h INTO v_seq, v_h FROM audit.log l ORDER BY l.seq DESC LIMIT 1;
    v_seq := coalesce(v_seq, 0) + 1;
    v_h := sha256(coalesce(v_h, decode(repeat('00', 32), 'hex'))
                  || convert_to(p_body::text, 'UTF8'));
    INSERT INTO audit.log (seq, body, h) VALUES (v_seq, p_body, v_h);
    RETURN v_seq;
END $$
"""

FORBID = """
CREATE FUNCTION audit.forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append only';
END $$
"""

FORBID_TRIGGER = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.log
FOR EACH STATEMENT EXECUTE FUNCTION audit.forbid_change()
"""

PUBLIC_ROLE = """
DO $$ BEGIN
    CREATE ROLE gongping_box LOGIN NOINHERIT NOCREATEDB NOCREATEROLE;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""

# Envelopes are random bytes of one length: compressing or moving them out of line only costs.
STORAGE = "ALTER TABLE box.envelope ALTER COLUMN sealed SET STORAGE PLAIN"

RIGHTS = (
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA box, audit FROM PUBLIC",
    "GRANT USAGE ON SCHEMA box TO gongping_box",
    "GRANT EXECUTE ON FUNCTION box.submit, box.submit_open, box.lookup, box.paper, box.turnout, "
    "box.receipt, box.annulled_receipt, box.boxes, box.leaves, "
    "box.close_statement TO gongping_box",
    "DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', "
    "current_database()); END $$",
)


def upgrade() -> None:
    """Forward only."""
    for statement in (STANDING, SUBMIT, SUBMIT_OPEN, LOOKUP, PAPER, TURNOUT):
        op.execute(statement)
    for statement in (RECEIPT, ANNULLED, BOXES, LEAVES, CLOSE_STATEMENT):
        op.execute(statement)
    for statement in (APPEND, FORBID, FORBID_TRIGGER, STORAGE, PUBLIC_ROLE, *RIGHTS):
        op.execute(statement)
