"""Decimal arithmetic of the regulation: groups to components to totals, places and grades.

The one entry is :func:`surveys.scoring.score.score`. It reckons from what it is given and knows
no database, clock or web. docs/scoring.md walks through it with a worked example.
"""
