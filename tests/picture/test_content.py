"""The content of a picture without a database: canonical text, parsing, the public layer, figures and completeness."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillsammans.indicators.series import Estimate, Inhabitants, Point, SeriesData, SourceFile
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.content import UnreadableContent, freeze, thaw
from tillsammans.kernel.figures import Comparison, State, TimeSeries
from tillsammans.picture.content import (
    CauseContent,
    DecisionContent,
    FigureContent,
    GapContent,
    PictureContent,
    ProblemContent,
    SectionContent,
    StatementContent,
    TableContent,
    public_layer,
)
from tillsammans.picture.figures import comparison_window, drawn, finding_of, overview
from tillsammans.picture.rules import completeness, months_between, moved_on, update_due
from tillsammans.picture.season import season, season_table
from tillsammans_stats.rates import Change

pytestmark = pytest.mark.pure


def months(*years: int) -> list[str]:
    return [f"{year}-{month:02}" for year in years for month in range(1, 13)]


def counts(values: list[int], area: str = "0382", name: str = "Östhammar", first: int = 2024) -> SeriesData:
    periods = months(*range(first, first + len(values) // 12))
    return SeriesData(
        "bra.manad.test",
        "Testbrott",
        "count",
        area,
        name,
        "Brå, anmälda brott",
        "month",
        tuple(Point(period, Estimate(Decimal(value))) for period, value in zip(periods, values, strict=True)),
        inhabitants=tuple(Inhabitants(year, 22_000, "SCB") for year in range(first, first + 3)),
        files=(SourceFile("fil.txt", "ab" * 32),),
    )


def whole_picture() -> PictureContent:
    cause = CauseContent(uuid4(), "Tomma hus", "situation", "direct", "data", "Syns i siffrorna", "Hälften dagtid")
    statement = StatementContent(
        uuid4(), "Okända bilar", "staff", "Hemtjänsten", "uneven", "9 enheter", date(2025, 10, 1)
    )
    problem = ProblemContent(
        uuid4(),
        "Inbrott i bostad",
        "Östhammar",
        "chosen",
        "Vanligt",
        consequences="Oro",
        disagreement="Om platsen",
        decision=DecisionContent("Styrgruppen", date(2026, 2, 1), "§ 4"),
        indicators=("Inbrott",),
        causes=(cause, replace(cause, uuid=uuid4(), behind=cause.uuid)),
        statements=(statement,),
        gaps=(GapContent(uuid4(), "Mörkertalet"),),
    )
    figure = FigureContent(uuid4(), "time_series", "Färre 2025", "Se januari", (counts([4] * 12 + [9] * 12),))
    return PictureContent(
        uuid4(),
        "Lägesbild 2025",
        2,
        "Östhammars kommun",
        "0382",
        "Östhammar",
        date(2025, 1, 1),
        date(2025, 12, 31),
        "Trygg",
        ("Östhammars kommun", "Norduppland"),
        "Lägesbild 2024",
        "Kort",
        "Metod",
        sections=(
            SectionContent(
                uuid4(),
                "mapping",
                "Kartläggning",
                "Text",
                tables=(TableContent("Tabell", ("A", "B"), (("a", "1"),), (1,)),),
                figures=(figure,),
                statements=(statement,),
            ),
            SectionContent(uuid4(), "other", "Andra", "Bara för parterna", public=False),
            SectionContent(uuid4(), "analysis", "Analys", "Så här"),
        ),
        problems=(problem, replace(problem, uuid=uuid4(), priority="watched")),
        gaps=(GapContent(uuid4(), "Bara tre enheter svarade", "Fråga igen"),),
    )


def test_a_frozen_picture_is_read_back_as_it_was() -> None:
    content = whole_picture()
    assert thaw(freeze(content), PictureContent) == content


def test_every_change_gives_another_hash() -> None:
    content = whole_picture()
    changed = [
        content,
        replace(content, title="Annan"),
        replace(content, gaps=()),
        replace(content, decision=DecisionContent("KS", date(2026, 1, 1), "§ 1")),
        replace(content, sections=content.sections[::-1]),
    ]
    assert len({content_hash(freeze(one)) for one in changed}) == 5


@pytest.mark.parametrize("broken", ["{}", "[]", '"text"', '{"title":1}', '{"uuid":"x"}', '{"unknown":true}'])
def test_anything_else_is_no_content(broken: str) -> None:
    with pytest.raises(UnreadableContent):
        thaw(broken, PictureContent)


@given(st.text(max_size=40), st.booleans(), st.one_of(st.none(), st.uuids()))
def test_a_cause_survives_the_canonical_form(text: str, affectable: bool, behind: UUID | None) -> None:
    cause = CauseContent(uuid4(), text, "victim", "direct", "staff", affectable=affectable, behind=behind)
    problem = replace(whole_picture().problems[0], causes=(cause,))
    again = thaw(freeze(problem), ProblemContent)
    assert freeze(again) == freeze(problem)
    assert again.causes[0].behind == behind


def test_the_public_layer_keeps_single_sources_and_unchosen_problems_inside() -> None:
    content = whole_picture()
    text = freeze(public_layer(content))
    for secret in ("Okända bilar", "Hemtjänsten", "Hälften dagtid", "Mörkertalet", "Om platsen", "Bara för parterna"):
        assert secret in freeze(content)
        assert secret not in text
    assert [problem.priority for problem in public_layer(content).problems] == ["chosen"]


def test_a_figures_frozen_sentence_wins_over_a_new_computation() -> None:
    figure = FigureContent(uuid4(), "time_series", "Så stod det när den antogs", "", (counts([9] * 12 + [4] * 12),))
    assert drawn(figure).title == "Så stod det när den antogs"
    assert finding_of(figure) == "Testbrott i Östhammar: färre 2025 än 2024"


def test_a_comparison_uses_the_last_twelve_months_that_all_areas_reach() -> None:
    short = replace(counts([5] * 24, "0360", "Tierp"), points=counts([5] * 24).points[:20])
    own = counts([9] * 24)
    assert comparison_window((own, short)) == ("2024-09", "2025-08")
    figure = drawn(FigureContent(uuid4(), "comparison", "", "", (own, short)))
    assert isinstance(figure, Comparison)
    assert [row.label for row in figure.rows] == ["Tierp", "Östhammar"]
    assert next(row for row in figure.rows if row.label == "Östhammar").n == 9 * 12


@pytest.mark.parametrize("kind", ["time_series", "comparison"])
def test_a_figure_without_numbers_says_so(kind: str) -> None:
    figure = drawn(FigureContent(uuid4(), kind, "Cykelstöld", "", ()))
    assert figure.state is State.EMPTY
    assert finding_of(FigureContent(uuid4(), kind, "Cykelstöld", "", ())) == "Cykelstöld: inga siffror"
    assert isinstance(figure, TimeSeries if kind == "time_series" else Comparison)


def test_the_overview_says_when_there_is_too_little_and_never_adds_rows() -> None:
    table = overview((counts([9] * 12 + [3] * 12), replace(counts([1] + [0] * 23), name="Sällsynt")))
    assert table is not None
    assert table.rows[0][:3] == ("Testbrott", "36", "108")
    assert table.rows[0][4] == "färre"
    assert table.rows[1][3:] == ("–", "underlaget är för litet för att tolkas")
    assert len(table.rows) == 2


def test_the_overview_of_rates_alone_is_none() -> None:
    assert overview((replace(counts([1] * 24), unit="per_100k"),)) is None


def test_a_summer_crime_is_found_and_an_even_one_is_not() -> None:
    summer = [2, 2, 2, 12, 14, 13, 15, 13, 12, 2, 1, 2]
    found = season(counts(summer * 3))
    assert found is not None
    assert found[0].change is Change.INCREASE
    even = season(counts([6, 7, 5, 6, 8, 6] * 6))
    assert even is not None
    assert even[0].change is Change.NO_CLEAR_CHANGE
    made = season_table((counts(summer * 3),))
    assert made is not None
    assert "Årstiden märks för: Testbrott" in made[0]


def test_one_year_or_a_gap_is_not_enough_for_a_season() -> None:
    assert season(counts([5] * 12)) is None
    gapped = counts([5] * 24)
    assert season(replace(gapped, points=gapped.points[:3] + gapped.points[4:])) is None
    assert season_table((counts([5] * 12),)) is None


def test_no_crime_at_all_is_too_few_for_a_season() -> None:
    found = season(counts([0] * 24))
    assert found is not None
    assert found[0].change is Change.TOO_FEW


def test_completeness_names_what_is_missing() -> None:
    content = whole_picture()
    assert all(check.done for check in completeness(content))
    bare = replace(content, sections=(), problems=(), gaps=())
    assert not any(check.done for check in completeness(bare))
    without = replace(content, problems=(replace(content.problems[0], causes=()),))
    missing = [check for check in completeness(without) if not check.done]
    assert [check.key for check in missing] == ["causes"]
    assert "Inbrott i bostad" in missing[0].advice


@pytest.mark.parametrize(
    ("period", "ahead", "expected"),
    [
        ("", 12, ""),
        ("2024", 12, "2025"),
        ("2024", 11, "2024"),
        ("2024-Q4", 3, "2025-Q1"),
        ("2024-11", 3, "2025-02"),
        ("2024-01", -1, "2023-12"),
    ],
)
def test_periods_move_by_whole_steps(period: str, ahead: int, expected: str) -> None:
    assert moved_on(period, ahead) == expected


def test_two_years_run_from_the_decision_also_from_a_leap_day() -> None:
    assert update_due(date(2024, 2, 10)) == date(2026, 2, 10)
    assert update_due(date(2024, 2, 29)) == date(2026, 2, 28)
    assert months_between(date(2024, 12, 31), date(2026, 1, 1)) == 13
