"""What the first visit to a survey costs somebody who pays for each kilobyte."""

from tests.journeys.conftest import Welcome
from tests.journeys.places import HAI_AN, OPEN

BEFORE_THE_FIRST_ANSWER = {"document", "stylesheet", "script"}


def test_the_first_visit_to_a_survey_is_small_and_asks_for_three_things(walker: Welcome) -> None:
    resident = walker()
    resident.go(f"/vi/s/{OPEN}/{HAI_AN}").wait_for_load_state("networkidle")
    sent = resident.sent
    sizes = {request.url: request.sizes()["responseBodySize"] for request in sent}
    fonts = {request.url for request in sent if request.resource_type == "font"}
    needed = [each.url for each in sent if each.resource_type in BEFORE_THE_FIRST_ANSWER]
    assert len(needed) <= 3, needed
    assert sum(sizes.values()) <= 60_000, sizes
    assert sum(size for url, size in sizes.items() if url not in fonts) <= 25_000, sizes
