"""Made-up figures of every kind, for the page of figures, the tests and the benchmark."""

import math
from dataclasses import replace

from tillsammans.kernel.components_page import example_comparison
from tillsammans.kernel.figures import (
    Alarm,
    Band,
    Break,
    Choropleth,
    Classes,
    Comparison,
    Funnel,
    Hexagons,
    HexCell,
    Limit,
    Line,
    MapArea,
    Panel,
    Point,
    Profile,
    Reference,
    Row,
    Slot,
    SmallMultiples,
    State,
    TimeSeries,
    WeekGrid,
)
from tillsammans.kernel.figures.numbers import level

# The levels of tillsammans_stats.funnel (held equal by a test), which takes long to import.
FUNNEL_LEVELS, FUNNEL_Z = (0.95, 0.998), (1.96, 3.09)

SOURCE = "påhittade uppgifter"
MONTHS = tuple(f"{year}-{month:02}" for year in (2024, 2025, 2026) for month in range(1, 13))[:35]
MONTH_NAMES = ("jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec")
SEASON = (8, 7, 5, 4, 3, 4, 5, 7, 8, 9, 9, 9)
PLACES = (
    "Alby",
    "Bergsund",
    "Dalarö-Muskö",
    "Ekeby",
    "Forsa",
    "Gimsta",
    "Hallsberga",
    "Insjö",
    "Järvträsk",
    "Kungsör",
    "Lövånger",
    "Mörkö",
    "Nybygget",
    "Österbymo",
    "Östra Vingåkersbygden",
    "Ramnäs",
    "Stora Skedvi",
    "Tärna",
    "Ulricehult",
    "Väddö",
    "Ydrebygden",
    "Åsele",
    "Ängsö",
    "Öja",
)
CRIMES = (
    "misshandel",
    "bostadsinbrott",
    "bedrägeri mot äldre personer genom social manipulation",
    "cykelstöld",
    "skadegörelse, inklusive klotter",
    "olaga hot",
    "rån",
    "ringa narkotikabrott",
    "stöld ur eller från motorfordon",
    "butiksstöld",
    "brott i nära relation",
    "sexuellt ofredande",
)


def noise(*seeds: float) -> float:
    """A deterministic pseudo-random number in [0, 1) from the seeds."""
    scaled = math.sin(sum((index + 1) * 78.233 * seed for index, seed in enumerate(seeds, 1)) + 12.9898) * 43758.5453
    return scaled - math.floor(scaled)


def broken_series() -> TimeSeries:
    """A line with an expected band, unusual months, a change of method and preliminary values."""
    counts = tuple(round(SEASON[at % 12] * (1 if at < 20 else 1.6) + 3 * noise(at)) for at in range(35))
    return TimeSeries(
        title="I september 2026 anmäldes fler bostadsinbrott än väntat",
        description="Anmälda bostadsinbrott per månad 2024–2026. Serien bryts i september 2025. September 2026 ligger "
        "över det väntade, februari 2025 under.",
        unit="anmälda brott per månad",
        period="januari 2024–november 2026",
        source=SOURCE,
        n=sum(counts),
        counts=True,
        status="oktober–november 2026 preliminära",
        periods=MONTHS,
        lines=(Line("anmälda", (*counts[:13], 1, *counts[14:32], 24, *counts[33:]), MONTHS[-2:]),),
        band=Band(
            "väntat för årstiden, 95 %",
            tuple(max(0, value - 5) for value in counts),
            tuple(value + 5 for value in counts),
            counts,
        ),
        alarms=(Alarm("2025-02", "färre än väntat", "down"), Alarm("2026-09", "fler än väntat")),
        breaks=(Break("2025-09", "brotten räknas från anmälan i stället för från utredningens slut"),),
    )


def several_series() -> TimeSeries:
    """Four lines, a reference level, an event and a missing period."""
    years = tuple(str(year) for year in range(2014, 2026))
    return TimeSeries(
        title="Otryggheten har minskat i tre av fyra områden",
        unit="%",
        period="2014–2025",
        source=SOURCE,
        n=8120,
        description="Andel som känner sig otrygga ute sent, fyra områden 2014–2025.",
        periods=years,
        lines=tuple(
            Line(
                name,
                tuple(
                    None if (row, at) == (1, 5) else round(34 - row * 5 - at * (row != 2) + 3 * noise(row, at), 1)
                    for at in range(12)
                ),
            )
            for row, name in enumerate(("Östra Vingåkersbygdens tätort", "Bergsund", "Stora Skedvi", "hela kommunen"))
        ),
        reference=Reference("målet: högst 15 %", 15),
    )


def long_comparison() -> Comparison:
    """Long names, a missing value and a category that stands out."""
    rows = [
        Row(
            name,
            round(12 + 20 * noise(at), 1),
            round(8 + 17 * noise(at), 1),
            round(18 + 24 * noise(at), 1),
            40 + 11 * at,
            emphasised=at == 2,
        )
        for at, name in enumerate(CRIMES[:6])
    ]
    return replace(
        example_comparison(),
        title="Oron för brott gäller mest bedrägerier",
        heading="Brott",
        reference=Reference("alla", 24),
        rows=(*rows, Row("brott mot barn under femton år", suppressed="visas inte: färre än 20 svar"), Row("övrigt")),
    )


def multiples(count: int = 12) -> SmallMultiples:
    """Crime types side by side, one of them hidden, one broken, one unusual, one without values."""

    def panel(at: int, name: str) -> Panel:
        values = tuple(
            round((1 + at % 5) * SEASON[(month + at) % 12] * (0.7 + 0.6 * noise(at, month))) for month in range(35)
        )
        if at == 6:
            return Panel(Line(name, ()), state=State.SUPPRESSED, reason="färre än fem brott per månad")
        if at == 10:
            return Panel(Line(name, ()), state=State.EMPTY)
        expected = [(1 + at % 5) * SEASON[(month + at) % 12] for month in range(35)]
        band = Band(
            "väntat, 95 %", tuple(value * 0.6 for value in expected), tuple(value * 1.5 + 1 for value in expected)
        )
        return Panel(
            Line(name, values, MONTHS[-2:]),
            band,
            (Alarm("2025-05", "fler än väntat"),)
            if at in (1, 4)
            else (Alarm("2026-01", "färre än väntat", "down"),) * (at == 7),
            (Break("2025-01", "nya brottskoder"),) * (at == 2),
        )

    return SmallMultiples(
        title="Två av tolv brottstyper var ovanligt många i maj 2025",
        heading="Brottstyp",
        unit="anmälda brott per månad",
        description="Tolv brottstyper månad för månad 2024–2026, med det väntade för årstiden.",
        counts=True,
        period="januari 2024–november 2026",
        source=SOURCE,
        n=9214,
        status="oktober–november 2026 preliminära",
        periods=MONTHS,
        panels=tuple(panel(at, CRIMES[at % 12] + (" (2)" if at >= 12 else "")) for at in range(count)),
    )


def profile() -> Profile:
    """Months against the average month."""
    average = sum(SEASON) / 12
    return Profile(
        title="Bostadsinbrotten är fler än vanligt i oktober–december",
        heading="Månad",
        interval_label="95 % intervall",
        description="Månadsindex för bostadsinbrott 2020–2025, där 100 är en genomsnittsmånad.",
        unit="index",
        period="2020–2025",
        source=SOURCE,
        n=468,
        reference=Reference("genomsnittsmånaden = 100", 100),
        slots=tuple(
            Slot(
                name,
                value / average * 100,
                (value / average - 0.22) * 100,
                (value / average + 0.27) * 100,
                value * 6,
                "fler än i en genomsnittsmånad" if value == 9 else "",
            )
            for name, value in zip(MONTH_NAMES, SEASON, strict=True)
        ),
    )


def week() -> WeekGrid:
    """The hours of the week, the weekend's nights standing out, one hour unknown."""

    def value(day: int, hour: int) -> float | None:
        night = (day >= 4 and hour >= 21) or (day in (5, 6) and hour <= 3)
        return (
            None
            if (day, hour) == (1, 4)
            else round((0.3 + hour / 24) * (2.4 if night else 0.7 + 0.6 * noise(day, hour)), 2)
        )

    values = tuple(tuple(value(day, hour) for hour in range(24)) for day in range(7))
    return WeekGrid(
        title="Misshandel utomhus sker mest på helgernas nätter",
        row_heading="Veckodag",
        column_heading="Timme",
        decimals=1,
        description="Index per veckodag och timme, där 1 är en genomsnittstimme. Helgens sena kvällar sticker ut.",
        unit="gånger en genomsnittstimme",
        period="2025",
        source=SOURCE,
        n=612,
        rows=("mån", "tis", "ons", "tors", "fre", "lör", "sön"),
        columns=tuple(f"{hour:02}" for hour in range(24)),
        values=values,
        classes=Classes((0.5, 1, 1.5, 2), decimals=1),
        noticed=tuple((day, hour) for day in (4, 5) for hour in (22, 23)),
        noticed_label="fler än en genomsnittstimme",
    )


def funnel(count: int = 40, own: int = 14) -> Funnel:
    """Places of very different size, three outside the limits, the reader's own among them."""
    sizes = [6 * 1.13 ** (at * 40 / count) for at in range(count)]
    ratios = [1 + (noise(at) - 0.5) * 1.9 / math.sqrt(size) for at, size in enumerate(sizes)]
    ratios[own], ratios[count // 2], ratios[count // 2 + 1] = 1.75, 1.52, 0.52
    curve = [5 * 1.1**step for step in range(60) if 5 * 1.1**step < sizes[-1] * 1.2]

    def limit(label: str, z: float) -> Limit:
        half = [z / 2 / math.sqrt(size) for size in curve]
        return Limit(label, tuple(curve), tuple(max(0.0, 1 - h) ** 2 for h in half), tuple((1 + h) ** 2 for h in half))

    def outside(at: int) -> str:
        half = FUNNEL_Z[-1] / 2 / math.sqrt(sizes[at])
        return (
            f"över gränsen på {level(FUNNEL_LEVELS[-1])}"
            if ratios[at] > (1 + half) ** 2
            else f"under gränsen på {level(FUNNEL_LEVELS[-1])}" * (ratios[at] < (1 - half) ** 2)
        )

    names = [
        PLACES[at % len(PLACES)] + (f" {at // len(PLACES) + 1}" if at >= len(PLACES) else "") for at in range(count)
    ]
    return Funnel(
        title="Östra Vingåkersbygden har fler bostadsinbrott än kommuner av samma storlek",
        heading="Kommun",
        decimals=2,
        description="Kommunerna efter väntat antal brott och kvoten mellan anmälda och väntade. Tre ligger utanför "
        f"gränserna på {level(FUNNEL_LEVELS[-1])}.",
        unit="anmälda brott delat med väntade",
        period="2025",
        source=SOURCE,
        n=count,
        size_label="Väntat antal brott",
        points=(
            *(Point(names[at], sizes[at], ratios[at], outside(at), at == own) for at in range(count)),
            Point("Skärgårdens kommun", 3, suppressed="färre än fem väntade brott"),
        ),
        level=Reference("alla kommuner tillsammans", 1),
        limits=tuple(limit(level(share), z) for share, z in zip(FUNNEL_LEVELS, FUNNEL_Z, strict=True)),
    )


def mosaic(columns: int, rows: int, side: float = 20.0, detail: int = 6) -> list[tuple[tuple[float, float], ...]]:
    """Invented areas that fill a rectangle: rings in kilometres with crooked borders that neighbours share."""

    def corner(column: int, row: int) -> tuple[float, float]:
        return (column + 0.6 * (noise(column, row) - 0.5)) * side, (row + 0.6 * (noise(row, column, 7) - 0.5)) * side

    def border(one: tuple[int, int], two: tuple[int, int]) -> list[tuple[float, float]]:
        first, last = sorted((one, two))
        (x1, y1), (x2, y2) = corner(*first), corner(*last)
        points = [(x1, y1)]
        for step in range(1, detail):
            away = 0.12 * side * (noise(*first, *last, step) - 0.5)
            points.append((x1 + (x2 - x1) * step / detail + away, y1 + (y2 - y1) * step / detail + away))
        points.append((x2, y2))
        return points if first == one else points[::-1]

    def ring(column: int, row: int) -> tuple[tuple[float, float], ...]:
        around = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1), (column, row)]
        return tuple(point for at in range(4) for point in border(around[at], around[at + 1])[:-1])

    return [ring(column, row) for row in range(rows) for column in range(columns)]


def choropleth(columns: int = 4, rows: int = 4, own: int = 14) -> Choropleth:
    """An invented county (or country) with an unknown, a hidden and two remarkable areas."""

    def area(at: int, ring: tuple[tuple[float, float], ...]) -> MapArea:
        name = PLACES[at % len(PLACES)] + (f" {at // len(PLACES) + 1}" if at >= len(PLACES) else "")
        if at in (3, 9):
            return MapArea(name, (ring,), suppressed="färre än fem brott" if at == 3 else "")
        value = round(2 + 24 * noise(at, 3), 1)
        map_area = MapArea(name, (ring,), value, value * 0.8, value * 1.25, 40 + at, own=at == own)
        if at == 5:
            return replace(map_area, mark="up", mark_label="fler än väntat")
        return replace(map_area, mark="down", mark_label="färre än väntat") if at == 10 else map_area

    return Choropleth(
        title="Bostadsinbrotten är fler än väntat i Gimsta",
        heading="Kommun",
        unit="anmälda brott per 10 000 bostäder",
        description="Länets kommuner efter bostadsinbrott per 10 000 bostäder. En saknar uppgift, en visas inte.",
        period="2025",
        source=SOURCE,
        n=1412,
        decimals=1,
        interval_label="95 % intervall",
        classes=Classes((5, 10, 15, 20)),
        areas=tuple(area(at, ring) for at, ring in enumerate(mosaic(columns, rows))),
    )


def hexagons() -> Hexagons:
    """Counts in hexagons within an invented town."""

    def corners(x: float, y: float) -> tuple[tuple[float, float], ...]:
        return tuple((x + 0.5 * math.sin(k * math.pi / 3), y + 0.5 * math.cos(k * math.pi / 3)) for k in range(6))

    cells = []
    for row in range(8):
        for column in range(9):
            count = round(26 * noise(row, column, 5) ** 3 * (1.6 - abs(row - 4) / 4))
            if count:
                at = corners((column + (row % 2) / 2) * math.sqrt(3) / 2, row * 0.75)
                name = f"Ruta {'ABCDEFGH'[row]}{column + 1}"
                cells.append(HexCell(name, at, count) if count >= 5 else HexCell(name, at, suppressed="färre än 5"))
    return Hexagons(
        title="Cykelstölderna sker mest runt stationen",
        heading="Ruta",
        unit="anmälda cykelstölder, antal per ruta",
        description="Cykelstölder 2025 i rutor om en kilometer. Rutor utan stölder visas inte.",
        period="2025",
        source=SOURCE,
        n=412,
        counts=True,
        classes=Classes((10, 15, 20)),
        cells=tuple(cells),
        context=(((-1, -1), (7.6, -0.7), (8.2, 3), (7.4, 6.3), (2.5, 6.0), (-0.8, 6.4)),),
    )
