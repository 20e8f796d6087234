"""A stored text that cannot be read hides no other: lists show the others, its own pages say so, verify names it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import models
from django.test import Client, override_settings
from tests.architecture.strangers import pages_without_objects

from tillsammans.collaboration.models import Package
from tillsammans.imports.models import Mapping
from tillsammans.indicators.models import Import
from tillsammans.kernel import clock
from tillsammans.kernel.canonical import canonical, content_hash, parsed
from tillsammans.kernel.content import MARK, freeze
from tillsammans.kernel.scope import everywhere
from tillsammans.kernel.verify import faults
from tillsammans.parties.models import Organisation, Role
from tillsammans.patterns import queries
from tillsammans.patterns.models import Finding, PatternArea
from tillsammans.picture.findings import KeptFinding
from tillsammans.picture.models import AdoptedPicture, Section, Snapshot, Statement
from tillsammans.plans.models import ActionPlan
from tillsammans.police_events.models import EventImport
from tillsammans.promises.models import Promise

pytestmark = pytest.mark.django_db  # each test inside the filled demo is rolled back by itself
RELEASED = Path(__file__).parent / "0.1.0"
SAID = "går inte att läsa"


@pytest.fixture(scope="module", autouse=True)
def shown(demo: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The program runs as a demo on the demo's database."""
    with override_settings(VAR=tmp_path_factory.mktemp("demo"), DEMO=True):
        yield


def signed_in(slug: str, kind: str) -> Client:
    client = Client()
    with everywhere("the test signs in as a role"):
        person = Role.objects.get(organisation__slug=slug, kind=kind, person__demo=True).person
    assert client.post("/demo/", {"person": person.uuid}).status_code == 302
    return client


def visitors() -> dict[str, Client]:
    return {
        "everyone": Client(),
        "coordinator": signed_in("osthammar", "coordinator"),
        "police": signed_in("norduppland", "municipality_police"),
        "county": signed_in("uppsala-lan", "county_coordinator"),
    }


def first(rows: models.QuerySet[Any], **those: Any) -> Any:
    return rows.filter(**those).order_by("pk")[0]


@dataclass(frozen=True)
class Stored:
    """A kind of stored content: one row of it, in which field, and what pages of it answer (who, address, status)."""

    row: Callable[[], Any]
    pages: Callable[[Any], list[tuple[str, str, int]]]
    field: str = "content"
    verified: bool = True


def _promise_pages(package: Package) -> list[tuple[str, str, int]]:
    uuid = Promise.objects.get(offered__hash=package.hash).uuid
    received = first(Package.objects.filter(hash=package.hash, receivers__receiver__slug="norduppland")).uuid
    return [
        ("everyone", "/offentligt/", 200),
        ("everyone", f"/offentligt/loften/{package.slug}/", 410),
        ("everyone", f"/offentligt/loften/{package.slug}/lofte.pdf", 410),
        ("coordinator", f"/loften/{uuid}/", 410),
        ("coordinator", f"/loften/{uuid}/lofte.pdf", 410),
        ("police", "/plan/aktiviteter/", 200),
        ("police", "/", 200),
        ("police", f"/samverkan/paket/{received}/", 200),
    ]


def _kept() -> Statement:
    """A finding in a draft; the demo has none."""
    section = first(Section.objects, picture__state="shared", picture__organisation__slug="osthammar")
    row = first(Finding.objects)
    return Statement.objects.create(
        organisation=section.organisation,
        section=section,
        text="Ett fynd",
        source="Statistik",
        source_kind="statistics",
        strength="good",
        finding=(text := freeze(KeptFinding(queries.content_of(row), (), "Tillsammans"))),
        finding_sha256=content_hash(text),
    )


def _mapping() -> Mapping:
    person = Role.objects.get(organisation__slug="osthammar", kind="coordinator").person
    columns = (RELEASED / "columns/brander.json").read_text()
    home = Organisation.objects.get(slug="osthammar")
    return Mapping.objects.create(organisation=home, name="Bränder", fingerprint="x", columns=columns, person=person)


def _upload() -> Import:
    person = Role.objects.get(organisation__slug="osthammar", kind="coordinator").person
    preview = (RELEASED / "preview/databasfil.json").read_text()
    home = Organisation.objects.get(slug="osthammar")
    return Import.objects.create(
        organisation=home, kind="databasfil", files="uttag.txt 0", person=person, preview=preview
    )


def _events() -> EventImport:
    person = Role.objects.get(organisation__slug="osthammar", kind="coordinator").person
    return EventImport.objects.create(
        organisation=Organisation.objects.get(slug="osthammar"),
        files="handelser.json 0",
        state="in_force",
        in_force_at=clock.now(),
        person=person,
        preview=(RELEASED / "events/answer.json").read_text(),
    )


STORED = {
    "promise": Stored(lambda: first(Package.objects, kind="promise", public=True), _promise_pages),
    "promise_outcome": Stored(
        lambda: first(Package.objects, kind="promise_outcome", public=True),
        lambda row: [
            ("everyone", "/offentligt/", 200),
            ("everyone", f"/offentligt/loften/{row.slug}/", 200),
            ("everyone", f"/offentligt/loften/{row.slug}/lofte.pdf", 410),
        ],
    ),
    "plan": Stored(
        lambda: first(ActionPlan.objects, state="adopted"),
        lambda row: [("coordinator", f"/plan/{row.uuid}/", 410), ("coordinator", f"/plan/{row.uuid}/plan.pdf", 410)],
    ),
    "shared plan": Stored(
        lambda: first(Package.objects, kind="plan"), lambda row: [("county", f"/samverkan/paket/{row.uuid}/", 200)]
    ),
    "picture": Stored(
        lambda: first(AdoptedPicture.objects),
        lambda row: [
            ("coordinator", f"/lagesbild/{row.picture.uuid}/", 410),
            ("coordinator", f"/lagesbild/{row.picture.uuid}/lagesbild.pdf", 410),
        ],
    ),
    "shared picture": Stored(
        lambda: first(Package.objects, kind="picture", receivers__receiver__slug="uppsala-lan"),
        lambda row: [("county", f"/samverkan/paket/{row.uuid}/", 200)],
    ),
    "problem": Stored(lambda: first(Snapshot.objects), lambda row: []),
    "kept finding": Stored(
        _kept,
        lambda row: [
            ("coordinator", f"/lagesbild/{row.section.picture.uuid}/", 200),
            ("coordinator", f"/lagesbild/{row.section.picture.uuid}/lagesbild.docx", 200),
        ],
        "finding",
    ),
    "finding": Stored(
        lambda: first(Finding.objects, kind="trend", area__code="0382"),
        lambda row: [
            ("coordinator", f"/underlag/sticker-ut/?omrade={row.area.uuid}&slag=trend", 200),
            ("coordinator", f"/underlag/serie/{row.series_row.uuid}/fynd/trend/", 410),
        ],
    ),
    "too few": Stored(
        lambda: first(PatternArea.objects),
        lambda row: [("coordinator", f"/underlag/sticker-ut/?omrade={row.area.uuid}", 200)],
        "too_few",
    ),
    "preview": Stored(
        _upload,
        lambda row: [("coordinator", f"/underlag/inlasning/filer/{row.uuid}/", 410)],
        "preview",
        verified=False,  # what was checked is checked again by handing it in
    ),
    "columns": Stored(_mapping, lambda row: [("coordinator", "/underlag/inlasning/kallor/", 200)], "columns"),
    "events": Stored(
        _events,
        lambda row: [
            ("coordinator", "/underlag/polisen/", 200),
            ("coordinator", f"/underlag/polisen/inlasning/{row.uuid}/", 410),
        ],
        "preview",
    ),
}


def damage(stored: Stored) -> Any:
    """Take one field away from every row that holds the text; gives one of the rows, as it was."""
    row = stored.row()
    text = getattr(row, stored.field)
    said = parsed(text)
    del said[next(name for name in said if name != MARK)]
    type(row)._base_manager.filter(**{stored.field: text}).update(**{stored.field: canonical(said)})
    return row


@pytest.mark.parametrize("kind", STORED)
def test_one_removed_field_is_said_where_it_matters(kind: str) -> None:
    clients = visitors()
    with everywhere("somebody with the database at hand takes a field away"):
        row = damage(STORED[kind])
        pages = STORED[kind].pages(row)
    for who, address, status in pages:
        answer = clients[who].get(address)
        assert (address, answer.status_code) == (address, status)
        if answer["Content-Type"].startswith("text/html"):
            assert SAID in answer.content.decode(), address
    if not STORED[kind].verified:
        return
    named = [fault for fault in faults() if SAID in fault.message]
    assert any(str(row.uuid) in f.subject or str(getattr(row, "picture", row).uuid) in f.subject for f in named)
    assert all("fält saknas" in fault.message for fault in named)


def test_no_list_is_hidden_by_what_cannot_be_read() -> None:
    clients = visitors()
    with everywhere("somebody with the database at hand takes fields away"):
        for stored in STORED.values():
            damage(stored)
    for who, client in clients.items():
        for address in pages_without_objects():
            assert client.get(address).status_code in (200, 302, 403, 404, 422), (who, address)
