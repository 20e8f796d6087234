"""A filled county with something of everything in Östhammar, and a stranger who tries every door."""

import hashlib
import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import connection, models
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

import tillsammans
from tillsammans.areas.models import (
    Area,
    AreaGroup,
    AreaGroupImport,
    AreaGroupMember,
    AreaImport,
    AreaLink,
)
from tillsammans.collaboration.models import Package, PartyAnswer, Receiver
from tillsammans.config.testimony import walk
from tillsammans.duties.models import Postponement
from tillsammans.geo.own_areas import AreaFile, Shape
from tillsammans.imports.models import Mapping
from tillsammans.indicators.models import Import, Indicator, Series, SeriesBreak, Value
from tillsammans.kernel.canonical import canonical, content_hash
from tillsammans.kernel.content import freeze
from tillsammans.kernel.models import Job, Link, OutgoingMail, Owned
from tillsammans.kernel.scope import Scope, everywhere, within
from tillsammans.parties.models import Invitation, Organisation, Person, Role
from tillsammans.patterns.models import Finding, PatternArea, PatternRun
from tillsammans.patterns.results import Counts, FindingContent, Trend, exact
from tillsammans.police_events.models import EventImport, PoliceEvent

# Rows without an address or a text of their own that a page could show.
WITHOUT_PAGE = {"kernel.AnsweredRequest"}
# What a request may write without touching anybody's rows: the log of refusals, and the visitor's own session.
OWN_TRACES = {"kernel_auditentry", "kernel_audithead", "django_session"}
# What the words of an address can be, until a page is found that looks something up.
WORDS = {
    "form": ["pdf", "csv", "png", "svg", "docx", "json"],
    "figure": ["serie", "linje", "line", "series", "season", "sasong"],
    "kind": ["section", "statement", "gap", "figure", "avsnitt", "uppgift", "lucka", "figur", "trend"],
}
_HOLE = re.compile(r"<(?:(\w+):)?(\w+)>")
_WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)"?', re.I)


def owned_models() -> list[type[Owned]]:
    return [model for model in apps.get_models() if issubclass(model, Owned)]


def add_to_demo() -> None:
    """To the demo, in Östhammar one row of whatever it has nothing of; strangers with every role."""
    day, moment = date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)
    with everywhere("a test lays its world"):
        home = Organisation.objects.get(slug="osthammar")
        person = _person(home)
        job = Job.objects.create(
            organisation=home,
            person=person,
            kind="imports.check",
            title="Kanariens arbete",
            message="Kanariens läge nu",
        )
        parent = Area.objects.get(kind="municipality", code="0382", valid_to=None)
        area = Area.objects.create(
            organisation=home, kind="own", code="kanarie-1", name="Kanariens eget område", valid_from=day
        )
        AreaLink.objects.create(organisation=home, parent=parent, child=area, kind="administrative", valid_from=day)
        AreaImport.objects.create(
            organisation=home,
            kind="own",
            files=f"{'0' * 64} Kanariens områdesfil",
            content=_areas(),
            parent=parent,
            person=person,
        )
        sorting = AreaGroupImport.objects.create(
            organisation=home,
            files=f"{'0' * 64} kanariens-grupper.csv",
            source="Kanariens indelning",
            person=person,
        )
        for kind, imported_groups in (("kolada", sorting), ("own", None)):
            group = AreaGroup.objects.create(
                organisation=home, kind=kind, name=f"Kanariens grupp {kind} hemlig", imported=imported_groups
            )
            AreaGroupMember.objects.create(organisation=home, group=group, area=parent)
        invitation = Invitation.objects.create(
            organisation=home, email="kanarie@hemlig.example", name="Kanarie Hemlig", kind="reader"
        )
        Link.objects.create(
            organisation=home,
            kind="parties.Invitation",
            subject=invitation.uuid,
            verb="parties.accept_invitation",
            token_hash="f" * 64,
            expires_at=datetime(2099, 1, 1, tzinfo=UTC),
            uses_left=1,
        )
        OutgoingMail.objects.create(
            organisation=home,
            receiver="kanarie@hemlig.example",
            subject="Kanariens brev",
            body="Kanariens brevtext",
            key="kanarie-brev",
            state="failed",
            next_try_at=moment,
            error="Kanariens brevfel",
        )
        imported = Import.objects.create(
            organisation=home,
            kind="databasfil",
            source="Kanariens import",
            files="kanarie.txt 0",
            person=person,
            state="in_force",
            in_force_at=moment,
        )
        Mapping.objects.create(
            organisation=home, name="Kanariens kolumner", fingerprint="k" * 64, columns="{}", person=person
        )
        Import.objects.create(
            organisation=home, kind="databasfil", files=f"{'0' * 64} kanarie-upp.txt", person=person, job=job
        )
        series = Series.objects.create(
            organisation=home,
            indicator=Indicator.objects.filter(code__startswith="bra.").order_by("pk")[0],
            area=area,
            breakdown="Kanariens grupp",
            period_kind="month",
            source="Kanariens serie",
        )
        Value.objects.create(organisation=home, series=series, period="2026-01", imported=imported, value=8765)
        _stand_out(home, series)
        told = EventImport.objects.create(
            organisation=home,
            files="kanarie.json 0",
            person=person,
            state="in_force",
            in_force_at=moment,
            preview='{"inputs_fingerprint":"","changed":0,"county_only":0,"covered":[],"empty":[],"first":null,"gaps":[],"last":null,'
            '"new":1,"nowhere":0,"summaries":0,"unchanged":0}',
        )
        PoliceEvent.objects.create(
            organisation=home,
            imported=told,
            number=987654,
            seen=moment,
            published=moment,
            day=day,
            title="Kanariens egen händelse",
            type="Kanariens typ av händelse",
            summary="Kanarien sjöng på torget.",
            folded="kanarien sjong",
            path="/kanarie/",
            place="Kanariens ort i norr",
            municipality="0382",
            county="03",
        )
        Postponement.objects.create(organisation=home, person=person, step="kanariens-steg", until=day)
        for slug in ("tierp", "uppsala-lan"):
            stranger = Organisation.objects.get(slug=slug)
            for kind in Role.Kind.values:
                Role.objects.get_or_create(
                    organisation=stranger,
                    person=_person(stranger),
                    kind=kind,
                    defaults={"signs": True, "valid_from": day},
                )


def _areas() -> str:
    shape = Shape("Kanariens yta", "kanarie-2", "", Decimal(1), 4, "0382")
    return freeze(AreaFile("own", "2026", "GeoJSON", "WGS 84", False, None, None, (shape,), (), None))


def _stand_out(home: Organisation, series: Series) -> None:
    """A look at the figures that found something, and a break in them."""
    SeriesBreak.objects.create(
        organisation=home,
        source="Kanariens serie",
        period="2024-01",
        reason="Kanariens nya brottskod",
        reference="Kanariens rapport",
    )
    look = PatternRun.objects.create(
        organisation=home, inputs_fingerprint="k" * 64, in_force=True, program="Kanariens program"
    )
    PatternArea.objects.create(
        organisation=home,
        run=look,
        area=series.area,
        series=1,
        tests=1,
        longest=60,
        last="2025-12",
        too_few='[{"indicator":"k","last_year":1,"months":60,"name":"Kanariens sällsynta brott"}]',
    )
    result = Trend("2021-01", "2025-12", exact(0.9), exact(0.8), exact(0.95), exact(0.001), 4321, exact(1), exact(0), 0)
    content = canonical(
        FindingContent(
            "trend",
            series.indicator.code,
            "Kanariens brottstyp",
            series.area.code,
            series.area.name,
            series.source,
            Counts("2021-01", (7,) * 60),
            result,
            exact(0.001),
            1,
            exact(0.001),
            1,
        )
    )
    Finding.objects.create(
        organisation=home,
        run=look,
        series_row=series,
        indicator=series.indicator,
        area=series.area,
        kind="trend",
        p=0.001,
        q=0.001,
        q_wide=0.001,
        content=content,
        sha256=content_hash(content),
    )


def _person(organisation: Organisation) -> Person:
    found = Role.objects.filter(organisation=organisation, kind__endswith="coordinator").select_related("person")[0]
    person: Person = found.person
    return person


def visitor(slug: str) -> Client:
    """Somebody with every role in that organisation, or nobody."""
    client = Client()
    if slug:
        with everywhere("a test signs in"):
            organisation = Organisation.objects.get(slug=slug)
            client.force_login(_person(organisation), backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session["second_factor"], session["organisation"] = True, organisation.pk
        session.save()
    return client


@dataclass(frozen=True)
class Route:
    """An address with holes, and the methods that its door takes."""

    path: str
    methods: tuple[str, ...]
    app: str

    @property
    def holes(self) -> list[str]:
        """Names of the holes that take an object's address."""
        return [name for kind, name in _HOLE.findall(self.path) if kind == "uuid"]

    def filled(self, addresses: tuple[UUID, ...], words: dict[str, str]) -> str:
        """The path with the objects' addresses and the words in its holes."""
        given = iter(addresses)
        return _HOLE.sub(lambda hole: str(next(given)) if hole[1] == "uuid" else words.get(hole[2], "x"), self.path)

    def ways(self) -> Iterator[dict[str, str]]:
        """Every combination of words for the other holes."""
        names = [name for kind, name in _HOLE.findall(self.path) if kind != "uuid"]
        for words in product(*(WORDS.get(name, ["x"]) for name in names)):
            yield dict(zip(names, words, strict=True))


def routes_with_objects() -> list[Route]:
    """Every route of ours that takes the address of an object."""
    return [
        Route(path, view.door.methods, view.__module__.split(".")[1])
        for path, _name, view in walk(get_resolver().url_patterns)
        if "<uuid:" in path and hasattr(view, "door")
    ]


def pages_without_objects() -> list[str]:
    """Every page of ours that is shown by GET and needs nothing in its path."""
    return [
        path
        for path, _name, view in walk(get_resolver().url_patterns)
        if "<" not in path and hasattr(view, "door") and "GET" in view.door.methods
    ]


@contextmanager
def queries() -> Iterator[list[str]]:
    """The SQL that the block ran, when it is over."""
    said: list[str] = []
    with CaptureQueriesContext(connection) as caught:
        yield said
    said += [query["sql"] for query in caught.captured_queries]


def ask(client: Client, method: str, path: str) -> tuple[HttpResponseBase, list[str]]:
    """The answer, and the SQL that led to it."""
    with queries() as said:
        response: Any = client.get(path) if method == "GET" else client.post(path, {"idempotency_key": uuid4().hex})
    return response, said


def looked_in(said: list[str], address: UUID) -> set[str]:
    """The tables in which a row with that address was looked for."""
    wanted = re.compile(rf""""(\w+)"\."uuid" (?:=|IN) \(?'(?:{address.hex}|{address})'""")
    return {table for sql in said for table in wanted.findall(sql)}


def written_to(said: list[str]) -> set[str]:
    """The tables that were written to, apart from one's own traces."""
    return {match[1] for sql in said if (match := _WRITES.match(sql))} - OWN_TRACES


def table_hash() -> str:
    """One hash over every row of every table of ours but the log."""
    total = hashlib.sha256()
    for model in apps.get_models():
        if model.__module__.startswith("tillsammans.") and model._meta.db_table not in OWN_TRACES:
            with everywhere("a test compares tables"):
                for row in model._base_manager.order_by("pk").values_list():
                    total.update(repr(row).encode())
    return total.hexdigest()


@dataclass
class Hidden:
    """What a visitor must not see: addresses per table, and texts that stand nowhere the visitor may look."""

    addresses: dict[str, list[UUID]]
    texts: list[str]

    def told_by(self, response: Any) -> list[str]:
        """The hidden texts in an answer."""
        if getattr(response, "streaming", False):
            body = b"".join(response.streaming_content)
        else:
            body = response.content
        shown = html.unescape(body.decode(errors="replace"))
        return [text for text in self.texts if text in shown]


def shared_with(slug: str) -> set[UUID]:
    """Rows of others that were given to the organisation (or to everybody), as the sendings themselves say."""
    with everywhere("a test knows what was sent"):
        sent = Receiver.objects.filter(receiver__slug=slug).select_related("package")
        public = Package.objects.filter(public=True, recalled_at=None)
        answers = PartyAnswer.objects.filter(party__organisation__slug=slug)  # to one's own invitations
        return {row.uuid for row in (*sent, *(one.package for one in sent), *public, *answers)}


def hidden_from(slug: str, most: int = 3) -> Hidden:
    """Rows of others that were not shared with the visitor: at most so many per table, each in another state."""
    shared = shared_with(slug)
    addresses: dict[str, list[UUID]] = {}
    theirs: set[str] = set()
    seen = {program_text(), *Organisation.objects.values_list("name", flat=True)}
    seen |= {text for row in Indicator.objects.all() for text in _texts(row)}
    for model in owned_models():
        with everywhere("a test knows what is hidden"):
            rows = list(model.objects.select_related("organisation").order_by("pk"))
        open_to = [r for r in rows if r.organisation.common or r.organisation.slug == slug or r.uuid in shared]
        open_keys = {row.pk for row in open_to}
        strange = [row for row in rows if row.pk not in open_keys]
        by_state = {tuple(getattr(row, name, None) for name in ("state", "kind", "public")): row for row in strange}
        addresses[model._meta.db_table] = [row.uuid for row in list(by_state.values())[-most:]]
        theirs |= {text for row in strange for text in _texts(row)}
        seen |= {text for row in open_to for text in _texts(row)}
    everything_seen = "\n".join(seen).casefold()
    return Hidden(addresses, sorted(text for text in theirs if text.casefold() not in everything_seen))


def in_the_room_of(slug: str) -> dict[str, set[UUID]]:
    """What the room holds that belongs to others, by table."""
    scope = Scope(Organisation.objects.get(slug=slug).pk) if slug else Scope(public=True)
    with within(scope):
        return {
            model._meta.label: set(
                model.objects.exclude(organisation__common=True)
                .exclude(organisation__slug=slug)
                .values_list("uuid", flat=True)
            )
            for model in owned_models()
        }


@cache
def program_text() -> str:
    """What stands in the program itself is no secret: titles of office, crime types, the examples of components."""
    package = Path(tillsammans.__file__).parent
    paths = [path for path in package.rglob("*") if path.suffix in (".py", ".html") and "demo" not in path.parts]
    return "\n".join(path.read_text() for path in paths)


def _texts(row: models.Model) -> Iterator[str]:
    """Lines of a row's texts that are long enough to be told from other words."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, models.CharField | models.TextField) and isinstance(value, str):
            lines = re.findall(r'"((?:[^"\\]|\\.)*)"', value) if value.startswith(("{", "[")) else value.splitlines()
            yield from (line.strip() for line in lines if len(line.strip()) >= 14 and " " in line.strip())
