"""Pages in Chromium: none is wider than its window and no names overlap, in every size."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/doc/cluster/acod",
    "/doc/cluster/le-automotive",
    "/doc/cluster/le-energy",
    "/query?example=q04-bridges",
    "/about?iri=https%3A%2F%2Fw3id.org%2Fclusterkg%2Fscheme%2Fsector%23automotive",
    "/doc/organisation/eutl-stadtwerke-leipzig-gmbh",
    "/doc/organisation/porsche-leipzig-gmbh",
    "/doc/region/leipzig",
    "/clusters",
    "/organisations",
    "/query?query=SELECT+*+WHERE+%7B+%3Fs+%3Fp+%3Fo+%7D+LIMIT+5",
    "/data",
    "/release",
    "/ontology",
    "/scheme/sector",
    "/search?q=leipzig",
    "/doc/nowhere/at-all",
)
PHONE = 390
SCREEN = 1100
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="session")
def chromium() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing; install it with: make tools")
        pytest.skip("Chromium is not installed; install it with: make tools")
    return found


def run(chromium: str, profile: Path, *arguments: str) -> str:
    command = [
        chromium,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={profile}",
        *arguments,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    return done.stdout


FRAMES = """<!doctype html><meta charset="utf-8"><title>frames</title><body><script>
const pages = PAGES;
const choice = location.search.slice(1);
const width = Number(new URLSearchParams(choice).get("width"));
let waiting = pages.length;
const lines = [];
for (const page of pages) {
  const frame = document.createElement("iframe");
  frame.width = width;
  frame.height = 800;
  frame.style.border = "0";
  frame.src = page + (page.includes("?") ? "&" : "?") + choice;
  frame.onload = () => {
    const inside = frame.contentDocument;
    const headings = inside.querySelectorAll("h1").length;
    const boxes = [...inside.querySelectorAll(".constellation text")].map(
      text => text.getBoundingClientRect());
    const touching = boxes.filter((one, i) => boxes.some((two, k) => k > i
      && one.left < two.right && two.left < one.right
      && one.top + 2 < two.bottom && two.top + 2 < one.bottom)).length;
    lines.push([inside.scrollingElement.scrollWidth, headings, touching, page].join(" "));
    if (--waiting === 0) {
      const list = document.createElement("pre");
      list.textContent = lines.sort().join("\\n");
      document.body.replaceChildren(list);
    }
  };
  document.body.append(frame);
}
</script>"""


@pytest.fixture(scope="module")
def framed(address: str) -> Iterator[str]:
    """The site with one more page, which shows the others in frames of a given width.

    The site's own headers forbid scripts in a page, so they are left out on this way.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/frames"):
                text = FRAMES.replace("PAGES", repr(list(PAGES)))
                self._send(200, "text/html; charset=utf-8", text.encode())
                return
            answer = httpx.get(f"{address}{self.path}", headers={"Accept": ACCEPT}, timeout=60)
            self._send(answer.status_code, answer.headers["content-type"], answer.content)

        def _send(self, status: int, media_type: str, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/frames"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("choice", "wide"),
    [
        ("lang=de&size=normal", PHONE),
        ("lang=de&size=larger", PHONE),
        ("lang=ru&size=normal", PHONE),
        ("lang=ru&size=larger", PHONE),
        ("lang=ru&size=larger", SCREEN),
    ],
)
def test_no_page_is_wider_than_its_window(
    chromium: str, framed: str, tmp_path: Path, choice: str, wide: int
) -> None:
    out = run(
        chromium,
        tmp_path / "profile",
        "--window-size=800,900",
        "--virtual-time-budget=60000",
        "--dump-dom",
        f"{framed}?{choice}&width={wide}",
    )
    lines = out.split("<pre>")[1].split("</pre>")[0].splitlines()
    assert len(lines) == len(PAGES)
    for line in lines:
        width, headings, touching, page = line.split(" ", 3)
        assert int(headings) == 1, page
        assert int(width) <= wide, f"{page} is {width} wide"
        assert touching == "0", f"{page}: names in the constellation overlap"


def test_a_page_can_be_seen(chromium: str, address: str, tmp_path: Path) -> None:
    picture = tmp_path / "start.png"
    run(
        chromium,
        tmp_path / "profile",
        "--window-size=1280,900",
        f"--screenshot={picture}",
        f"{address}/?lang=de",
    )
    assert picture.stat().st_size > 40_000
