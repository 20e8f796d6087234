"""How fast and how honest the methods for patterns in time are. Run: python benchmarks/stats_time.py [--large]

The alternatives run in the same run on the same counts, R surveillance on 40 of the series.
"""

import argparse
import tempfile
from pathlib import Path

import measure
import numpy as np

from tillsammans_stats.funnel import funnel
from tillsammans_stats.rates import Change, compare_periods
from tillsammans_stats.shrinkage import empirical_bayes
from tillsammans_stats.time import change_points, farrington, months, nowcast, same_months, seasonal_trends

SAMPLE = 40
R_ALARMS = """
suppressMessages(library(surveillance))
y <- as.matrix(read.csv(commandArgs(TRUE)[1], header = FALSE))
s <- sts(observed = y, frequency = 12, start = c(2015, 1))
ctl <- list(range = 120, b = 5, w = 1, noPeriods = 4, reweight = TRUE, weightsThreshold = 2.58,
  pastWeeksNotIncluded = 3, trend = TRUE, pThresholdTrend = 0.05, alpha = 0.01, thresholdMethod = "nbPlugin")
cat(sum(system.time(suppressWarnings(farringtonFlexible(s, ctl)))[1:2]))
"""


def speed(series: int) -> None:
    rng = np.random.default_rng(1)
    month = np.arange(120)
    season = 1 + 0.4 * np.sin(2 * np.pi * month / 12)
    table = rng.poisson(rng.gamma(1, 20, (series, 1)) * season) + (month % 40 == 0)
    scale, one = series / 3480, r_alarms(table)  # the targets are for all of Sweden
    last_month = one and one * series
    measure.heading(f"{series} series x 120 months (R and statsmodels scaled from {SAMPLE} of them)")
    own = measure.seconds(lambda: farrington(table))
    measure.row("unusual counts, last month", own, 0.5 * scale, R_surveillance=last_month)
    own = measure.seconds(lambda: farrington(table, np.arange(108, 120)), 3)
    measure.row("unusual counts, last 12 months", own, 3 * scale, R_surveillance=last_month and 12 * last_month)
    peer = one_by_one(table[:SAMPLE], month)
    own = measure.seconds(lambda: seasonal_trends(table), 3)
    measure.row("season and trend", own, None, statsmodels=peer and peer * series)


def one_by_one(table: np.ndarray, month: np.ndarray) -> float | None:
    """Quasi-Poisson and Newey-West of each series."""
    if not measure.installed("statsmodels"):
        return None
    import statsmodels.api as sm

    angle = 2 * np.pi * np.outer(month, [1, 2]) / 12
    design = sm.add_constant(np.column_stack([month / 12, np.sin(angle), np.cos(angle)]))

    def fit() -> None:
        for counts in table:
            model = sm.GLM(counts, design, family=sm.families.Poisson())
            model.fit(scale="X2")
            model.fit(cov_type="HAC", cov_kwds={"maxlags": 4})

    return measure.seconds(fit, 3) / len(table)


def r_alarms(table: np.ndarray) -> float | None:
    """Seconds that R takes for the last month of one series."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "counts.csv")
        np.savetxt(data, table[:SAMPLE].T, delimiter=",", fmt="%d")
        got = measure.r_seconds(R_ALARMS, str(data))
    return got[0] / SAMPLE if got else None


def country(municipalities: int, crimes: int) -> None:
    """Everything official statistics need for all of Sweden, in one process and on one core."""
    rng = np.random.default_rng(3)
    series, month = municipalities * crimes, np.arange(120)
    table = rng.poisson(np.maximum(rng.gamma(0.8, 8, (series, 1)), 0.05) * (1 + 0.4 * np.sin(2 * np.pi * month / 12)))
    table[:, 0] += ~table.any(axis=1)
    people = rng.lognormal(9.8, 1, municipalities)
    year = table[:, -12:].sum(axis=1).reshape(municipalities, crimes).T
    years = list(zip(table[:, -24:-12].sum(axis=1), table[:, -12:].sum(axis=1), strict=True))
    measure.heading(f"{municipalities} municipalities x {crimes} crimes, 120 months each")
    for work, target, call in (
        ("unusual counts, last month", 15, lambda: farrington(table)),
        ("season and trend", 15, lambda: seasonal_trends(table)),
        ("profile of the year", 15, lambda: [months(counts, "2015-01") for counts in table]),
        ("the same month of three earlier years", 15, lambda: [same_months(counts) for counts in table]),
        ("year against year", 15, lambda: [compare_periods(a, b) for a, b in years]),
        ("funnels", 15, lambda: [funnel(counts, people) for counts in year]),
        ("empirical Bayes rates", 15, lambda: [empirical_bayes(counts, people) for counts in year]),
    ):
        measure.row(work, measure.seconds(call, 1), target)


def honesty(repeats: int) -> None:
    rng = np.random.default_rng(2)
    month = np.arange(120)
    season = 1 + 0.4 * np.sin(2 * np.pi * month / 12)
    print(f"\nWhen nothing happens ({repeats} series each)")
    for mean in (3.0, 20.0, 100.0):
        poisson = farrington(rng.poisson(mean * season, (repeats, 120)))
        spread = farrington(rng.negative_binomial(mean * season / 2, 1 / 3, (repeats, 120)))
        print(
            f"  alarms at 1 %, mean {mean:>5.0f}: Poisson {poisson.alarm.mean():.2%}, variance 3 x mean "
            f"{spread.alarm.mean():.2%}, after BH at 5 %: {(poisson.p_adjusted < 0.05).sum()} and "
            f"{(spread.p_adjusted < 0.05).sum()} series"
        )
    few = min(repeats, 2000)
    trends = seasonal_trends(rng.poisson(20 * season, (few, 120)))
    print(f"  false trends at 5 %: {np.mean([t.p_trend < 0.05 for t in trends]):.1%}")
    shifts = [bool(change_points(row).changes) for row in rng.poisson(20, (few // 4, 96))]
    print(f"  false shifts at 5 %: {np.mean(shifts):.1%} of {few // 4}")
    calls = (Change.INCREASE, Change.DECREASE)
    pairs = rng.poisson(30, (few, 2))
    print(f"  false changes at 5 %: {np.mean([compare_periods(a, b).change in calls for a, b in pairs]):.1%}")
    delay, hits = np.array([0.5, 0.25, 0.15, 0.1]), []
    for _ in range(few // 10):
        cells = rng.poisson(40 * delay, (24, 4)).astype(float)
        whole = cells.sum(axis=1)
        cells[np.arange(24)[:, None] + np.arange(4) >= 24] = np.nan
        done = nowcast(cells, draws=500).completed[-3:]
        hits += [e.low <= w <= e.high for e, w in zip(done, whole[-3:], strict=True)]
    print(f"  completed counts inside their 95 % interval: {np.mean(hits):.1%}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="all of Sweden and ten times as many simulations")
    large = parser.parse_args().large
    speed(3480 if large else 580)
    country(290, 41) if large else country(29, 41)
    honesty(20_000 if large else 2000)
