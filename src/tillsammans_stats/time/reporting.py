"""Late reports: how many events of the latest periods are still to come in.

Chain ladder on the reporting triangle, seen as reverse-time hazards (Lawless 1994; England & Verrall 2002), with a
predictive interval that holds both the unknown delays and the chance of what is still to come.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import Estimate, PublicationStatus, StatisticsError

_LEAST_SHARE = 0.1  # reported so far; below, the completed number is mostly model


@dataclass(frozen=True, slots=True)
class Nowcast:
    """Periods completed for late reports. ``reported`` (periods,) came in so far; ``completed`` is what is expected
    in the end, with a predictive interval; ``share`` (periods,) is how much is usually in by now; ``delay``
    (delays,) is the share of reports that come after 0, 1, ... periods; ``dispersion`` that of the triangle."""

    reported: Floats
    completed: tuple[Estimate, ...]
    share: Floats
    delay: Floats
    dispersion: float


def reporting_triangle(happened: ArrayLike, reported: ArrayLike, *, periods: int, delays: int) -> Floats:
    """Count events by period and delay.

    ``happened`` and ``reported`` (events,) are period numbers 0..``periods``-1, the last being the present one.
    Returns (periods, ``delays``) with NaN where the future has not come. Reports later than ``delays`` - 1 periods
    are left out: choose ``delays`` so that next to none are.
    """
    when = checks.vector(checks.counts(happened, "happened"), "happened").astype(int)
    known = checks.vector(checks.counts(reported, "reported"), "reported", length=when.size).astype(int)
    if checks.whole(periods, "periods", least=1) < checks.whole(delays, "delays", least=2):
        raise StatisticsError(f"periods, delays: at least as many periods as delays, got {periods} and {delays}")
    if (known < when).any() or known.max() >= periods:
        raise StatisticsError("reported: a report comes after the event and not after the present period")
    delay = known - when
    kept = delay < delays
    triangle = np.bincount(when[kept] * delays + delay[kept], minlength=periods * delays).astype(float)
    triangle = triangle.reshape(periods, delays)
    triangle[np.arange(periods)[:, None] + np.arange(delays) >= periods] = np.nan
    return triangle


def nowcast(triangle: ArrayLike, *, level: float = 0.95, draws: int = 1000, seed: int = 1) -> Nowcast:
    """Complete a reporting ``triangle`` (periods, delays) of counts, NaN where not yet reported.

    The last period has one observed delay, the one before two, and so on. Delays are taken to be alike in all these
    periods: after a change in how reports are made, start a new triangle. Periods of which under a tenth is usually
    in are marked ``UNCERTAIN``; where nothing is usually in, there is no number. ``draws`` simulations with ``seed``
    give the interval.
    """
    table = checks.numbers(triangle, "triangle")
    if table.ndim != 2 or table.shape[1] < 2 or table.shape[0] <= table.shape[1]:
        raise StatisticsError(f"triangle: expected more periods than delays (two or more), got shape {table.shape}")
    periods, delays = table.shape
    open_cells = np.arange(periods)[:, None] + np.arange(delays) >= periods
    if (np.isnan(table) != open_cells).any():
        raise StatisticsError("triangle: NaN belongs in the cells that lie in the future, and only there")
    observed = np.where(open_cells, 0.0, table)
    checks.counts(observed, "triangle")
    if observed.sum() == 0:
        raise StatisticsError("triangle: no report at all")
    checks.whole(draws, "draws", least=100)
    tail = (1 - checks.level(level)) / 2
    latest = np.minimum(np.arange(periods)[::-1], delays - 1)
    share = _share(observed, open_cells)[latest]
    delay = np.diff(_share(observed, open_cells), prepend=0.0)
    reported = observed.sum(axis=1)
    completed = np.where(share > 0, reported / np.where(share > 0, share, 1.0), 0.0)
    mean = completed[:, None] * delay
    dispersion = _dispersion(observed, mean, ~open_cells)
    rng = checks.generator(seed)
    again = rng.gamma(np.maximum(mean, 1e-9) / dispersion, dispersion, (draws, periods, delays))
    shares = np.clip(_share(np.where(open_cells, 0.0, again), open_cells), 1e-6, 1.0)[:, latest]
    # half an event beside the reported ones (Jeffreys) keeps an interval where nothing has come in yet
    level_drawn = rng.gamma(reported / dispersion + 0.5, dispersion, (draws, periods)) / shares
    rest = level_drawn * (1 - shares)
    future = np.where(
        rest > 1e-9, rng.poisson(rng.gamma(np.maximum(rest, 1e-9) / _excess(dispersion), _excess(dispersion))), 0
    )
    low, high = np.quantile(reported + future, [tail, 1 - tail], axis=0, method="closest_observation")
    return Nowcast(
        reported=reported,
        completed=tuple(_estimate(reported[i], completed[i], share[i], low[i], high[i], level) for i in range(periods)),
        share=share,
        delay=delay,
        dispersion=dispersion,
    )


def _estimate(reported: float, completed: float, share: float, low: float, high: float, level: float) -> Estimate:
    method = "chain ladder, simulated prediction"
    if share == 0:
        return Estimate(
            value=None,
            low=float(reported),
            level=level,
            method=method,
            n=int(reported),
            status=PublicationStatus.TOO_LITTLE,
            reason="nothing is usually reported this early",
        )
    early = share < _LEAST_SHARE
    return Estimate(
        value=float(completed),
        low=float(min(low, completed)),
        high=float(max(high, completed)),
        level=level,
        method=method,
        n=int(reported),
        status=PublicationStatus.UNCERTAIN if early else PublicationStatus.SHOWN,
        reason="under a tenth is usually reported by now" if early else "",
    )


def _excess(dispersion: float) -> float:
    """Scale of the gamma that a Poisson is mixed over to reach this variance over mean."""
    return max(dispersion - 1, 1e-9)


def _share(observed: Floats, open_cells: np.ndarray) -> Floats:
    """The share reported by each delay, shape (..., delays), from counts (..., periods, delays), 0 in open cells."""
    by_now = observed.cumsum(axis=-1)
    closed = ~open_cells
    added = (observed * closed).sum(axis=-2)
    so_far = (by_now * closed).sum(axis=-2)
    stays = 1 - np.where(so_far > 0, added / np.where(so_far > 0, so_far, 1.0), 0.0)
    stays[..., 0] = 1.0
    later = np.flip(np.cumprod(np.flip(stays, axis=-1), axis=-1), axis=-1)
    share: Floats = np.concatenate([later[..., 1:], np.ones((*later.shape[:-1], 1))], axis=-1)
    return share


def _dispersion(observed: Floats, mean: Floats, closed: np.ndarray) -> float:
    used = closed & (mean > 0)
    freedom = int(used.sum()) - sum(mean.shape) + 1
    if freedom < 1:
        return 1.0
    return max(1.0, float(((observed - mean)[used] ** 2 / mean[used]).sum()) / freedom)
