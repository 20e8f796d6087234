"""How fast and how honest the effect methods are. Run: python benchmarks/stats_effect.py [--large]

The alternatives (statsmodels; R glm with sandwich) run in the same run. The second table is the false-alarm rate:
promises without any effect, given to the place that was worst just before the start.
"""

import argparse
import tempfile
from pathlib import Path

import measure
import numpy as np

from tillsammans_stats import Verdict
from tillsammans_stats.effect import fit_two_way, interrupted_series, simulate_promises, synthetic_control

R_TWO_WAY = """
suppressMessages(library(sandwich)); d <- read.csv(commandArgs(TRUE)[1], header = FALSE)
work <- function() vcovCL(glm(V1 ~ V2 + factor(V3) + factor(V4), poisson, d), ~V3)
cat(median(sapply(1:3, function(i) sum(system.time(work())[1:2]))))
"""


def two_way(areas: int, months: int, target: float, peers: bool, runs: int) -> None:
    rng = np.random.default_rng(0)
    area, month = (grid.ravel() for grid in np.meshgrid(range(areas), range(months), indexing="ij"))
    x = ((area < areas // 8) & (month > months * 2 // 3)).astype(float)
    y = rng.poisson(np.exp(2 + 0.3 * np.sin(area) + 0.2 * np.sin(month) - 0.2 * x))
    others = {"pyfixest": absorbed(y, x, area, month)}
    if peers:
        others["statsmodels"] = with_dummies(y, x, area, month)
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder, "panel.csv")
            np.savetxt(data, np.column_stack([y, x, area, month]), delimiter=",", fmt="%g")
            got = measure.r_seconds(R_TWO_WAY, str(data))
        others["R_glm_and_sandwich"] = got and got[0]
    own = measure.seconds(lambda: fit_two_way(y, x, area, month), runs)
    measure.row(f"Poisson two-way, {areas} areas x {months} months", own, target, **others)


def absorbed(y: np.ndarray, x: np.ndarray, area: np.ndarray, month: np.ndarray) -> float | None:
    if not measure.installed("pyfixest", "pandas"):
        return None
    import pandas
    import pyfixest

    frame = pandas.DataFrame({"y": y, "x": x, "area": area, "month": month})
    return measure.seconds(lambda: pyfixest.fepois("y ~ x | area + month", frame, vcov={"CRV1": "area"}), 3)


def with_dummies(y: np.ndarray, x: np.ndarray, area: np.ndarray, month: np.ndarray) -> float | None:
    if not measure.installed("statsmodels"):
        return None
    import statsmodels.api as sm

    columns = [x, *(area == a for a in range(area.max() + 1)), *(month == m for m in range(1, month.max() + 1))]
    X = np.column_stack(columns).astype(float)
    model = sm.GLM(y, X, family=sm.families.Poisson())
    return measure.seconds(lambda: model.fit(cov_type="cluster", cov_kwds={"groups": area}), 1)


def series(runs: int) -> None:
    rng = np.random.default_rng(1)
    t = np.arange(120)
    y = rng.poisson(np.exp(4 + 0.3 * np.sin(2 * np.pi * t / 12)) * np.where(t >= 100, 0.8, 1))
    peer = None
    if measure.installed("statsmodels"):
        import statsmodels.api as sm

        angle = 2 * np.pi * (t + 1) / 12
        waves = [np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)]
        X = np.column_stack([np.ones(120), t / 12, t >= 100, *waves]).astype(float)
        model = sm.GLM(y, X, family=sm.families.Poisson())
        peer = measure.seconds(lambda: model.fit(cov_type="HAC", cov_kwds={"maxlags": 12}), runs)
    own = measure.seconds(lambda: interrupted_series(y, 100, slope=False), runs)
    measure.row("interrupted series, 120 months", own, None, statsmodels=peer)
    donors = 50 + np.cumsum(rng.normal(size=(120, 30)), axis=0)
    own = measure.seconds(lambda: synthetic_control(donors[:, 0], donors[:, 1:], 100), 3)
    measure.row("synthetic control, 30 donors with placebos", own, None)


def honesty(promises: int) -> None:
    print(
        f"\n{promises} promises at the worst place true ratio    better      worse   no diff.  cannot tell before/after"
    )
    for monthly, months, noise, persistence, effect in (
        (6, 4, 0.15, 0.5, 1.0),
        (12, 4, 0.15, 0.5, 1.0),
        (40, 4, 0.3, 0.0, 1.0),
        (40, 4, 0.3, 0.9, 1.0),
        (40, 12, 0.1, 0.5, 1.0),
        (200, 12, 0.2, 0.9, 1.0),
        (40, 4, 0.1, 0.5, 0.7),
        (40, 12, 0.1, 0.5, 0.7),
    ):
        got = simulate_promises(
            promises,
            monthly=monthly,
            months=months,
            noise=noise,
            persistence=persistence,
            effect=effect,
            seed=1,
        )
        shares = [got.verdicts[v] for v in (Verdict.BETTER, Verdict.WORSE, Verdict.NO_DIFFERENCE, Verdict.CANNOT_TELL)]
        label = f"{monthly} a month, {months} mon., noise {noise} {persistence:g}"
        print(f"{label:38} {effect:8.2f}" + "".join(f" {100 * share:8.1f} %" for share in (*shares, got.naive)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="national sizes and 4 000 promises a row")
    large = parser.parse_args().large
    measure.heading("effect")
    two_way(24, 60, 0.02, True, 5)
    two_way(290, 120, 0.1, large, 5)
    series(5)
    honesty(4000 if large else 200)


if __name__ == "__main__":
    main()
