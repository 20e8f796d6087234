"""Every reference number of the family, within its stated tolerance."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from tillsammans_stats.effect import (
    combine,
    displacement_difference,
    displacement_quotient,
    fit_two_way,
    holm,
    interrupted_series,
    power_of_shares,
    synthetic_control,
    two_by_two,
)
from tillsammans_stats.multiplicity import benjamini_hochberg

pytestmark = pytest.mark.pure
REFERENCE = Path(__file__).parents[1] / "reference" / "effect"
ITEMS = {item["id"]: item for item in json.loads((REFERENCE / "expected.json").read_text())["items"]}


def close(got, item):
    value = item["value"]
    expected = list(value.values()) if isinstance(value, dict) else value
    np.testing.assert_allclose(got, expected, rtol=item["tol"]["rel"], atol=item["tol"]["abs"])


def table(path):
    return list(csv.DictReader(path.open()))


def test_two_by_two():
    got = two_by_two(61, 40, 250, 244)
    close([got.log_ratio, got.standard_error, got.ratio, got.low, got.high], ITEMS["did2x2"])


def test_displacement():
    quotient = displacement_quotient((110, 70), (90, 95), (410, 390))
    close([quotient.quotient, quotient.success], ITEMS["wdq"])
    difference = displacement_difference((50, 30), (40, 45))
    close([difference.difference, difference.standard_error, difference.z], ITEMS["wdd"])


def test_corrected_p_values():
    p = [0.001, 0.01, 0.02, 0.04, 0.3]
    close([*holm(p), *benjamini_hochberg(p)], ITEMS["padjust"])


def test_power_of_two_waves():
    close(power_of_shares(300, 0.35, 0.27), ITEMS["power"])


def test_random_effects():
    got = combine(np.log([0.8, 0.9, 1.1, 0.7]), [0.02, 0.01, 0.03, 0.05], method="DL", knapp_hartung=False)
    close([got.mean, got.standard_error, got.between], ITEMS["meta"])


def test_synthetic_control():
    X = np.array([[float(row[f"X{unit}"]) for unit in range(1, 9)] for row in table(REFERENCE / "scm.csv")])
    got = synthetic_control(X[:, 0], X[:, 1:], 22)
    close(got.weights, ITEMS["scm.weights"])
    close(got.effect, ITEMS["scm.att"])


@pytest.mark.shared
def test_two_way_fixed_effects_with_clustered_errors(shared):
    folder = shared / "reference" / "stats" / "effect"
    item = next(i for i in json.loads((folder / "expected.json").read_text())["items"] if i["id"] == "fatal")
    rows = table(folder / "fatalities.csv")
    fatal, tax, pop = (np.array([float(row[name]) for row in rows]) for name in ("fatal", "beertax", "pop"))
    got = fit_two_way(fatal, tax, [row["state"] for row in rows], [row["year"] for row in rows], np.log(pop))
    errors = got.standard_errors, got.cluster_errors_cr0, got.cluster_errors
    close([got.coefficients[0], *(error[0] for error in errors)], item)


@pytest.mark.shared
def test_interrupted_series(shared):
    folder = shared / "reference" / "stats" / "effect"
    item = next(i for i in json.loads((folder / "expected.json").read_text())["items"] if i["id"] == "its")
    counts = [int(row["y"]) for row in table(folder / "ldeaths.csv")]
    got = interrupted_series(counts, 54, slope=False, lag=6)
    close([got.level, got.dispersion, got.error_quasi, got.error_nw], item)
