"""Forms of follow-up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tillsammans.evaluation.models import FollowUp
from tillsammans.kernel.forms import Day, Form, LongText


class MeasureFollowUpForm(Form):
    followed_on = Day(label=_("Datum för uppföljningen"))
    colour = forms.ChoiceField(label=_("Så gick det"), choices=FollowUp.Colour.choices, widget=forms.RadioSelect)
    seen = LongText(
        label=_("Vad vi såg"), rows=4, help_text=_("Vad hände med problemet? Skriv också det som talar emot.")
    )
    lesson = LongText(label=_("Vad vi lärde oss"), rows=3, required=False)
    next = forms.ChoiceField(label=_("Vad gör vi nu?"), choices=FollowUp.Next.choices, widget=forms.RadioSelect)
    next_words = LongText(label=_("Hur"), rows=2, required=False)


class PromiseFollowUpForm(MeasureFollowUpForm):
    field_order = (
        "followed_on",
        "kept",
        "colour",
        "seen",
        "public_text",
        "lesson",
        "next",
        "next_words",
    )
    kept = forms.ChoiceField(
        label=_("Är löftet hållet?"),
        choices=FollowUp.Kept.choices,
        widget=forms.RadioSelect,
        help_text=_("Jämför det ni lovade med det ni gjorde. Om problemet har minskat är en annan fråga."),
    )
    public_text = LongText(
        label=_("Text till invånarna"),
        rows=4,
        max_length=4000,
        help_text=_(
            "Hur gick det, och varför? Skriv så att den som bor där förstår. Texten blir offentlig när du redovisar "
            "löftet, tillsammans med vad ni lärde er och vad ni gör nu."
        ),
    )


class WithdrawForm(Form):
    reason = LongText(label=_("Varför dras redovisningen tillbaka?"), rows=3, max_length=1000)
