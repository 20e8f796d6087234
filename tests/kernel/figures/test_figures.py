"""What a figure shows, on pages, on paper and as a table."""

import csv
import io
import re
import struct
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from scipy import special

from tests.kernel.figures.examples import KINDS, PERIODS, VALUES, comparison, series
from tillsammans.kernel import figures, gallery, gallery_examples
from tillsammans.kernel.figures import Line, Row, State, csv_text, numbers, page_svg, png, print_svg, svg, to_csv
from tillsammans.kernel.figures.drawing import Dot, Hatch, Region, Stroke, Words, spread, text_width, wrap
from tillsammans.kernel.figures.numbers import number
from tillsammans.kernel.figures.render import COLOURS, INK, INK_2, PAPER, draw
from tillsammans_stats import funnel

pytestmark = pytest.mark.pure
SVG = "{http://www.w3.org/2000/svg}"
CSS = (Path(figures.__file__).parents[1] / "static/kernel/figures.css").read_text()
FIGURES = [
    series(),
    series(lines=tuple(Line(f"serie {i}", VALUES) for i in range(4))),
    comparison(),
    comparison(counts=True),
    series(state=State.TOO_LITTLE, reason="Färre än 20 brott."),
    *(make() for name, make in KINDS.items() if name not in ("series", "comparison")),
    *(make() for _name, _heading, make in gallery.KINDS),
    gallery_examples.multiples(24),
]


def parsed(figure, width="wide", **options):
    return ElementTree.fromstring(svg(figure, width, **options))


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_a_page_figure_obeys_the_strict_content_policy_and_names_itself(figure, width):
    text = svg(figure, width, prefix="oro")
    root = ElementTree.fromstring(text)
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=|href", text)
    assert root.get("role") == "img"
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids)) == 2
    assert root.get("aria-labelledby").split() == ids
    assert root.find(f"{SVG}title").text == figure.title
    assert root.find(f"{SVG}desc").text == figure.description


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("width", ["wide", "narrow", "print"])
def test_every_mark_stays_on_the_sheet(figure, width):
    drawing = draw(figure, width)
    for mark in drawing.marks:
        if isinstance(mark, Words):
            size = text_width(mark.text, bold=mark.bold)
            left = mark.x - {"start": 0, "middle": size / 2, "end": size}[mark.anchor]
            assert left >= -0.5
            assert left + size <= drawing.width + 0.5
            assert 10 <= mark.y <= drawing.height
        elif isinstance(mark, Dot):
            assert 0 <= mark.x <= drawing.width
            assert 0 <= mark.y <= drawing.height
        else:
            points = points_of(mark)
            assert all(-0.01 <= x <= drawing.width + 0.01 and 0 <= y <= drawing.height for x, y in points)


def points_of(mark):
    match mark:
        case Region():
            return [point for ring in mark.rings for point in ring]
        case Hatch():
            return [point for segment in mark.segments for point in segment]
        case _:
            return mark.points


def box_of(mark):
    size = text_width(mark.text, bold=mark.bold)
    left = mark.x - {"start": 0, "middle": size / 2, "end": size}[mark.anchor]
    return left, mark.y - 9, left + size, mark.y + 1  # the height of letters without tails


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("width", ["wide", "narrow", "print"])
def test_no_words_cover_others(figure, width):
    words = [mark for mark in draw(figure, width).marks if isinstance(mark, Words)]
    for one, other in combinations(words, 2):
        a, b = box_of(one), box_of(other)
        assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]), (one, other)


def test_the_phone_gets_a_drawing_of_its_own_with_text_as_large():
    wide, narrow = parsed(series()), parsed(series(), "narrow")
    assert wide.get("viewBox").split()[2] == "720"
    assert narrow.get("viewBox").split()[2] == "340"
    assert wide.get("font-size") == narrow.get("font-size") == "14"
    labels = {w: {n.text for n in root.iter(f"{SVG}text")} for w, root in (("wide", wide), ("narrow", narrow))}
    assert labels["narrow"] != labels["wide"]
    assert "anmälda" in labels["narrow"] & labels["wide"]


def test_a_missing_value_is_a_gap_and_never_a_zero():
    line = [mark for mark in draw(series(band=None)).marks if isinstance(mark, Stroke) and mark.role == "line-1"]
    xs = [x for mark in line for x, _y in mark.points if mark.width > 2]
    dots = sorted(mark.x for mark in draw(series(band=None)).marks if isinstance(mark, Dot) and mark.radius == 3)
    step = dots[1] - dots[0]
    missing = dots[1] + step
    assert not any(abs(x - missing) < step / 2 for x in xs)
    assert not any(mark.points[0][0] < missing < mark.points[-1][0] for mark in line)


def test_preliminary_points_are_hollow_and_dashed_and_explained():
    marks = draw(series()).marks
    hollow = [mark for mark in marks if isinstance(mark, Dot) and mark.hollow]
    assert len(hollow) == 2 + 1  # two points and the key
    assert any(isinstance(mark, Words) and mark.text == "preliminär" for mark in marks)
    final = draw(series(lines=(Line("anmälda", VALUES),))).marks
    assert not any(isinstance(mark, Dot) and mark.hollow for mark in final)
    assert not any(isinstance(mark, Words) and mark.text == "preliminär" for mark in final)


def test_lines_are_told_apart_without_colour():
    figure = series(lines=tuple(Line(f"serie {i}", VALUES) for i in range(4)))
    dashes = {m.role: m.dash for m in draw(figure).marks if isinstance(m, Stroke) and m.role.startswith("line-")}
    assert len(set(dashes.values())) == 4


def test_the_axis_of_counts_starts_at_zero_with_whole_ticks():
    figure = series(lines=(Line("anmälda", (90,) * 11 + (92,)),), band=None, reference=None, events=())
    labels = [mark.text for mark in draw(figure).marks if isinstance(mark, Words)]
    assert "0" in labels
    assert not any("," in label for label in labels)


def test_all_values_zero_can_be_drawn():
    assert "<polyline" in svg(series(lines=(Line("anmälda", (0,) * 12),), band=None, reference=None))


def test_labels_at_the_line_ends_do_not_cover_each_other():
    figure = series(lines=tuple(Line(f"serie {i}", (5,) * 12) for i in range(4)), band=None)
    labels = sorted(m.y for m in draw(figure).marks if isinstance(m, Words) and m.text.startswith("serie"))
    assert all(below - above >= 14 for above, below in pairwise(labels))


def test_categories_keep_the_callers_order():
    labels = [m.text for m in draw(comparison()).marks if isinstance(m, Words)]
    assert [label for label in labels if label in ("Ödeby", "Alby", "Ekby")] == ["Ödeby", "Alby", "Ekby"]


def test_a_suppressed_category_says_why_and_has_no_mark():
    drawn = draw(comparison()).marks
    assert "för få svar (under 30)" in [mark.text for mark in drawn if isinstance(mark, Words)]
    assert len([mark for mark in drawn if isinstance(mark, Dot)]) == 2


@pytest.mark.parametrize("state", [State.TOO_LITTLE, State.SUPPRESSED, State.EMPTY])
def test_a_figure_that_must_not_be_read_shows_words_instead_of_lines(state):
    text = svg(series(state=state, reason="Bara fyra svar."))
    assert state.words in text
    assert "Bara fyra svar." in text
    assert "fig-line-1" not in text
    assert "fig-band" not in text


@pytest.mark.parametrize("state", [State.SUPPRESSED, State.EMPTY])
@pytest.mark.parametrize("make", [series, comparison])
def test_hidden_values_reach_neither_table_nor_file(state, make):
    figure = make(state=state)
    assert len(figure.table().rows) == 1
    assert not re.search(r"\d", "".join(figure.table().rows[0]))
    assert len(to_csv(figure).splitlines()) == 1


def test_the_table_twin_holds_every_period_and_value():
    table = series().table()
    assert table.headers == ("Period", "anmälda", "väntat, 95 %", "högst 6", "Händelse")
    assert len(table.rows) == len(PERIODS)
    assert [row[1] for row in table.rows] == [
        "3",
        "4",
        "saknas",
        "2",
        "5",
        "9",
        "8",
        "7",
        "3",
        "2",
        "1 (preliminär)",
        "0 (preliminär)",
    ]
    assert table.rows[0][2] == "–"
    assert table.rows[1][2] == "1–6"
    assert [row[4] for row in table.rows if row[4]] == ["Grannsamverkan startar"]


def test_the_table_twin_of_a_comparison_holds_interval_number_and_reason():
    table = comparison().table()
    assert table.headers == ("Område", "Värde (%)", "95 % intervall", "Antal i underlaget")
    assert table.rows[0] == ("Ödeby", "18", "14–22", "412")
    assert table.rows[2] == ("Ekby", "för få svar (under 30)", "–", "21")
    assert table.rows[3] == ("hela kommunen", "20", "–", "–")


def test_the_file_holds_the_unrounded_values():
    figure = series(lines=(Line("andel", (0.123456,) * 12),), band=None, reference=None)
    rows = list(csv.reader(io.StringIO(to_csv(figure))))
    assert len(rows) == 13
    assert rows[1] == ["2024-01", "andel", "0.123456", "anmälda brott per månad", ""]


def test_a_state_is_never_guessed():
    assert series(state="suppressed").state is State.SUPPRESSED
    with pytest.raises(ValueError, match="supressed"):
        series(state="supressed")


def test_a_withheld_value_is_told_from_a_missing_one():
    figure = series(lines=(Line("anmälda", VALUES, withheld=("2024-03",)),))
    assert figure.table().rows[2][1] == "visas inte"
    with pytest.raises(ValueError, match="withheld"):
        series(lines=(Line("anmälda", (1,) * 12, withheld=("2024-03",)),))


@pytest.mark.parametrize(
    "changes",
    [
        {"lines": (Line("kort", (1, 2)),)},
        {"lines": (Line("x", (float("nan"),) * 12),)},
        {"lines": ()},
        {"lines": (Line("x", VALUES, preliminary=("2025-01",)),)},
        {"periods": ("2024-01",) * 12},
        {"title": " "},
        {"description": ""},
        {"source": ""},
    ],
)
def test_a_series_that_does_not_hold_together_is_refused(changes):
    with pytest.raises(ValueError, match=r".+"):
        series(**changes)


@pytest.mark.parametrize("row", [Row("x", 1, suppressed="för få"), Row("x", 1, 0), Row("x", float("inf"))])
def test_a_row_that_does_not_hold_together_is_refused(row):
    with pytest.raises(ValueError, match=r".+"):
        comparison(rows=(row,))


def test_markup_in_texts_is_shown_as_text():
    hostile = '<script>alert("1")</script>&\x00'
    root = parsed(series(title=hostile, unit=hostile, lines=(Line(hostile, VALUES),)))
    assert root.find(f"{SVG}title").text == '<script>alert("1")</script>&\N{REPLACEMENT CHARACTER}'
    assert not list(root.iter(f"{SVG}script"))


def test_an_id_prefix_that_is_no_name_is_refused():
    with pytest.raises(ValueError, match="prefix"):
        svg(series(), prefix='x" onload="')


def test_the_printed_figure_has_resolved_colours_and_no_classes():
    text = print_svg(series())
    assert "var(" not in text
    assert "class=" not in text
    assert "'Source Sans 3'" in text


def test_every_role_has_a_colour_and_a_rule_for_the_pages_theme():
    used = {mark.role for figure in FIGURES for mark in draw(figure).marks}
    assert used <= set(COLOURS)
    assert {role for role in used if not re.search(rf"\.fig-{role}\b(?!-)", CSS)} == set()


def _luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one, other):
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_marks_and_text_are_seen_on_paper():
    # The grid and the fill of a band are help lines; the band's edge carries its meaning.
    for role, colour in COLOURS.items():
        if role in ("grid", "band", "frame", "blank", "own-rim", "rim") or role.startswith("shade-"):
            continue
        assert _contrast(colour, PAPER) >= (4.5 if "text" in role or "label" in role else 3)
    assert _contrast(INK, COLOURS["band"]) >= 4.5
    assert _contrast(INK_2, COLOURS["band"]) >= 3


def test_lines_are_seen_in_the_dark_theme():
    tokens = (Path(figures.__file__).parents[1] / "static/kernel/tokens.css").read_text()
    dark = dict(re.findall(r"--([\w-]+): light-dark\(#\w{6}, (#\w{6})\)", tokens))
    for name in ("ink", "ink-2", "thread"):
        assert _contrast(dark[name], dark["paper"]) >= 4.5


def test_both_page_drawings_share_a_box_without_sharing_an_id():
    root = ElementTree.fromstring(page_svg(series(), prefix="oro"))
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids)) == 4
    assert [node.get("class") for node in root] == ["fig fig-wide", "fig fig-narrow"]


def test_a_picture_for_word_is_a_png_of_twice_the_size():
    data = png(comparison())
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    drawing = draw(comparison(), "print")
    assert width == pytest.approx(2 * drawing.width, abs=1)
    assert height == pytest.approx(2 * drawing.height, abs=1)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+46", "-x", "@SUM(A1)", "\tx", "\rx", " =1+1", "＝1+1", "＋1", "－1", "＠x", "−x"]
)
def test_text_that_a_spreadsheet_would_run_is_made_harmless(cell):
    rows = list(csv.reader(io.StringIO(csv_text(("a",), ((cell,),)), newline="")))
    assert rows[1] == [f"'{cell}"]


def test_numbers_and_plain_text_are_untouched_in_a_file():
    assert csv_text(("a", "b", "c", "d"), ((-1.5, "a=b", None, 0),)) == "a,b,c,d\r\n-1.5,a=b,,0\r\n"


def test_labels_are_spread_in_order_and_within_the_room():
    placed = spread([50, 51, 52], 20, 0, 60)
    assert placed == [20, 40, 60]


def test_text_is_broken_at_spaces_only():
    lines = wrap("Österbybruk och Dannemora med omnejd", 120)
    assert len(lines) > 1
    assert " ".join(lines) == "Österbybruk och Dannemora med omnejd"


def test_values_in_words_use_the_same_numbers_as_the_table():
    row = Row("x", 1234.5, 1000, 1500)
    figure = comparison(rows=(row,), decimals=1, unit="kronor")
    assert figure.words(row).startswith(number(1234.5, 1))
    assert figure.table().rows[0][1] == number(1234.5, 1)


def test_the_gallery_draws_its_funnel_at_the_levels_of_the_statistics() -> None:
    assert gallery_examples.FUNNEL_LEVELS == funnel.LEVELS
    z = special.ndtri(0.5 + np.array(funnel.LEVELS) / 2)
    assert np.allclose(z, gallery_examples.FUNNEL_Z, atol=0.005)


@pytest.mark.parametrize(("share", "words"), [(0.95, "95 %"), (0.998, "99,8 %"), (0.5, "50 %")])
def test_a_level_is_written_in_one_way(share: float, words: str) -> None:
    assert numbers.level(share) == words
