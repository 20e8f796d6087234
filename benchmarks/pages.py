"""How long the server takes for every page of the demo. Run: ./tillsammans bench pages

Fills a demo in a temporary SQLite database and walks, as every role and as the public, all pages that links lead to,
with Django's test client: server time only, no network and no browser. Of each kind of page (each named route) at most
``--each`` addresses per role are measured, five times each, and the median is reported; how many were left out is said.
Times depend on the machine, so the baseline is the bare page /halsa/, which asks the database one question, measured
in the same run. Files (PDF, Word, Excel and data) are timed too, but the limit is for pages. A page that reaches the
limit is measured five times more when all others are done, since something else on the machine may have been the cause;
the smaller median counts. Exit code 1 if it still reaches the limit, or if a link leads nowhere.
"""

import argparse
import logging
import os
import re
import statistics
import sys
import tempfile
import time
from collections import Counter, deque
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

REPETITIONS = 5
BASELINE = "/halsa/"
_LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
# Leaving, and what belongs to the sign-in library, is not a page of the demo.
_OUTSIDE = ("/konto/", "/static/", "/sprak/", "/demo/")


@dataclass(frozen=True, slots=True)
class Timing:
    """The median server time of one address for one role."""

    role: str
    route: str
    path: str
    milliseconds: float
    page: bool


class Walk:
    """One role's way through the demo: from the start along every link."""

    def __init__(self, role: str, client: Any, each: int):
        self.role, self.client, self.each = role, client, each
        self.seen: set[str] = set()
        self.taken: Counter[str] = Counter()
        self.left_out = 0
        self.broken: list[str] = []

    def run(self, start: str) -> list[Timing]:
        found: list[Timing] = []
        queue = deque([start])
        while queue:
            path = queue.popleft()
            if path in self.seen:
                continue
            self.seen.add(path)
            route = route_of(path)
            if route is None:
                self.broken.append(f"{self.role}: {path} (no such route)")
                continue
            if self.taken[route] >= self.each:
                self.left_out += 1
                continue
            self.taken[route] += 1
            answer = self.client.get(path)
            if answer.status_code in (301, 302):
                queue.append(urljoin(path, answer["Location"]))
                continue
            if answer.status_code != 200:
                self.broken.append(f"{self.role}: {path} ({answer.status_code})")
                continue
            page = answer["Content-Type"].startswith("text/html")
            found.append(Timing(self.role, route, path, median_ms(self.client, path), page))
            if page:
                queue.extend(links(path, answer.content.decode()))
        return found


def median_ms(client: Any, path: str) -> float:
    """The median of five requests, in milliseconds."""
    taken = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        answer = client.get(path)
        if answer.streaming:
            b"".join(answer.streaming_content)
        taken.append(time.perf_counter() - start)
    return 1000 * statistics.median(taken)


def links(path: str, html: str) -> list[str]:
    """The addresses on this site that a page links to."""
    found = [urldefrag(urljoin(path, unescape(link))).url for link in _LINK.findall(html)]
    return [link for link in found if not urlsplit(link).scheme and not link.startswith(_OUTSIDE)]


def route_of(path: str) -> str | None:
    """The name of the route that answers an address."""
    from django.urls import Resolver404, resolve

    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


def signed_in(role: Any) -> Any:
    """A client that has signed in through the demo's own link for the role."""
    from django.test import Client

    client = Client()
    answer = client.post("/demo/", {"person": role.person.uuid})
    if answer.status_code != 302:
        raise RuntimeError(f"could not sign in as {role.person.name}: {answer.status_code}")
    return client


def walks(each: int, limit: float) -> tuple[list[Timing], float, list[str], int]:
    """Every timing, the baseline in milliseconds, what is broken, and how many addresses were left out."""
    from django.test import Client

    from tillsammans.kernel.scope import everywhere
    from tillsammans.parties.models import Role

    with everywhere("the benchmark signs in as every role"):
        roles = list(Role.objects.filter(person__demo=True).select_related("person", "organisation").order_by("pk"))
    clients = [("public", Client(), "/offentligt/")]
    clients += [(f"{role.organisation.slug}-{role.kind}", signed_in(role), "/") for role in roles]
    timings, broken, left_out = [], [], 0
    median_ms(clients[0][1], BASELINE)  # warm: templates and routes are loaded once
    baseline = median_ms(clients[0][1], BASELINE)
    for name, client, start in clients:
        walk = Walk(name, client, each)
        timings += walk.run(start)
        broken += walk.broken
        left_out += walk.left_out
    by_name = {name: client for name, client, _start in clients}
    again = [
        replace(timing, milliseconds=min(timing.milliseconds, median_ms(by_name[timing.role], timing.path)))
        if timing.page and timing.milliseconds >= limit
        else timing
        for timing in timings
    ]
    return again, baseline, broken, left_out


def report(timings: list[Timing], baseline: float, broken: list[str], left_out: int, limit: float) -> int:
    """Print the table; 1 if a page reached the limit or a link leads nowhere."""
    pages = [timing for timing in timings if timing.page]
    files = [timing for timing in timings if not timing.page]
    print(f"{len(pages)} pages and {len(files)} files measured, {left_out} more of the same kinds left out")
    print(
        f"baseline {BASELINE}: {baseline:.1f} ms; median of all pages: "
        f"{statistics.median(timing.milliseconds for timing in pages):.1f} ms\n"
    )
    print(f"{'ms':>8}{'x baseline':>12}  page (the ten slowest; the slowest role of each route)")
    for timing in slowest(pages)[:10]:
        print(
            f"{timing.milliseconds:8.1f}{timing.milliseconds / baseline:12.1f}  {timing.route}  {timing.path}"
            f"  as {timing.role}"
        )
    if files:
        print(f"\n{'ms':>8}{'x baseline':>12}  file")
        for timing in slowest(files):
            print(f"{timing.milliseconds:8.1f}{timing.milliseconds / baseline:12.1f}  {timing.route}  {timing.path}")
    over = [timing for timing in pages if timing.milliseconds >= limit]
    print(f"\n{len(over)} pages at or over {limit:.0f} ms")
    for line in broken:
        print(f"broken: {line}")
    return 1 if over or broken else 0


def slowest(timings: list[Timing]) -> list[Timing]:
    """The slowest timing of each route, slowest first."""
    worst: dict[str, Timing] = {}
    for timing in timings:
        if timing.route not in worst or timing.milliseconds > worst[timing.route].milliseconds:
            worst[timing.route] = timing
    return sorted(worst.values(), key=lambda timing: -timing.milliseconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=float, default=100, help="milliseconds that no page's median may reach")
    parser.add_argument("--each", type=int, default=2, help="addresses per role and route")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tillsammans-pages-") as folder:
        os.environ.update(
            TILLSAMMANS_VAR=folder,
            TILLSAMMANS_DATABASE=str(Path(folder) / "demo.sqlite3"),
            TILLSAMMANS_DEMO="1",
            DJANGO_SETTINGS_MODULE="tillsammans.config.settings",
        )
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        from tillsammans.config.demo import fill

        logging.disable(logging.WARNING)  # a refused page is reported at the end
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
        call_command("migrate", verbosity=0)
        start = time.perf_counter()
        fill()
        print(f"demo filled in {time.perf_counter() - start:.1f} s")
        return report(*walks(chosen.each, chosen.limit), chosen.limit)


if __name__ == "__main__":
    sys.exit(main())
