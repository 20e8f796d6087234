"""A new app needs its own files, its place in settings, addresses and wiring, and nothing else in the program.

The app is written here, outside the program's tree, and run on a copy of the demo: its table, a form with a scoped
choice, deeds, a list, a kind of package, a term, a menu entry and a step of the week.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.demo import demo_environment

FILES = {
    # The app.
    "visits/__init__.py": '"""Safety walks: where people walked and looked."""',
    "visits/apps.py": """
        from django.apps import AppConfig

        class Visits(AppConfig):
            name = "visits"
        """,
    "visits/models.py": """
        from django.db import models

        from tillsammans.areas.models import Area
        from tillsammans.kernel.models import Owned

        class Walk(Owned):
            place = models.CharField("plats", max_length=120)
            area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
            walked_on = models.DateField("dag")
            seen = models.TextField("vad vi såg", blank=True)
            PRIVACY = {"K1": "place walked_on seen"}
        """,
    "visits/policies.py": """
        from tillsammans.kernel.access import can, owns

        may_add = can("edit")
        may_edit = can("edit") & owns
        may_share = can("share") & owns
        """,
    "visits/content.py": """
        from dataclasses import dataclass

        from tillsammans.kernel.content import Day, Identity, content

        @content("walk", version=1)
        @dataclass(frozen=True, slots=True)
        class WalkContent:
            uuid: Identity
            place: str
            walked_on: Day
            seen: str
        """,
    "visits/actions.py": """
        from django.utils.translation import gettext_lazy as _

        from tillsammans.collaboration.actions import freeze_package
        from tillsammans.kernel import clock
        from tillsammans.kernel.access import RuleBroken
        from tillsammans.kernel.content import freeze
        from tillsammans.kernel.deeds import deed
        from tillsammans.kernel.editing import save_edit
        from visits import policies
        from visits.content import WalkContent
        from visits.models import Walk

        @deed(_("Antecknar en trygghetsvandring"), policies.may_add)
        def add_walk(actor, _none, **values):
            if values["walked_on"] > clock.today():
                raise RuleBroken(_("Vandringen i {place} är inte gjord än."), "walked_on", place=values["place"])
            return Walk.objects.create(organisation_id=actor.organisation_id, **values)

        @deed(_("Ändrar en trygghetsvandring"), policies.may_edit)
        def edit_walk(actor, walk, *, version, **changes):
            return save_edit(walk, version, changes)

        @deed(_("Delar en trygghetsvandring"), policies.may_share)
        def share_walk(actor, walk, *, receivers, purpose):
            content = WalkContent(str(walk.uuid), walk.place, walk.walked_on.isoformat(), walk.seen)
            return freeze_package(
                actor, kind="walk", title=walk.place, subject=walk.uuid, content=freeze(content), purpose=purpose,
                ground="own", receivers=receivers,
            )
        """,
    "visits/forms.py": """
        from django import forms

        from tillsammans.collaboration.forms import areas_to_choose, organisations_to_choose
        from tillsammans.kernel.forms import Day, Form, LongText, ScopedChoiceField, ScopedMultipleChoiceField

        class WalkForm(Form):
            place = forms.CharField(label="Plats", max_length=120)
            area = ScopedChoiceField(areas_to_choose, label="Område")
            walked_on = Day(label="Dag")
            seen = LongText(label="Vad vi såg", required=False)

        class ShareForm(Form):
            receivers = ScopedMultipleChoiceField(organisations_to_choose, label="Mottagare")
            purpose = LongText(label="Ändamål")
        """,
    "visits/queries.py": """
        from django.urls import reverse

        from tillsammans.kernel.components import Step
        from visits.models import Walk

        def due(actor, today):
            if "edit" not in actor.abilities or Walk.objects.filter(organisation_id=actor.organisation_id).exists():
                return []
            add = reverse("visits:add")
            step = Step("Gå en trygghetsvandring", "Ingen finns.", add, "Anteckna", 5, key="first-walk")
            return [step]
        """,
    "visits/panels.py": """
        from django.utils.html import format_html

        from tillsammans.kernel.content import thaw
        from visits.content import WalkContent

        def package(request, package):
            walk = thaw(package.content, WalkContent, package)
            return format_html("<p>Vandring i {} {}: {}</p>", walk.place, walk.walked_on, walk.seen)
        """,
    "visits/terms.py": """
        TERMS = {"trygghetsvandring": "En promenad där de som bor på platsen visar var det är otryggt."}
        """,
    "visits/views.py": """
        from django.shortcuts import render
        from django.urls import reverse

        from tillsammans.kernel.access import can
        from tillsammans.kernel.doors import door, find
        from tillsammans.kernel.pages import form_page
        from visits import actions, policies
        from visits.forms import ShareForm, WalkForm
        from visits.models import Walk

        @door(can("read"), "GET")
        def walks(request):
            rows = [(walk, policies.may_edit(request.actor, walk)) for walk in Walk.objects.order_by("-walked_on")]
            return render(request, "visits/walks.html", {"rows": rows})

        @door(policies.may_add)
        def add(request):
            return form_page(
                request, WalkForm, lambda data: actions.add_walk(request.actor, None, **data),
                title="Ny vandring", then=reverse("visits:walks"), receipt="Sparat.",
            )

        @door(can("edit"))
        def edit(request, uuid):
            walk = find(Walk, uuid)
            return form_page(
                request, WalkForm, lambda data: actions.edit_walk(request.actor, walk, **data),
                title="Ändra", then=reverse("visits:walks"), editing=walk,
            )

        @door(can("share"))
        def share(request, uuid):
            walk = find(Walk, uuid)
            return form_page(
                request, ShareForm, lambda data: actions.share_walk(request.actor, walk, **data),
                title="Dela", then=reverse("visits:walks"),
            )
        """,
    "visits/urls.py": """
        from django.urls import path

        from visits import views

        app_name = "visits"
        urlpatterns = [
            path("", views.walks, name="walks"),
            path("ny/", views.add, name="add"),
            path("<uuid:uuid>/", views.edit, name="edit"),
            path("<uuid:uuid>/dela/", views.share, name="share"),
        ]
        """,
    "visits/templates/visits/walks.html": """
        {% extends "kernel/base.html" %}
        {% block content %}
          <h1>Varje {% term "trygghetsvandring" %}</h1>
          {% for walk, may_edit in rows %}
            <p>{{ walk.place }} {% if may_edit %}<a href="{% url "visits:edit" walk.uuid %}">Ändra</a>{% endif %}</p>
          {% endfor %}
        {% endblock %}
        """,
    # What is touched elsewhere: settings, addresses and wiring.
    "site_settings.py": """
        from tillsammans.config.settings import *

        INSTALLED_APPS = ["visits", *INSTALLED_APPS]
        ROOT_URLCONF, WIRING = "site_urls", "site_wiring"
        """,
    "site_urls.py": """
        from django.urls import include, path

        from tillsammans.config.urls import urlpatterns as others

        urlpatterns = [path("vandringar/", include("visits.urls")), *others]
        """,
    "site_wiring.py": """
        from tillsammans.config.wiring import *

        PACKAGE_KINDS |= {
            "walk": PackageKind("visits.panels.package", plural="vandringar", standing="varje trygghetsvandring")
        }
        MENU.append(MenuEntry("Vandringar", "visits:walks", never=("common",)))
        TERMS.append("visits.terms.TERMS")
        DUE.append("visits.queries.due")
        """,
    # A person at a browser, and what is then in the database.
    "drive.py": """
        import re

        import django

        django.setup()

        from django.core.management import call_command
        from django.test import Client
        from lxml import html

        call_command("makemigrations", "visits", verbosity=0)
        call_command("migrate", verbosity=0)

        from tillsammans.collaboration.queries import faults
        from tillsammans.kernel.models import AuditEntry
        from tillsammans.kernel.scope import everywhere
        from visits.models import Walk

        class Browser:
            def __init__(self, role):
                self.client = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1")
                self.submit(f"/demo/{role}/", 302)

            def get(self, path, status=200):
                page = self.client.get(path)
                assert page.status_code == status, (path, page.status_code)
                return page.content.decode()

            def submit(self, path, status, **changes):
                form = html.fromstring(self.get(path)).xpath("//main//form[@method='post']")[0]
                sent = {}
                for name, value in form.form_values():
                    sent.setdefault(name, []).append(value)
                answer = self.client.post(form.get("action") or path, sent | changes)
                assert answer.status_code == status, (path, answer.content.decode())
                return answer.content.decode()

        def option(page, label):
            return html.fromstring(page).xpath(f"//option[normalize-space()='{label}']/@value")[0]

        coordinator = Browser("osthammar-coordinator")
        week = coordinator.get("/")
        assert "Gå en trygghetsvandring" in week
        assert '<a href="/vandringar/">Vandringar</a>' in re.sub(r"\\s+>", ">", week)

        values = {"place": "Gimo torg", "walked_on": "2025-10-01", "seen": "Mörkt vid gången."}
        values["area"] = option(coordinator.get("/vandringar/ny/"), "Östhammar")
        late = coordinator.submit("/vandringar/ny/", 422, **values | {"walked_on": "2999-01-01"})
        assert "Vandringen i Gimo torg är inte gjord än." in late
        coordinator.submit("/vandringar/ny/", 302, **values)
        with everywhere("a test looks"):
            walk = Walk.objects.select_related("organisation").get()
        assert (walk.place, walk.organisation.slug, walk.seen) == ("Gimo torg", "osthammar", "Mörkt vid gången.")
        assert AuditEntry.objects.filter(deed="visits.add_walk", subject=walk.uuid, outcome="done").count() == 1
        listed = coordinator.get("/vandringar/")
        assert "Gimo torg" in listed and 'aria-current="page"' in listed and "visar var det är otryggt" in listed
        assert "Gå en trygghetsvandring" not in coordinator.get("/")
        assert "visar var det är otryggt" in coordinator.get("/offentligt/hjalp/")
        assert "varje trygghetsvandring" in coordinator.get("/samverkan/delning/ny/")

        coordinator.submit(f"/vandringar/{walk.uuid}/", 302)
        with everywhere("a test looks"):
            saved = Walk.objects.get()
        assert (saved.place, saved.seen, saved.area_id, saved.version) == (walk.place, walk.seen, walk.area_id, 2)

        share = f"/vandringar/{walk.uuid}/dela/"
        police_organisation = html.fromstring(coordinator.get(share)).xpath(
            "//label[contains(., 'Lokalpolisområde Norduppland')]//input/@value"
            "|//input[@id=//label[contains(., 'Lokalpolisområde Norduppland')]/@for]/@value"
        )[0]
        coordinator.submit(share, 302, receivers=[police_organisation], purpose="Se efter belysningen.")
        police = Browser("norduppland-municipality_police")
        address = html.fromstring(police.get("/samverkan/mottaget/")).xpath("//a[.='Gimo torg']/@href")[0]
        assert "Vandring i Gimo torg 2025-10-01: Mörkt vid gången." in police.get(address)
        assert "Gimo torg" not in police.get("/vandringar/")
        police.get(f"/vandringar/{walk.uuid}/", 404)
        Browser("tierp-coordinator").get(f"/vandringar/{walk.uuid}/", 404)
        assert list(faults()) == []
        print("the app works")
        """,
}


@pytest.mark.slow("makes an app, migrates a copy of the demo and walks through it in a process of its own")
def test_an_app_outside_the_tree_needs_settings_addresses_and_wiring(demo_folder: Path, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(dedent(text).lstrip())
    (tmp_path / "visits" / "migrations").mkdir()
    (tmp_path / "visits" / "migrations" / "__init__.py").touch()
    shutil.copy(demo_folder / "demo.sqlite3", tmp_path)
    environment = demo_environment(tmp_path) | {"DJANGO_SETTINGS_MODULE": "site_settings"}
    environment["PYTHONPATH"] += os.pathsep + str(tmp_path)
    done = subprocess.run(
        [sys.executable, tmp_path / "drive.py"], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("the app works")
