"""The ten failure modes that other survey platforms have been seen with: each a test of ours.

`platforms.md` section 5 of the design names them; the files here carry its numbers.
"""

from tests.journeys.conftest import site, walker

__all__ = ["site", "walker"]  # fixtures: the real server over a demonstration, real browsers
