"""台账: from planned and actual progress to a project's state, order, talk and proposals."""

from surveys.scoring.inputs import Project
from surveys.scoring.lines import ProjectLine
from surveys.scoring.scheme_parts import Progress, ProgressState

DONE = 100


def project_line(project: Project, rule: Progress) -> ProjectLine:
    """The state of a project: by its gap (planned − actual), the first bound not exceeded.

    Once closed it stays closed, also where the plan changes later. A talk is proposed from the
    scheme's n-th order on; where nothing moved after a talk, a sanction.
    """
    gap = project.planned - project.actual
    if project.closed_before or project.actual >= DONE:
        return ProjectLine(project.key, gap, rule.closed.key, responsible=project.responsible)
    state = _state(project, rule)
    order = project.orders_before + 1 if state.counts_as_order else None
    proposals = []
    if order is not None and order >= rule.talk_from_order:
        proposals.append(rule.talk.key)
    if state.counts_as_order and project.at_talk is not None and project.actual <= project.at_talk:
        proposals.append(rule.sanction.key)
    return ProjectLine(
        project.key, gap, state.key, order, tuple(proposals), responsible=project.responsible
    )


def _state(project: Project, rule: Progress) -> ProgressState:
    gap = project.planned - project.actual
    for state in rule.states:
        if state.at_most is None or gap <= state.at_most:
            return state
    return rule.states[-1]
