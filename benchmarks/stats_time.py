"""How fast and how honest the methods for patterns in time are. Run: python benchmarks/stats_time.py [--large]

Times are medians of several runs on this machine, and the alternative runs in the same process, so read the ratios.
The reference for alarms (R surveillance) is timed only where Rscript and the package are installed.
"""

import argparse
import shutil
import subprocess
import time
from collections.abc import Callable

import numpy as np
import statsmodels.api as sm

from tillsammans_stats.rates import Change, compare_periods
from tillsammans_stats.time.alarms import farrington
from tillsammans_stats.time.change_points import change_points
from tillsammans_stats.time.reporting import nowcast
from tillsammans_stats.time.trend import seasonal_trends

R_ALARMS = """
suppressMessages(library(surveillance)); set.seed(1)
y <- matrix(rpois(120*{series}, 20), nrow=120); s <- sts(observed=y, frequency=12, start=c(2015,1))
ctl <- list(range=120, b=5, w=1, noPeriods=4, reweight=TRUE, weightsThreshold=2.58, pastWeeksNotIncluded=3, trend=TRUE,
  pThresholdTrend=0.05, alpha=0.01, thresholdMethod="nbPlugin")
cat(system.time(suppressWarnings(farringtonFlexible(s, ctl)))[["elapsed"]])
"""


def median_seconds(work: Callable[[], object], runs: int = 5) -> float:
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def row(work: str, own: float, other: str, seconds: float | None) -> None:
    ratio = f"{seconds / own:8.0f} x" if seconds is not None else "  not installed"
    peer = f"{seconds:10.4f}" if seconds is not None else "         -"
    print(f"{work:<58}{own:10.4f}{peer}{ratio}  {other}")


def speed(series: int) -> None:
    rng = np.random.default_rng(1)
    month = np.arange(120)
    season = 1 + 0.4 * np.sin(2 * np.pi * month / 12)
    table = rng.poisson(rng.gamma(1, 20, (series, 1)) * season) + (month % 40 == 0)
    print(f"{'work':<58}{'own s':>10}{'peer s':>10}{'ratio':>10}  peer")
    own = median_seconds(lambda: farrington(table))
    row(
        f"improved Farrington, {series} x 120 months, last month",
        own,
        "R surveillance, scaled from 40",
        r_alarms(series),
    )
    own = median_seconds(lambda: farrington(table, np.arange(108, 120)), 3)
    peer = r_alarms(series)
    row("the same, last 12 months", own, "R surveillance, scaled from 40", peer and 12 * peer)

    def one_by_one(sample: int = 20) -> None:
        angle = 2 * np.pi * np.outer(month, [1, 2]) / 12
        design = sm.add_constant(np.column_stack([month / 12, np.sin(angle), np.cos(angle)]))
        for counts in table[:sample]:
            model = sm.GLM(counts, design, family=sm.families.Poisson())
            model.fit(scale="X2")
            model.fit(cov_type="HAC", cov_kwds={"maxlags": 4})

    own = median_seconds(lambda: seasonal_trends(table), 3)
    row(
        f"season and trend, {series} x 120 months",
        own,
        "statsmodels, scaled from 20",
        median_seconds(one_by_one, 3) * series / 20,
    )


def r_alarms(series: int, sample: int = 40) -> float | None:
    if shutil.which("Rscript") is None:
        return None
    done = subprocess.run(
        ["Rscript", "-e", R_ALARMS.format(series=sample)], capture_output=True, text=True, check=False
    )
    return float(done.stdout) * series / sample if done.returncode == 0 else None


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
    honesty(20_000 if large else 2000)
