"""Figures used by several tests."""

from tillsammans.kernel.figures import (
    Alarm,
    Band,
    Break,
    Choropleth,
    Classes,
    Comparison,
    Event,
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

PERIODS = tuple(f"2024-{month:02d}" for month in range(1, 13))
VALUES = (3, 4, None, 2, 5, 9, 8, 7, 3, 2, 1, 0)
ABOUT = {
    "description": "Antalet stiger till juni och sjunker sedan.",
    "unit": "anmälda brott per månad",
    "period": "2024",
    "source": "Påhittad källa",
}


def series(**changes):
    given = {
        "title": "Inbrotten är färre än väntat",
        "periods": PERIODS,
        "lines": (Line("anmälda", VALUES, preliminary=("2024-11", "2024-12")),),
        "band": Band("väntat, 95 %", (None, *(1.0,) * 11), (None, *(6.0,) * 11)),
        "reference": Reference("högst 6", 6),
        "events": (Event("2024-06", "Grannsamverkan startar"),),
        "counts": True,
        **ABOUT,
        **changes,
    }
    return TimeSeries(**given)


def comparison(**changes):
    given = {
        "title": "Oron är lika stor i alla områden",
        "heading": "Område",
        "interval_label": "95 % intervall",
        "rows": (
            Row("Ödeby", 18, 14, 22, 412),
            Row("Alby", 24, 18, 31, 201, emphasised=True),
            Row("Ekby", suppressed="för få svar (under 30)", n=21),
        ),
        "reference": Reference("hela kommunen", 20),
        **ABOUT,
        "unit": "%",
        **changes,
    }
    return Comparison(**given)


TITLE = {"title": "Det här säger figuren"}


def multiples(**changes):
    given = {
        **TITLE,
        **ABOUT,
        "heading": "Brottstyp",
        "periods": PERIODS,
        "panels": (
            Panel(
                Line("skadegörelse", VALUES, preliminary=("2024-12",)),
                Band("väntat, 95 %", (1.0,) * 12, (6.0,) * 12),
                (Alarm("2024-06", "fler än väntat"),),
                (Break("2024-09", "nya brottskoder"),),
            ),
            Panel(Line("bedrägeri", tuple(range(12)))),
            Panel(Line("rån", ()), state=State.SUPPRESSED, reason="för få uppgifter"),
        ),
        "counts": True,
        **changes,
    }
    return SmallMultiples(**given)


MONTHS = ("jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec")


def profile(**changes):
    given = {
        **TITLE,
        **ABOUT,
        "unit": "index",
        "heading": "Månad",
        "interval_label": "95 % intervall",
        "slots": tuple(
            Slot(name, 80.4 + 5 * at, 70 + 5 * at, 92 + 5 * at, 20 + at, "fler än i en genomsnittsmånad" * (at == 11))
            for at, name in enumerate(MONTHS)
        ),
        "reference": Reference("genomsnittsmånaden", 100),
        **changes,
    }
    return Profile(**given)


def week(**changes):
    given = {
        **TITLE,
        **ABOUT,
        "unit": "index",
        "row_heading": "Veckodag",
        "column_heading": "Timme",
        "rows": ("mån", "tis", "ons", "tors", "fre", "lör", "sön"),
        "columns": tuple(f"{hour:02}" for hour in range(24)),
        "values": tuple(
            tuple(None if (day, hour) == (2, 3) else (day + 1) * hour / 50 for hour in range(24)) for day in range(7)
        ),
        "classes": Classes((0.5, 1, 2), decimals=1),
        "noticed": ((6, 23), (5, 23)),
        "noticed_label": "fler än en genomsnittstimme",
        "decimals": 1,
        **changes,
    }
    return WeekGrid(**given)


LONG_NAMES = (
    "Östhammar",
    "Älvkarleby",
    "Åre",
    "Upplands Väsby",
    "Malung-Sälen",
    "Örnsköldsvik",
    "Lilla Edet",
    "Bo",
    "Ödeby",
    "Södra Ölandsbygdens kommunområde",
    "Hallstahammar-Surahammar",
    "Ydre",
)


def funnel(**changes):
    sizes = tuple(2.0 * 1.3**step for step in range(17))
    given = {
        **TITLE,
        **ABOUT,
        "unit": "gånger det väntade",
        "decimals": 2,
        "heading": "Kommun",
        "size_label": "Väntat antal brott",
        "points": (
            *(
                Point(
                    name,
                    4.0 + 8 * at,
                    *((1.9, "över 99,8 %-gränsen") if at in (3, 4, 5) else (0.9 + at / 50,)),
                    own=at == 0,
                )
                for at, name in enumerate(LONG_NAMES[:-1])
            ),
            Point("Ydre", 1.2, suppressed="färre än 5 väntade"),
        ),
        "level": Reference("alla kommuner", 1),
        "limits": (
            Limit(
                "95 %",
                sizes,
                tuple(max(0, 1 - 0.98 / s**0.5) ** 2 for s in sizes),
                tuple((1 + 0.98 / s**0.5) ** 2 for s in sizes),
            ),
            Limit(
                "99,8 %",
                sizes,
                tuple(max(0, 1 - 1.545 / s**0.5) ** 2 for s in sizes),
                tuple((1 + 1.545 / s**0.5) ** 2 for s in sizes),
            ),
        ),
        **changes,
    }
    return Funnel(**given)


def square(x, y, side=10.0):
    return ((x, y), (x + side, y), (x + side, y + side), (x, y + side))


def choropleth(**changes):
    given = {
        **TITLE,
        **ABOUT,
        "unit": "per 1 000 invånare",
        "decimals": 1,
        "heading": "Kommun",
        "interval_label": "95 % intervall",
        "classes": Classes((5, 10, 20)),
        "areas": (
            MapArea("Östhammar", (square(0, 0),), 4.26, 3, 6, 90, own=True),
            MapArea("Tierp", (square(10, 0), square(13, 3, 3)), 10, 8, 12, 210, mark="up", mark_label="fler än väntat"),
            MapArea("Älvkarleby", (square(0, 10),), suppressed="färre än 5"),
            MapArea("Åre", (square(10, 10),)),
            MapArea("Heby", (square(20, 0),), 31, 20, 45, 60, mark="down", mark_label="färre än väntat"),
        ),
        **changes,
    }
    return Choropleth(**given)


def hexagon(x, y, radius=1.0):
    half = radius * 3**0.5 / 2
    return (
        (x, y + radius),
        (x + half, y + radius / 2),
        (x + half, y - radius / 2),
        (x, y - radius),
        (x - half, y - radius / 2),
        (x - half, y + radius / 2),
    )


def hexagons(**changes):
    step = 3**0.5
    given = {
        **TITLE,
        **ABOUT,
        "unit": "händelser",
        "heading": "Ruta",
        "classes": Classes((10, 20)),
        "counts": True,
        "cells": (
            HexCell("Gimo norra", hexagon(0, 0), 7),
            HexCell("Gimo södra", hexagon(step, 0), 23),
            HexCell("Alunda", hexagon(step / 2, 1.5), suppressed="färre än 5"),
        ),
        "context": (square(-2, -2, 6),),
        **changes,
    }
    return Hexagons(**given)


KINDS = {
    "series": series,
    "comparison": comparison,
    "multiples": multiples,
    "profile": profile,
    "week": week,
    "funnel": funnel,
    "choropleth": choropleth,
    "hexagons": hexagons,
}
