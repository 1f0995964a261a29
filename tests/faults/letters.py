"""One person's answer as the script of the page sends it, through Flask's own client."""

from random import Random

from flask.testing import FlaskClient

from tests.load.person import answered

FORM = "/vi/s/2026-1/11413"
KEY = "k" * 32


def letter(client: FlaskClient, key: str, *, seed: int = 1, text: str = "") -> dict[str, str]:
    """What is sent: the same for the same seed and the same block."""
    html = client.get(FORM).get_data(as_text=True)
    rng = Random(seed)  # noqa: S311  repeatable, no secret
    return {**dict(answered(html, rng, text=text).fields), "key": key}
