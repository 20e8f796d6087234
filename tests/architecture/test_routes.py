"""Every route is guarded, and what is open to everyone is a literal list."""

import pytest
from django.conf import settings
from django.urls import get_resolver

from tests.architecture.test_house import ROOT
from tillsammans.config.testimony import all_routes, load_deeds, permission_page, walk
from tillsammans.kernel.access import Policy, holds_link
from tillsammans.kernel.deeds import DEEDS

pytestmark = pytest.mark.pure

OPEN = {
    "components",
    "demo",
    "demo_role",
    "duties:week",
    "figure_gallery",
    "parties:logo",
    "parties:look",
    "portal:about",
    "portal:accessibility",
    "portal:check",
    "portal:help",
    "portal:promise",
    "portal:promise_pdf",
    "portal:promises",
    "portal:verify",
    "ready",
}
# What a link opens, without signing in.
LINKS = {"parties:invitation"}
# Routes of the sign-in library that we do not use; the door answers 404.
SHUT_PREFIXES = ("account_", "mfa_", "socialaccount_")


def test_every_route_has_a_door_or_is_part_of_signing_in() -> None:
    for path, name, view in walk(get_resolver().url_patterns):
        if getattr(view, "door", None) is None and name not in settings.SIGN_IN_DOORS:
            assert name.startswith(SHUT_PREFIXES), path


def test_what_is_open_to_everyone_is_this_list() -> None:
    opened = {route["name"] for route in all_routes() if route["public"]}
    assert opened - settings.SIGN_IN_DOORS == OPEN


def test_what_links_open_is_this_list_and_each_page_has_a_deed_that_a_link_may_do() -> None:
    load_deeds()
    doors = {
        name: view.door
        for _path, name, view in walk(get_resolver().url_patterns)
        if getattr(getattr(view, "door", None), "verb", "")
    }
    assert set(doors) == LINKS
    by_link = {name for name, deed in DEEDS.items() if holds_link in parts(deed.policy)}
    assert {door.verb for door in doors.values()} == by_link


def parts(policy: Policy) -> list[Policy]:
    """The predicates of a policy."""
    return [policy] if not policy.parts else [inner for part in policy.parts for inner in parts(part)]


def test_a_change_is_never_a_get_only_page() -> None:
    for route in all_routes():
        assert set(route["methods"]) <= {"GET", "POST"}, route


def test_the_permission_page_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "permissions.md").read_text() == permission_page()
