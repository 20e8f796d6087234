"""How the pages grow with years of work. Run: ./tillsammans bench growth [--fast] [--only ROUTE]

Fills the demo in a temporary SQLite database and writes years of a municipality's work beside it: problems with causes
and goals, plans, measures, activities and their log, promises given and received, follow-ups, decisions, comments, the
audit log, and series of figures. The world grows in place, from nothing to 1/8, 1/4, 1/2 and the whole of ``FULL``; in
each size every kind of page (named route) that links lead the coordinator to in the demo is fetched through Django's
test client, always at the same address. Of each page: database queries, bytes before compression, and the processor's
time (the median of several requests, so that other work on the machine does not count).

The exponent is the slope of the logarithm of time over that of the size, over all sizes but the empty one: 0 is a page
that does not grow, 1 one that grows with the world. Exit code 1 if a page of the whole world takes 100 ms, has 200 kB
or a choice among more than 100, has an exponent above 0.5 (of time or bytes) without showing all of what grew, asks
more questions in the whole world than in the eighth, or answers anything but a page.

The start page is also held against the dashboard of pretalx, in the same run, where TILLSAMMANS_PRETALX is a command
that prints the processor milliseconds of that page as its last word. pretalx is no dependency, so otherwise it is said
to be absent.
"""

import argparse
import logging
import math
import os
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

FULL = 500  # problems; five activities for each that has a measure: 2 000
MONTHS, SERIES = 120, 41
SIZES = (0.0, 0.125, 0.25, 0.5, 1.0)
LIMIT_MS, LIMIT_BYTES, LIMIT_EXPONENT, LIMIT_OPTIONS = 100.0, 200_000, 0.5, 100
_SELECT = re.compile(r"<select\b.*?</select>", re.DOTALL)
# Routes whose page is meant to show all of what grew, with the reason.
SHOWS_ALL = {"picture:take_up": "suggests every open problem that the picture does not take up"}
PRETALX = "TILLSAMMANS_PRETALX"


@dataclass(frozen=True, slots=True)
class Page:
    """What one page cost in one size of the world."""

    status: int
    queries: int
    size: int
    options: int  # of the longest <select>
    milliseconds: float


class Work:
    """A municipality's work over ten years, written without the deeds that would have done it.

    ``grow`` adds what lies between two numbers of problems. Every problem has the same share of old and new, done and
    late, whatever the size, so that only the amount differs between two worlds.
    """

    def __init__(self) -> None:
        from tillsammans.collaboration.models import Collaboration
        from tillsammans.parties.models import Body, Organisation, Person

        self.today = date.today()  # noqa: DTZ011 - the demo is laid relative to the same day
        self.host = Organisation.objects.get(slug="osthammar")
        self.police = Organisation.objects.get(slug="norduppland")
        self.person = Person.objects.get(name="Karin Ek")
        self.officer = Person.objects.get(name="Johan Berg")
        self.collaboration = Collaboration.objects.filter(organisation=self.host).order_by("pk")[0]
        self.body = Body.objects.filter(organisation=self.host).order_by("pk")[0]
        self.area = self.host.areas.get()
        self.made = self.months = 0
        self.plan: Any = None
        self.imported: Any = None
        self.series: list[Any] = []

    def grow(self, share: float) -> None:
        """Grow to ``share`` of the whole world."""
        from django.db import transaction

        upto = int(FULL * share)
        with transaction.atomic():
            self._work(range(self.made, upto))
            self._figures(range(self.months, int(MONTHS * share)))
        self.made, self.months = upto, int(MONTHS * share)

    def _work(self, numbers: range) -> None:
        from tillsammans.evaluation.models import FollowUp
        from tillsammans.kernel.models import AuditEntry, AuditHead
        from tillsammans.meetings.models import Decision
        from tillsammans.picture.models import Cause, Problem
        from tillsammans.plans.models import ActionPlan, Activity, ActivityLog, Goal, Measure
        from tillsammans.promises.models import Promise

        own = {"organisation": self.host}
        for number in numbers:
            began = self._day(number)
            decision = Decision.objects.create(
                **own,
                body=self.body,
                decided_on=began,
                minutes_reference=f"§ {number}",
                subject=f"Prioritering av problem {number}",
                recorded_by=self.person,
            )
            old = number % 2 == 0
            problem = Problem.objects.create(
                **own,
                collaboration=self.collaboration,
                title=f"Skadegörelse vid plats {number}",
                area=self.area,
                description="Rutor krossas och väggar klottras på kvällar och helger. " * 3,
                where=f"Plats {number}",
                priority="open" if number % 4 == 1 else "chosen",
                motivation="Det drabbar många och går att påverka.",
                decision=decision,
                closed_on=began + timedelta(days=300) if old else None,
            )
            causes = Cause.objects.bulk_create(
                Cause(**own, problem=problem, text=text, perspective="situation", level="direct", support="data")
                for text in ("Platsen är mörk och ligger avsides.", "Ingen har ansvar för platsen på kvällarna.")
            )
            goal = Goal.objects.create(
                **own, problem=problem, text="Färre skador", due_on=began + timedelta(days=365), target="högst 10"
            )
            if number % 20 == 0:
                self.plan = ActionPlan.objects.create(
                    **own,
                    collaboration=self.collaboration,
                    title=f"Åtgärdsplan {number // 20}",
                    starts_on=began,
                    ends_on=began + timedelta(days=365),
                    state="draft" if number % 100 in (20, 60) else "adopted",
                    decision=None if number % 100 in (20, 60) else decision,
                )
            if number % 5 == 4:
                continue
            measure = Measure.objects.create(
                **own,
                plan=self.plan,
                problem=problem,
                title=f"Bättre belysning vid plats {number}",
                operative_goal="Belysningen är tänd varje kväll.",
                kind="situational",
                reach="universal",
                responsible=self.host,
                responsible_role="Gatuchef",
                starts_on=began,
                ends_on=began + timedelta(days=300),
            )
            measure.causes.set(causes)
            measure.goals.set([goal])
            activities = Activity.objects.bulk_create(
                Activity(
                    **own,
                    measure=measure,
                    actor=self.host if which < 4 else self.police,
                    verb=f"går trygghetsrond {which} vid plats {number}",
                    place=f"Plats {number}",
                    number=3,
                    unit="kvällar",
                    due_on=began + timedelta(days=60 * which + 60),
                )
                for which in range(5)
            )
            late = number % 25 == 7
            ActivityLog.objects.bulk_create(
                ActivityLog(**own, activity=activity, done_on=activity.due_on, amount=1, person=self.person)
                for activity in activities
                for _time in range(1 if late else 3)
                if activity.due_on < self.today
            )
            if old or not late:
                FollowUp.objects.create(**self._told(began), measure=measure)
            if number % 5 < 2:
                promise = Promise.objects.create(
                    **own,
                    collaboration=self.collaboration,
                    problem=problem,
                    area=self.area,
                    title=f"Tryggare vid plats {number}",
                    text="Vi går trygghetsronder och lagar belysningen.",
                    starts_on=began,
                    ends_on=began + timedelta(days=120),
                    report_by=began + timedelta(days=150),
                    state="published",
                )
                promise.parties.set([self.host, self.police])
                promise.activities.set(activities)
                promise.offered = self._package(promise, self.host, self.police)
                promise.published = self._package(promise, self.host, None)
                promise.save()
                told = self._package(promise, self.host, None, "promise_outcome")
                FollowUp.objects.create(**self._told(began), promise=promise, kept="kept", published=told)
                self._package(promise, self.police, self.host)
        head, _new = AuditHead.objects.get_or_create(organisation=self.host)
        number = head.length
        AuditEntry.objects.bulk_create(
            AuditEntry(
                head=head,
                number=number + 1 + step,
                at=datetime.now(UTC),
                person=self.person.uuid,
                deed="plans.log_activity",
                outcome="done",
                hash="0" * 64,
            )
            for step in range(20 * len(numbers))
        )
        AuditHead.objects.filter(pk=head.pk).update(length=number + 20 * len(numbers))

    def _day(self, number: int) -> date:
        """When the problem was taken up: spread over ten years, alike in every part of the world.

        The first was so long ago that its plan is due for follow-up: what a page asks then it asks in every size.
        """
        return self.today - timedelta(days=30 + (900 + number * 733) % 3600)

    def _told(self, began: date) -> dict[str, Any]:
        return {
            "organisation": self.host,
            "followed_on": min(began + timedelta(days=140), self.today),
            "colour": "green",
            "seen": "Belysningen är lagad och färre skador anmäls.",
            "next": "continue",
            "public_text": "Vi gjorde det vi lovade.",
            "person": self.person,
        }

    def _package(self, promise: Any, sender: Any, receiver: Any, kind: str = "promise") -> Any:
        from tillsammans.collaboration.models import Approval, Comment, Opening, Package, Receiver
        from tillsammans.evaluation.content import ActivityOutcome, OutcomeContent
        from tillsammans.kernel.canonical import content_hash
        from tillsammans.kernel.content import freeze
        from tillsammans.plans.content import ActivityContent
        from tillsammans.promises.content import PartyContent, PromiseContent

        own = sender == self.host
        activities = [
            ActivityContent(
                # What the police ask of the municipality are activities of the police's own plan.
                uuid=str(activity.uuid if own else uuid4()),
                actor=self.host.name,
                actor_uuid=str(self.host.uuid),
                verb=activity.verb,
                place=activity.place,
                number=activity.number,
                unit=activity.unit,
                due_on=activity.due_on.isoformat(),
            )
            for activity in promise.activities.all()[: None if own else 1]
        ]
        content: Any = PromiseContent(
            uuid=str(promise.uuid if own else uuid4()),
            organisation=sender.name,
            title=promise.title,
            text=promise.text,
            benefit="",
            basis="",
            area=self.area.name,
            problem=promise.problem.title,
            starts_on=promise.starts_on.isoformat(),
            ends_on=promise.ends_on.isoformat(),
            report_by=promise.report_by.isoformat(),
            parties=tuple(PartyContent(str(p.uuid), p.name, p.kind) for p in (self.host, self.police)),
            activities=tuple(activities),
        )
        slug = f"lofte-{promise.pk}"
        if kind == "promise_outcome":
            content = OutcomeContent(
                uuid=str(uuid4()),
                promise_uuid=str(promise.uuid),
                promise_title=promise.title,
                slug=slug,
                organisation=sender.name,
                followed_on=promise.ends_on.isoformat(),
                kept="kept",
                activities=tuple(
                    ActivityOutcome(one.uuid, one.actor, one.verb, one.unit, one.number, 3) for one in activities
                ),
                public_text="Vi gjorde det vi lovade.",
                lesson="",
                next="continue",
                next_words="",
            )
        text = freeze(content)
        person = self.person if own else self.officer
        package = Package.objects.create(
            organisation=sender,
            kind=kind,
            title=promise.title,
            subject=content.uuid,
            content=text,
            hash=content_hash(text),
            purpose="Förebygga brott",
            ground="agreement" if receiver else "public",
            asks_approval=bool(receiver) and own,
            collaboration=self.collaboration if own else None,
            public=receiver is None,
            slug="" if receiver else slug,
            sent_by=person,
            sent_at=datetime.combine(promise.starts_on, datetime.min.time(), UTC),
        )
        if receiver:
            Receiver.objects.create(organisation=sender, package=package, receiver=receiver, approves=own)
            other = self.officer if own else self.person
            Opening.objects.create(organisation=receiver, package=package, person=other)
            Comment.objects.create(organisation=receiver, package=package, text="Det här är bra.", person=other)
            if own:
                for signer, name in ((self.host, self.person), (self.police, self.officer)):
                    Approval.objects.create(
                        organisation=signer, package=package, hash=package.hash, answer="approved", person=name
                    )
        return package

    def _figures(self, months: range) -> None:
        """Values of all series in some months, counted backwards from the end of last year."""
        from tillsammans.indicators.models import Import, Indicator, Series, Value

        own = {"organisation": self.host}
        if not self.series:
            self.imported = Import.objects.create(
                **own,
                kind="table",
                source="Kommunen",
                files=f"{'0' * 64} felanmalan.csv",
                state="in_force",
                person=self.person,
                in_force_at=datetime.now(UTC),
            )
            for number in range(SERIES):
                indicator = Indicator.objects.create(code=f"growth-{number}", name=f"Felanmälan {number}", unit="count")
                self.series.append(
                    Series.objects.create(
                        **own, indicator=indicator, area=self.area, period_kind="month", source="Kommunen"
                    )
                )
        year = self.today.year - 1
        Value.objects.bulk_create(
            Value(
                **own,
                series=series,
                imported=self.imported,
                period=f"{year - month // 12}-{12 - month % 12:02}",
                value=Decimal(20 + (month * 7 + series.pk * 13) % 11),
            )
            for series in self.series
            for month in months
        )


def fetch(client: Any, path: str, runs: int) -> Page:
    """One page: its status, its questions to the database, its bytes and its processor time."""
    from django.db import connection

    asked: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    client.get(path)  # warm: templates, and what a process remembers between requests
    questions = []
    for _time in range(2):  # once a minute, a session is told that it is still in use
        asked.clear()
        with connection.execute_wrapper(count):
            client.get(path)
        questions.append(len(asked))
    taken = []
    for _run in range(runs):
        start = time.process_time()
        answer = client.get(path)
        taken.append(time.process_time() - start)
    options = max((one.count("<option") for one in _SELECT.findall(answer.content.decode())), default=0)
    return Page(answer.status_code, min(questions), len(answer.content), options, 1000 * statistics.median(taken))


def addresses(client: Any) -> dict[str, str]:
    """One address of each kind of page that links lead to from the start page: route -> path."""
    from pages import links, route_of

    found: dict[str, str] = {}
    queue, seen = ["/"], {"/"}
    while queue:
        path = queue.pop(0)
        route = route_of(path)
        if route is None or route in found:
            continue
        answer = client.get(path)
        if answer.status_code in (301, 302):
            queue.append(answer["Location"])
            continue
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        found[route] = path
        for link in links(path, answer.content.decode()):
            if link not in seen:
                seen.add(link)
                queue.append(link)
    return found


def exponent(sizes: list[float], values: list[float]) -> float:
    """The slope of log(value) over log(size), by least squares, over the sizes above 0."""
    points = [(math.log(s), math.log(max(v, 1e-6))) for s, v in zip(sizes, values, strict=True) if s > 0]
    if len(points) < 2:
        return 0.0
    x, y = (statistics.mean(axis) for axis in zip(*points, strict=True))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _b in points)


def broken(route: str, sizes: list[float], pages: list[Page]) -> Iterator[str]:
    """What a page does that it may not."""
    last = pages[-1]
    if any(page.status not in (200, 302) for page in pages):
        yield f"answers {sorted({page.status for page in pages})}"
    if last.milliseconds >= LIMIT_MS:
        yield f"{last.milliseconds:.0f} ms"
    if last.size >= LIMIT_BYTES:
        yield f"{last.size // 1000} kB"
    if last.options > LIMIT_OPTIONS:
        yield f"a choice of {last.options}"
    if route in SHOWS_ALL:
        return
    for what, values in (
        ("time", [page.milliseconds for page in pages]),
        ("bytes", [float(page.size) for page in pages]),
    ):
        if (grows := exponent(sizes, values)) > LIMIT_EXPONENT:
            yield f"{what} grows with exponent {grows:.2f}"
    first = next(page for size, page in zip(sizes, pages, strict=True) if size > 0)
    if last.queries > first.queries:
        yield f"{first.queries} queries become {last.queries}"


def slower_than_pretalx(own: float) -> Iterator[str]:
    """Hold the start page against pretalx's dashboard in the same run, or say that it is absent."""
    command = os.environ.get(PRETALX, "")
    if not command:
        print(f"\npretalx: absent ({PRETALX} names no command)")
        return
    said = subprocess.run(shlex.split(command), capture_output=True, text=True, check=True).stdout
    theirs = float(said.split()[-1])
    print(f"\nstart page {own:.1f} ms; pretalx's dashboard {theirs:.1f} ms ({theirs / own:.1f} times as long)")
    if own > theirs:
        yield f"start page slower than pretalx's dashboard ({theirs:.0f} ms)"


def measure(only: str, fast: bool) -> int:
    """Grow, measure, print; 1 if a limit was broken."""
    from pages import signed_in

    from tillsammans.kernel.scope import everywhere
    from tillsammans.parties.models import Role

    with everywhere("the benchmark signs in as the coordinator"):
        role = Role.objects.select_related("person", "organisation").get(
            person__name="Karin Ek", organisation__slug="osthammar"
        )
        work = Work()
    client = signed_in(role)
    client.raise_request_exception = False  # a page that fails is in the report, as a 500
    paths = {route: path for route, path in addresses(client).items() if only in route or only == path}
    if not paths:
        print(f"no page named {only}")
        return 1
    sizes = [0.0, 0.125, 1.0] if fast else list(SIZES)
    runs = 3 if fast else 5
    found: dict[str, list[Page]] = {route: [] for route in paths}
    for size in sizes:
        start = time.perf_counter()
        if size:
            with everywhere("the benchmark writes years of work"):
                work.grow(size)
        grown = time.perf_counter() - start
        for route, path in paths.items():
            found[route].append(fetch(client, path, runs))
        print(
            f"size {size:<6} {work.made} problems: written in {grown:.1f} s, all in {time.perf_counter() - start:.1f}"
        )
    print(f"\n{'ms, by size':>44}{'exp.':>7}{'kB':>8}{'queries':>9}  page")
    faults = []
    for route, pages in sorted(found.items(), key=lambda one: -one[1][-1].milliseconds):
        times = [page.milliseconds for page in pages]
        print(
            f"{'  '.join(f'{one:6.1f}' for one in times):>44}{exponent(sizes, times):>7.2f}"
            f"{pages[-1].size / 1000:>8.1f}{pages[-1].queries:>9}  {route}  {paths[route]}"
        )
        faults += [f"{route} ({paths[route]}): {fault}" for fault in broken(route, sizes, pages)]
    if "duties:week" in found:
        faults += slower_than_pretalx(found["duties:week"][-1].milliseconds)
    print(f"\n{len(found)} pages, {len(faults)} limits broken")
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="PAGE", help="a part of a route's name (duties:week), or a path")
    parser.add_argument("--fast", action="store_true", help="three sizes and three requests instead of five and five")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tillsammans-growth-") as folder:
        os.environ.update(
            TILLSAMMANS_VAR=folder,
            TILLSAMMANS_DATABASE=str(Path(folder) / "growth.sqlite3"),
            TILLSAMMANS_DEMO="1",
            DJANGO_SETTINGS_MODULE="tillsammans.config.settings",
        )
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        from tillsammans.config.demo import fill

        logging.disable(logging.ERROR)  # what a page answers is in the report
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
        call_command("migrate", verbosity=0)
        fill()
        return measure(chosen.only, chosen.fast)


if __name__ == "__main__":
    sys.exit(main())
