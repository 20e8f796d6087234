"""The numbers of R's survey package, met within the tolerance stated beside each of them."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from tillsammans_stats import survey

pytestmark = pytest.mark.pure
OWN = Path(__file__).parents[1] / "reference" / "survey"
Columns = dict[str, np.ndarray]


def read(path: Path) -> Columns:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([np.nan if row[key] in ("NA", "") else row[key] for row in rows]) for key in rows[0]}


def numbers(columns: Columns, key: str) -> np.ndarray:
    return columns[key].astype(float)


def residents() -> tuple[survey.Design, Columns]:
    c = read(OWN / "residents.csv")
    return survey.design(weights=numbers(c, "w"), strata=c["area"], population=numbers(c, "N")), c


def of_residents() -> dict[str, object]:
    d, c = residents()
    unsafe, exposed, trust = (numbers(c, key) for key in ("unsafe", "exposed", "trust"))
    whole = survey.shares(d, unsafe)
    by_area = survey.shares(d, unsafe, c["area"])
    by_sex = survey.means(d, trust, c["sex"])
    age = survey.Margin("age", c["age"], {"1": 4300, "2": 6500, "3": 5750})
    sex = survey.Margin("sex", c["sex"], {"k": 8200, "m": 8350})
    raked = survey.calibrate_to_margins(d, [age, sex]).design
    raked_mean = survey.means(raked, trust).at()
    post = survey.means(survey.post_stratify(d, age).design, trust).at()
    test = survey.rao_scott(d, unsafe, c["sex"])
    items: dict[str, object] = {
        "res.unsafe": [whole.at().value, whole.at().standard_error, whole.at().design_effect],
        "res.area.est": by_area.value[:, 0],
        "res.area.se": by_area.standard_error[:, 0],
        "res.trust.sex": [*by_sex.value[:, 0], *by_sex.standard_error[:, 0]],
        "res.raked": [raked_mean.value, raked_mean.standard_error, raked.weights.min(), raked.weights.max()],
        "res.post": [post.value, post.standard_error],
        "res.chisq": [test.statistic, test.numerator_df, test.denominator_df, test.p_value],
    }
    for method in ("logit", "beta", "mean", "asin"):
        e = survey.shares(d, exposed, method=method).at()
        items[f"res.exposed.{method}"] = [e.value, e.low, e.high]
    return items


def of_packages(folder: Path) -> dict[str, object]:
    c = read(folder / "mu284.csv")
    d = survey.design(
        clusters=c["id1"],
        population=numbers(c, "n1"),
        second_units=c["id2"],
        second_population=numbers(c, "n2"),
    )
    mean, total = survey.means(d, numbers(c, "y1")).at(), survey.totals(d, numbers(c, "y1")).at()
    items: dict[str, object] = {
        "mu284.mean": [mean.value, mean.standard_error],
        "mu284.total": [total.value, total.standard_error],
    }
    c = read(folder / "fpc.csv")
    drawn = {"weights": numbers(c, "weight"), "strata": c["stratid"], "clusters": c["psuid"]}
    d, x = survey.design(**drawn, population=numbers(c, "Nh")), numbers(c, "x")
    mean, free = (survey.means(made, x, method="t").at() for made in (d, survey.design(**drawn)))
    domain = survey.means(d, x, x > 5)
    items["fpc.mean"] = [mean.value, mean.standard_error, mean.degrees_of_freedom, mean.low, mean.high]
    items["fpc.mean.nofpc"] = [free.value, free.standard_error]
    items["fpc.domain"] = [*domain.value[:, 0], *domain.standard_error[:, 0]]
    c = read(folder / "hospital.csv")
    d = survey.design(weights=numbers(c, "weighta"), strata=c["oblevel"], population=numbers(c, "tothosp"))
    total = survey.totals(d, numbers(c, "births")).at()
    items["hospital.total"] = [total.value, total.standard_error]
    return items


def compare(expected: list[dict], got: dict[str, object]) -> None:
    assert {item["id"] for item in expected} == set(got)
    for item in expected:
        value = item["value"]
        wanted = list(value.values()) if isinstance(value, dict) else value
        tolerance = item["tol"]
        np.testing.assert_allclose(
            np.ravel(got[item["id"]]), wanted, rtol=tolerance["rel"], atol=tolerance["abs"], err_msg=item["id"]
        )


def test_resident_survey_agrees_with_r():
    compare(json.loads((OWN / "expected.json").read_text("utf-8"))["items"], of_residents())


@pytest.mark.shared
def test_designs_of_the_survey_package_agree_with_r(shared):
    folder = shared / "reference" / "stats" / "survey"
    items = json.loads((folder / "expected.json").read_text("utf-8"))["items"]
    compare([item for item in items if not item["id"].startswith("res.")], of_packages(folder))
    compare([item for item in items if item["id"].startswith("res.")], of_residents())
