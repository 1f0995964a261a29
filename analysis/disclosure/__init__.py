"""Disclosure control: what leaves, what stays inside with it, and whether that can be undone."""

from analysis.disclosure.attack import LARGEST_BLOCK, Attack, FeasibilityIntervals, bounds
from analysis.disclosure.auditing import LEAST_WIDTH, Audit, SuppressionRule, audit
from analysis.disclosure.counts import RELEASE_FROM, STEP, hidden, possible, release, rounded
from analysis.disclosure.spreads import (
    Group,
    Spread,
    SpreadRelease,
    exposes,
    release_spread,
    released_parts,
    released_share,
)
from analysis.disclosure.suppression import EXACT_UP_TO, Suppression, suppress
from analysis.disclosure.tables import Sum, Tables

__all__ = [
    "EXACT_UP_TO",
    "LARGEST_BLOCK",
    "LEAST_WIDTH",
    "RELEASE_FROM",
    "STEP",
    "Attack",
    "Audit",
    "FeasibilityIntervals",
    "Group",
    "Spread",
    "SpreadRelease",
    "Sum",
    "Suppression",
    "SuppressionRule",
    "Tables",
    "audit",
    "bounds",
    "exposes",
    "hidden",
    "possible",
    "release",
    "release_spread",
    "released_parts",
    "released_share",
    "rounded",
    "suppress",
]
