"""Forms about collaborations and packages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tillsammans.areas.models import Area, in_force
from tillsammans.collaboration.kinds import standing_kinds
from tillsammans.collaboration.models import Collaboration, Group, Package, PartyAnswer
from tillsammans.collaboration.queries import parties_of
from tillsammans.kernel import clock
from tillsammans.kernel.forms import Day, Form, LongText, OneOfMany, ScopedChoiceField
from tillsammans.parties.models import Organisation


def areas_to_choose() -> Any:
    """Counties, municipalities, police districts and own areas that exist today, by name."""
    return Area.objects.filter(in_force(clock.today())).exclude(kind=Area.Kind.NATION).defer("geometry")


class AreaField(OneOfMany):
    """One area; its kind tells a municipality from a police district of the same name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({Area.Kind(obj.kind).label})"


def organisations_to_choose() -> Any:
    """Every organisation but the common space, by name."""
    return Organisation.objects.exclude(kind=Organisation.Kind.COMMON).defer("logo")


def party_choices(collaboration: Collaboration) -> Any:
    """The parties of a collaboration that have accepted, by name."""
    return Organisation.objects.filter(pk__in=[party.pk for party in parties_of(collaboration)]).defer("logo")


class CollaborationForm(Form):
    name = forms.CharField(label=_("Namn"), max_length=200, help_text=_("Till exempel Trygg i Östhammar."))
    level = forms.ChoiceField(label=_("Nivå"), choices=Collaboration.Level.choices)
    area = AreaField(areas_to_choose, label=_("Område"))
    purpose = LongText(label=_("Vad samverkan är till för"), required=False)
    started_on = Day(label=_("Började"))


class PartyForm(Form):
    member = OneOfMany(organisations_to_choose, label=_("Organisation"))
    message = LongText(label=_("Vad du vill säga"), required=False, rows=3)


class AnswerForm(Form):
    answer = forms.ChoiceField(label=_("Ert svar"), choices=PartyAnswer.Answer.choices, widget=forms.RadioSelect)
    words = LongText(
        label=_("Era egna ord"), required=False, rows=3, help_text=_("Om ni är med på egna villkor: skriv vilka.")
    )


class GroupForm(Form):
    name = forms.CharField(label=_("Namn"), max_length=200)
    kind = forms.ChoiceField(label=_("Slag"), choices=Group.Kind.choices)
    task = LongText(label=pgettext_lazy("gruppens", "Uppgift"), required=False, rows=3)
    opened_on = Day(label=_("Började"))


class EditGroupForm(GroupForm):
    closed_on = Day(label=_("Lades ner"), required=False)


class SeatForm(Form):
    member = OneOfMany(organisations_to_choose, label=_("Part"))
    name = forms.CharField(label=_("Namn"), max_length=150)
    title = forms.CharField(label=_("Titel"), max_length=150, required=False)
    leading = forms.BooleanField(label=_("Ledande ställning"), required=False)
    chairs = forms.BooleanField(label=_("Ordförande"), required=False)
    valid_from = Day(label=_("Från och med"))
    valid_to = Day(label=_("Till och med"), required=False)


class CommentForm(Form):
    text = LongText(label=_("Kommentar"), rows=4)


class ApprovalForm(Form):
    answer = forms.ChoiceField(
        label=_("Ert svar"),
        widget=forms.RadioSelect,
        choices=[
            ("approved", _("Vi godkänner texten och skriver under")),
            ("declined", _("Vi avböjer")),
        ],
    )
    words = LongText(
        label=_("Kommentar"), required=False, rows=3, help_text=_("Behövs om ni avböjer: vad vill ni ändra?")
    )
    hash = forms.CharField(widget=forms.HiddenInput, max_length=64)


class RecallForm(Form):
    reason = LongText(label=_("Varför återkallar ni?"), rows=3)


class StandingShareForm(Form):
    kind = forms.ChoiceField(label=_("Vad som delas"), choices=standing_kinds)
    receiver = ScopedChoiceField(organisations_to_choose, label=_("Mottagare"))
    purpose = LongText(label=_("Ändamål"), rows=2)
    ground = forms.ChoiceField(
        label=_("Grund"), choices=[choice for choice in Package.Ground.choices if choice[0] != Package.Ground.PUBLIC]
    )
