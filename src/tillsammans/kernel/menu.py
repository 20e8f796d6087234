"""The menu as data: the table in ``config.wiring.MENU`` says what stands in it, for whom, and where it leads."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A label (lazy text) and the page that it leads to, by URL name.

    only, never: for which kinds of organisation it stands there; ``public`` is who has not signed in. An entry without
    ``only`` is for all who have. below: the paths under the page's own address where the entry is the current one;
    ``None`` means all of them.
    """

    label: Any
    page: str
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    below: tuple[str, ...] | None = None

    def shown_to(self, audience: str) -> bool:
        """Whether it stands in the menu of that kind of organisation, or of the public."""
        return audience in self.only if self.only else audience not in (*self.never, PUBLIC)

    def holds(self, url: str, path: str) -> bool:
        """Whether ``path`` lies at the page's address ``url`` or in its part below it."""
        inside = [url] if self.below is None else [url + part for part in self.below]
        return path == url or path.startswith(tuple(inside))


def menu(entries: Iterable[MenuEntry], audience: str, path: str) -> list[tuple[str, str, bool]]:
    """Label, address and whether the page at ``path`` lies there; at most one entry is the current one."""
    shown = [(entry, reverse(entry.page)) for entry in entries if entry.shown_to(audience)]
    current = max((url for entry, url in shown if entry.holds(url, path)), key=len, default=None)
    return [(str(entry.label), url, url == current) for entry, url in shown]
