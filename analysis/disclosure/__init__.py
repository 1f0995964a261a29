"""Disclosure control: what leaves, what stays inside with it, and whether that can be undone."""

from analysis.disclosure.attack import Attack, Interval, bounds
from analysis.disclosure.auditing import LEAST_WIDTH, Audit, Rule, audit
from analysis.disclosure.counts import RELEASE_FROM, STEP, hidden, possible, release, rounded
from analysis.disclosure.suppression import EXACT_UP_TO, Suppression, suppress
from analysis.disclosure.tables import Sum, Tables

__all__ = [
    "EXACT_UP_TO",
    "LEAST_WIDTH",
    "RELEASE_FROM",
    "STEP",
    "Attack",
    "Audit",
    "Interval",
    "Rule",
    "Sum",
    "Suppression",
    "Tables",
    "audit",
    "bounds",
    "hidden",
    "possible",
    "release",
    "rounded",
    "suppress",
]
