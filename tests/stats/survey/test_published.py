"""Published figures of a large real survey, met to the unit: the US National Crime Victimization Survey 2021."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from tillsammans_stats import survey

pytestmark = pytest.mark.pure


def columns(path: Path, *names: str) -> list[tuple[str, ...]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = csv.reader(file)
        place = [*map(next(rows).index, names)]
        return [tuple(row[i] for i in place) for row in rows]


def number(text: str) -> float:
    return float(text) if text not in ("", "NA") else np.nan


def incidents_of_series(count: float, answers: list[float]) -> float:
    """How many incidents a report stands for: series count up to ten, six when the number is unknown."""
    if answers[0] in (1, 8) or answers[1] in (2, 8) or answers[2] in (1, 8):
        return 1
    return 6 if count in (997, 998) else min(count, 10)


@pytest.mark.shared
def test_property_crime_total_its_error_and_rate_are_those_published(shared):
    folder = shared / "data" / "12_survey"
    weighted: dict[tuple[str, str], float] = {}
    names = ("YEARQ", "IDHH", "WGTVICCY", "V4016", "V4017", "V4018", "V4019", "V4022", "V4529")
    for quarter, household, *answers in columns(folder / "ncvs_2021_incident.csv.gz", *names):
        weight, count, *series, place, crime = map(number, answers)
        if place != 1 and 31 <= crime <= 59:  # inside the country, property crime
            key = quarter, household
            weighted[key] = weighted.get(key, 0) + weight * incidents_of_series(count, series)
    rows = columns(folder / "ncvs_2021_household.csv.gz", "YEARQ", "IDHH", "WGTHHCY", "V2117", "V2118")
    quarters, households, weights, strata, clusters = zip(*rows, strict=True)
    total = np.array([weighted.get(key, 0.0) for key in zip(quarters, households, strict=True)])
    w = np.array(weights, dtype=float)
    drawn = {"strata": np.array(strata), "clusters": np.array(clusters)}

    got = survey.totals(survey.design(weights=np.ones(len(w)), **drawn), total).at()
    assert round(got.value) == 11_682_056
    assert round(got.standard_error) == 263_844

    per_household = np.divide(1000 * total, w, out=np.zeros_like(w), where=w > 0)
    d = survey.design(weights=w, **drawn)  # households without an interview have weight 0 and stay for the variance
    rate = survey.means(d, per_household).at()
    assert round(rate.value, 1) == 90.3
    assert d.weights.sum() == pytest.approx(129_319_231.5)
