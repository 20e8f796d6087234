"""What every page is given: menu, place, person, and the organisation's own look."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillsammans.kernel.access import Actor
from tillsammans.kernel.drafts import owner_of, seconds_left
from tillsammans.kernel.menu import PUBLIC, menu
from tillsammans.kernel.wiring import table
from tillsammans.parties.models import Organisation


@dataclass
class Page:
    """The frame of a page. Computed only as far as a template asks for it."""

    request: Any

    @property
    def demo(self) -> bool:
        return bool(settings.DEMO)

    @property
    def actor(self) -> Actor | None:
        return getattr(self.request, "actor", None)

    @property
    def public(self) -> bool:
        return self.actor is None

    @property
    def seconds_left(self) -> int | None:
        """In how many seconds the session ends without a sign of life; nothing for the public."""
        return seconds_left(self.request) if self.actor else None

    @property
    def drafts_of(self) -> str:
        """Whose drafts the browser keeps."""
        return owner_of(self.actor) if self.actor else ""

    @property
    def sign_in(self) -> str:
        """Where one signs in."""
        return resolve_url(settings.LOGIN_URL)

    @property
    def signing_in(self) -> bool:
        """Whether the page is one of those where one signs in."""
        return str(self.request.path).startswith(("/konto/", self.sign_in))

    @property
    def language(self) -> str:
        return get_language() or "sv"

    @property
    def person(self) -> str:
        return self.actor.name if self.actor else ""

    @property
    def where_title(self) -> str:
        return self.actor.organisation_name if self.actor else _("Vi förebygger brott tillsammans")

    @property
    def where_sub(self) -> str:
        return self.actor.role_name if self.actor else ""

    @cached_property
    def menu(self) -> list[tuple[str, str, bool]]:
        """Label, address, and whether the page at hand lies there."""
        return menu(table("MENU"), self.actor.organisation_kind if self.actor else PUBLIC, self.request.path)

    @cached_property
    def organisations(self) -> list[tuple[str, str, bool]]:
        """The organisations that the person may act for: name, address, and whether it is the chosen one."""
        if self.actor is None:
            return []
        seen = {role.organisation_id: role.organisation for role in getattr(self.request, "roles", [])}
        return [
            (organisation.name, str(organisation.uuid), organisation.pk == self.actor.organisation_id)
            for organisation in seen.values()
        ]

    @cached_property
    def _organisation(self) -> Organisation | None:
        for role in getattr(self.request, "roles", []):
            if self.actor and role.organisation_id == self.actor.organisation_id:
                return role.organisation  # type: ignore[no-any-return]
        return None

    @property
    def accent_css(self) -> str | None:
        organisation = self._organisation
        return reverse("parties:look", args=[organisation.slug]) if organisation and organisation.accent else None

    @property
    def logo_url(self) -> str | None:
        organisation = self._organisation
        return reverse("parties:logo", args=[organisation.slug]) if organisation and organisation.logo else None

    @property
    def account_links(self) -> list[tuple[str, str]]:
        """Links of the person menu."""
        if self.actor is None:
            return []
        links = [
            (_("Organisationen"), reverse("parties:organisation")),
            (_("Inloggning"), reverse("mfa_index")),
            (_("Brev till dig"), reverse("parties:mail_choices")),
        ]
        if "administer" in self.actor.abilities:
            links.append((_("Personer och roller"), reverse("parties:people")))
            links.append((_("Logg"), reverse("audit_log")))
        return links

    @property
    def footer(self) -> list[tuple[str, str]]:
        return [
            (_("Löften till invånarna"), reverse("portal:promises")),
            (_("Tillgänglighetsredogörelse"), reverse("portal:accessibility")),
            (_("Hjälp"), reverse("portal:help")),
        ]

    @property
    def responsible(self) -> str:
        return self.actor.organisation_name if self.actor else ""


def page(request: Any) -> dict[str, Page]:
    """The context processor."""
    return {"page": Page(request)}
