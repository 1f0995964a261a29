import pytest

from survey_app.addresses import host_of, origin, written_hosts
from survey_app.errors import Refusal


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("https://khaosat.example.vn", "https://khaosat.example.vn"),
        (" HTTPS://KhaoSat.Example.vn/ ", "https://khaosat.example.vn"),
        ("https://khaosat.example.vn:443", "https://khaosat.example.vn"),
        ("https://khaosat.example.vn:8443", "https://khaosat.example.vn:8443"),
        # The Vietnamese sample of RFC 3492, section 7.1.
        (
            "https://TạisaohọkhôngthểchỉnóitiếngViệt.vn",
            "https://xn--tisaohkhngthchnitingvit-kjcr8268qyxafd2f1b9g.vn",
        ),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://192.168.1.7:8000", "http://192.168.1.7:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_has_one_spelling(given: str, meant: str) -> None:
    assert origin(given) == meant


@pytest.mark.parametrize(
    "given",
    [
        "khaosat.example.vn",
        "ftp://khaosat.example.vn",
        "https://",
        "https://khaosat.example.vn/survey",
        "https://khaosat.example.vn?a=1",
        "https://khaosat.example.vn#a",
        "https://user@khaosat.example.vn",
        "https://khaosat.example.vn:eight",
        "https://khaosat.example.vn:99999",
        "https://[::1",
        "https://a..vn",
        "javascript://alert(1)",
    ],
)
def test_what_is_no_origin_is_refused(given: str) -> None:
    with pytest.raises(Refusal, match="public_url_unfit"):
        origin(given)


@pytest.mark.parametrize("given", ["http://khaosat.example.vn", "http://203.113.0.1"])
def test_plain_http_is_for_this_machine_and_private_networks(given: str) -> None:
    with pytest.raises(Refusal, match="public_url_insecure"):
        origin(given)


def test_a_browser_may_name_the_usual_port_or_not() -> None:
    assert written_hosts("https://a.vn") == {"a.vn", "a.vn:443"}
    assert written_hosts("http://localhost") == {"localhost", "localhost:80"}
    assert written_hosts("https://a.vn:8443") == {"a.vn:8443"}
    assert host_of("https://[::1]:8443") == "::1"
