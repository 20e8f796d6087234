"""How each kind is drawn: what is unusual, broken, hidden or unknown is seen without colour and said in words."""

import csv
import io
import struct
import time
from xml.etree import ElementTree

import pytest

from tests.kernel.figures.examples import (
    KINDS,
    LONG_NAMES,
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
from tillsammans.kernel import gallery_examples
from tillsammans.kernel.figures import Alarm, Break, HexCell, Line, MapArea, Panel, Point, State, pngs, svg, to_csv
from tillsammans.kernel.figures.drawing import Area, Dot, Hatch, Region, Stroke, Words
from tillsammans.kernel.figures.maps import inside, projected
from tillsammans.kernel.figures.parts import hatching
from tillsammans.kernel.figures.render import draw

pytestmark = pytest.mark.pure
WIDTHS = ["wide", "narrow", "print"]


def of(drawing, kind, role=None):
    return [mark for mark in drawing.marks if isinstance(mark, kind) and role in (None, mark.role)]


def words(drawing):
    return [mark.text for mark in of(drawing, Words)]


def joined(drawing):
    """All words as one text: a long name may be broken into lines."""
    return " ".join(words(drawing))


@pytest.mark.parametrize("width", WIDTHS)
def test_an_unusual_value_has_a_sign_that_points_and_words(width):
    alarms = (Alarm("2024-06", "fler än väntat"), Alarm("2024-12", "färre än väntat", "down"))
    drawing = draw(series(alarms=alarms), width)
    signs = of(drawing, Area, "alarm")
    assert len(signs) == 2 + 2  # two values and two keys
    assert {"fler än väntat", "färre än väntat"} <= set(words(drawing))
    up, down = signs[2:]
    dots = {round(dot.x, 1): dot.y for dot in of(drawing, Dot, "line-1")}
    assert max(y for _x, y in up.points) < dots[round(up.points[0][0], 1)]
    assert min(y for _x, y in down.points) > dots[round(down.points[0][0], 1)]


def test_unusual_values_that_are_told_apart_in_the_table_share_a_key():
    one, two = Alarm("2024-05", "fler än de vanliga 1–4"), Alarm("2024-06", "fler än de vanliga 2–8")
    drawing = draw(series(alarms=(one, two)))
    assert "ovanligt högt" in words(drawing)
    assert not {one.label, two.label} & set(words(drawing))
    detailed = series(alarms=(Alarm("2024-06", "fler än väntat", detail="väntat 2–8"),))
    assert "fler än väntat" in words(draw(detailed))
    assert "fler än väntat (väntat 2–8)" in [row[-1] for row in detailed.table().rows]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_and_no_band_runs_across_a_break(width):
    drawing = draw(series(breaks=(Break("2024-07", "ny metod"),)), width)
    assert "Serien bryts: ny metod" in joined(drawing)
    cut = of(drawing, Stroke, "break")[0].points[0][0]
    for mark in of(drawing, Stroke, "line-1") + of(drawing, Area, "band"):
        xs = [x for x, _y in mark.points]
        if max(xs) - min(xs) > 26.5:  # wider than a key
            assert max(xs) < cut or min(xs) > cut
    whole = draw(series(), width)
    assert len(of(drawing, Area, "band")) == len(of(whole, Area, "band")) + 1


def test_a_long_reason_for_a_break_is_broken_into_lines():
    reason = "brotten räknas från anmälan i stället för från förundersökningens slut, enligt nya föreskrifter"
    drawing = draw(series(breaks=(Break("2024-07", reason),), events=()), "narrow")
    assert f"Serien bryts: {reason}" in joined(drawing)


@pytest.mark.parametrize("width", WIDTHS)
def test_small_plots_share_their_axes_and_show_their_last_value(width):
    panels = (Panel(Line("a", (0,) * 11 + (7,))), Panel(Line("b", (0,) * 11 + (93,))))
    drawing = draw(multiples(panels=panels), width)
    shown = words(drawing)
    assert shown.count("0") == shown.count("100") == 2
    assert "7" in shown
    assert "93" in shown
    low, high = (mark.y for mark in of(drawing, Words) if mark.text in ("7", "93"))
    assert low > high  # the same scale: the larger value stands higher


def test_a_small_plot_that_is_hidden_has_words_and_no_line():
    hidden = Panel(Line("rån", ()), state=State.SUPPRESSED, reason="för få uppgifter")
    drawing = draw(multiples(panels=(hidden,)))
    assert {"rån", "för få uppgifter"} <= set(words(drawing))
    assert not [mark for mark in of(drawing, Stroke) if mark.role.startswith(("line", "grid", "axis"))]


def test_small_plots_keep_the_callers_order():
    assert [text for text in words(draw(multiples())) if text in ("skadegörelse", "bedrägeri", "rån")] == [
        "skadegörelse",
        "bedrägeri",
        "rån",
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_profile_has_an_interval_per_part_and_a_sign_where_one_stands_out(width):
    drawing = draw(profile(), width)
    assert len(of(drawing, Stroke, "interval")) == 12 * 3
    assert len(of(drawing, Dot, "mark")) == 11
    assert len(of(drawing, Area, "alarm")) == 1 + 1
    assert {"genomsnittsmånaden", "fler än i en genomsnittsmånad"} <= set(words(drawing))
    assert "jan" in words(drawing)


def test_a_week_shades_its_hours_and_hatches_the_unknown():
    drawing = draw(week())
    cells = [mark for mark in of(drawing, Region) if mark.role.startswith("shade")]
    assert len(cells) == 7 * 24 - 1 + 4  # and four keys
    assert len(of(drawing, Hatch)) == 1 + 1
    assert len(of(drawing, Dot, "noticed")) == 2 + 1


@pytest.mark.parametrize("width", WIDTHS)
def test_a_funnel_names_its_own_place_and_those_outside_but_nobody_else(width):
    drawing = draw(funnel(), width)
    shown = joined(drawing)
    outside = [point.label for point in funnel().points if point.outside]
    assert len(outside) == 3
    missing = [name for name in (*outside, LONG_NAMES[0]) if name not in shown]
    assert missing == [] or "Namn som inte får plats står i tabellen." in shown
    assert LONG_NAMES[0] in shown
    for name in set(LONG_NAMES[:-1]) - {*outside, LONG_NAMES[0]}:
        assert name not in words(drawing)
    assert len(of(drawing, Area, "alarm")) == 3 + 1


def test_names_in_a_funnel_cover_neither_points_nor_each_other():
    crowd = tuple(Point(f"Långtbortistankommun {at}", 20 + at / 3, 1.5 + at / 40, "över") for at in range(30))
    drawing = draw(funnel(points=crowd))
    named = [mark for mark in of(drawing, Words) if mark.text.startswith("Långt")]
    assert 3 <= len(named) < 30
    assert "Namn som inte får plats står i tabellen." in words(drawing)


def test_the_limits_are_cut_at_the_edge_of_the_sheet_and_told_apart():
    drawing = draw(funnel())
    limits = of(drawing, Stroke, "limit")
    assert len({mark.dash for mark in limits}) == 2
    grid = [y for mark in of(drawing, Stroke, "grid") for _x, y in mark.points]
    assert all(min(grid) - 0.01 <= y <= max(grid) + 0.01 for mark in limits[2:] for _x, y in mark.points)


def test_the_funnel_is_seen_even_where_all_places_are_alike():
    alike = tuple(Point(f"Kommun {at}", 40 + 10 * at, 1 + at / 1000) for at in range(9))
    limits = of(draw(funnel(points=alike)), Stroke, "limit")[2:]
    # Both limits, over and under, reach from the middle of the sheet to its right edge.
    assert len([mark for mark in limits if mark.points[-1][0] > 600 and mark.points[0][0] < 400]) == 4


def test_an_area_without_value_is_hatched_in_a_way_that_says_why():
    drawing = draw(choropleth())
    assert {"uppgift saknas", "visas inte: färre än 5", "fler än väntat"} <= set(words(drawing))
    unknown, hidden = (mark for mark in of(drawing, Hatch)[2:])
    hidden, unknown = sorted((unknown, hidden), key=lambda mark: -len(mark.segments))
    slopes = [
        {round((b[1] - a[1]) / (b[0] - a[0])) for a, b in mark.segments if abs(b[0] - a[0]) > 1}
        for mark in (hidden, unknown)
    ]
    assert slopes == [{1, -1}, {-1}]


def test_hatching_stays_within_its_shape_and_out_of_its_hole():
    outer, hole = square(0, 0, 100), square(40, 40, 20)
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in hatching((outer, hole), 5, 1)]
    assert len(middles) > 20
    assert all(0 <= x <= 100 and 0 <= y <= 100 for x, y in middles)
    assert not any(40 < x < 60 and 40 < y < 60 for x, y in middles)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_own_area_is_outlined_and_named_with_its_value(width):
    drawing = draw(choropleth(), width)
    assert len(of(drawing, Stroke, "own")) == 1 + 1
    assert "Östhammar: 4,3" in joined(drawing)


def test_an_area_tells_the_pointer_its_name_value_and_interval_but_paper_nothing():
    assert "<title>Tierp: 10,0 (8,0–12,0), fler än väntat</title>" in svg(choropleth())
    assert "<title>Älvkarleby: färre än 5</title>" in svg(choropleth())


def test_neighbours_keep_their_common_border_when_points_are_left_out():
    shared = tuple((10.0, y / 10) for y in range(101))
    one = projected(((*shared, (0.0, 10.0), (0.0, 0.0)),), 3.0, 0, 10, 0, 0)[0]
    other = projected(((*reversed(shared), (20.0, 0.0), (20.0, 10.0)),), 3.0, 0, 10, 0, 0)[0]
    assert len(one) < len(shared)
    assert {point for point in one if point[0] == 30} == {point for point in other if point[0] == 30}


def test_a_tiny_island_is_still_drawn():
    tiny = MapArea("Skär", (square(5, 5, 0.001),), 3)
    drawing = draw(choropleth(areas=(MapArea("Land", (square(0, 0, 1000),), 3), tiny)))
    assert len([mark for mark in of(drawing, Region) if mark.title]) == 2


def test_a_sign_stands_inside_a_crooked_area():
    crescent = ((0, 0), (100, 0), (100, 100), (0, 100), (0, 90), (80, 90), (80, 10), (0, 10))
    x, y = inside((crescent,))
    assert 80 < x < 100 or y < 10 or y > 90


def test_hexagons_are_shaded_by_count_and_hidden_when_small():
    drawing = draw(hexagons())
    shaded = [mark for mark in of(drawing, Region) if mark.title and mark.role.startswith("shade")]
    assert [mark.title for mark in shaded] == ["Gimo norra: 7", "Gimo södra: 23"]
    assert "visas inte: färre än 5" in words(drawing)
    assert len(of(drawing, Stroke, "context")) == 1
    assert not any(mark.text == "1" for mark in of(drawing, Words))
    single = draw(hexagons(cells=(HexCell("A", hexagon(0, 0), 5),), context=()))
    assert len(of(single, Region)) == 1 + 3


@pytest.mark.parametrize("width", WIDTHS)
def test_a_country_is_drawn_within_its_time(width):
    figure = gallery_examples.choropleth(17, 17)
    draw(figure, width)
    started = time.process_time()
    svg(figure, width)
    # Far above what it takes (see benchmarks/figures.py): this catches only a drawing that has gone astray.
    assert time.process_time() - started < 0.5
    assert len([mark for mark in of(draw(figure, width), Region) if mark.title]) == 289


def test_every_kind_can_be_fetched_as_a_picture_and_as_values():
    figures = [make() for make in KINDS.values()]
    for figure, picture in zip(figures, pngs(figures), strict=True):
        assert picture.startswith(b"\x89PNG")
        width, height = struct.unpack(">II", picture[16:24])
        assert width == pytest.approx(2 * draw(figure, "print").width, abs=1)
        assert height == pytest.approx(2 * draw(figure, "print").height, abs=1)
        alone = svg(figure)
        assert "var(" not in alone
        ElementTree.fromstring(alone)
        headers, rows = figure.records()
        read = list(csv.reader(io.StringIO(to_csv(figure), newline="")))
        assert read[0] == list(headers)
        assert [cell for row in read[1:] for cell in row] == [
            "" if cell is None else str(cell) for row in rows for cell in row
        ]


@pytest.mark.parametrize("make", [series, multiples])
def test_preliminary_values_are_dashed_and_said(make):
    figure = make() if make is series else multiples(panels=(Panel(Line("a", VALUES, ("2024-11", "2024-12"))),))
    drawing = draw(figure)
    assert "preliminär" in words(drawing)
    assert any(mark.dash == (3, 3) for mark in of(drawing, Stroke, "line-1")[1:])
    assert any(dot.hollow for dot in of(drawing, Dot))
