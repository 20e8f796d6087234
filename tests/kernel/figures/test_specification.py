"""What each kind of figure states: its table twin, its file, and what it refuses."""

import csv
import io
from dataclasses import FrozenInstanceError

import pytest
from django.utils import translation

from tests.kernel.figures.examples import (
    KINDS,
    VALUES,
    choropleth,
    funnel,
    hexagon,
    hexagons,
    multiples,
    profile,
    series,
    square,
    week,
)
from tillsammans.kernel.figures import (
    Alarm,
    Band,
    Break,
    Classes,
    HexCell,
    Limit,
    Line,
    MapArea,
    Panel,
    Point,
    Slot,
    State,
    to_csv,
)

pytestmark = pytest.mark.pure
GAP = "\N{NO-BREAK SPACE}"


def lines(figure):
    return list(csv.reader(io.StringIO(to_csv(figure), newline="")))


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_a_figure_cannot_be_changed(make):
    with pytest.raises(FrozenInstanceError):
        make().title = "Något annat"


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_table_and_file_are_whole_in_both_languages(make, language):
    with translation.override(language):
        figure = make()
        table, (headers, rows) = figure.table(), figure.records()
    assert all(table.headers)
    assert len(set(table.headers)) == len(table.headers)
    assert {len(row) for row in table.rows} == {len(table.headers)}
    assert all(0 < column < len(table.headers) for column in table.numeric)
    assert len(set(headers)) == len(headers)
    assert {len(row) for row in rows} == {len(headers)}


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("state", [State.SUPPRESSED, State.EMPTY])
def test_what_is_hidden_reaches_neither_table_nor_file(make, state):
    figure = make(state=state)
    assert figure.table().rows[0][0] == state.words
    assert set(figure.table().rows[0][1:]) == {"–"}
    assert len(lines(figure)) == 1


def test_what_is_unusual_or_broken_stands_in_the_table_and_the_file():
    figure = series(
        alarms=(Alarm("2024-06", "fler än väntat"),),
        breaks=(Break("2024-09", "nya brottskoder"),),
        lines=(Line("anmälda", VALUES, preliminary=("2024-09",)), Line("uppklarade", (1,) * 12)),
    )
    table = figure.table()
    assert table.headers[-1] == "Att lägga märke till"
    assert [row[-1] for row in table.rows if row[-1]] == ["fler än väntat", "Serien bryts: nya brottskoder"]
    status = {(row[0], row[1]): row[4] for row in lines(figure)}
    assert status["2024-06", "anmälda"] == "fler än väntat"
    assert status["2024-06", "uppklarade"] == ""
    assert status["2024-09", "anmälda"] == "preliminär; Serien bryts: nya brottskoder"


def test_what_is_expected_stands_beside_its_interval():
    band = Band("väntat", (1,) * 12, (6,) * 12, (3, None, *(3,) * 10))
    figure = series(band=band)
    assert figure.table().rows[0][2] == "3 (1–6)"
    assert figure.table().rows[1][2] == "1–6"
    assert [row[2] for row in lines(figure) if row[1] == "väntat"] == ["3", "", *["3"] * 10]


@pytest.mark.parametrize(
    "changes",
    [
        {"alarms": (Alarm("2024-03", "fler"),)},  # no value there
        {"alarms": (Alarm("2025-03", "fler"),)},
        {"alarms": (Alarm("2024-06", " "),)},
        {"breaks": (Break("2025-03", "ny metod"),)},
        {"breaks": (Break("2024-06", ""),)},
        {"band": Band("väntat", (1,) * 12, (6,) * 12, (3,))},
        {"band": Band("väntat", (1,) * 12, (float("inf"),) * 12)},
    ],
)
def test_a_series_whose_marks_say_nothing_is_refused(changes):
    with pytest.raises(ValueError, match=r".+"):
        series(**changes)


def test_many_series_of_months_have_a_row_per_year():
    figure = multiples(
        periods=("2023-11", "2023-12", "2024-01"),
        panels=(Panel(Line("rån", (4, None, 1200), withheld=("2023-12",), preliminary=("2024-01",))),),
    )
    table = figure.table()
    assert table.headers[:3] == ("Brottstyp", "År", "jan")
    assert table.rows[0] == ("rån", "2023", *[""] * 10, "4", "visas inte", "")
    assert table.rows[1][:3] == ("rån", "2024", f"1{GAP}200")
    assert table.rows[1][-1] == f"preliminärt: jan{GAP}2024"


def test_on_paper_each_of_many_series_has_one_row():
    table = multiples().print_table()
    assert table.headers == ("Brottstyp", "Senaste värdet", "Lägst", "Högst", "Att lägga märke till")
    assert table.rows[0][:4] == (
        "skadegörelse",
        f"0 (dec{GAP}2024)",
        f"0 (dec{GAP}2024)",
        f"9 (juni{GAP}2024)",
    )
    assert f"juni{GAP}2024: fler än väntat" in table.rows[0][4]
    assert table.rows[2] == ("rån", "–", "–", "–", "för få uppgifter")
    assert multiples(state=State.EMPTY).print_table().rows[0][1:] == ("–",) * 4
    assert series().print_table() == series().table()


def test_many_series_of_years_have_a_row_each():
    figure = multiples(periods=("2022", "2023"), panels=(Panel(Line("rån", (4, 5))), Panel(Line("hot", (None, 6)))))
    assert figure.table().headers == ("Brottstyp", "2022", "2023", "Att lägga märke till")
    assert figure.table().rows == (("rån", "4", "5", ""), ("hot", "saknas", "6", ""))


def test_a_series_that_is_not_shown_says_why_among_the_others():
    assert multiples().table().rows[-1] == ("rån", *["–"] * 13, "för få uppgifter")
    assert lines(multiples())[-1] == ["", "rån", "", "", "", "anmälda brott per månad", "för få uppgifter"]
    assert [panel.last() for panel in multiples().panels] == [11, 11, None]


@pytest.mark.parametrize(
    "panels",
    [
        (),
        tuple(Panel(Line(f"serie {at}", VALUES)) for at in range(25)),
        (Panel(Line("rån", VALUES)), Panel(Line("rån", VALUES))),
        (Panel(Line("rån", VALUES), state=State.SUPPRESSED),),
        (Panel(Line("rån", (1, 2))),),
        (Panel(Line("rån", VALUES), breaks=(Break("2020-01", "ny metod"),)),),
    ],
)
def test_panels_that_do_not_hold_together_are_refused(panels):
    with pytest.raises(ValueError, match=r".+"):
        multiples(panels=panels)


def test_a_profile_lists_each_part_and_the_level():
    table = profile().table()
    assert table.headers == ("Månad", "Värde (index)", "95 % intervall", "Antal i underlaget", "Att lägga märke till")
    assert table.rows[0] == ("jan", "80", "70–92", "20", "")
    assert table.rows[11][-1] == "fler än i en genomsnittsmånad"
    assert table.rows[12] == ("genomsnittsmånaden", "100", "–", "–", "")
    assert lines(profile())[1][:5] == ["jan", "80.4", "70", "92", "20"]


@pytest.mark.parametrize(
    "slots",
    [
        (Slot("jan", 1),),
        (Slot("jan", 1), Slot("jan", 2)),
        (Slot("jan", 1, 2, 0), Slot("feb", 2)),
        (Slot("jan", None, 0, 2), Slot("feb", 2)),
        (Slot("jan", None, noticed="fler"), Slot("feb", 2)),
        (Slot("jan", float("nan")), Slot("feb", 2)),
    ],
)
def test_a_profile_that_does_not_hold_together_is_refused(slots):
    with pytest.raises(ValueError, match=r".+"):
        profile(slots=slots)


def test_a_week_lists_its_hours_with_the_days_as_columns():
    table = week().table()
    assert table.headers[:2] == ("Timme", "mån")
    assert table.headers[8] == "Fler än en genomsnittstimme"
    assert len(table.rows) == 24
    assert table.rows[3][3] == "saknas"
    assert table.rows[23][6:] == ("2,8", "3,2", "lör, sön")
    assert table.rows[22][8] == ""
    assert len(lines(week())) == 1 + 7 * 24


@pytest.mark.parametrize(
    "changes", [{"values": ((1,) * 24,)}, {"noticed_label": ""}, {"noticed": ((7, 0),)}, {"rows": ("mån",) * 7}]
)
def test_a_week_that_does_not_hold_together_is_refused(changes):
    with pytest.raises(ValueError, match=r".+"):
        week(**changes)


def test_classes_are_named_and_a_limit_belongs_above():
    classes = Classes((5, 10), decimals=0)
    assert classes.words() == ("under 5", "5 till under 10", "10 eller mer")
    assert [classes.of(value) for value in (4.99, 5, 9.9, 10, 1e9)] == [0, 1, 1, 2, 2]
    assert Classes((0.25,), decimals=2).words() == ("under 0,25", "0,25 eller mer")
    assert Classes((1,), ("få", "många")).words() == ("få", "många")


@pytest.mark.parametrize(
    "given", [((),), ((1, 2, 3, 4, 5),), ((2, 1),), ((1, 1),), ((1,), ("en",)), ((float("nan"),),)]
)
def test_classes_that_cannot_be_told_apart_are_refused(given):
    with pytest.raises(ValueError, match=r".+"):
        Classes(*given)


def test_places_are_listed_by_name_and_never_by_value():
    assert [row[0] for row in funnel().table().rows[-4:-1]] == ["Älvkarleby", "Ödeby", "Örnsköldsvik", "Östhammar"][1:]
    assert [row[0] for row in choropleth().table().rows] == ["Heby", "Tierp", "Åre", "Älvkarleby", "Östhammar"]
    assert [row[0] for row in lines(choropleth())[1:]] == ["Heby", "Tierp", "Åre", "Älvkarleby", "Östhammar"]


def test_a_funnel_lists_every_place_with_its_position():
    rows = {row[0]: row for row in funnel().table().rows}
    assert rows["Östhammar"] == ("Östhammar", "4", "0,90", "inom gränserna")
    assert rows["Örnsköldsvik"][3] == "över 99,8 %-gränsen"
    assert rows["Ydre"] == ("Ydre", "–", "–", "färre än 5 väntade")
    assert rows["alla kommuner"][2:] == ("1,00", "jämförelse")
    assert "1.2" not in to_csv(funnel())


@pytest.mark.parametrize(
    "changes",
    [
        {"points": ()},
        {"points": (Point("A", 5, 1), Point("A", 6, 1))},
        {"points": (Point("A", 0, 1),)},
        {"points": (Point("A", 5, 1, suppressed="få"),)},
        {"points": (Point("A", 5, outside="över", suppressed="få"),)},
        {"limits": ()},
        {"limits": (Limit("95 %", (1, 2), (0,), (2, 2)),)},
        {"limits": (Limit("95 %", (2, 1), (0, 0), (2, 2)),)},
        {"size_label": ""},
    ],
)
def test_a_funnel_that_does_not_hold_together_is_refused(changes):
    with pytest.raises(ValueError, match=r".+"):
        funnel(**changes)


def test_a_map_lists_value_interval_class_and_mark():
    rows = {row[0]: row for row in choropleth().table().rows}
    assert rows["Östhammar"] == ("Östhammar", "4,3", "3,0–6,0", "90", "under 5", "")
    assert rows["Tierp"] == ("Tierp", "10,0", "8,0–12,0", "210", "10 till under 20", "fler än väntat")
    assert rows["Åre"] == ("Åre", "uppgift saknas", "–", "–", "–", "")
    assert rows["Älvkarleby"] == ("Älvkarleby", "färre än 5", "–", "–", "–", "")
    assert {row[0]: row[1] for row in lines(choropleth())}["Östhammar"] == "4.26"


def test_hexagons_are_listed_by_their_names():
    assert hexagons().table().rows == (
        ("Alunda", "färre än 5", "–"),
        ("Gimo norra", "7", "under 10"),
        ("Gimo södra", "23", "20 eller mer"),
    )


@pytest.mark.parametrize(
    "area",
    [
        MapArea("A", ()),
        MapArea("A", (((0, 0), (1, 1)),)),
        MapArea("A", (((0, 0), (1, float("nan")), (1, 1)),)),
        MapArea("A", (square(0, 0),), 5, suppressed="få"),
        MapArea("A", (square(0, 0),), suppressed="få", mark="up", mark_label="fler"),
        MapArea("A", (square(0, 0),), 5, mark="up"),
        MapArea("A", (square(0, 0),), 5, 6, 4),
        MapArea(" ", (square(0, 0),), 5),
    ],
)
def test_a_map_that_does_not_hold_together_is_refused(area):
    with pytest.raises(ValueError, match=r".+"):
        choropleth(areas=(area,))
    with pytest.raises(ValueError, match="place"):
        hexagons(cells=(HexCell("A", hexagon(0, 0), 5), HexCell("A", hexagon(2, 0), 6)))
