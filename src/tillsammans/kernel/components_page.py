"""The component gallery: every page component in every state, with made-up content, for developers and tests."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib.messages import constants
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tillsammans.kernel.components import DocumentCard, Event, Knot, Link, PersonCard, Step, Thread
from tillsammans.kernel.doors import open_door
from tillsammans.kernel.figures import Band, Comparison, Line, Row, State, TimeSeries
from tillsammans.kernel.figures import Event as FigureEvent
from tillsammans.kernel.forms import Day, Form, LongText

LABELS = ("Underlag", "Problem", "Orsak", "Mål", "Åtgärd", "Löfte", "Aktivitet", "Effekt")


class Example(Form):
    """One field of each kind."""

    title = forms.CharField(label="Rubrik", max_length=80, help_text="Säg vad, var och när. Högst 80 tecken.")
    text = LongText(label="Beskrivning", required=False, help_text="Beskriv platsen, aldrig enskilda personer.")
    day = Day(label="Datum", help_text="Till exempel 2026-03-31.")
    share = forms.IntegerField(label="Andel, procent", min_value=0, max_value=100, required=False)
    group = forms.ChoiceField(label="Grupp", choices=[("", "Välj"), ("s", "Styrgruppen"), ("a", "Arbetsgruppen")])
    kind = forms.ChoiceField(
        label="Slag av orsak",
        widget=forms.RadioSelect,
        help_text="Välj den som ligger närmast.",
        choices=[("p", "Plats och situation"), ("g", "Den som begår brottet"), ("o", "Den som utsätts")],
    )
    sources = forms.MultipleChoiceField(
        label="Källor",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("a", "Anmälda brott"), ("t", "Trygghetsmätningen"), ("d", "Dialogen med invånarna")],
    )
    file = forms.FileField(label="Bilaga", required=False)
    sure = forms.BooleanField(label="Jag har läst igenom texten")


def example_thread(here: int, gaps_from: int = 8) -> Thread:
    """A thread whose present page is knot ``here``, with gaps from knot ``gaps_from`` on."""
    texts = (
        "4 källor",
        "prioriterat 1 av 3",
        "2 orsaker",
        "2 mål",
        "3 åtgärder",
        "1 löfte",
        "3 av 5 klara",
        "bättre än väntat",
    )
    add = (
        "lägg till underlag",
        "beskriv problemet",
        "lägg till en orsak",
        "sätt ett mål",
        "välj en åtgärd",
        "lova något",
        "planera en aktivitet",
        "planera uppföljningen",
    )
    return Thread(
        tuple(
            Knot(
                label,
                add[index] if index >= gaps_from else texts[index],
                "" if index == here else "#",
                "here" if index == here else "gap" if index >= gaps_from else "filled",
            )
            for index, label in enumerate(LABELS)
        )
    )


def example_series() -> TimeSeries:
    """Burglaries per month, with the interval expected for the season and the start of a promise."""
    months = tuple(f"{year}-{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13))[:35]
    counts = (8, 7, 4, 4, 4, 4, 7, 4, 8, 7, 7, 8, 8, 7, 6, 7, 4, 1, 5, 5, 7, 12, 9, 4, 8, 6, 4, 3, 2, 3, 2, 2, 3, 7, 7)
    season = (8, 7, 5, 4, 3, 4, 5, 7, 8, 9, 9, 9)
    expected = tuple(season[index % 12] for index in range(35))
    return TimeSeries(
        title="Inbrotten i bostad är färre än väntat för årstiden sedan mars",
        description="Anmälda bostadsinbrott per månad från januari 2024 till november 2026. Från mars 2026 ligger "
        "antalet under det väntade.",
        unit="anmälda brott per månad",
        period="januari 2024–november 2026",
        source="påhittade uppgifter",
        n=198,
        status="oktober–november 2026 preliminära",
        counts=True,
        periods=months,
        lines=(Line("anmälda", counts, preliminary=months[-2:]),),
        band=Band(
            "väntat för årstiden, 95 %",
            tuple(max(0, value - 4) for value in expected),
            tuple(value + 5 for value in expected),
        ),
        events=(FigureEvent("2026-03", "Löftet börjar"),),
    )


def example_comparison() -> Comparison:
    """Worry about burglary in four areas, one of them too small to show."""
    return Comparison(
        title="Oron för inbrott skiljer sig inte säkert mellan områdena",
        description="Andel som oroar sig mycket för inbrott i fyra områden, med 95 procents intervall. Intervallen "
        "går i varandra.",
        unit="%",
        period="2025",
        source="påhittade uppgifter",
        n=412,
        heading="Område",
        interval_label="95 % intervall",
        rows=(
            Row("Alunda", 18, 13, 24),
            Row("Gimo", 22, 17, 28),
            Row("Öregrund", 16, 10, 23),
            Row("Österbybruk", None, suppressed="färre än 20 svar"),
        ),
    )


def too_little() -> TimeSeries:
    """A figure with too few observations to be read as a finding."""
    return TimeSeries(
        title="Underlaget är för litet för att tolkas",
        description="Åtta månader med sammanlagt tre händelser.",
        unit="händelser per månad",
        period="april–november 2026",
        source="påhittade uppgifter",
        periods=(),
        lines=(),
        state=State.TOO_LITTLE,
        reason="Tre händelser på åtta månader. Minst tjugo behövs för att se en förändring.",
    )


def _steps() -> list[Step]:
    return [
        Step(
            "Skolans enkätsvar väntar på chefens godkännande",
            "Sju av nio enheter har svarat.",
            "#",
            "Påminn",
            10,
            date(2026, 12, 4),
            (Link("Lämna över", "#"), Link("Skjut upp", "#", post=True)),
            key="survey",
        ),
        Step(
            "Ange orsak till ”Båtmotorstölder på Söderön”",
            "Problemet är prioriterat men har ingen orsak. Utan orsak kan ni inte välja åtgärd.",
            "#",
            "Börja",
            25,
            None,
            (Link("Bjud in kommunpolisen", "#"),),
            key="cause",
        ),
        Step(
            "Berätta hur det gick: trygghetsvandringen i Gimo",
            "23 deltagare har inte fått återkoppling.",
            "#",
            "Skriv",
            15,
            quiet=True,
            key="walk",
        ),
    ]


@open_door("GET")
def components_page(request: HttpRequest) -> HttpResponse:
    """The gallery page. ``?tema=light`` or ``dark`` forces one theme."""
    context: dict[str, Any] = {
        "title": "Delarna",
        "theme": request.GET.get("tema") if request.GET.get("tema") in ("light", "dark") else "",
        "crumbs": [("Utvecklare", "#"), ("Delarna", "")],
        "threads": [example_thread(1), example_thread(1, 2), example_thread(4, 5)],
        "series": example_series(),
        "comparison": example_comparison(),
        "too_little": too_little(),
        "steps": _steps(),
        "strip": [("ok", f"Krav {number}: uppfyllt") for number in range(1, 17)]
        + [("warn", f"Krav {number}: delvis") for number in range(17, 20)]
        + [("bad", "Krav 20: inte uppfyllt")],
        "facts": [
            ("Var", "Gimo, Alunda"),
            ("När", "november–januari, fredag–söndag"),
            ("Vem drabbas", "villaägare, äldre"),
            ("Beslut", "Styrgruppen 2026-02-10 § 4"),
            ("Delas med", "polisen; länsstyrelsen (delat underlag)"),
        ],
        "events": [
            Event(date(2026, 2, 10), "Styrgruppen antog lägesbilden", "§ 4, med en ändring.", "#"),
            Event(datetime(2026, 3, 1, 9, 30), "Löftet började", state="now"),  # noqa: DTZ001
            Event("våren 2027", "Effekten mäts", state="later"),
        ],
        "person": PersonCard(
            "Maj Exempel",
            "brottsförebyggande samordnare",
            "Exempelkommunen",
            "maj@example.org",
            "0173 00 00 00",
            "till och med 2027-12-31",
        ),
        "document": DocumentCard(
            "Lägesbild för tertial 3",
            "Lägesbild",
            "#",
            date(2026, 12, 4),
            "version 3",
            ("ok", "Antagen"),
            (Link("PDF", "#"), Link("Word", "#")),
        ),
        "levels": [
            (constants.DEFAULT_TAGS[level], text)
            for level, text in (
                (constants.SUCCESS, "Sparat. Referens 2026-0417."),
                (constants.INFO, "Siffrorna för oktober är inlästa."),
                (constants.WARNING, "Två källor säger emot varandra."),
                (constants.ERROR, "Filen är tom."),
            )
        ],
        "form": Example(initial={"title": "Inbrott i bostad, Gimo"}, auto_id="id_%s"),
        "wrong": Example({"title": "", "day": "31 mars"}, auto_id="wrong_%s"),
        "conflict": [("Beskrivning", "Inbrotten sker mest på fredagar.", "Inbrotten sker mest på lördagar.")],
        "job": {"done": 1250, "total": 6396, "message": "Läser rad 1 250 av 6 396."},
        "start": date(2025, 11, 1),
        "end": date(2026, 2, 28),
    }
    return render(request, "kernel/components_page.html", context)
