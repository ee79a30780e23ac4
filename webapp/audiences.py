"""For whom there are pages: each audience has one blueprint and a module for each stage.

The blueprint of audience `office` is `webapp.office.blueprint.office`; a stage's module registers
its views on it when it is imported.
"""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Final, cast

from flask import Blueprint

STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "citizen": ("casting", "refusals", "receipt", "published_box"),
    "board": ("results",),
    "staff": ("reverse",),
    "office": (
        "home",
        "setup",
        "setup_periods",
        "setup_tables",
        "setup_grids",
        "questionnaire_previews",
        "questionnaire_builder",
        "questionnaires",
        "setup_imports",
        "schemes",
        "setup_files",
        "examining",
        "review",
        "issuing",
        "handing_out",
        "hall",
        "keying",
        "jobs",
        "key_ceremony",
        "annulling",
        "turnout",
        "opening",
        "carrying",
        "scoring",
        "unit_scores",
        "member_scores",
        "deciding",
        "planning",
        "uncertainty",
        "what_if",
        "adjusting",
        "restating",
        "projects",
        "publishing",
    ),
    "admin": ("accounts", "audit", "settings"),
    "api": ("description", "board", "receipts"),
    "accounts": ("login", "password"),
    # What every process answers, whomever it serves.
    "frame": ("welcome", "health", "language", "palette"),
}
# Pages behind a log-in bring the log-in with them.
BEHIND_LOGIN: Final = frozenset({"staff", "office", "admin"})


def blueprints(audiences: Iterable[str]) -> Iterator[Blueprint]:
    """Yield the blueprints of these audiences, with all their views."""
    served = set(audiences)
    if served & BEHIND_LOGIN:
        served.add("accounts")
    served.add("frame")
    for audience, stages in STAGES.items():
        if audience not in served or not stages:
            continue
        for stage in stages:
            import_module(f"webapp.{audience}.{stage}")
        blueprint = getattr(import_module(f"webapp.{audience}.blueprint"), audience)
        yield cast("Blueprint", blueprint)
