"""Who sees what in the menu, and which entry is the current one."""

from django.utils.translation import override

from tillsammans.config.wiring import MENU
from tillsammans.kernel.menu import menu

FRONT = "/offentligt/"


def labels(audience: str) -> list[str]:
    with override("sv"):
        return [label for label, _url, _current in menu(MENU, audience, "/")]


def current(audience: str, path: str) -> list[str]:
    with override("sv"):
        return [label for label, _url, here in menu(MENU, audience, path) if here]


def test_each_kind_of_organisation_sees_what_it_can_use() -> None:
    everyone = ["Veckan", "Underlag", "Lägesbild", "Problem", "Plan", "Löften", "Samverkan"]
    assert labels("municipality") == labels("police") == everyone
    assert labels("common") == ["Veckan", "Underlag", "Områden", "Organisationer"]
    assert labels("county_board") == ["Veckan", "Underlag", "Mottaget", "Samverkan"]
    assert labels("public") == ["Löften", "Om arbetet"]


def test_the_current_entry_is_the_longest_that_holds_the_page() -> None:
    assert current("municipality", "/") == ["Veckan"]
    assert current("municipality", "/lagesbild/problem/x/") == ["Problem"]
    assert current("municipality", "/lagesbild/x/") == ["Lägesbild"]
    assert current("municipality", "/konto/") == []
    assert current("public", FRONT) == current("public", f"{FRONT}loften/x/") == ["Löften"]
    assert current("public", f"{FRONT}tillganglighet/") == []
