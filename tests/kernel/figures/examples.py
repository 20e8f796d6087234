"""Figures used by several tests."""

from tillsammans.kernel.figures import Band, Comparison, Event, Line, Reference, Row, TimeSeries

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
