"""The facts of the audit log in words: what each is called, and what its stored value says."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from webapp.admin.words import SHORT_ROLES

# What has a column of its own, and what would fill the page.
ELSEWHERE: Final = frozenset({"act", "at", "by", "statement", "signatures"})
FACTS: Final = {
    "account": _("Account"),
    "added": _("Added"),
    "after": _("After"),
    "batch": _("Batch"),
    "before": _("Before"),
    "campaign": _("Campaign"),
    "campaigns": _("Campaigns"),
    "change": _("Change"),
    "changed": _("Changed"),
    "component": _("Component"),
    "document": _("Document"),
    "evidence": _("Fingerprint of the evidence file"),
    "examination": _("Examination"),
    "excludes": _("Ballots left out"),
    "file": _("File"),
    "finding": _("Finding"),
    "form": _("Questionnaire"),
    "grade": _("Grade"),
    "handout": _("File of codes"),
    "indicator": _("Indicator"),
    "inputs": _("Fingerprint of the input"),
    "job": _("Work"),
    "keys_kept": _("Keys lie on"),
    "kind": _("Kind"),
    "layer_sha256": _("Fingerprint of the box after the first key"),
    "leaves_out_excluded": _("Without the excluded ballots"),
    "manifest": _("Fingerprint of the rules"),
    "member": _("Person"),
    "n": _("Projects"),
    "n_ballots": _("Ballots"),
    "n_codes": _("Codes"),
    "n_envelopes": _("Envelopes"),
    "n_failures": _("Failed attempts"),
    "n_findings": _("Findings"),
    "n_issued": _("Codes"),
    "n_keys": _("Keys"),
    "n_new": _("New codes"),
    "n_void": _("Codes made void"),
    "officer_a": _("Fingerprint of officer A's key"),
    "officer_b": _("Fingerprint of officer B's key"),
    "parts": _("Files"),
    "period": _("Period"),
    "points": _("Points"),
    "proposal": _("Proposal"),
    "removed": _("Removed"),
    "roles": _("Roles"),
    "root": _("Root"),
    "run": _("Scoring"),
    "seed": _("Seed"),
    "sheets": _("Sheets"),
    "signed_by": _("Signed by"),
    "times": _("Times"),
    "unit": _("Unit"),
    "units": _("Units"),
    "verdict": _("Verdict"),
    "version": _("Version"),
    "without_total": _("Without a total"),
}
_YES_NO: Final = {0: _("no"), 1: _("yes")}
VALUES: Final[Mapping[str, Mapping[Any, Any]]] = {
    "excludes": _YES_NO,
    "leaves_out_excluded": _YES_NO,
    "keys_kept": {"server": _("the server"), "officers": _("the officers' own computers")},
    "kind": {
        "bonus": _("Bonus"),
        "deduction": _("Deduction"),
        "creation": _("begun in the browser"),
        "import": _("from a file"),
        "copy": _("copied from another period"),
        "edit": _("changed by hand"),
        "removal": _("removed by hand"),
        "issue_codes": _("Issue and print codes"),
        "open_box": _("Open the box"),
        "examine": _("Run the checks"),
        "score": _("Compute the scores"),
        "uncertainty": _("Draw fresh raters"),
    },
    "proposal": {
        "written_report": _("Written report"),
        "merit_quota": _("Share of staff that may be rated excellent"),
        "bonus_coefficient": _("Coefficient of the bonus"),
        "written_explanation": _("Written explanation"),
        "reverify_scores": _("Check of the scores that were given"),
        "pay": _("Performance pay"),
        "measure": _("Measure"),
    },
    "roles": {role.value: name for role, name in SHORT_ROLES.items()},
    "signed_by": {
        "receipts": _("the server"),
        "officer_a": _("Officer A"),
        "officer_b": _("Officer B"),
    },
    "verdict": {"upheld": _("upheld"), "dismissed": _("dismissed")},
}


def facts_told(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The facts of a record that have no column of their own: name and value in words."""
    return [
        (str(FACTS.get(name, name)), value_told(name, fact))
        for name, fact in body.items()
        if name not in ELSEWHERE and fact is not None
    ]


def value_told(name: str, fact: object) -> str:
    """A stored value in words; what is a name or a number already stands as it is."""
    words = VALUES.get(name, {})
    if name == "roles":
        held = str(fact).split()
        return str(gettext(", ")).join(str(words.get(role, role)) for role in held)
    return str(words.get(fact, fact))
