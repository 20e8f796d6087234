"""Whoever tries every door with every address of Östhammar's finds nothing, changes nothing and reads nothing."""

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from tests.architecture.strangers import (
    WITHOUT_PAGE,
    Hidden,
    Route,
    add_to_demo,
    ask,
    hidden_from,
    in_the_room_of,
    looked_in,
    owned_models,
    pages_without_objects,
    routes_with_objects,
    shared_with,
    table_hash,
    visitor,
    written_to,
)
from tillsammans.kernel.scope import everywhere
from tillsammans.parties.models import Organisation

NOBODY = ""
STRANGER, COUNTY = "tierp", "uppsala-lan"
# Shut to whoever does not run the installation, before anything is looked for.
SHUT = {"/omraden/polis/<uuid:uuid>/", "/omraden/polis/<uuid:uuid>/nytt/", "/omraden/polis/fil/<uuid:uuid>/"}


APPS = sorted({route.app for route in routes_with_objects()})

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def county(demo: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        add_to_demo()


@pytest.fixture(scope="module")
def hidden(county: None) -> Callable[..., Hidden]:
    """What a visitor must not see, looked up once: no test changes it."""
    return cache(hidden_from)


def own_address(slug: str, table: str) -> UUID | None:
    """The address of a row of the visitor's own in that table."""
    model = next(model for model in owned_models() if model._meta.db_table == table)
    with everywhere("a test looks"):
        row = model.objects.filter(organisation=Organisation.objects.get(slug=slug)).first()
    return row.uuid if row else None


def attempts(client: Client, slug: str, route: Route, method: str, hidden: Hidden) -> list[str] | None:
    """The paths to try: hidden addresses of the tables in which the page itself looks; ``None`` behind a shut door.

    The page is asked with an address of nothing, and where it looks shows in its SQL. A second address in the same
    path is tried behind a strange first one and behind one of the visitor's own; where the page does not look for it
    by SQL, one address of every table is tried.
    """
    holes: list[list[UUID]] = []
    before: tuple[UUID, ...] = ()
    for number in range(len(route.holes)):
        for words in route.ways():
            nothing = uuid4()
            rest = [uuid4() for _ in route.holes[number + 1 :]]
            response, said = ask(client, method, route.filled((*before, nothing, *rest), words))
            if response.status_code == 403 and number == 0:
                return None
            assert response.status_code == 404, f"{method} {route.path} with nothing answers {response.status_code}"
            tables = sorted(looked_in(said, nothing) & set(hidden.addresses))
            if tables:
                break
        found = [address for table in tables for address in hidden.addresses[table]]
        mine = [own for table in tables if (own := own_address(slug, table))]
        if number + 1 < len(route.holes):
            before = (*before, (mine or found)[0])
            holes.append(found[:1] + mine)
        else:
            holes.append(found or [some[0] for some in hidden.addresses.values() if some])
    assert all(holes), f"{method} {route.path} looks in no table that Östhammar has rows in"
    return [route.filled(combination, words) for combination in product(*holes)]


def no_door_opens(slug: str, app: str, hidden: Hidden) -> None:
    """Whatever the address, the answer is that there is nothing; nothing is written."""
    client, before, shut = visitor(slug), table_hash(), set()
    routes = [route for route in routes_with_objects() if route.app == app]
    for route in routes:
        for method in route.methods:
            paths = attempts(client, slug, route, method, hidden)
            if paths is None:
                shut.add(route.path)
                continue
            for path in paths:
                response, said = ask(client, method, path)
                assert response.status_code == 404, f"{method} {path} ({route.path}) answers {response.status_code}"
                assert written_to(said) == set(), f"{method} {path} ({route.path})"
                assert hidden.told_by(response) == [], f"{method} {path} ({route.path})"
    assert shut == {route.path for route in routes} & SHUT
    assert table_hash() == before


def no_page_tells(client: Client, hidden: Hidden, at_least: int) -> None:
    """The visitor's own pages and lists hold no text of others; ``at_least`` so many were really shown."""
    shown, before = 0, table_hash()
    for path in pages_without_objects():
        response, said = ask(client, "GET", path)
        assert response.status_code in (200, 302, 403, 404), path
        assert hidden.told_by(response) == [], path
        assert written_to(said) == set(), path
        shown += response.status_code == 200
    assert shown >= at_least
    assert table_hash() == before


def test_something_of_everything_is_hidden_from_the_stranger(hidden: Callable[..., Hidden]) -> None:
    """What follows tries what is hidden, so there must be a lot of it."""
    found = hidden(STRANGER)
    empty = {model._meta.label for model in owned_models() if not found.addresses[model._meta.db_table]}
    assert empty == WITHOUT_PAGE
    assert len(found.texts) > 60


@pytest.mark.slow("tries every address with every method")
@pytest.mark.parametrize("app", APPS)
def test_a_stranger_with_every_role_finds_reads_and_changes_nothing(app: str, hidden: Callable[..., Hidden]) -> None:
    no_door_opens(STRANGER, app, hidden(STRANGER))


@pytest.mark.parametrize("slug", [STRANGER, COUNTY])
def test_no_page_of_ones_own_tells_of_others(slug: str, hidden: Callable[..., Hidden]) -> None:
    no_page_tells(visitor(slug), hidden(slug), at_least=25)


@pytest.mark.parametrize("slug", [STRANGER, COUNTY, NOBODY])
def test_a_room_holds_nothing_of_others_but_what_was_shared(slug: str) -> None:
    shared = shared_with(slug)
    assert shared
    assert {label: rows - shared for label, rows in in_the_room_of(slug).items() if rows - shared} == {}


@pytest.mark.slow("tries every address with every method")
@pytest.mark.parametrize("app", APPS)
def test_the_county_board_reaches_what_was_shared_with_it_and_nothing_else(
    app: str, hidden: Callable[..., Hidden]
) -> None:
    no_door_opens(COUNTY, app, hidden(COUNTY, most=2))


def test_nobody_gets_past_the_sign_in(hidden: Callable[..., Hidden]) -> None:
    client, before = visitor(NOBODY), table_hash()
    anything = [some[-1] for some in hidden(NOBODY).addresses.values() if some]
    for number, route in enumerate(routes_with_objects()):
        for method in route.methods:
            # The door looks at nothing but the visitor, so any object will do; all kinds take their turn.
            path = route.filled(tuple(anything[number % len(anything)] for _ in route.holes), next(route.ways()))
            response, said = ask(client, method, path)
            assert response.status_code == 302, f"{method} {path}"
            assert response.headers["Location"] == f"/konto/login/?next={path if 'GET' in route.methods else '/'}"
            assert said == [], f"{method} {path} asks the database for somebody who has not signed in"
    assert table_hash() == before
    no_page_tells(client, hidden(NOBODY), at_least=6)
