"""Forms about organisations, people and roles."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from tillsammans.areas.forms import Municipalities
from tillsammans.kernel.forms import Day, Form, LongText
from tillsammans.parties.models import Body, Organisation, Person, Role


class CardForm(Form):
    mandate = LongText(
        label=_("Vårt uppdrag"),
        required=False,
        rows=3,
        help_text=_("Vad ni ansvarar för i det brottsförebyggande arbetet."),
    )
    brings = LongText(label=_("Det här bidrar vi med"), required=False, rows=3)
    cannot_share = LongText(
        label=_("Det här får vi inte dela"),
        required=False,
        rows=3,
        help_text=_("Till exempel uppgifter som omfattas av sekretess. Då slipper andra fråga."),
    )
    contact = LongText(
        label=_("Så når du oss"), required=False, rows=2, help_text=_("Funktion, telefon och e-post. Visas för alla.")
    )


class OrganisationForm(Form):
    name = forms.CharField(label=_("Organisationens namn"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Slag"),
        choices=[choice for choice in Organisation.Kind.choices if choice[0] != Organisation.Kind.COMMON],
    )
    areas = Municipalities(
        label=_("Område"), required=False, help_text=_("Kommuner där organisationen verkar. Välj en eller flera.")
    )


class LookForm(Form):
    accent = forms.CharField(
        label=_("Profilfärg"),
        required=False,
        max_length=7,
        help_text=_("Skriv färgen som #1d4f6e."),
        validators=[
            RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Skriv färgen som # och sex tecken, till exempel #1d4f6e."))
        ],
    )
    logo = forms.FileField(label=_("Logotyp"), required=False, help_text=_("PNG eller JPEG, högst 2 MB."))
    remove_logo = forms.BooleanField(label=_("Ta bort logotypen"), required=False)


class MailForm(Form):
    mail_events = forms.ChoiceField(
        label=_("Brev när något väntar på dig"),
        choices=Person.MailChoice.choices,
        help_text=_("En inbjudan, ett underlag från en annan part, en text att skriva under eller en kommentar."),
    )
    mail_weekly = forms.BooleanField(
        label=_("Ett brev varje måndag om vad du har att göra i veckan"),
        required=False,
        help_text=_("Vi påminner också tre dagar före en sista dag. Utan veckobrev påminner vi inte."),
    )


class BodyForm(Form):
    name = forms.CharField(label=_("Namn"), max_length=200, help_text=_("Till exempel Kommunstyrelsen."))
    kind = forms.ChoiceField(label=_("Slag"), choices=Body.Kind.choices)


class _RoleFields(Form):
    title = forms.CharField(
        label=_("Titel"), max_length=150, required=False, help_text=_("Till exempel trygghetssamordnare.")
    )
    signs = forms.BooleanField(label=_("Får skriva under för organisationen"), required=False)
    leading = forms.BooleanField(label=_("Ledande ställning"), required=False)
    valid_to = Day(
        label=_("Rollens sista dag"), required=False, help_text=_("Lämna tomt om rollen gäller tills vidare.")
    )


class InvitationForm(_RoleFields):
    name = forms.CharField(label=_("Personens namn"), max_length=150)
    email = forms.EmailField(label=_("E-post"))
    kind = forms.ChoiceField(label=_("Roll"), choices=Role.Kind.choices)
    field_order = ["name", "email", "kind", "title"]


class RoleForm(_RoleFields):
    contact = forms.BooleanField(label=_("Visas som kontaktperson"), required=False)


class PasswordForm(Form):
    password = forms.CharField(
        label=_("Välj ett lösenord"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Minst 12 tecken. En mening som du minns är bra. Du får klistra in."),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class NoForm(Form):
    """Nothing to fill in: the person only confirms."""
