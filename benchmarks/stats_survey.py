"""Survey estimation: speed against the alternatives that are installed, and coverage of the intervals.

    python benchmarks/stats_survey.py [--large]

svy and R's survey do the same work; statsmodels (weighted least squares with robust errors) knows neither strata nor
finite populations, so it has less to do. Small by default: 20 000 respondents and some hundred simulated surveys.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

import measure
import numpy as np

from tillsammans_stats import survey

QUESTIONS, AREAS = 40, 60
R_SCRIPT = """
suppressMessages(library(survey))
d <- read.csv(commandArgs(TRUE)[1])
questions <- as.formula(paste("~", paste(grep("^q", names(d), value = TRUE), collapse = " + ")))
made <- svydesign(id = ~1, strata = ~area, weights = ~w, data = d)
for (work in list(function() svymean(questions, made), function() svyby(questions, ~area, made, svymean))) {
  cat(median(sapply(1:3, function(i) sum(system.time(work())[1:2]))), "\\n")
}
"""


def statsmodels_times(y: np.ndarray, w: np.ndarray, area: np.ndarray) -> tuple[float | None, float | None]:
    if not measure.installed("statsmodels"):
        return None, None
    from statsmodels.regression.linear_model import WLS

    rows = [np.arange(len(w)), *(np.flatnonzero(area == a) for a in range(AREAS))]

    def fit(parts: list[np.ndarray]) -> None:
        # an area alone gives the same robust error as a table of 60 indicator columns, and much faster
        for part in parts:
            one, weights = np.ones((len(part), 1)), w[part]
            for q in range(QUESTIONS):
                WLS(y[part, q], one, weights=weights).fit(cov_type="HC0").bse  # noqa: B018

    return measure.seconds(lambda: fit(rows[:1]), 3), measure.seconds(lambda: fit(rows[1:]), 1)


def svy_times(y: np.ndarray, w: np.ndarray, area: np.ndarray) -> tuple[float | None, float | None]:
    if not measure.installed("svy", "polars"):
        return None, None
    import polars
    import svy

    names = [f"q{q}" for q in range(QUESTIONS)]
    frame = polars.DataFrame(dict(zip(names, y.T, strict=True)) | {"w": w, "area": area})
    ask = svy.Sample(frame, svy.Design(stratum="area", wgt="w")).estimation
    return measure.seconds(lambda: ask.mean(names), 3), measure.seconds(
        lambda: [ask.mean(name, by="area") for name in names], 1
    )


def r_times(y: np.ndarray, w: np.ndarray, area: np.ndarray) -> tuple[float | None, float | None]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data.csv")
        names = ",".join([f"q{q}" for q in range(QUESTIONS)] + ["w", "area"])
        np.savetxt(data, np.column_stack([y, w, area]), delimiter=",", header=names, comments="", fmt="%.8g")
        got = measure.r_seconds(R_SCRIPT, str(data))
    return (got[0], got[1]) if got else (None, None)


def speed(n: int, targets: tuple[float, float]) -> None:
    rng = np.random.default_rng(1)
    area, w = rng.integers(0, AREAS, n), rng.uniform(1, 9, n)
    y = (rng.random((n, QUESTIONS)) < 0.3).astype(float)
    drawn = survey.design(weights=w, strata=area)
    age = rng.integers(0, 12, n)
    margins = [
        survey.Margin("age", age, {a: w.sum() / 12 for a in range(12)}),
        survey.Margin("area", area, {a: w.sum() / AREAS for a in range(AREAS)}),
    ]
    calibrated = survey.calibrate_to_margins(drawn, margins).design
    ours = (measure.seconds(lambda: survey.means(drawn, y)), measure.seconds(lambda: survey.means(drawn, y, area)))
    peers = [times(y, w, area) for times in (statsmodels_times, svy_times, r_times)]
    measure.heading(f"{n} respondents, {QUESTIONS} questions, {AREAS} strata")
    for i, work in enumerate((f"{QUESTIONS} means with SE", f"{QUESTIONS} questions x {AREAS} areas with SE")):
        measure.row(work, ours[i], targets[i], statsmodels=peers[0][i], svy=peers[1][i], R_survey=peers[2][i])
    rake = measure.seconds(lambda: survey.calibrate_to_margins(drawn, margins), 3)
    measure.row("raking to 72 register totals", rake, None)
    report = measure.seconds(lambda: survey.shares(calibrated, y, area), 3)
    measure.row("calibrated shares x areas, all columns", report, None)


def coverage(surveys: int) -> None:
    """Share of simulated surveys whose 95 % interval holds the truth, in skewed finite populations."""
    rng = np.random.default_rng(2)
    sizes, asked = np.array([900, 2000, 6000]), np.array([240, 200, 200])
    area = np.repeat(np.arange(3), asked)
    drawn = survey.design(strata=area, population=sizes[area])

    def hits(draw: Callable[[int, tuple[int, int]], np.ndarray], shares: bool) -> float:
        held = total = 0
        for _ in range(-(-surveys // 250)):
            # people are interchangeable inside a stratum, so asking the first of them is a random sample
            answers = [draw(h, (size, 250)) for h, size in enumerate(sizes)]
            sample = np.vstack([a[:n] for a, n in zip(answers, asked, strict=True)]).astype(float)
            truth = sum(a.sum(axis=0) for a in answers) / sizes.sum()
            e = (survey.shares if shares else survey.means)(drawn, sample)
            held += int(((e.low[0] <= truth) & (truth <= e.high[0])).sum())
            total += 250
        return held / total

    print(f"\ncoverage of 95 % intervals, {-(-surveys // 250) * 250} surveys each")
    for share in (0.01, 0.03, 0.1, 0.35):
        found = hits(lambda h, shape, p=share: rng.random(shape, dtype=np.float32) < p * (1 + h) / 2.5, True)
        print(f"{'share about ' + format(share, '.0%'):<38}{found:>10.3f}")
    for sigma in (0.5, 0.8, 1.2):
        found = hits(lambda h, shape, s=sigma: np.exp(rng.standard_normal(shape, dtype=np.float32) * s + h), False)
        print(f"{f'mean, log-normal with sigma {sigma}':<38}{found:>10.3f}")


def change_coverage(pairs: int) -> None:
    """MOVER beside the textbook interval, for the change of a rare share in a small area."""
    rng = np.random.default_rng(3)
    print(f"\ncoverage of the change of a share, {pairs} pairs of waves: MOVER / textbook")
    for n, before, after in ((60, 0.04, 0.01), (200, 0.02, 0.01), (400, 0.28, 0.2)):
        drawn = survey.design(weights=np.ones(n))
        waves = [survey.shares(drawn, (rng.random((n, pairs)) < p).astype(float)) for p in (before, after)]
        mover = textbook = 0
        for q in range(pairs):
            d = survey.difference(waves[0].at(question=q), waves[1].at(question=q))
            mover += d.low <= after - before <= d.high
            textbook += abs(d.value - (after - before)) <= 1.96 * d.standard_error
        print(f"{f'n = {n}, {before:.0%} to {after:.0%}':<38}{mover / pairs:>10.3f} / {textbook / pairs:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", action="store_true", help="200 000 respondents and thousands of simulated surveys")
    large = parser.parse_args().large
    speed(20_000, (0.024, 0.016))
    if large:
        speed(200_000, (0.25, 0.18))
    coverage(10_000 if large else 500)
    change_coverage(5_000 if large else 500)


if __name__ == "__main__":
    main()
