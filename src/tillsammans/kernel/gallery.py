"""The figure gallery: every kind of figure in every state, with made-up content, for developers and tests."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from tillsammans.kernel import gallery_examples as examples
from tillsammans.kernel.components_page import example_comparison, example_series
from tillsammans.kernel.doors import open_door
from tillsammans.kernel.figures import Figure, State, print_svg

STATES: dict[State, tuple[str, str]] = {
    State.TOO_LITTLE: ("Underlaget är för litet för att tolkas", "Tre händelser på åtta månader. Minst tjugo behövs."),
    State.SUPPRESSED: ("Uppgifterna visas inte", "Färre än fem personer."),
    State.EMPTY: ("Det finns inga uppgifter", "Polisens statistik för 2026 är inte inläst än."),
}
KINDS: tuple[tuple[str, str, Callable[[], Figure]], ...] = (
    ("series", "Serie med väntat band och händelse", example_series),
    ("broken", "Serie med avbrott, ovanliga månader och preliminära värden", examples.broken_series),
    ("several", "Flera serier", examples.several_series),
    ("comparison", "Jämförelse", example_comparison),
    ("long", "Jämförelse med långa namn", examples.long_comparison),
    ("multiples", "Små diagram", examples.multiples),
    ("profile", "Årstidsprofil", examples.profile),
    ("week", "Veckans timmar", examples.week),
    ("funnel", "Tratt", examples.funnel),
    ("choropleth", "Karta med områden", examples.choropleth),
    ("hexagons", "Karta med rutor", examples.hexagons),
)


def in_state(figure: Figure, state: State) -> Figure:
    """The figure when its values must not or cannot be shown."""
    title, reason = STATES[state]
    return replace(figure, title=title, state=state, reason=reason, status="", note="")


@cache
def _made() -> tuple[tuple[str, str, Figure, tuple[tuple[str, Figure], ...]], ...]:
    """Name, heading, figure and the figure in the other states, once for each class of figures."""
    rows, seen = [], set()
    for name, heading, make in KINDS:
        figure = make()
        states = () if type(figure) in seen else tuple((f"{name}-{s.value}", in_state(figure, s)) for s in STATES)
        seen.add(type(figure))
        rows.append((name, heading, figure, states))
    return tuple(rows)


@open_door("GET")
def gallery_page(request: HttpRequest) -> HttpResponse:
    """The gallery page. ``?tema=light`` or ``dark`` forces one theme."""
    shown = [
        # The renderer escapes every text of the figure.
        {"name": name, "heading": heading, "figure": figure, "states": states, "paper": mark_safe(print_svg(figure))}
        for name, heading, figure, states in _made()
    ]
    theme = request.GET.get("tema", "")
    context = {
        "title": "Figurerna",
        "shown": shown,
        "theme": theme if theme in ("light", "dark") else "",
        "crumbs": [("Utvecklare", "#"), ("Figurerna", "")],
    }
    return render(request, "kernel/gallery.html", context)
