"""Names of roles and of the acts in the audit log."""

from typing import Final

from flask_babel import lazy_gettext as _

from surveys.models import Role

ROLES: Final = {
    Role.ORGANIZER: _("Organizer: set up, issue, close, examine, score, certify"),
    Role.OFFICER: _("Key officer: holds one of the two keys of the box"),
    Role.REVIEWER: _("Reviewer: reads what was said of the own unit"),
    Role.AUDITOR: _("Auditor: reads everything that was decided, changes nothing"),
    Role.ADMIN: _("Administrator: accounts and settings"),
}
SHORT_ROLES: Final = {
    Role.ORGANIZER: _("Organizer"),
    Role.OFFICER: _("Key officer"),
    Role.REVIEWER: _("Reviewer"),
    Role.AUDITOR: _("Auditor"),
    Role.ADMIN: _("Administrator"),
}
ACTS: Final = {
    "period_loaded": _("Period loaded from a workbook"),
    "setup_change_accepted": _("Set-up changed"),
    "setup_change_dropped": _("Preview of a change given up"),
    "setup_change_undone": _("Change of the set-up undone"),
    "period_deleted": _("Draft of a period deleted"),
    "period_frozen": _("Period frozen"),
    "batch_issued": _("Codes issued"),
    "batch_voided": _("Codes withdrawn"),
    "voting_opened": _("Campaign opened for voting"),
    "campaign_closed": _("Campaign closed"),
    "opening_requested": _("Opening of the box asked for"),
    "opening_withdrawn": _("Request to open withdrawn"),
    "box_opened": _("Box opened"),
    "keys_destroyed": _("Keys destroyed"),
    "campaign_examined": _("Ballots examined"),
    "finding_decided": _("Finding decided"),
    "finding_confirmed": _("Decision confirmed"),
    "decision_withdrawn": _("Decision withdrawn"),
    "ruling_recorded": _("Ruling recorded"),
    "proposal_confirmed": _("Proposal confirmed"),
    "proposal_declined": _("Proposal declined"),
    "adjustment_proposed": _("Bonus or deduction proposed"),
    "adjustment_approved": _("Bonus or deduction approved"),
    "adjustment_withdrawn": _("Bonus or deduction withdrawn"),
    "ruling_withdrawn": _("Ruling withdrawn"),
    "period_scored": _("Scores computed"),
    "scores_certified": _("Scores certified"),
    "scores_countersigned": _("Scores certified by a second person"),
    "certification_withdrawn": _("Certification withdrawn"),
    "scores_published": _("Results published"),
    "account_created": _("Account created"),
    "account_deactivated": _("Account shut"),
    "account_reactivated": _("Account opened again"),
    "account_roles_set": _("Roles set"),
    "logged_in": _("Logged in"),
    "logged_out": _("Logged out"),
    "login_delayed": _("Log-in delayed after failures"),
    "password_changed": _("Password changed"),
    "password_reset": _("Password reset"),
}
