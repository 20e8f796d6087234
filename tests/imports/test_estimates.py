"""A share with its interval and n goes from a person's table to every face that shows it, and is never shown bare."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from tests.world import World

from tillsammans.formats.observations import EstimateDetail
from tillsammans.indicators import figures
from tillsammans.indicators.models import Import, Indicator, Series, Value
from tillsammans.indicators.series import Estimate, Point, SeriesData
from tillsammans.indicators.words import BareEstimate, estimate_words
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.content import thaw
from tillsammans.kernel.documents import to_docx, to_pdf
from tillsammans.kernel.figures import svg, to_csv
from tillsammans.kernel.jobs import run_job
from tillsammans.kernel.models import Job
from tillsammans.kernel.scope import everywhere
from tillsammans.picture import actions
from tillsammans.picture.content import PictureContent
from tillsammans.picture.documents import data_csv, picture_document
from tillsammans.picture.models import Section
from tillsammans.picture.queries import picture_text
from tillsammans_stats import result as statistics

TABLE = (
    "Kommun;År;Andel;Nedre;Övre;Svar\n"
    "Östhammar;2022;71,5;67,25;75,5;412\n"
    "Östhammar;2023;68;63,5;72;398\n"
    "Tierp;2022;70;;;\n"
)
ANSWERS: dict[str, Any] = {
    "source": "Trygghetsmätningen",
    "layout": "long",
    "place": "0",
    "place_by": "name",
    "period": "1",
    "values": ["2"],
    "unit": "share",
    "comma": "1",
    "indicator_text": "Känner sig trygga",
    "low": "3",
    "high": "4",
    "level": "95",
    "n": "5",
}
WORDS = "68,0 % (95 % intervall 63,5–72,0), n = 398"
SHARE = Estimate(Decimal(68), Decimal("63.5"), Decimal(72), 398, EstimateDetail(level=Decimal("0.95")))


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


@pytest.fixture
def run(settings: Any, tmp_path: Path) -> Callable[[], None]:
    settings.VAR = tmp_path

    def work() -> None:
        with everywhere("a test plays the worker"):
            queued = list(Job.objects.filter(state=Job.State.QUEUED).values_list("uuid", flat=True))
        for address in queued:
            run_job.func(str(address))

    return work


def read_in(world: World, run: Callable[[], None], table: str = TABLE, **changed: Any) -> Any:
    """Through the pages, as a person does; gives the answer to the columns."""
    client = world.client("coordinator")
    chosen = [SimpleUploadedFile("matning.csv", table.encode())]
    client.post("/underlag/inlasning/ny/", {"chosen": chosen, "idempotency_key": ""})
    run()
    with everywhere("a test looks"):
        upload = Import.objects.latest("pk")
    here = f"/underlag/inlasning/filer/{upload.uuid}/"
    answer = client.post(f"{here}kolumner/?header=1&header_rows=1&encoding=utf-8&delimiter=;", ANSWERS | changed)
    run()
    client.post(here)
    run()
    return answer


@pytest.mark.slow("makes a PDF and a Word document of a whole picture")
def test_a_share_with_interval_and_n_stands_so_on_every_face(world: World, run: Callable[[], None]) -> None:
    assert read_in(world, run).status_code == 302
    client = world.client("coordinator")
    with everywhere("a test looks"):
        stored = Value.objects.get(series__area__code="0382", period="2023")
        series = Series.objects.get(area__code="0382")
        indicator = Indicator.objects.get()
    assert (stored.low, stored.high, stored.n, stored.level) == (Decimal("63.5"), 72, 398, Decimal("0.95"))

    here = f"/underlag/serie/{series.uuid}/"
    for page in ("/underlag/?enhet=share", here, f"{here}berakning/"):
        shown = plain(client.get(page).content.decode())
        assert WORDS in shown, page
    assert "63,5–72,0" in shown
    own = plain(client.get(f"{here}figur.csv").content.decode())
    assert "95 % intervall, lägst" in own
    assert "398" in own
    points = json.loads(client.get(f"{here}underlag.json").content)["points"]
    assert points[1]["estimate"]["n"] == 398
    assert points[1]["estimate"]["detail"]["level"] == "0.95"
    with world.room("osthammar"):
        silent = Series.objects.get(area__name="Tierp")
    file = plain(client.get(f"/underlag/serie/{silent.uuid}/figur.csv").content.decode())
    assert "2022,Känner sig trygga,70,procent,osäkerheten är inte angiven av källan" in file
    listed = plain(client.get("/underlag/?enhet=share").content.decode())
    assert "70 % (osäkerheten är inte angiven av källan)" in listed  # Tierp's, of which the table states nothing

    actor = world.actor("coordinator")
    picture = actions.create_picture(
        actor,
        None,
        collaboration=world.collaboration,
        area=world.areas["0382"],
        title="Lägesbild 2023",
        starts_on=date(2023, 1, 1),
        ends_on=date(2023, 12, 31),
    )
    with world.room("osthammar"):
        section = Section.objects.get(picture=picture, kind="mapping")
    actions.add_figure(
        actor,
        section,
        kind="time_series",
        indicator=indicator,
        area=world.areas["0382"],
        compared_with=[],
        first_period="",
        last_period="",
    )
    assert WORDS in plain(client.get(f"/lagesbild/{picture.uuid}/").content.decode())
    with world.room("osthammar"):
        text = picture_text(picture)
    content = thaw(text, PictureContent)
    document = picture_document(content, on=picture.ends_on, content_hash=content_hash(text))
    word = zipfile.ZipFile(io.BytesIO(to_docx(document))).read("word/document.xml").decode()
    assert WORDS in plain(word)
    assert "398" in word
    pages = pypdfium2.PdfDocument(to_pdf(document))
    assert WORDS in plain(" ".join(page.get_textpage().get_text_bounded().replace("\r\n", " ") for page in pages))
    (row,) = [line for line in data_csv(content.series).splitlines() if "2023" in line]
    assert "63.5" in row
    assert "398" in row
    assert "0.95" in row

    adopted = actions.adopt_picture(
        actor,
        picture,
        shown=content_hash(text),
        body=world.body,
        decided_on=date(2026, 1, 1),
        minutes_reference="§ 14",
    )
    frozen = thaw(adopted.content, PictureContent)
    assert frozen.series[0].points[1].estimate == SHARE
    page = render_to_string("picture/package.html", {"content": frozen}, RequestFactory().get("/"))
    assert WORDS in plain(page)
    assert WORDS in plain(client.get(f"/lagesbild/{picture.uuid}/").content.decode())


def test_an_interval_that_does_not_hold_the_value_is_refused_with_its_row(
    world: World, run: Callable[[], None]
) -> None:
    read_in(world, run, TABLE.replace("63,5;72;398", "69;72;398").replace(";412", ";41,2"))
    with everywhere("a test looks"):
        upload = Import.objects.latest("pk")
        assert not Value.objects.exists()
    page = world.client("coordinator").get(f"/underlag/inlasning/filer/{upload.uuid}/").content.decode()
    assert "ligger inte runt värdet" in page
    assert "Antalet svar är inget helt antal" in page


def test_half_an_interval_and_several_values_are_refused_in_the_form(world: World, run: Callable[[], None]) -> None:
    assert "Ett intervall har två gränser" in read_in(world, run, high="").content.decode()
    assert "kräver en kolumn med värden" in read_in(world, run, values=["2", "3"]).content.decode()


def test_the_same_table_again_changes_nothing_and_another_level_is_a_detail(
    world: World, run: Callable[[], None]
) -> None:
    read_in(world, run)
    read_in(world, run)
    with everywhere("a test looks"):
        assert Import.objects.latest("pk").preview
        assert Value.objects.count() == 3
    read_in(world, run, level="90")
    with everywhere("a test looks"):
        levels = list(Value.objects.filter(period="2023").order_by("pk").values_list("level", flat=True))
    assert levels == [Decimal("0.95"), Decimal("0.9")]


def printed(estimate: Estimate, unit: str) -> str:
    """What the filter gives in a template."""
    template = Template("{% load estimates %}{{ point|estimate:unit }}")
    return plain(template.render(Context({"point": Point("2023", estimate), "unit": unit})))


@pytest.mark.pure
@pytest.mark.parametrize("unit", ["share", "other"])
@pytest.mark.parametrize(
    "bare",
    [
        Estimate(Decimal(68)),
        replace(SHARE, n=None),
        replace(SHARE, low=None, high=None),
        replace(SHARE, low=None),
    ],
)
def test_the_filter_refuses_a_bare_share_or_mean(bare: Estimate, unit: str) -> None:
    with pytest.raises(BareEstimate):
        printed(bare, unit)
    with pytest.raises(BareEstimate):
        estimate_words(bare, unit)
    series = SeriesData("x", "Trygga", unit, "0382", "Östhammar", "Mätning", "year", (Point("2023", bare),))
    with pytest.raises(BareEstimate):
        figures.time_series(series)
    with pytest.raises(BareEstimate):
        data_csv([series])


@pytest.mark.pure
@pytest.mark.parametrize(
    ("estimate", "unit", "words"),
    [
        (Estimate(Decimal(1234)), "count", "1 234"),
        (Estimate(Decimal("12.5")), "per_100k", "12,5"),
        (SHARE, "share", WORDS),
        (replace(SHARE, detail=None), "share", "68,0 % (intervall 63,5–72,0), n = 398"),
        (SHARE, "other", "68,0 (95 % intervall 63,5–72,0), n = 398"),
        (Estimate.stated("share", Decimal(68)), "share", "68 % (osäkerheten är inte angiven av källan)"),
        (
            Estimate.stated("share", Decimal(68), n=9),
            "share",
            "68 %, n = 9 (intervallet är inte angivet av källan)",
        ),
        (
            Estimate.stated("share", Decimal(68), Decimal(60), Decimal(70)),
            "share",
            "68 % (intervall 60–70) (antalet svar är inte angivet av källan)",
        ),
        (
            replace(SHARE, detail=EstimateDetail(status="too_little")),
            "share",
            "underlaget är för litet för att tolkas",
        ),
        (replace(SHARE, detail=EstimateDetail(status="suppressed")), "share", "visas inte"),
    ],
)
def test_an_estimate_is_printed_with_what_is_known_of_it(estimate: Estimate, unit: str, words: str) -> None:
    assert printed(estimate, unit) == words


@pytest.mark.pure
def test_too_little_is_neither_drawn_nor_written() -> None:
    little = Estimate(Decimal("87.3"), Decimal(1), Decimal(100), 3, EstimateDetail(status="too_little"))
    series = SeriesData(
        "x", "Trygga", "share", "0382", "Östhammar", "Mätning", "year", (Point("2022", SHARE), Point("2023", little))
    )
    figure = figures.time_series(series)
    for face in (to_csv(figure), data_csv([series]), plain(str(figure.table())), figure.description):
        assert "87.3" not in face
        assert "87,3" not in face
    assert "87,3" not in svg(figure, "wide")
    assert "Underlaget är för litet för att tolkas 2023." in figure.note


@pytest.mark.pure
def test_what_the_statistics_computed_becomes_the_same_in_decimals() -> None:
    computed = statistics.Estimate(0.1, 0.05, 0.2, 0.95, "Korn-Graubard", 0.03, 41.5, 400, 310.2, 1.29)
    made = Estimate.computed(computed)
    assert (made.value, made.low, made.high, made.n) == (Decimal("0.1"), Decimal("0.05"), Decimal("0.2"), 400)
    assert made.detail is not None
    for name in ("method", "level", "standard_error", "degrees_of_freedom", "effective_n", "design_effect"):
        stated = getattr(made.detail, name)
        assert stated == getattr(computed, name) if name == "method" else float(stated) == getattr(computed, name)
    assert Estimate.computed(statistics.Estimate(3.0)) == Estimate(Decimal("3.0"))
