"""deploy/nginx.conf as it is, but for ports and paths, in front of the real server."""

import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection, RemoteDisconnected
from pathlib import Path

import pytest

from survey_app.config import ROOT
from tests.journeys.places import LOOPBACK, copied, free_port, served
from tests.tls import made

HOST = "khaosat.example.vn"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed on this machine")


@dataclass(frozen=True)
class Front:
    plain: int
    secure: int
    files: Path

    def ask(
        self, path: str, method: str = "GET", **headers: str
    ) -> tuple[int, dict[str, str], str]:
        context = ssl.create_default_context(cafile=str(self.files / "chain.pem"))
        with closing(_Named(LOOPBACK, self.secure, context=context, timeout=20)) as asked:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            asked.request(method, path, headers={"Host": HOST, **named})
            answer = asked.getresponse()
            return answer.status, dict(answer.headers), answer.read().decode()


class _Named(HTTPSConnection):
    """Connects to loopback under the public name (SNI), as a phone would."""

    def connect(self) -> None:
        HTTPConnection.connect(self)
        context = self._context  # type: ignore[attr-defined]  # its types do not know
        self.sock = context.wrap_socket(self.sock, server_hostname=HOST)


@pytest.fixture(scope="module")
def front(database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("nginx")
    made((HOST,)).put(folder)
    ports = Front(free_port(), free_port(), folder)
    options = ["--public-url", f"https://{HOST}", "--behind-proxy", "1"]
    with served(copied(tmp_path_factory), *options) as site:
        conf = folder / "nginx.conf"
        conf.write_text(_as_here(ports, site.address), encoding="utf-8")
        process = subprocess.Popen([str(NGINX), "-c", str(conf), "-p", str(folder)])  # noqa: S603  the system's nginx
        try:
            _wait(ports.secure)
            yield ports
        finally:
            process.terminate()
            process.wait()


def _as_here(ports: Front, behind: str) -> str:
    """The shipped file inside the frame that Debian puts around it; only places are others."""
    site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for shipped, here in (
        ("listen 80;", f"listen {LOOPBACK}:{ports.plain};"),
        ("    listen [::]:80;\n", ""),
        ("listen 443 ", f"listen {LOOPBACK}:{ports.secure} "),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("    listen [::]:443 ssl default_server;\n", ""),
        (f"/etc/letsencrypt/live/{HOST}/fullchain.pem", str(ports.files / "chain.pem")),
        (f"/etc/letsencrypt/live/{HOST}/privkey.pem", str(ports.files / "key.pem")),
        ("/var/log/nginx/error.log", str(ports.files / "error.log")),
        ("http://127.0.0.1:8000", behind),
    ):
        assert shipped in site, shipped
        site = site.replace(shipped, here)
    temporary = "".join(
        f"{kind}_temp_path {ports.files}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    frame = f"daemon off;\nmaster_process off;\npid {ports.files}/pid;\nevents {{}}\n"
    return f"{frame}http {{\n{temporary}{site}}}\n"


def _wait(port: int) -> None:
    for _ in range(100):
        with closing(HTTPConnection(LOOPBACK, port, timeout=1)) as tried:
            try:
                tried.connect()
            except OSError:
                time.sleep(0.1)
            else:
                return
    raise TimeoutError(port)


def test_plain_http_leads_to_https(front: Front) -> None:
    with closing(HTTPConnection(LOOPBACK, front.plain, timeout=20)) as asked:
        asked.request("GET", "/vi/help", headers={"Host": HOST})
        answer = asked.getresponse()
        assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/vi/help")


def test_the_page_knows_that_it_came_over_https(front: Front) -> None:
    status, headers, text = front.ask("/vi/")
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert 'lang="vi"' in text
    assert "__Host-office=" in front.ask("/vi/office/sign-in")[1]["Set-Cookie"]


def test_what_a_visitor_claims_ends_at_the_proxy(front: Front) -> None:
    claimed = {
        "X_Forwarded_For": "127.0.0.1",
        "X_Forwarded_Host": "evil.example",
        "X_Forwarded_Proto": "http",
        "Forwarded": "for=127.0.0.1;host=evil.example",
    }
    status, headers, text = front.ask("/vi/", **claimed)
    assert status == 200
    assert "Strict-Transport-Security" in headers
    assert "evil" not in text


def test_another_name_gets_no_answer(front: Front) -> None:
    context = ssl.create_default_context(cafile=str(front.files / "chain.pem"))
    context.check_hostname = False
    asked = HTTPSConnection(LOOPBACK, front.secure, context=context, timeout=20)
    with closing(asked), pytest.raises(ssl.SSLError):
        asked.request("GET", "/vi/", headers={"Host": "evil.example"})
    with pytest.raises(RemoteDisconnected):
        front.ask("/vi/", Host="evil.example")


def test_guessing_is_slowed_down(front: Front) -> None:
    statuses = [front.ask("/vi/office/sign-in")[0] for _ in range(30)]
    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_nothing_is_noted_about_visitors(front: Front) -> None:
    front.ask("/vi/")
    assert not list(front.files.rglob("access.log"))
    assert (front.files / "error.log").read_text(encoding="utf-8") == ""
