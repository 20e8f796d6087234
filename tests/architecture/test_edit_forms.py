"""Whoever opens an edit page and saves without touching anything changes nothing."""

import inspect
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import uuid4

import pytest
from django.db import models
from django.test import Client
from django.urls import get_resolver
from lxml import html

from tests.architecture.strangers import Route, add_to_demo, ask, looked_in, owned_models, visitor
from tillsammans.areas.models import Area, AreaGroup, AreaGroupMember
from tillsammans.config.testimony import walk
from tillsammans.kernel.scope import everywhere
from tillsammans.parties.models import Organisation, Role
from tillsammans.plans.models import ActionPlan
from tillsammans.promises.models import Promise

ROWS = 4  # of each table and organisation, so that empty and filled fields both come


def edit_routes() -> list[Route]:
    """Every page that hands ``form_page`` a row to edit."""
    return [
        Route(path, view.door.methods, view.__module__.split(".")[1])
        for path, _name, view in walk(get_resolver().url_patterns)
        if hasattr(view, "door") and "editing=" in inspect.getsource(inspect.unwrap(view))
    ]


def rows_of(table: str, owner: Organisation) -> list[models.Model]:
    model = next(model for model in owned_models() if model._meta.db_table == table)
    with everywhere("a test looks"):
        return list(model._default_manager.filter(organisation=owner).order_by("-pk"))


def state_of(row: models.Model) -> dict[str, Any]:
    """Every field of the row, and the keys of what is linked to it; not the version, which counts saves.

    A decision counts by what was decided where: each time a body's priority is saved it is recorded anew.
    """
    with everywhere("a test looks"):
        now = type(row)._default_manager.get(pk=row.pk)
        fields = {field.attname: getattr(now, field.attname) for field in now._meta.concrete_fields}
        links = {
            field.name: sorted(getattr(now, field.name).values_list("pk", flat=True))
            for field in now._meta.many_to_many
        }
        if decision := getattr(now, "decision", None):
            fields["decision_id"] = (decision.body_id, decision.decided_on, decision.minutes_reference)
    return {name: value for name, value in (fields | links).items() if name != "version"}


def sent_by_browser(page: bytes) -> dict[str, list[str]]:
    """What a browser sends when the page's form is submitted untouched: line breaks are CRLF."""
    form = next(form for form in html.fromstring(page.decode()).forms if form.get("data-draft") is not None)
    sent: dict[str, list[str]] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value.replace("\r\n", "\n").replace("\n", "\r\n"))
    return sent


@pytest.fixture
def county(demo: None, db: None) -> None:
    """The demo, with its plan and promises as drafts, and a group of as many municipalities as a group must have."""
    add_to_demo()
    with everywhere("a test lays its world"):
        ActionPlan.objects.update(state=ActionPlan.State.DRAFT)
        Promise.objects.update(state=Promise.State.DRAFT)
        group = AreaGroup.objects.get(kind=AreaGroup.Kind.OWN)
        for area in Area.objects.filter(code__in=["0360", "0380"], valid_to=None):
            AreaGroupMember.objects.get_or_create(organisation=group.organisation, group=group, area=area)


def editors() -> Iterator[tuple[Organisation, Client]]:
    """Somebody with every role, in each organisation that owns something."""
    for slug in ("osthammar", "norduppland", "gemensamt"):
        with everywhere("a test signs in"):
            owner = Organisation.objects.get(slug=slug)
            person = Role.objects.filter(organisation=owner).order_by("pk")[0].person
            for kind in Role.Kind.values:
                Role.objects.get_or_create(
                    organisation=owner, person=person, kind=kind, defaults={"signs": True, "valid_from": "2020-01-01"}
                )
        client = visitor("")
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session["second_factor"], session["organisation"] = True, owner.pk
        session.save()
        yield owner, client


def saves_untouched(client: Client, path: str, row: models.Model) -> bool:
    """Whether the row can be edited by that person now; if so, saving it untouched must leave it as it was."""
    page = client.get(path)
    if page.status_code != 200:
        return False
    before = state_of(row)
    answer: Any = client.post(path, sent_by_browser(page.content))
    assert state_of(row) == before, path
    if answer.status_code == 422:  # a rule may stand in the way, but never a field that the page itself left empty
        faulty = answer.context["form"].errors.as_data()
        assert not [error for errors in faulty.values() for error in errors if error.code], faulty
    assert answer.status_code in (302, 403, 422), f"{path} answers {answer.status_code}"
    return answer.status_code == 302


@pytest.mark.slow("opens and saves four rows of each edit page")
def test_an_edit_form_saved_untouched_changes_no_field(county: None) -> None:
    routes = edit_routes()
    saved = {route.path: 0 for route in routes}
    for owner, client in editors():
        for route in routes:
            rows: list[Any] = [owner]
            if route.holes:
                _nothing, said = ask(client, "GET", route.filled((address := uuid4(),), {}))
                rows = [row for table in looked_in(said, address) for row in rows_of(table, owner)]
            can_be_edited = (row for row in rows if saves_untouched(client, route.filled((row.uuid,), {}), row))
            saved[route.path] += len(list(islice(can_be_edited, ROWS)))
    assert len(saved) >= 18
    assert [path for path, count in saved.items() if not count] == [], "the demo has no row that can be edited there"
