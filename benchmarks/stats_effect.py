"""How fast and how honest the effect methods are. Run: python benchmarks/stats_effect.py [--large]

The alternative (statsmodels) runs in the same process, so read the ratios. The second table is the false-alarm rate:
promises without any effect, given to the place that was worst just before the start.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import statsmodels.api as sm

from tillsammans_stats import Verdict
from tillsammans_stats.effect import fit_two_way, interrupted_series, simulate_promises, synthetic_control


def seconds(work: Callable[[], object], runs: int) -> float:
    """The median time of ``runs`` runs, after one that warms up."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def row(name: str, ours: float, theirs: float | None, peer: str = "statsmodels") -> None:
    ratio = "" if theirs is None else f"{theirs:9.3f} s  {theirs / ours:6.1f} x  {peer}"
    print(f"{name:44} {ours:9.4f} s  {ratio}")


def two_way(areas: int, months: int, peer: bool, runs: int) -> None:
    rng = np.random.default_rng(0)
    area, month = (grid.ravel() for grid in np.meshgrid(range(areas), range(months), indexing="ij"))
    x = ((area < areas // 8) & (month > months * 2 // 3)).astype(float)
    y = rng.poisson(np.exp(2 + 0.3 * np.sin(area) + 0.2 * np.sin(month) - 0.2 * x))
    theirs = None
    if peer:
        dummies = [x, *(area == a for a in range(areas)), *(month == m for m in range(1, months))]
        X = np.column_stack(dummies).astype(float)

        def fit() -> object:
            model = sm.GLM(y, X, family=sm.families.Poisson())
            return model.fit(cov_type="cluster", cov_kwds={"groups": area})

        theirs = seconds(fit, 1)
    row(
        f"Poisson two-way, {areas} areas x {months} months",
        seconds(lambda: fit_two_way(y, x, area, month), runs),
        theirs,
    )


def series(runs: int) -> None:
    rng = np.random.default_rng(1)
    t = np.arange(120)
    y = rng.poisson(np.exp(4 + 0.3 * np.sin(2 * np.pi * t / 12)) * np.where(t >= 100, 0.8, 1))
    angle = 2 * np.pi * (t + 1) / 12
    X = np.column_stack(
        [np.ones(120), t / 12, t >= 100, np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)]
    ).astype(float)

    def fit() -> object:
        return sm.GLM(y, X, family=sm.families.Poisson()).fit(cov_type="HAC", cov_kwds={"maxlags": 12})

    row(
        "Interrupted series, 120 months",
        seconds(lambda: interrupted_series(y, 100, slope=False), runs),
        seconds(fit, runs),
    )
    donors = 50 + np.cumsum(rng.normal(size=(120, 30)), axis=0)
    row(
        "Synthetic control, 30 donors with placebos",
        seconds(lambda: synthetic_control(donors[:, 0], donors[:, 1:], 100), 3),
        None,
    )


def honesty(promises: int) -> None:
    print(
        f"\n{promises} promises at the worst place true ratio    better      worse   no diff.  cannot tell before/after"
    )
    for monthly, months, noise, effect in (
        (6, 4, 0.15, 1.0),
        (12, 4, 0.15, 1.0),
        (40, 12, 0.1, 1.0),
        (40, 4, 0.1, 0.7),
        (40, 12, 0.1, 0.7),
    ):
        got = simulate_promises(promises, monthly=monthly, months=months, noise=noise, effect=effect, seed=1)
        shares = [got.verdicts[v] for v in (Verdict.BETTER, Verdict.WORSE, Verdict.NO_DIFFERENCE, Verdict.CANNOT_TELL)]
        label = f"{monthly} a month, {months} months, noise {noise}"
        print(f"{label:38} {effect:8.2f}" + "".join(f" {100 * share:8.1f} %" for share in (*shares, got.naive)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="national sizes and 4 000 promises a row")
    large = parser.parse_args().large
    print(f"{'work':44} {'ours':>11}  {'alternative':>11}  times as long")
    two_way(24, 60, True, 5)
    two_way(290, 120, large, 5)
    series(5)
    honesty(4000 if large else 200)


if __name__ == "__main__":
    main()
