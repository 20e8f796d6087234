"""Forms begin from the row that they edit, and offer only rows that the scope of the request may read."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django import forms
from django.urls import get_resolver

from tests.world import World
from tillsammans.collaboration.forms import CollaborationForm
from tillsammans.indicators.forms import indicators_with_numbers
from tillsammans.indicators.models import Import, Indicator, Series, Value
from tillsammans.kernel import clock
from tillsammans.kernel.forms import Form, ScopedChoiceField, ScopedMultipleChoiceField
from tillsammans.kernel.models import Owned
from tillsammans.kernel.scope import OutsideScope, everywhere
from tillsammans.picture.models import Problem
from tillsammans.plans.forms import EditPlanForm, GoalForm
from tillsammans.plans.models import Goal

SCOPED = (ScopedChoiceField, ScopedMultipleChoiceField)


def form_classes(base: type[Form] = Form) -> Iterator[type[Form]]:
    assert get_resolver().url_patterns  # every form is known when every view is
    for found in base.__subclasses__():
        yield found
        yield from form_classes(found)


@pytest.mark.pure
def test_no_form_class_holds_rows() -> None:
    """A class is made when the module is imported, in nobody's scope."""
    choices = [
        (form.__name__, name, field)
        for form in form_classes()
        for name, field in form.base_fields.items()
        if isinstance(field, forms.ModelChoiceField)
    ]
    assert len(choices) > 15
    assert [(form, name) for form, name, field in choices if not isinstance(field, SCOPED)] == []
    assert [(form, name) for form, name, field in choices if field.queryset is not None] == []


def test_a_form_outside_every_scope_names_the_rows_that_it_asks_for(db: None) -> None:
    with pytest.raises(OutsideScope, match="rows of Area need a scope"):
        CollaborationForm()


def test_a_field_that_the_row_does_not_have_is_named(world: World) -> None:
    with world.room("osthammar"), pytest.raises(LookupError, match="Collaboration has no title"):
        EditPlanForm().begin_from(world.collaboration, {})


def indicator_of(world: World, owner: str, code: str) -> Indicator:
    """An indicator of which only that organisation has a number."""
    indicator = Indicator.objects.create(code=code, name=code, unit="count")
    organisation = world.organisations[owner]
    with everywhere("a test lays its world"):
        series = Series.objects.create(
            organisation=organisation, indicator=indicator, area=world.areas["0382"], period_kind="month", source="Egen"
        )
        imported = Import.objects.create(
            organisation=organisation,
            kind="table",
            person=world.people["operator"][0],
            source="Egen",
            files="f 0",
            state="in_force",
            in_force_at=clock.now(),
        )
        Value.objects.create(organisation=organisation, series=series, period="2026-01", imported=imported, value=3)
    return indicator


def test_indicators_of_others_are_not_offered(world: World) -> None:
    own, common = indicator_of(world, "tierp", "own"), indicator_of(world, "gemensamt", "common")
    indicator_of(world, "osthammar", "of-others")
    Indicator.objects.create(code="without-numbers", name="without-numbers", unit="count")
    with world.room("tierp"):
        assert set(indicators_with_numbers()) == {own, common}
        offered = GoalForm().fields["indicator"].queryset  # type: ignore[attr-defined]
        assert set(offered) == {own, common}


def test_no_form_offers_rows_of_others(world: World) -> None:
    """Every choice that depends on nothing but the scope, seen from another municipality."""
    indicator_of(world, "osthammar", "of-others")
    tierp, common = world.tierp.pk, world.gemensamt.pk
    asked = 0
    with world.room("tierp"):
        for form in form_classes():
            for name, field in form.base_fields.items():
                if isinstance(field, SCOPED) and field.needs is None:
                    field.ask(None)
                    rows: Any = field.queryset
                    owners = {row.organisation_id for row in rows if isinstance(row, Owned)}
                    assert owners <= {tierp, common}, f"{form.__name__}.{name}"
                    assert "of-others" not in {getattr(row, "code", "") for row in rows}, f"{form.__name__}.{name}"
                    field.queryset = None
                    asked += 1
    assert asked >= 10


def test_what_a_row_has_stays_a_choice_though_it_could_not_be_chosen_anew(world: World) -> None:
    gone = Indicator.objects.create(code="gone", name="gone", unit="count")
    with everywhere("a test lays its world"):
        problem = Problem.objects.create(
            organisation=world.osthammar, title="Inbrott", collaboration=world.collaboration, area=world.areas["0382"]
        )
        goal = Goal.objects.create(
            organisation=world.osthammar, problem=problem, text="Minska", indicator=gone, due_on=date(2027, 1, 1)
        )
    sent = {"text": "Minska", "indicator": str(gone.pk), "due_on": "2027-01-01"}
    with world.room("osthammar"):
        form = GoalForm(sent)
        form.begin_from(goal, {})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["indicator"] == gone
        assert not GoalForm(sent).is_valid()
