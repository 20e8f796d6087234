"""Kinds of package: what the apps above say of those that they make, wired in ``config.wiring.PACKAGE_KINDS``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from tillsammans.kernel.wiring import table


@dataclass(frozen=True, slots=True)
class PackageKind:
    """What a kind is called and how it is shown. Words are lazy and in Swedish.

    panel: dotted path of (request, package) -> HTML. plural: what several are called ("åtgärdsplaner"); empty for a
    kind that follows another and is not spoken of by itself. standing: what a standing share of the kind sends ("varje
    antagen åtgärdsplan"); empty where there is none. signed: parties sign the text, where others approve it.
    """

    panel: str
    plural: Any = ""
    standing: Any = ""
    signed: bool = False

    @property
    def show(self) -> Callable[[HttpRequest, Any], str]:
        """Render the content of a package. Raises ``UnreadableContent``."""
        panel: Callable[[HttpRequest, Any], str] = import_string(self.panel)
        return panel


def kind_of(name: str) -> PackageKind:
    """The kind with that name; ``KeyError`` if no app has it."""
    kind: PackageKind = table("PACKAGE_KINDS")[name]
    return kind


def standing_kinds() -> list[tuple[str, Any]]:
    """Choices for a standing share: name and words of each kind that can have one."""
    return [(name, kind.standing) for name, kind in table("PACKAGE_KINDS").items() if kind.standing]


def spoken_kinds() -> str:
    """What can be shared, in words: "lägesbilder, planer och löften"."""
    *first, last = [str(kind.plural) for kind in table("PACKAGE_KINDS").values() if kind.plural]
    return _("{first} och {last}").format(first=", ".join(first), last=last) if first else last
