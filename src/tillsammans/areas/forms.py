"""Forms about areas."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.areas.models import Area, in_force
from tillsammans.areas.queries import municipalities_by_county
from tillsammans.geo import placing
from tillsammans.kernel import clock, limits
from tillsammans.kernel.forms import Day, Files, FilesForm, Form, OneOfMany, ScopedMultipleChoiceField


def _municipalities_today() -> QuerySet[Area]:
    return Area.objects.filter(in_force(clock.today()), kind=Area.Kind.MUNICIPALITY).defer("geometry")


class _ByCounty(ModelChoiceIterator):  # type: ignore[type-arg]
    """Today's municipalities under the names of their counties."""

    def __iter__(self) -> Iterator[Any]:
        return iter(municipalities_by_county(clock.today()))


class Municipalities(ScopedMultipleChoiceField):
    """Some of today's municipalities, as a list of areas; shown as boxes, county by county."""

    iterator = _ByCounty

    def __init__(self, **kwargs: Any):
        super().__init__(
            lambda: Area.objects.filter(in_force(clock.today()), kind=Area.Kind.MUNICIPALITY).defer("geometry"),
            **kwargs,
        )


class SearchForm(Form):
    """A part of a name, or a code, and a kind of area."""

    q = forms.CharField(
        label=gettext_lazy("Namn eller kod"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    slag = forms.ChoiceField(
        label=gettext_lazy("Slag"), required=False, choices=[("", gettext_lazy("Alla slag")), *Area.Kind.choices]
    )


class AreaFilesForm(FilesForm):
    """The files of one map, and what they may not say themselves: municipality, coordinate system, division."""

    chosen = Files(
        label=gettext_lazy("Fil med områden"),
        limit=limits.MAP,
        most=limits.MAP_FILES,
        help_text=gettext_lazy(
            "GeoJSON, GeoPackage, KML, Shapefile (välj alla kartans filer, eller en zip-fil) eller MapInfo (zip). "
            "Högst 20 MB. "
            "RegSO, DeSO och polisens utsatta områden känns igen; andra områden behöver ett namn var."
        ),
    )
    epsg = forms.TypedChoiceField(
        label=gettext_lazy("Koordinatsystem"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", gettext_lazy("Det som filen säger")), *placing.systems()],
    )
    year = forms.TypedChoiceField(
        label=gettext_lazy("Indelning, för RegSO och DeSO"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", gettext_lazy("Den som filen säger")), (2018, "2018"), (2025, "2025")],
    )

    def __init__(self, *args: Any, municipalities: Iterable[Area], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["parent"] = parent = OneOfMany(
            lambda: Area.objects.filter(pk__in=[row.pk for row in municipalities]).defer("geometry"),
            required=False,
            label=_("Kommun som områdena ligger i"),
            help_text=_("Lämna tomt för den kommun som kartan visar."),
        )
        parent.ask(None)
        self.order_fields(["chosen", "parent", "epsg", "year"])


class SaveAreasForm(Form):
    """The day from which areas hold, where their file does not say; and a person's word that they lie right."""

    def __init__(self, *args: Any, dated: bool, guessed: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not dated:
            self.fields["valid_from"] = Day(label=_("Gäller från"))
        if guessed:
            self.fields["confirmed"] = forms.BooleanField(
                label=_("Jag har tittat på kartan: områdena ligger rätt när filen läses som {system}").format(
                    system=guessed
                ),
                error_messages={"required": _("Titta på kartan och bekräfta att områdena ligger rätt.")},
            )


class LastDayForm(Form):
    """The last day that something holds."""

    valid_to = Day(label=gettext_lazy("Sista dagen som området gäller"))


class PoliceAreaForm(Form):
    """A police area: what it is called, when it holds, and which municipalities lie in it."""

    name = forms.CharField(label=gettext_lazy("Namn"), max_length=120)
    valid_from = Day(label=gettext_lazy("Gäller från"))
    valid_to = Day(label=gettext_lazy("Gäller till och med"), required=False)

    def __init__(
        self, *args: Any, municipalities: Iterable[Area], uppers: Iterable[Area] = (), new: bool = False, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        uppers = list(uppers)
        if uppers:
            self.fields["upper"] = forms.ModelChoiceField(
                Area.objects.filter(pk__in=[row.pk for row in uppers]).defer("geometry"), label=_("Hör till")
            )
        self.fields["municipalities"] = forms.ModelMultipleChoiceField(
            Area.objects.filter(pk__in=[row.pk for row in municipalities]).defer("geometry"),
            label=_("Kommuner"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        if new:
            self.fields["code"] = forms.RegexField(
                r"^[0-9A-Za-z-]*\Z", label=_("Polisens kod, om du vet den"), required=False, max_length=80
            )
        else:
            self.fields["since"] = Day(label=_("Från vilken dag gäller kommunerna och vad området hör till?"))


class PoliceFileForm(FilesForm):
    """A table of the police's division."""

    chosen = Files(
        label=gettext_lazy("Fil med polisens indelning (Excel eller CSV)"),
        limit=limits.TABLE,
        most=1,
        help_text=gettext_lazy(
            "Kolumnerna polisregion, polisområde och lokalpolisområde, gärna med kommunkod och polisens koder."
        ),
    )


class SavePoliceForm(Form):
    """The day from which the division of a file holds, and whether what looks wrong is meant."""

    since = Day(label=gettext_lazy("Gäller från"))

    def __init__(self, *args: Any, strange: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if strange:
            self.fields["strange"] = forms.BooleanField(
                label=_("Ta med även de kommuner som enligt länet hör till en annan region"), required=False
            )


class GroupsForm(FilesForm):
    """A file of groups of municipalities, where it comes from, and the year of SKR's division."""

    chosen = Files(
        label=gettext_lazy("Fil med kommungrupper (CSV, även .gz, eller Excel)"),
        limit=limits.TABLE,
        most=1,
        help_text=gettext_lazy("En rad per kommun med kommunkod och grupp, eller Koladas tabell municipality_groups."),
    )
    source = forms.CharField(
        label=gettext_lazy("Källa"),
        max_length=200,
        help_text=gettext_lazy("Visas vid varje jämförelse, till exempel ”SKR via Kolada, hämtad april 2026”."),
    )
    year = forms.IntegerField(
        label=gettext_lazy("Året för SKR:s indelning"),
        min_value=2005,
        max_value=2100,
        required=False,
        help_text=gettext_lazy("Behövs bara för SKR:s grupper om filen inte säger året. Den senaste är från 2023."),
    )


class OwnGroupForm(Form):
    """A name, and the municipalities that one wants to compare with, county by county."""

    name = forms.CharField(
        label=gettext_lazy("Namn"),
        max_length=120,
        help_text=gettext_lazy("Till exempel ”Kustkommuner i norra Uppland”."),
    )
    municipalities = Municipalities(
        label=gettext_lazy("Kommuner"),
        help_text=gettext_lazy("Välj minst två. Jämförelsen gäller de kommuner du väljer, och rangordnar dem aldrig."),
    )
