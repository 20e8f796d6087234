"""Survey estimation: speed against the alternatives that are installed, and coverage of the intervals.

    python benchmarks/stats_survey.py [--large]

Ratios are taken in the same run, since machines differ. statsmodels stands in for the Python libraries (weighted least
squares with robust errors; it knows neither strata nor finite populations, so it has less to do); R's survey is timed
where Rscript and the package are found. Small by default: 20 000 respondents and some hundred simulated surveys.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

import numpy as np

from tillsammans_stats import survey

QUESTIONS, AREAS = 40, 60
R_SCRIPT = """
suppressMessages(library(survey))
d <- read.csv(commandArgs(TRUE)[1])
questions <- as.formula(paste("~", paste(grep("^q", names(d), value = TRUE), collapse = " + ")))
made <- svydesign(id = ~1, strata = ~area, weights = ~w, data = d)
for (work in list(function() svymean(questions, made), function() svyby(questions, ~area, made, svymean))) {
  cat(median(sapply(1:3, function(i) system.time(work())["elapsed"])), "\\n")
}
"""


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """Median time of some runs, after one that warms up."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def statsmodels_times(y: np.ndarray, w: np.ndarray, area: np.ndarray) -> tuple[float, float] | None:
    try:
        from statsmodels.regression.linear_model import WLS
    except ImportError:
        return None
    rows = [np.arange(len(w)), *(np.flatnonzero(area == a) for a in range(AREAS))]

    def fit(parts: list[np.ndarray]) -> None:
        # an area alone gives the same robust error as a table of 60 indicator columns, and much faster
        for part in parts:
            one, weights = np.ones((len(part), 1)), w[part]
            for q in range(QUESTIONS):
                WLS(y[part, q], one, weights=weights).fit(cov_type="HC0").bse  # noqa: B018

    return seconds(lambda: fit(rows[:1]), 3), seconds(lambda: fit(rows[1:]), 1)


def r_times(y: np.ndarray, w: np.ndarray, area: np.ndarray) -> tuple[float, float] | None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder, "data.csv"), Path(folder, "time.R")
        names = ",".join([f"q{q}" for q in range(QUESTIONS)] + ["w", "area"])
        np.savetxt(data, np.column_stack([y, w, area]), delimiter=",", header=names, comments="", fmt="%.8g")
        script.write_text(R_SCRIPT, "utf-8")
        done = subprocess.run([rscript, str(script), str(data)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None
    first, second = done.stdout.split()
    return float(first), float(second)


def speed(n: int) -> None:
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
    ours = (seconds(lambda: survey.means(drawn, y)), seconds(lambda: survey.means(drawn, y, area)))
    others = {"statsmodels": statsmodels_times(y, w, area), "R survey": r_times(y, w, area)}
    print(f"\n{n} respondents, {QUESTIONS} questions, {AREAS} strata")
    print(f"{'work':<38}{'ours s':>10}" + "".join(f"{name + ' s':>16}{'ratio':>8}" for name in others))
    for i, work in enumerate((f"{QUESTIONS} means with SE", f"{QUESTIONS} questions x {AREAS} areas with SE")):
        cells = "".join(
            f"{times[i]:>16.3f}{times[i] / ours[i]:>8.1f}" if times else f"{'not installed':>16}{'-':>8}"
            for times in others.values()
        )
        print(f"{work:<38}{ours[i]:>10.3f}{cells}")
    rake = seconds(lambda: survey.calibrate_to_margins(drawn, margins), 3)
    report = seconds(lambda: survey.shares(calibrated, y, area), 3)
    print(f"{'raking to 72 register totals':<38}{rake:>10.3f}")
    print(f"{'calibrated shares x areas, all columns':<38}{report:>10.3f}")


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
    speed(20_000)
    if large:
        speed(200_000)
    coverage(10_000 if large else 500)
    change_coverage(5_000 if large else 500)


if __name__ == "__main__":
    main()
