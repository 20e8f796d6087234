"""What deeds and jobs store is Swedish, and what they answer is in the person's language, whichever is active."""

import gettext
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import translation

import tillsammans
from tests.promises.chain import laid, offered, written
from tests.world import World
from tillsammans.config import demo
from tillsammans.imports.actions import fetch_kolada
from tillsammans.kernel import clock, jobs
from tillsammans.kernel.access import Refused, RuleBroken
from tillsammans.kernel.models import Job
from tillsammans.kernel.scope import everywhere
from tillsammans.picture.actions import create_picture, prioritise_problem
from tillsammans.picture.models import Section
from tillsammans.plans.actions import adopt_plan
from tillsammans.promises.actions import offer_promise, take_back_promise

HOLE = re.compile(r"\{\w*\}|%\(\w+\)s")


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def english_texts() -> tuple[set[str], list[re.Pattern[str]]]:
    """English translations of several words: whole texts, and patterns of those with values in them."""
    folder = Path(tillsammans.__file__).parent / "locale"
    catalogue: dict[Any, str] = gettext.translation("django", folder, ["en"])._catalog  # type: ignore[attr-defined]
    originals = {key[0] if isinstance(key, tuple) else key for key in catalogue}
    said = {text for text in catalogue.values() if " " in HOLE.sub("", text).strip()} - originals
    patterns = {
        ".+".join(re.escape(part) for part in HOLE.split(text))
        for text in said
        if HOLE.search(text) and len(max(HOLE.split(text), key=len)) >= 8
    }
    return {text for text in said if not HOLE.search(text)}, [re.compile(pattern) for pattern in patterns]


def stored_texts() -> dict[str, str]:
    """Every text in the database but the addresses of pages, with where it stands."""
    found = {}
    for model in apps.get_models():
        if not model.__module__.startswith("tillsammans."):
            continue
        fields = [f.attname for f in model._meta.concrete_fields if isinstance(f, models.CharField | models.TextField)]
        with everywhere("a test reads every text"):
            for row in model._base_manager.all():
                found.update({f"{model._meta.label} {row.pk} {name}": getattr(row, name) or "" for name in fields})
    return found


@pytest.mark.slow("fills the demo with English active, and compares every stored text with every translation")
def test_no_deed_of_the_demo_stores_a_translated_text(db: None, english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "translation", SimpleNamespace(override=lambda _swedish: translation.override("en")))
    demo.fill()
    texts, patterns = english_texts()
    assert len(texts) > 500
    translated = {
        where: text
        for where, text in stored_texts().items()
        if text and (text in texts or any(pattern.fullmatch(text) for pattern in patterns))
    }
    assert translated == {}


def test_deeds_that_make_a_text_store_it_in_swedish(world: World, english: None) -> None:
    actor = world.actor("coordinator")
    chain = laid(world)
    decision: dict[str, Any] = {"body": world.body, "decided_on": date(2026, 2, 10), "minutes_reference": "§ 14"}
    with world.room("osthammar"):
        plan = adopt_plan(actor, chain.measure.plan, **decision)
        assert plan.decision
        assert plan.decision.subject == "Åtgärdsplanen ”Plan”"
        problem = prioritise_problem(actor, chain.problem, priority="chosen", motivation="Vanligt.", **decision)
        assert problem.decision
        assert problem.decision.subject.startswith("Prioritering: ")
        picture = create_picture(
            actor,
            None,
            collaboration=world.collaboration,
            area=world.areas["0382"],
            title="Lägesbild",
            starts_on=date(2025, 1, 1),
            ends_on=date(2025, 12, 31),
        )
        with translation.override("sv"):
            headings = {str(kind.label).capitalize() for kind in Section.Kind}
        assert {section.heading for section in Section.objects.filter(picture=picture)} == headings
    promise = offered(world, written(world, chain))
    with world.room("osthammar"):
        package = promise.offered
        assert package
        assert package.purpose.startswith("Parterna skriver under")
        take_back_promise(actor, promise)
        package.refresh_from_db()
        assert package.recall_reason.startswith("Texten ändras.")
    assert translation.get_language() == "en"


def test_jobs_say_where_they_stand_in_swedish(world: World, english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(actor: Any, progress: Any, **payload: Any) -> str:
        raise RuleBroken(translation.gettext_lazy("Slutdatumet ligger före startdatumet."))

    actor = world.actor("coordinator")
    job = fetch_kolada(actor, None, kpis=["N07540"], places=["0382"])
    assert job.title == "Hämtar nyckeltal från Kolada"
    for work, message in ((lambda actor, progress, **payload: "", "Klart."), (refuse, "Slutdatumet ligger före")):
        monkeypatch.setattr(jobs, "function", lambda *names, work=work: work)
        with everywhere("a test runs a job"):
            Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
        jobs.run_job.func(str(job.uuid))
        with world.room("osthammar"):
            job.refresh_from_db()
        assert job.message.startswith(message)


def test_a_refusal_is_told_in_the_language_of_the_person(world: World, english: None) -> None:
    chain = laid(world)
    promise = written(world, chain)
    tomorrow = clock.today() + timedelta(days=1)
    with world.room("osthammar"):
        with pytest.raises(RuleBroken, match="The decision date cannot be in the future"):
            adopt_plan(
                world.actor("coordinator"),
                chain.measure.plan,
                body=world.body,
                decided_on=tomorrow,
                minutes_reference="§ 14",
            )
        with pytest.raises(Refused) as refused:
            offer_promise(world.actor("reader"), promise, shown="")
    assert refused.value.reasons == [
        "your role may share with others (for example coordinator or municipality police officer)"
    ]


@pytest.mark.pure
def test_what_a_deed_refuses_with_is_lazy() -> None:
    """A text made at once, inside a deed, would be Swedish to everybody."""
    package = Path(tillsammans.__file__).parent
    eager = [
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if "RuleBroken(_(" in (source := path.read_text()) and "gettext_lazy as _\n" not in source
    ]
    assert eager == ["imports/jobs/imports.py"]  # a job, and no deed: all of it is in Swedish
