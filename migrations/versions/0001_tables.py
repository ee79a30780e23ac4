"""The tables.

Safe while the release before it still serves: yes, there is none.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE SCHEMA box",
    "CREATE SCHEMA tally",
    "CREATE SCHEMA audit",
    """
CREATE TABLE audit.log (
    seq BIGINT NOT NULL,
    body JSONB NOT NULL,
    h BYTEA NOT NULL,
    CONSTRAINT pk_log PRIMARY KEY (seq),
    CONSTRAINT ck_log_h_is_a_sha256 CHECK (octet_length(h) = 32)
)
    """,
    """
CREATE TABLE period (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    county_zh TEXT NOT NULL,
    county_en TEXT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    sample BOOLEAN NOT NULL,
    scheme JSONB NOT NULL,
    frozen_at TIMESTAMP WITH TIME ZONE,
    manifest_hash BYTEA,
    CONSTRAINT pk_period PRIMARY KEY (id),
    CONSTRAINT ck_period_starts_before_it_ends CHECK (starts_on <= ends_on),
    CONSTRAINT ck_period_frozen_with_its_hash CHECK ((frozen_at IS NULL) = (manifest_hash IS NULL)),
    CONSTRAINT uq_period_code UNIQUE (code)
)
    """,
    """
CREATE TABLE category (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    period_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    kind VARCHAR(20) NOT NULL,
    position INTEGER NOT NULL,
    CONSTRAINT pk_category PRIMARY KEY (id),
    CONSTRAINT uq_category_period_id_code UNIQUE (period_id, code),
    CONSTRAINT fk_category_period_id_period FOREIGN KEY(period_id) REFERENCES period (id) ON DELETE CASCADE,
    CONSTRAINT ck_category_unitkind CHECK (kind IN ('department', 'township'))
)
    """,
    """
CREATE TABLE questionnaire (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    period_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    content JSONB NOT NULL,
    CONSTRAINT pk_questionnaire PRIMARY KEY (id),
    CONSTRAINT uq_questionnaire_period_id_code UNIQUE (period_id, code),
    CONSTRAINT fk_questionnaire_period_id_period FOREIGN KEY(period_id) REFERENCES period (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE score_run (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    period_id INTEGER NOT NULL,
    leaves_out_excluded BOOLEAN NOT NULL,
    scored_at TIMESTAMP WITH TIME ZONE NOT NULL,
    scheme_hash BYTEA NOT NULL,
    input_hash BYTEA NOT NULL,
    software_version TEXT NOT NULL,
    seats JSONB NOT NULL,
    member_seats JSONB NOT NULL,
    versions JSONB NOT NULL,
    CONSTRAINT pk_score_run PRIMARY KEY (id),
    CONSTRAINT fk_score_run_period_id_period FOREIGN KEY(period_id) REFERENCES period (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE campaign (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    period_id INTEGER NOT NULL,
    questionnaire_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    kind VARCHAR(20) NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    state VARCHAR(20) NOT NULL,
    manifest JSONB,
    opened_for_voting_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    box_opened_at TIMESTAMP WITH TIME ZONE,
    n_envelopes INTEGER,
    root BYTEA,
    CONSTRAINT pk_campaign PRIMARY KEY (id),
    CONSTRAINT uq_campaign_period_id_code UNIQUE (period_id, code),
    CONSTRAINT ck_campaign_open_with_its_manifest CHECK ((state = 'draft') = (manifest IS NULL)),
    CONSTRAINT ck_campaign_closed_with_its_root CHECK ((state IN ('draft', 'open')) = (root IS NULL)),
    CONSTRAINT fk_campaign_period_id_period FOREIGN KEY(period_id) REFERENCES period (id) ON DELETE CASCADE,
    CONSTRAINT fk_campaign_questionnaire_id_questionnaire FOREIGN KEY(questionnaire_id) REFERENCES questionnaire (id),
    CONSTRAINT ck_campaign_campaignkind CHECK (kind IN ('democratic', 'recognition', 'reverse', 'member')),
    CONSTRAINT ck_campaign_campaignstate CHECK (state IN ('draft', 'open', 'closed', 'opened', 'certified'))
)
    """,
    """
CREATE TABLE score_uncertainty (
    run_id INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    n_draws INTEGER NOT NULL,
    computed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    software_version TEXT NOT NULL,
    categories JSONB NOT NULL,
    CONSTRAINT pk_score_uncertainty PRIMARY KEY (run_id),
    CONSTRAINT fk_score_uncertainty_run_id_score_run FOREIGN KEY(run_id) REFERENCES score_run (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE unit (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    period_id INTEGER NOT NULL,
    category_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    position INTEGER NOT NULL,
    n_staff INTEGER NOT NULL,
    CONSTRAINT pk_unit PRIMARY KEY (id),
    CONSTRAINT uq_unit_period_id_code UNIQUE (period_id, code),
    CONSTRAINT ck_unit_id_below_those_of_members CHECK (id < 1000000000),
    CONSTRAINT fk_unit_period_id_period FOREIGN KEY(period_id) REFERENCES period (id) ON DELETE CASCADE,
    CONSTRAINT fk_unit_category_id_category FOREIGN KEY(category_id) REFERENCES category (id)
)
    """,
    """
CREATE TABLE account (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    roles TEXT[] NOT NULL,
    unit_id INTEGER,
    language TEXT,
    active BOOLEAN NOT NULL,
    n_failures INTEGER NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT ck_account_login_is_lower_case CHECK (login = lower(login) AND login <> ''),
    CONSTRAINT ck_account_roles_are_known CHECK (roles <@ ARRAY['organizer', 'officer', 'reviewer', 'auditor', 'admin']),
    CONSTRAINT uq_account_login UNIQUE (login),
    CONSTRAINT fk_account_unit_id_unit FOREIGN KEY(unit_id) REFERENCES unit (id)
)
    """,
    """
CREATE TABLE adjustment (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    unit_id INTEGER NOT NULL,
    kind VARCHAR(20) NOT NULL,
    points NUMERIC(12, 4) NOT NULL,
    reason TEXT NOT NULL,
    document TEXT NOT NULL,
    CONSTRAINT pk_adjustment PRIMARY KEY (id),
    CONSTRAINT ck_adjustment_points_are_positive CHECK (points > 0),
    CONSTRAINT fk_adjustment_unit_id_unit FOREIGN KEY(unit_id) REFERENCES unit (id) ON DELETE CASCADE,
    CONSTRAINT ck_adjustment_adjustmentkind CHECK (kind IN ('bonus', 'deduction'))
)
    """,
    """
CREATE TABLE assessment (
    body_id INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    CONSTRAINT pk_assessment PRIMARY KEY (body_id, unit_id),
    CONSTRAINT ck_assessment_no_body_assesses_itself CHECK (body_id <> unit_id),
    CONSTRAINT fk_assessment_body_id_unit FOREIGN KEY(body_id) REFERENCES unit (id) ON DELETE CASCADE,
    CONSTRAINT fk_assessment_unit_id_unit FOREIGN KEY(unit_id) REFERENCES unit (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE box.published_leaf (
    leaf BYTEA NOT NULL,
    campaign_id INTEGER NOT NULL,
    CONSTRAINT pk_published_leaf PRIMARY KEY (leaf),
    CONSTRAINT fk_published_leaf_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE examination (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    campaign_id INTEGER NOT NULL,
    examined_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seed INTEGER NOT NULL,
    input_hash BYTEA NOT NULL,
    software_version TEXT NOT NULL,
    n_ballots INTEGER NOT NULL,
    parameters JSONB NOT NULL,
    not_run JSONB NOT NULL,
    CONSTRAINT pk_examination PRIMARY KEY (id),
    CONSTRAINT fk_examination_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE indicator (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    period_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    part VARCHAR(20) NOT NULL,
    quarter INTEGER,
    weight NUMERIC(20, 6) NOT NULL,
    method TEXT NOT NULL,
    conversion TEXT NOT NULL,
    parameters JSONB NOT NULL,
    body_id INTEGER,
    CONSTRAINT pk_indicator PRIMARY KEY (id),
    CONSTRAINT uq_indicator_period_id_code UNIQUE (period_id, code),
    CONSTRAINT ck_indicator_only_quarterly_has_a_quarter CHECK ((part = 'quarterly') = (quarter IS NOT NULL)),
    CONSTRAINT ck_indicator_quarter_in_1_4 CHECK (quarter BETWEEN 1 AND 4),
    CONSTRAINT fk_indicator_period_id_period FOREIGN KEY(period_id) REFERENCES period (id) ON DELETE CASCADE,
    CONSTRAINT ck_indicator_indicatorpart CHECK (part IN ('quarterly', 'annual', 'special')),
    CONSTRAINT fk_indicator_body_id_unit FOREIGN KEY(body_id) REFERENCES unit (id)
)
    """,
    """
CREATE TABLE member (
    id INTEGER GENERATED ALWAYS AS IDENTITY (START WITH 1000000000),
    period_id INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    post_zh TEXT NOT NULL,
    post_en TEXT NOT NULL,
    role VARCHAR(20) NOT NULL,
    position INTEGER NOT NULL,
    CONSTRAINT pk_member PRIMARY KEY (id),
    CONSTRAINT uq_member_period_id_code UNIQUE (period_id, code),
    CONSTRAINT ck_member_id_above_those_of_units CHECK (id >= 1000000000),
    CONSTRAINT fk_member_period_id_period FOREIGN KEY(period_id) REFERENCES period (id) ON DELETE CASCADE,
    CONSTRAINT fk_member_unit_id_unit FOREIGN KEY(unit_id) REFERENCES unit (id) ON DELETE CASCADE,
    CONSTRAINT ck_member_memberrole CHECK (role IN ('head', 'other'))
)
    """,
    """
CREATE TABLE rater_group (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    campaign_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    weight NUMERIC(20, 6) NOT NULL,
    head_weight NUMERIC(20, 6),
    min_valid INTEGER NOT NULL,
    open_code BOOLEAN NOT NULL,
    proof_of_work BOOLEAN NOT NULL,
    asks_age BOOLEAN NOT NULL,
    scope VARCHAR(20) NOT NULL,
    size INTEGER NOT NULL,
    position INTEGER NOT NULL,
    CONSTRAINT pk_rater_group PRIMARY KEY (id),
    CONSTRAINT uq_rater_group_campaign_id_code UNIQUE (campaign_id, code),
    CONSTRAINT ck_rater_group_weight_is_a_share CHECK (weight >= 0 AND weight <= 1),
    CONSTRAINT ck_rater_group_head_weight_is_a_share CHECK (head_weight >= 0 AND head_weight <= 1),
    CONSTRAINT ck_rater_group_min_valid_is_positive CHECK (min_valid >= 1),
    CONSTRAINT ck_rater_group_size_is_not_negative CHECK (size >= 0),
    CONSTRAINT ck_rater_group_work_is_asked_of_posters_alone CHECK (open_code OR NOT proof_of_work),
    CONSTRAINT fk_rater_group_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE,
    CONSTRAINT ck_rater_group_raterscope CHECK (scope IN ('category', 'peers', 'other_kind', 'own', 'unit', 'bodies'))
)
    """,
    """
CREATE TABLE score_line (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    run_id INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    components JSONB NOT NULL,
    bonus NUMERIC(12, 4) NOT NULL,
    deduction NUMERIC(12, 4) NOT NULL,
    total NUMERIC(12, 4),
    total_low FLOAT,
    total_high FLOAT,
    place INTEGER,
    place_low INTEGER,
    place_high INTEGER,
    grade TEXT,
    colour TEXT,
    consequences JSONB NOT NULL,
    notes JSONB NOT NULL,
    CONSTRAINT pk_score_line PRIMARY KEY (id),
    CONSTRAINT uq_score_line_run_id_unit_id UNIQUE (run_id, unit_id),
    CONSTRAINT fk_score_line_run_id_score_run FOREIGN KEY(run_id) REFERENCES score_run (id) ON DELETE CASCADE,
    CONSTRAINT fk_score_line_unit_id_unit FOREIGN KEY(unit_id) REFERENCES unit (id)
)
    """,
    """
CREATE TABLE tally.comment (
    id UUID NOT NULL,
    campaign_id INTEGER NOT NULL,
    target_id INTEGER NOT NULL,
    item TEXT DEFAULT '' NOT NULL,
    text TEXT NOT NULL,
    CONSTRAINT pk_comment PRIMARY KEY (id),
    CONSTRAINT ck_comment_text_is_not_empty CHECK (text <> ''),
    CONSTRAINT fk_comment_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE veto (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    unit_id INTEGER NOT NULL,
    item TEXT NOT NULL,
    major BOOLEAN NOT NULL,
    document TEXT NOT NULL,
    CONSTRAINT pk_veto PRIMARY KEY (id),
    CONSTRAINT fk_veto_unit_id_unit FOREIGN KEY(unit_id) REFERENCES unit (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE adjustment_claim (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    kind VARCHAR(20) NOT NULL,
    points NUMERIC(12, 4) NOT NULL,
    times INTEGER NOT NULL,
    reason TEXT NOT NULL,
    document TEXT NOT NULL,
    evidence_name TEXT NOT NULL,
    evidence BYTEA NOT NULL,
    evidence_hash BYTEA NOT NULL,
    proposed_by INTEGER NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    approved_by INTEGER,
    approved_at TIMESTAMP WITH TIME ZONE,
    unit_id INTEGER,
    member_id INTEGER,
    CONSTRAINT pk_adjustment_claim PRIMARY KEY (id),
    CONSTRAINT ck_adjustment_claim_one_target CHECK (num_nonnulls(unit_id, member_id) = 1),
    CONSTRAINT ck_adjustment_claim_points_and_times_are_positive CHECK (points > 0 AND times > 0),
    CONSTRAINT ck_adjustment_claim_reason_and_document_are_given CHECK (reason <> '' AND document <> ''),
    CONSTRAINT ck_adjustment_claim_approved_by_another_person CHECK (approved_by <> proposed_by),
    CONSTRAINT ck_adjustment_claim_approved_with_its_time CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
    CONSTRAINT ck_adjustment_claim_evidence_is_small CHECK (octet_length(evidence) BETWEEN 1 AND 5242880),
    CONSTRAINT ck_adjustment_claim_adjustmentkind CHECK (kind IN ('bonus', 'deduction')),
    CONSTRAINT fk_adjustment_claim_proposed_by_account FOREIGN KEY(proposed_by) REFERENCES account (id),
    CONSTRAINT fk_adjustment_claim_approved_by_account FOREIGN KEY(approved_by) REFERENCES account (id),
    CONSTRAINT fk_adjustment_claim_unit_id_unit FOREIGN KEY(unit_id) REFERENCES unit (id) ON DELETE CASCADE,
    CONSTRAINT fk_adjustment_claim_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE batch (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    campaign_id INTEGER NOT NULL,
    group_id INTEGER NOT NULL,
    home_unit_id INTEGER,
    target_ids INTEGER[] NOT NULL,
    n_issued INTEGER NOT NULL,
    n_replaced INTEGER NOT NULL,
    open_code BOOLEAN NOT NULL,
    state VARCHAR(20) NOT NULL,
    opens_at TIMESTAMP WITH TIME ZONE,
    closes_at TIMESTAMP WITH TIME ZONE,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    issued_by INTEGER NOT NULL,
    CONSTRAINT pk_batch PRIMARY KEY (id),
    CONSTRAINT ck_batch_some_codes_are_issued CHECK (n_issued > 0),
    CONSTRAINT ck_batch_replaced_is_not_negative CHECK (n_replaced >= 0),
    CONSTRAINT ck_batch_some_targets_are_rated CHECK (cardinality(target_ids) > 0),
    CONSTRAINT ck_batch_no_home_among_several_targets CHECK (home_unit_id IS NULL OR open_code OR NOT (home_unit_id = ANY (target_ids)) OR cardinality(target_ids) = 1),
    CONSTRAINT fk_batch_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE,
    CONSTRAINT fk_batch_group_id_rater_group FOREIGN KEY(group_id) REFERENCES rater_group (id),
    CONSTRAINT fk_batch_home_unit_id_unit FOREIGN KEY(home_unit_id) REFERENCES unit (id),
    CONSTRAINT ck_batch_batchstate CHECK (state IN ('issued', 'void')),
    CONSTRAINT fk_batch_issued_by_account FOREIGN KEY(issued_by) REFERENCES account (id)
)
    """,
    """
CREATE INDEX ix_batch_campaign_id ON batch (campaign_id)
    """,
    """
CREATE TABLE finding (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    examination_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    "check" TEXT NOT NULL,
    level VARCHAR(20) NOT NULL,
    subject JSONB NOT NULL,
    n_ballots INTEGER NOT NULL,
    statistic FLOAT,
    pvalue FLOAT,
    qvalue FLOAT,
    effect FLOAT,
    harm JSONB,
    evidence_zh TEXT NOT NULL,
    evidence_en TEXT NOT NULL,
    CONSTRAINT pk_finding PRIMARY KEY (id),
    CONSTRAINT ck_finding_pvalue_in_0_1 CHECK (pvalue IS NULL OR (pvalue >= 0 AND pvalue <= 1)),
    CONSTRAINT ck_finding_qvalue_in_0_1 CHECK (qvalue IS NULL OR (qvalue >= 0 AND qvalue <= 1)),
    CONSTRAINT fk_finding_examination_id_examination FOREIGN KEY(examination_id) REFERENCES examination (id) ON DELETE CASCADE,
    CONSTRAINT ck_finding_findinglevel CHECK (level IN ('fact', 'strong', 'look', 'information'))
)
    """,
    """
CREATE TABLE indicator_value (
    indicator_id INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    value NUMERIC(20, 6) NOT NULL,
    target NUMERIC(20, 6),
    CONSTRAINT pk_indicator_value PRIMARY KEY (indicator_id, unit_id),
    CONSTRAINT fk_indicator_value_indicator_id_indicator FOREIGN KEY(indicator_id) REFERENCES indicator (id) ON DELETE CASCADE,
    CONSTRAINT fk_indicator_value_unit_id_unit FOREIGN KEY(unit_id) REFERENCES unit (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE job (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    campaign_id INTEGER,
    period_id INTEGER,
    kind TEXT NOT NULL,
    args JSONB NOT NULL,
    state VARCHAR(20) NOT NULL,
    attempt INTEGER NOT NULL,
    cancel_asked BOOLEAN NOT NULL,
    step TEXT NOT NULL,
    share FLOAT NOT NULL,
    error JSONB,
    result JSONB,
    started_by INTEGER,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    beat_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_job PRIMARY KEY (id),
    CONSTRAINT ck_job_share_in_0_1 CHECK (share BETWEEN 0 AND 1),
    CONSTRAINT fk_job_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE,
    CONSTRAINT fk_job_period_id_period FOREIGN KEY(period_id) REFERENCES period (id) ON DELETE CASCADE,
    CONSTRAINT ck_job_jobstate CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    CONSTRAINT fk_job_started_by_account FOREIGN KEY(started_by) REFERENCES account (id)
)
    """,
    """
CREATE INDEX ix_job_campaign_id ON job (campaign_id)
    """,
    """
CREATE TABLE key_ceremony (
    campaign_id INTEGER NOT NULL,
    keyring JSONB NOT NULL,
    canary BYTEA NOT NULL,
    answer_h BYTEA NOT NULL,
    handed_in_by INTEGER NOT NULL,
    handed_in_at TIMESTAMP WITH TIME ZONE NOT NULL,
    proven_by INTEGER,
    proven_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_key_ceremony PRIMARY KEY (campaign_id),
    CONSTRAINT ck_key_ceremony_answer_h_is_a_sha256 CHECK (octet_length(answer_h) = 32),
    CONSTRAINT ck_key_ceremony_proven_by_somebody CHECK ((proven_by IS NULL) = (proven_at IS NULL)),
    CONSTRAINT fk_key_ceremony_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE,
    CONSTRAINT fk_key_ceremony_handed_in_by_account FOREIGN KEY(handed_in_by) REFERENCES account (id),
    CONSTRAINT fk_key_ceremony_proven_by_account FOREIGN KEY(proven_by) REFERENCES account (id)
)
    """,
    """
CREATE TABLE login_session (
    secret_hash BYTEA NOT NULL,
    account_id INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_login_session PRIMARY KEY (secret_hash),
    CONSTRAINT fk_login_session_account_id_account FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE member_fact (
    member_id INTEGER NOT NULL,
    fact TEXT NOT NULL,
    document TEXT NOT NULL,
    CONSTRAINT pk_member_fact PRIMARY KEY (member_id, fact, document),
    CONSTRAINT fk_member_fact_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE member_points (
    member_id INTEGER NOT NULL,
    component TEXT NOT NULL,
    part TEXT NOT NULL,
    points NUMERIC(12, 4) NOT NULL,
    CONSTRAINT pk_member_points PRIMARY KEY (member_id, component, part),
    CONSTRAINT ck_member_points_points_in_range CHECK (points >= 0 AND points <= 100),
    CONSTRAINT fk_member_points_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE member_score (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    run_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    category TEXT NOT NULL,
    components JSONB NOT NULL,
    bonus NUMERIC(12, 4) NOT NULL,
    deduction NUMERIC(12, 4) NOT NULL,
    total NUMERIC(12, 4),
    place INTEGER,
    grade TEXT,
    consequences JSONB NOT NULL,
    notes JSONB NOT NULL,
    CONSTRAINT pk_member_score PRIMARY KEY (id),
    CONSTRAINT uq_member_score_run_id_member_id UNIQUE (run_id, member_id),
    CONSTRAINT fk_member_score_run_id_score_run FOREIGN KEY(run_id) REFERENCES score_run (id) ON DELETE CASCADE,
    CONSTRAINT fk_member_score_member_id_member FOREIGN KEY(member_id) REFERENCES member (id)
)
    """,
    """
CREATE TABLE planned_size (
    group_id INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    size INTEGER NOT NULL,
    CONSTRAINT pk_planned_size PRIMARY KEY (group_id, unit_id),
    CONSTRAINT ck_planned_size_size_is_not_negative CHECK (size >= 0),
    CONSTRAINT fk_planned_size_group_id_rater_group FOREIGN KEY(group_id) REFERENCES rater_group (id) ON DELETE CASCADE,
    CONSTRAINT fk_planned_size_unit_id_unit FOREIGN KEY(unit_id) REFERENCES unit (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE project_ledger (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    period_id INTEGER NOT NULL,
    filename TEXT NOT NULL,
    projects JSONB NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE NOT NULL,
    read_by INTEGER NOT NULL,
    CONSTRAINT pk_project_ledger PRIMARY KEY (id),
    CONSTRAINT fk_project_ledger_period_id_period FOREIGN KEY(period_id) REFERENCES period (id) ON DELETE CASCADE,
    CONSTRAINT fk_project_ledger_read_by_account FOREIGN KEY(read_by) REFERENCES account (id)
)
    """,
    """
CREATE INDEX ix_project_ledger_period_id ON project_ledger (period_id)
    """,
    """
CREATE TABLE proposal_decision (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    proposal TEXT NOT NULL,
    wording JSONB NOT NULL,
    confirmed BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    document TEXT NOT NULL,
    decided_on DATE NOT NULL,
    decided_by INTEGER NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    unit_id INTEGER,
    member_id INTEGER,
    CONSTRAINT pk_proposal_decision PRIMARY KEY (id),
    CONSTRAINT uq_proposal_decision_unit_id_member_id_proposal UNIQUE NULLS NOT DISTINCT (unit_id, member_id, proposal),
    CONSTRAINT ck_proposal_decision_one_target CHECK (num_nonnulls(unit_id, member_id) = 1),
    CONSTRAINT ck_proposal_decision_reason_and_document_are_given CHECK (reason <> '' AND document <> ''),
    CONSTRAINT fk_proposal_decision_decided_by_account FOREIGN KEY(decided_by) REFERENCES account (id),
    CONSTRAINT fk_proposal_decision_unit_id_unit FOREIGN KEY(unit_id) REFERENCES unit (id) ON DELETE CASCADE,
    CONSTRAINT fk_proposal_decision_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE publication (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    period_id INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    first_certifier INTEGER NOT NULL,
    first_certified_at TIMESTAMP WITH TIME ZONE NOT NULL,
    second_certifier INTEGER,
    second_certified_at TIMESTAMP WITH TIME ZONE,
    published_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_publication PRIMARY KEY (id),
    CONSTRAINT ck_publication_certified_by_two_persons CHECK (second_certifier <> first_certifier),
    CONSTRAINT ck_publication_published_only_when_certified CHECK (published_at IS NULL OR second_certifier IS NOT NULL),
    CONSTRAINT uq_publication_period_id UNIQUE (period_id),
    CONSTRAINT fk_publication_period_id_period FOREIGN KEY(period_id) REFERENCES period (id) ON DELETE CASCADE,
    CONSTRAINT fk_publication_run_id_score_run FOREIGN KEY(run_id) REFERENCES score_run (id),
    CONSTRAINT fk_publication_first_certifier_account FOREIGN KEY(first_certifier) REFERENCES account (id),
    CONSTRAINT fk_publication_second_certifier_account FOREIGN KEY(second_certifier) REFERENCES account (id)
)
    """,
    """
CREATE TABLE questionnaire_version (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    content JSONB NOT NULL,
    sha256 BYTEA,
    frozen_at TIMESTAMP WITH TIME ZONE,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_by INTEGER,
    CONSTRAINT pk_questionnaire_version PRIMARY KEY (id),
    CONSTRAINT uq_questionnaire_version_code_version UNIQUE (code, version),
    CONSTRAINT uq_questionnaire_version_code_sha256 UNIQUE (code, sha256),
    CONSTRAINT ck_questionnaire_version_versions_count_from_one CHECK (version >= 1),
    CONSTRAINT ck_questionnaire_version_frozen_with_its_hash CHECK ((sha256 IS NULL) = (frozen_at IS NULL)),
    CONSTRAINT ck_questionnaire_version_hash_has_32_bytes CHECK (octet_length(sha256) = 32),
    CONSTRAINT fk_questionnaire_version_changed_by_account FOREIGN KEY(changed_by) REFERENCES account (id)
)
    """,
    """
CREATE UNIQUE INDEX uq_questionnaire_draft ON questionnaire_version (code) WHERE sha256 IS NULL
    """,
    """
CREATE TABLE request (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    campaign_id INTEGER NOT NULL,
    act VARCHAR(20) NOT NULL,
    requested_by INTEGER NOT NULL,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answered_by INTEGER,
    answered_at TIMESTAMP WITH TIME ZONE,
    code_h BYTEA,
    layer_h BYTEA,
    CONSTRAINT pk_request PRIMARY KEY (id),
    CONSTRAINT ck_request_answered_by_another_person CHECK (answered_by <> requested_by),
    CONSTRAINT ck_request_code_only_to_annul CHECK (act = 'annul_code' OR code_h IS NULL),
    CONSTRAINT ck_request_layer_only_to_open CHECK (act = 'open_box' OR layer_h IS NULL),
    CONSTRAINT fk_request_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE,
    CONSTRAINT ck_request_act CHECK (act IN ('open_box', 'annul_code')),
    CONSTRAINT fk_request_requested_by_account FOREIGN KEY(requested_by) REFERENCES account (id),
    CONSTRAINT fk_request_answered_by_account FOREIGN KEY(answered_by) REFERENCES account (id)
)
    """,
    """
CREATE UNIQUE INDEX uq_request_waiting ON request (campaign_id, act) WHERE answered_by IS NULL
    """,
    """
CREATE TABLE ruling (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    component TEXT,
    points NUMERIC(12, 4),
    grade TEXT,
    reason TEXT NOT NULL,
    document TEXT NOT NULL,
    decided_by INTEGER NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    unit_id INTEGER,
    member_id INTEGER,
    CONSTRAINT pk_ruling PRIMARY KEY (id),
    CONSTRAINT uq_ruling_unit_id_member_id_component UNIQUE NULLS NOT DISTINCT (unit_id, member_id, component),
    CONSTRAINT ck_ruling_one_target CHECK (num_nonnulls(unit_id, member_id) = 1),
    CONSTRAINT ck_ruling_points_of_a_component CHECK ((component IS NULL) = (points IS NULL)),
    CONSTRAINT ck_ruling_component_or_grade CHECK ((component IS NULL) <> (grade IS NULL)),
    CONSTRAINT ck_ruling_points_in_0_100 CHECK (points BETWEEN 0 AND 100),
    CONSTRAINT ck_ruling_reason_and_document_are_given CHECK (reason <> '' AND document <> ''),
    CONSTRAINT fk_ruling_decided_by_account FOREIGN KEY(decided_by) REFERENCES account (id),
    CONSTRAINT fk_ruling_unit_id_unit FOREIGN KEY(unit_id) REFERENCES unit (id) ON DELETE CASCADE,
    CONSTRAINT fk_ruling_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE setup_change (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    period_id INTEGER,
    kind VARCHAR(20) NOT NULL,
    state VARCHAR(20) NOT NULL,
    source TEXT NOT NULL,
    before JSONB NOT NULL,
    after JSONB NOT NULL,
    notes JSONB NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by INTEGER,
    settled_at TIMESTAMP WITH TIME ZONE,
    settled_by INTEGER,
    CONSTRAINT pk_setup_change PRIMARY KEY (id),
    CONSTRAINT ck_setup_change_settled_with_moment CHECK ((state = 'waiting') = (settled_at IS NULL)),
    CONSTRAINT fk_setup_change_period_id_period FOREIGN KEY(period_id) REFERENCES period (id) ON DELETE SET NULL,
    CONSTRAINT ck_setup_change_changekind CHECK (kind IN ('creation', 'import', 'copy', 'edit', 'removal')),
    CONSTRAINT ck_setup_change_changestate CHECK (state IN ('waiting', 'accepted', 'dropped', 'undone')),
    CONSTRAINT fk_setup_change_made_by_account FOREIGN KEY(made_by) REFERENCES account (id),
    CONSTRAINT fk_setup_change_settled_by_account FOREIGN KEY(settled_by) REFERENCES account (id)
)
    """,
    """
CREATE INDEX ix_setup_change_period_id ON setup_change (period_id)
    """,
    """
CREATE TABLE box.token (
    h BYTEA NOT NULL,
    batch_id INTEGER NOT NULL,
    state VARCHAR(20) NOT NULL,
    CONSTRAINT pk_token PRIMARY KEY (h),
    CONSTRAINT ck_token_h_is_a_sha256 CHECK (octet_length(h) = 32),
    CONSTRAINT fk_token_batch_id_batch FOREIGN KEY(batch_id) REFERENCES batch (id) ON DELETE CASCADE,
    CONSTRAINT ck_token_tokenstate CHECK (state IN ('issued', 'poster', 'void'))
)
    """,
    """
CREATE INDEX ix_token_batch_id ON box.token (batch_id)
    """,
    """
CREATE INDEX ix_token_void ON box.token (batch_id) WHERE state = 'void'
    """,
    """
CREATE TABLE decision (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    finding_id INTEGER NOT NULL,
    verdict VARCHAR(20) NOT NULL,
    excludes_ballots BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    decided_by INTEGER NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    confirmed_by INTEGER,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_decision PRIMARY KEY (id),
    CONSTRAINT ck_decision_reason_is_given CHECK (reason <> ''),
    CONSTRAINT ck_decision_confirmed_by_another_person CHECK (confirmed_by <> decided_by),
    CONSTRAINT ck_decision_confirmed_with_its_time CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT ck_decision_only_upheld_findings_exclude CHECK (NOT excludes_ballots OR verdict = 'upheld'),
    CONSTRAINT uq_decision_finding_id UNIQUE (finding_id),
    CONSTRAINT fk_decision_finding_id_finding FOREIGN KEY(finding_id) REFERENCES finding (id) ON DELETE CASCADE,
    CONSTRAINT ck_decision_verdict CHECK (verdict IN ('upheld', 'dismissed')),
    CONSTRAINT fk_decision_decided_by_account FOREIGN KEY(decided_by) REFERENCES account (id),
    CONSTRAINT fk_decision_confirmed_by_account FOREIGN KEY(confirmed_by) REFERENCES account (id)
)
    """,
    """
CREATE TABLE finding_ballot (
    finding_id INTEGER NOT NULL,
    ballot_id UUID NOT NULL,
    CONSTRAINT pk_finding_ballot PRIMARY KEY (finding_id, ballot_id),
    CONSTRAINT fk_finding_ballot_finding_id_finding FOREIGN KEY(finding_id) REFERENCES finding (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE handout (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    campaign_id INTEGER NOT NULL,
    job_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    n_codes INTEGER NOT NULL,
    n_bytes BIGINT NOT NULL,
    salt BYTEA,
    made_by INTEGER,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    fetched_by INTEGER,
    fetched_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_handout PRIMARY KEY (id),
    CONSTRAINT ck_handout_salt_has_32_bytes CHECK (octet_length(salt) = 32),
    CONSTRAINT fk_handout_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE,
    CONSTRAINT fk_handout_job_id_job FOREIGN KEY(job_id) REFERENCES job (id) ON DELETE CASCADE,
    CONSTRAINT fk_handout_made_by_account FOREIGN KEY(made_by) REFERENCES account (id),
    CONSTRAINT fk_handout_fetched_by_account FOREIGN KEY(fetched_by) REFERENCES account (id)
)
    """,
    """
CREATE INDEX ix_handout_campaign_id ON handout (campaign_id)
    """,
    """
CREATE TABLE tally.ballot (
    campaign_id INTEGER NOT NULL,
    id UUID NOT NULL,
    batch_id INTEGER NOT NULL,
    answers BYTEA NOT NULL,
    bucket INTEGER,
    seconds INTEGER,
    network BYTEA,
    device BYTEA,
    CONSTRAINT pk_ballot PRIMARY KEY (campaign_id, id),
    CONSTRAINT ck_ballot_answers_are_not_empty CHECK (octet_length(answers) > 0),
    CONSTRAINT ck_ballot_network_is_a_tag CHECK (network IS NULL OR octet_length(network) = 8),
    CONSTRAINT ck_ballot_device_is_a_tag CHECK (device IS NULL OR octet_length(device) = 8),
    CONSTRAINT fk_ballot_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id) ON DELETE CASCADE,
    CONSTRAINT fk_ballot_batch_id_batch FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 PARTITION BY LIST (campaign_id)
    """,
    """
CREATE TABLE trial_ballot (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    version_id INTEGER NOT NULL,
    answers BYTEA NOT NULL,
    n_comments INTEGER NOT NULL,
    CONSTRAINT pk_trial_ballot PRIMARY KEY (id),
    CONSTRAINT fk_trial_ballot_version_id_questionnaire_version FOREIGN KEY(version_id) REFERENCES questionnaire_version (id) ON DELETE CASCADE
)
    """,
    """
CREATE INDEX ix_trial_ballot_version_id ON trial_ballot (version_id)
    """,
    """
CREATE TABLE turnout_sample (
    batch_id INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    n_returned INTEGER NOT NULL,
    n_sudden INTEGER,
    CONSTRAINT pk_turnout_sample PRIMARY KEY (batch_id, at),
    CONSTRAINT ck_turnout_sample_returned_is_not_negative CHECK (n_returned >= 0),
    CONSTRAINT ck_turnout_sample_sudden_is_positive CHECK (n_sudden > 0),
    CONSTRAINT fk_turnout_sample_batch_id_batch FOREIGN KEY(batch_id) REFERENCES batch (id) ON DELETE CASCADE
)
    """,
    """
CREATE TABLE value_version (
    indicator_id INTEGER NOT NULL,
    unit_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    value NUMERIC(20, 6) NOT NULL,
    target NUMERIC(20, 6),
    reason TEXT NOT NULL,
    document TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE,
    made_by INTEGER,
    CONSTRAINT pk_value_version PRIMARY KEY (indicator_id, unit_id, number),
    CONSTRAINT fk_value_version_indicator_id_unit_id_indicator_value FOREIGN KEY(indicator_id, unit_id) REFERENCES indicator_value (indicator_id, unit_id) ON DELETE CASCADE,
    CONSTRAINT ck_value_version_numbers_begin_with_1 CHECK (number >= 1),
    CONSTRAINT ck_value_version_correction_has_its_basis CHECK (number = 1 OR (reason <> '' AND document <> '' AND made_by IS NOT NULL)),
    CONSTRAINT fk_value_version_made_by_account FOREIGN KEY(made_by) REFERENCES account (id)
)
    """,
    """
CREATE TABLE box.annulled (
    token_h BYTEA NOT NULL,
    batch_id INTEGER NOT NULL,
    leaf BYTEA NOT NULL,
    CONSTRAINT pk_annulled PRIMARY KEY (token_h),
    CONSTRAINT ck_annulled_leaf_is_a_sha256 CHECK (octet_length(leaf) = 32),
    CONSTRAINT fk_annulled_token_h_token FOREIGN KEY(token_h) REFERENCES box.token (h) ON DELETE CASCADE
)
    """,
    """
CREATE INDEX ix_annulled_batch_id ON box.annulled (batch_id)
    """,
    """
CREATE INDEX ix_annulled_leaf ON box.annulled (leaf)
    """,
    """
CREATE TABLE box.envelope (
    token_h BYTEA NOT NULL,
    batch_id INTEGER NOT NULL,
    nonce_h BYTEA NOT NULL,
    leaf BYTEA NOT NULL,
    sealed BYTEA NOT NULL,
    CONSTRAINT pk_envelope PRIMARY KEY (token_h),
    CONSTRAINT ck_envelope_nonce_h_is_a_sha256 CHECK (octet_length(nonce_h) = 32),
    CONSTRAINT ck_envelope_leaf_is_a_sha256 CHECK (octet_length(leaf) = 32),
    CONSTRAINT ck_envelope_sealed_has_constant_length CHECK (octet_length(sealed) = 1792),
    CONSTRAINT fk_envelope_token_h_token FOREIGN KEY(token_h) REFERENCES box.token (h) ON DELETE CASCADE
)
    """,
    """
CREATE INDEX ix_envelope_batch_id ON box.envelope (batch_id)
    """,
    """
CREATE TABLE box.keyed_paper (
    token_h BYTEA NOT NULL,
    batch_id INTEGER NOT NULL,
    state VARCHAR(20) NOT NULL,
    first_keyer INTEGER,
    first_prints BYTEA,
    second_keyer INTEGER,
    second_prints BYTEA,
    CONSTRAINT pk_keyed_paper PRIMARY KEY (token_h),
    CONSTRAINT ck_keyed_paper_prints_while_it_waits CHECK ((state IN ('once', 'differs')) = (first_prints IS NOT NULL)),
    CONSTRAINT ck_keyed_paper_two_prints_that_differ CHECK ((state = 'differs') = (second_prints IS NOT NULL)),
    CONSTRAINT fk_keyed_paper_token_h_token FOREIGN KEY(token_h) REFERENCES box.token (h) ON DELETE CASCADE,
    CONSTRAINT ck_keyed_paper_keyedstate CHECK (state IN ('once', 'differs', 'cast', 'spoiled'))
)
    """,
    """
CREATE INDEX ix_keyed_paper_batch_id ON box.keyed_paper (batch_id)
    """,
)


def upgrade() -> None:
    """Forward only."""
    for statement in STATEMENTS:
        op.execute(statement)
