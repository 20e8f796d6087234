"""What the rule does when nothing happens: promises without effect at places chosen for being bad.

The share of "better" among them is the number to print on the receipt ("of 1 000 promises without effect this rule
calls 20 effective").
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from tillsammans_stats import checks
from tillsammans_stats.effect.design import Design
from tillsammans_stats.effect.receipt import Panel, evaluate
from tillsammans_stats.result import StatisticsError, Verdict


@dataclass(frozen=True, slots=True)
class Calibration:
    """How often each verdict was given in ``promises`` simulated ones; ``naive``: how often before/after was "better".

    The naive rule compares the last months before the start with the same number after it: below 0 at 95 %.
    """

    promises: int
    verdicts: dict[Verdict, float]
    naive: float


def simulate_promises(
    promises: int,
    *,
    areas: int = 24,
    monthly: float = 12.0,
    months: int = 4,
    effect: float = 1.0,
    spread: float = 0.6,
    noise: float = 0.15,
    persistence: float = 0.5,
    seed: int = 0,
) -> Calibration:
    """Promises at the area with the highest count, for its size, in the six months before the start.

    ``areas`` with mean ``monthly`` counts that differ by ``spread`` (sd of logs), a common season, and own log-normal
    shocks of sd ``noise`` with ``persistence`` from month to month. ``effect`` is the true rate ratio (1: nothing
    happens).
    """
    for name, value, least in (("promises", promises, 1), ("areas", areas, 5), ("months", months, 1)):
        checks.whole(value, name, least=least)
    checks.positive([effect, monthly], "effect, monthly")
    if not (0 <= persistence < 1 and 0 <= noise < np.inf and 0 <= spread < np.inf):
        raise StatisticsError("simulation: needs a spread and noise of 0 or more and a persistence below 1")
    rng = checks.generator(seed)
    verdicts: Counter[Verdict] = Counter()
    naive = 0
    start, length = 60, 60 + months
    names = tuple(str(area) for area in range(areas))
    for _ in range(promises):
        level = monthly * np.exp(rng.normal(-(spread**2) / 2, spread, size=(areas, 1)))
        season = 1 + 0.3 * np.sin(2 * np.pi * (np.arange(length) / 12 + rng.random()))
        shocks = np.empty((areas, length))
        shocks[:, 0] = rng.normal(0, noise, size=areas)
        for month in range(1, length):
            fresh = rng.normal(0, noise * np.sqrt(1 - persistence**2), size=areas)
            shocks[:, month] = persistence * shocks[:, month - 1] + fresh
        mean = level * season * np.exp(shocks)
        counts = rng.poisson(mean)
        bad = counts[:, start - 6 : start].sum(axis=1) / (counts[:, : start - 6].sum(axis=1) + 1)
        worst = int(bad.argmax())
        counts[worst, start:] = rng.poisson(mean[worst, start:] * effect)
        others = tuple(name for name in names if name != str(worst))
        design = Design("simulated", "simulated", (str(worst),), others, "2025-01", months)
        verdicts[evaluate(Panel(names, "2020-01", counts.astype(float)), design).judgement.verdict] += 1
        first, then = counts[worst, start - months : start].sum(), counts[worst, start:].sum()
        naive += int(first - then > 1.96 * np.sqrt(max(first + then, 1)))
    return Calibration(promises, {verdict: verdicts[verdict] / promises for verdict in Verdict}, naive / promises)
