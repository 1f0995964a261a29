"""Whoever looks at invented answers is told so, on every page."""

import pytest
from flask.testing import FlaskClient

from survey_app.db import transaction
from survey_app.instance import Instance
from tests.factories import make_campaign

PAGES = ("/vi/", "/en/privacy", "/vi/receipt", "/vi/office/sign-in", "/en/nothing-here")


@pytest.mark.parametrize("is_demonstration", [True, False])
def test_every_page_says_that_answers_are_invented_and_only_then(
    instance: Instance, client: FlaskClient, *, is_demonstration: bool
) -> None:
    with transaction(instance.engine) as session:
        make_campaign(session).is_demonstration = is_demonstration
    for page in PAGES:
        body = client.get(page).get_data(as_text=True)
        assert ('<aside class="strip"' in body) is is_demonstration, page
