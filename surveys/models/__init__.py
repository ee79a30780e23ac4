"""The tables, one file for each group of nouns."""

from surveys.models.accounts import Account, LoginSession, Role
from surveys.models.audit import AuditRecord
from surveys.models.base import Base
from surveys.models.box import (
    AnnulledBallot,
    Envelope,
    KeyedPaper,
    KeyedState,
    PublishedLeaf,
    Token,
    TokenState,
)
from surveys.models.campaigns import (
    Batch,
    BatchState,
    Campaign,
    CampaignKind,
    CampaignState,
    PlannedSize,
    Questionnaire,
    RaterGroup,
    RaterScope,
)
from surveys.models.ceremonies import KeyCeremony
from surveys.models.findings import (
    Decision,
    Examination,
    Finding,
    FindingBallot,
    FindingLevel,
    Verdict,
)
from surveys.models.handouts import Handout
from surveys.models.indicators import (
    Adjustment,
    AdjustmentClaim,
    AdjustmentKind,
    Indicator,
    IndicatorPart,
    IndicatorValue,
    ValueVersion,
    Veto,
)
from surveys.models.jobs import Job, JobState
from surveys.models.periods import Period
from surveys.models.projects import ProjectLedger
from surveys.models.publications import Publication
from surveys.models.questionnaires import QuestionnaireVersion, TrialBallot
from surveys.models.requests import Act, Request
from surveys.models.rulings import ProposalDecision, Ruling
from surveys.models.scores import MemberScore, ScoreLine, ScoreRun, ScoreUncertainty
from surveys.models.setup_changes import ChangeKind, ChangeState, SetupChange
from surveys.models.tally import Ballot, Comment
from surveys.models.turnout_samples import TurnoutSample
from surveys.models.units import (
    Assessment,
    Category,
    Member,
    MemberFact,
    MemberPoints,
    MemberRole,
    Target,
    Unit,
    UnitKind,
    target_name,
)

__all__ = [
    "Account",
    "Act",
    "Adjustment",
    "AdjustmentClaim",
    "AdjustmentKind",
    "AnnulledBallot",
    "Assessment",
    "AuditRecord",
    "Ballot",
    "Base",
    "Batch",
    "BatchState",
    "Campaign",
    "CampaignKind",
    "CampaignState",
    "Category",
    "ChangeKind",
    "ChangeState",
    "Comment",
    "Decision",
    "Envelope",
    "Examination",
    "Finding",
    "FindingBallot",
    "FindingLevel",
    "Handout",
    "Indicator",
    "IndicatorPart",
    "IndicatorValue",
    "Job",
    "JobState",
    "KeyCeremony",
    "KeyedPaper",
    "KeyedState",
    "LoginSession",
    "Member",
    "MemberFact",
    "MemberPoints",
    "MemberRole",
    "MemberScore",
    "Period",
    "PlannedSize",
    "ProjectLedger",
    "ProposalDecision",
    "Publication",
    "PublishedLeaf",
    "Questionnaire",
    "QuestionnaireVersion",
    "RaterGroup",
    "RaterScope",
    "Request",
    "Role",
    "Ruling",
    "ScoreLine",
    "ScoreRun",
    "ScoreUncertainty",
    "SetupChange",
    "Target",
    "Token",
    "TokenState",
    "TrialBallot",
    "TurnoutSample",
    "Unit",
    "UnitKind",
    "ValueVersion",
    "Verdict",
    "Veto",
    "target_name",
]
