"""
Signs of made-up answers: scores and flags, for people to look at.

Nothing here deletes an answer. Every flag is a reason to look, none is a proof, and a result is
published with and without what was flagged.
"""

from analysis.integrity.arrivals import Bursts, bursts
from analysis.integrity.channels import ChannelDifference, channel_difference
from analysis.integrity.consequences import (
    MaximumShift,
    WithAndWithout,
    maximum_shift,
    most_influential,
    with_and_without,
)
from analysis.integrity.speed import Speed, speed, speed_of_classes
from analysis.integrity.straight_lines import StraightLining, straight_lining
from analysis.integrity.twins import PercentMatch, percent_match
from analysis.integrity.unit_shares import Shares, all_top_share, no_dont_know, unanimity

__all__ = [
    "Bursts",
    "ChannelDifference",
    "MaximumShift",
    "PercentMatch",
    "Shares",
    "Speed",
    "StraightLining",
    "WithAndWithout",
    "all_top_share",
    "bursts",
    "channel_difference",
    "maximum_shift",
    "most_influential",
    "no_dont_know",
    "percent_match",
    "speed",
    "speed_of_classes",
    "straight_lining",
    "unanimity",
    "with_and_without",
]
