"""How long somebody waits with a slow line and a slow telephone until they can answer."""

import shutil
from collections.abc import Iterator

from playwright.sync_api import CDPSession, sync_playwright

from tests.benchmarks.report import Line
from tests.conftest import NAMES, QUIET
from tests.load.site import Server

BITS_PER_SECOND, ROUND_TRIP, SLOWER = 400_000, 400, 4
ROUNDS = 5
# The first question can be answered: the script has taken over, and its first button is there.
ANSWERABLE = "html.js button[data-do=next]:visible"


def lines(server: Server) -> Iterator[Line]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        waited, drawn = [], []
        for _ in range(ROUNDS):
            context = browser.new_context(viewport={"width": 360, "height": 740})
            page = context.new_page()
            _slow(context.new_cdp_session(page))
            page.goto(f"{server.address}/vi/s/2026-1/11413", wait_until="commit")
            page.locator(ANSWERABLE).wait_for()
            waited.append(float(page.evaluate("performance.now()")))
            drawn.append(float(page.evaluate(FIRST_PAINT)))
            context.close()
        browser.close()
    line = f"{BITS_PER_SECOND // 1000} kbit/s, {ROUND_TRIP} ms, {SLOWER} × slower processor"
    yield Line(
        f"first visit in Chromium until it can be answered ({line})",
        f"first paint {sorted(drawn)[ROUNDS // 2] / 1000:.2f} s, worst of {ROUNDS}: "
        f"{max(waited) / 1000:.2f} s",
        "–",
        sorted(waited)[ROUNDS // 2] / 1000,
        3,
        "s",
    )


FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def _slow(line: CDPSession) -> None:
    bytes_per_second = BITS_PER_SECOND / 8
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": ROUND_TRIP,
            "downloadThroughput": bytes_per_second,
            "uploadThroughput": bytes_per_second,
        },
    )
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
