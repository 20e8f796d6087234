"""Forms of the situational picture. They clean; the deeds write."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.areas.models import Area
from tillsammans.collaboration.forms import AreaField, areas_to_choose
from tillsammans.collaboration.models import Collaboration, Package
from tillsammans.indicators.forms import IndicatorField, IndicatorsField, indicators_with_numbers
from tillsammans.indicators.models import Indicator
from tillsammans.indicators.queries import known_series
from tillsammans.kernel.forms import Day, Form, LongText, OneOfMany, ScopedChoiceField, ScopedMultipleChoiceField
from tillsammans.meetings.forms import DecisionFields
from tillsammans.parties.models import Organisation
from tillsammans.picture.models import Cause, Picture, PictureFigure, Problem, Section, Statement

PERIOD = re.compile(r"\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?")


class AreasField(ScopedMultipleChoiceField):
    """Several areas, as a list of boxes."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({Area.Kind(obj.kind).label})"


def open_collaborations() -> Any:
    """The collaborations that go on and that the organisation hosts or takes part in, by name."""
    return Collaboration.objects.filter(ended_on=None).order_by("name")


def areas_with_numbers() -> Any:
    """The areas to choose of which there is a number."""
    return areas_to_choose().filter(pk__in=known_series().order_by().values("area_id"))


class PeriodField(forms.CharField):
    """A period: 2024, 2024-Q1 or 2024-01."""

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=7, **kwargs)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if text and not PERIOD.fullmatch(text):
            raise forms.ValidationError(_("Skriv perioden som 2024-01 (månad), 2024-Q1 (kvartal) eller 2024 (år)."))
        return text


class CreatePictureForm(Form):
    """Where, when, and from which earlier version a picture starts; ``about`` the actor."""

    title = forms.CharField(
        label=gettext_lazy("Rubrik"), max_length=200, help_text=gettext_lazy("Till exempel Lägesbild Östhammar 2026.")
    )
    collaboration = ScopedChoiceField(
        open_collaborations,
        label=gettext_lazy("Samverkan"),
        empty_label=gettext_lazy("Välj"),
        help_text=gettext_lazy("De parter som lägesbilden görs tillsammans med."),
    )
    area = AreaField(areas_to_choose, label=gettext_lazy("Område"))
    starts_on = Day(label=gettext_lazy("Perioden börjar"))
    ends_on = Day(label=gettext_lazy("Perioden slutar"))
    previous = ScopedChoiceField(
        of=lambda actor: Picture.objects.filter(
            organisation_id=actor.organisation_id, state=Picture.State.ADOPTED
        ).order_by("-ends_on", "-number"),
        label=gettext_lazy("Börja från förra"),
        required=False,
        empty_label=gettext_lazy("Nej, börja med tomma avsnitt"),
        help_text=gettext_lazy(
            "Då följer avsnitt, figurer, öppna problem och kunskapsluckor med. Figurernas perioder flyttas fram."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not self.fields["previous"].queryset.exists():  # type: ignore[attr-defined]
            del self.fields["previous"]


class EditPictureForm(Form):
    """The frame of a picture."""

    title = forms.CharField(label=gettext_lazy("Rubrik"), max_length=200)
    starts_on = Day(label=gettext_lazy("Perioden börjar"))
    ends_on = Day(label=gettext_lazy("Perioden slutar"))
    summary = LongText(
        label=gettext_lazy("Sammanfattning"),
        required=False,
        help_text=gettext_lazy("Det viktigaste först, i några meningar."),
    )
    method = LongText(
        label=gettext_lazy("Så har vi gjort"),
        required=False,
        help_text=gettext_lazy("Vilka som har deltagit, vilka källor ni har använt och vad de inte täcker."),
    )


class SectionForm(Form):
    """A section."""

    kind = forms.ChoiceField(label=gettext_lazy("Slag"), choices=Section.Kind.choices)
    heading = forms.CharField(label=gettext_lazy("Rubrik"), max_length=200)
    text = LongText(label=gettext_lazy("Text"), required=False, rows=10)
    public = forms.BooleanField(
        label=gettext_lazy("Avsnittet får visas för alla"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Ta bort krysset om texten bara är till för parterna."),
    )


class FigureForm(Form):
    """Which numbers a figure draws. Its heading is computed from them."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Vad figuren visar"),
        choices=PictureFigure.Kind.choices,
        widget=forms.RadioSelect,
        initial=PictureFigure.Kind.TIME_SERIES,
    )
    indicator = IndicatorField(
        indicators_with_numbers, label=gettext_lazy("Indikator"), empty_label=gettext_lazy("Välj")
    )
    area = AreaField(areas_to_choose, label=gettext_lazy("Område"))
    compared_with = AreasField(
        areas_with_numbers,
        label=gettext_lazy("Jämför med"),
        required=False,
        help_text=gettext_lazy("Bara för en jämförelse mellan områden. Antalen räknas om till per 100 000 invånare."),
    )
    first_period = PeriodField(
        label=gettext_lazy("Från och med"),
        required=False,
        help_text=gettext_lazy("Till exempel 2024-01. Tomt: så långt bak som siffrorna räcker."),
    )
    last_period = PeriodField(
        label=gettext_lazy("Till och med"), required=False, help_text=gettext_lazy("Tomt: till den senaste siffran.")
    )
    comment = LongText(label=gettext_lazy("Vad vi ser"), required=False, rows=3)


class StatementForm(Form):
    """What a source says."""

    text = LongText(
        label=gettext_lazy("Vad källan säger"),
        rows=3,
        help_text=gettext_lazy("Platser och händelser, aldrig enskilda personer."),
    )
    source_kind = forms.ChoiceField(label=gettext_lazy("Slag av källa"), choices=Statement.Source.choices)
    source = forms.CharField(
        label=gettext_lazy("Källa"), max_length=200, help_text=gettext_lazy("Till exempel Hemtjänsten i Alunda.")
    )
    source_date = Day(label=gettext_lazy("Källans datum"), required=False)
    basis = forms.CharField(
        label=gettext_lazy("Underlag"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Hur mycket den bygger på, till exempel 9 enheter eller 412 svar."),
    )
    strength = forms.ChoiceField(
        label=gettext_lazy("Styrka"),
        choices=Statement.Strength.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Hur mycket det går att lita på uppgiften."),
    )


class GapForm(Form):
    """What is not known."""

    text = LongText(label=gettext_lazy("Vad vi inte vet"), rows=3)
    remedy = LongText(label=gettext_lazy("Så kan vi ta reda på det"), required=False, rows=2)


class TakeUpForm(Form):
    """A problem that exists; ``about`` the picture that takes it up."""

    problem = OneOfMany(
        of=lambda picture: (
            Problem.objects.filter(
                organisation_id=picture.organisation_id, collaboration_id=picture.collaboration_id, closed_on=None
            )
            .exclude(picture_links__picture=picture)
            .order_by("title")
        ),
        label=gettext_lazy("Problem"),
        empty_label=gettext_lazy("Välj"),
    )


class ProblemForm(Form):
    """What the problem is."""

    title = forms.CharField(
        label=gettext_lazy("Problemet"),
        max_length=200,
        help_text=gettext_lazy("Vad och var, till exempel Inbrott i bostad, Gimo."),
    )
    collaboration = ScopedChoiceField(
        open_collaborations, label=gettext_lazy("Samverkan"), empty_label=gettext_lazy("Välj")
    )
    area = AreaField(areas_to_choose, label=gettext_lazy("Område"))
    description = LongText(label=gettext_lazy("Vad som händer"), required=False)
    where = forms.CharField(label=gettext_lazy("Var"), max_length=200, required=False)
    when = forms.CharField(
        label=gettext_lazy("När"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Till exempel november–januari, fredag–söndag."),
    )
    affected = forms.CharField(label=gettext_lazy("Vem drabbas"), max_length=200, required=False)
    consequences = LongText(
        label=gettext_lazy("Följder"),
        required=False,
        rows=3,
        help_text=gettext_lazy("Vad det leder till för dem som drabbas, och för platsen."),
    )
    disagreement = LongText(label=gettext_lazy("Där källorna är oense"), required=False, rows=2)
    indicators = IndicatorsField(
        lambda: indicators_with_numbers(Indicator.Unit.COUNT, Indicator.Unit.SHARE),
        label=gettext_lazy("Indikatorer"),
        required=False,
        help_text=gettext_lazy("Siffror som visar hur stort problemet är."),
    )

    def __init__(self, *args: Any, collaboration_fixed: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if collaboration_fixed:
            del self.fields["collaboration"]


class PriorityForm(DecisionFields):
    """Choose, watch or deselect, and why. The decision is left empty where no body has decided."""

    priority = forms.ChoiceField(
        label=gettext_lazy("Prioritering"), choices=Problem.Priority.choices, widget=forms.RadioSelect
    )
    motivation = LongText(
        label=gettext_lazy("Varför"),
        required=False,
        rows=4,
        help_text=gettext_lazy(
            "Till exempel: vanligt eller ökande, utsatta platser eller personer, stor skada, går att påverka. "
            "Skriv också varför ett problem väljs bort."
        ),
    )
    field_order = ["priority", "motivation", "body", "decided_on", "minutes_reference"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("body", "decided_on", "minutes_reference"):
            self.fields[name].required = False
        self.fields["body"].initial = None
        self.fields["body"].empty_label = _("Inget beslut än")  # type: ignore[attr-defined]

    def clean_decided_on(self) -> Any:
        return super().clean_decided_on() if self.cleaned_data.get("decided_on") else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("body"):
            for name, message in (
                ("decided_on", _("Skriv vilken dag beslutet togs.")),
                ("minutes_reference", _("Skriv paragraf eller diarienummer, till exempel § 14.")),
            ):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, message)
        elif cleaned.get("decided_on") or cleaned.get("minutes_reference"):
            self.add_error("body", _("Välj vem som beslutade."))
        return cleaned


class CauseForm(Form):
    """A hypothesis of why a problem occurs; ``about`` the problem, ``cause`` the one that is changed."""

    text = forms.CharField(
        label=gettext_lazy("Orsaken"),
        max_length=250,
        help_text=gettext_lazy("Till exempel Tomma hus syns utifrån under mörka månader."),
    )
    perspective = forms.ChoiceField(
        label=gettext_lazy("Synvinkel"), choices=Cause.Perspective.choices, widget=forms.RadioSelect
    )
    level = forms.ChoiceField(label=gettext_lazy("Nivå"), choices=Cause.Level.choices, widget=forms.RadioSelect)
    behind = ScopedChoiceField(
        of=lambda problem: Cause.objects.filter(problem=problem, removed_on=None),
        label=gettext_lazy("Ligger bakom"),
        required=False,
        empty_label=gettext_lazy("Ingen annan orsak"),
        help_text=gettext_lazy("Om den här orsaken förklarar en annan, välj den."),
    )
    support = forms.ChoiceField(label=gettext_lazy("Stöd"), choices=Cause.Support.choices, widget=forms.RadioSelect)
    evidence_for = LongText(label=gettext_lazy("Talar för"), required=False, rows=3)
    evidence_against = LongText(
        label=gettext_lazy("Talar emot"),
        required=False,
        rows=3,
        help_text=gettext_lazy("Vad skulle visa att ni har fel?"),
    )
    affectable = forms.BooleanField(label=gettext_lazy("Vi kan påverka den"), required=False, initial=True)

    def __init__(self, *args: Any, cause: Cause | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        behind: Any = self.fields["behind"]
        behind.queryset = behind.queryset.exclude(pk=cause.pk if cause else None)
        if not behind.queryset:
            del self.fields["behind"]


class ShareForm(Form):
    """With whom the picture is shared, why, and on which ground; ``about`` those who can get it."""

    receivers = ScopedMultipleChoiceField(
        of=lambda organisations: Organisation.objects.filter(pk__in=[row.pk for row in organisations]),
        label=gettext_lazy("Dela med"),
    )
    asks_approval = forms.BooleanField(
        label=gettext_lazy("Be mottagarna godkänna lägesbilden"),
        required=False,
        help_text=gettext_lazy("Godkännandet gäller just den text som delas nu."),
    )
    purpose = LongText(
        label=gettext_lazy("Ändamål"), rows=2, help_text=gettext_lazy("Varför mottagarna får lägesbilden.")
    )
    ground = forms.ChoiceField(
        label=gettext_lazy("Grund"),
        choices=[choice for choice in Package.Ground.choices if choice[0] != Package.Ground.PUBLIC],
    )

    def __init__(self, *args: Any, adopted: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if adopted:
            del self.fields["asks_approval"]
