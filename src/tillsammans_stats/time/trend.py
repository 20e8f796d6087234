"""Season and trend of a series of counts, and comparison with the same months of earlier years.

Quasi-Poisson with annual harmonics, linear trend and the length of the periods (Bernal, Cummins & Gasparrini 2017).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from tillsammans_stats import checks, rates
from tillsammans_stats.checks import Floats
from tillsammans_stats.rates import Comparison
from tillsammans_stats.result import Estimate, PublicationStatus, StatisticsError
from tillsammans_stats.time import quasi_poisson

_LEAST_PER_COEFFICIENT = 5  # events; with fewer the season is noise drawn as a curve


@dataclass(frozen=True, slots=True)
class SeasonalTrend:
    """What a series of counts does over the years and over the year.

    ``yearly_change`` is a ratio: 1.05 means 5 per cent more each year. ``season`` has one ratio for each part of the
    year, against the average of the year, starting with the part that the first count belongs to. ``fitted`` and
    ``without_season`` (periods,) are expected counts with and without the season. ``serial_correlation`` is that of
    neighbouring residuals; intervals use the larger of the quasi-Poisson and the Newey-West variance.
    """

    yearly_change: Estimate
    p_trend: float
    season: tuple[Estimate, ...]
    fitted: Floats
    without_season: Floats
    dispersion: float
    serial_correlation: float


def seasonal_trend(
    counts: ArrayLike,
    *,
    per_year: int = 12,
    harmonics: int = 2,
    exposure: ArrayLike | None = None,
    level: float = 0.95,
) -> SeasonalTrend:
    """Season and trend of one series: ``counts`` (periods,), oldest first, at least two years. See
    :func:`seasonal_trends`."""
    series = checks.vector(checks.counts(counts, "counts"), "counts")
    return seasonal_trends(series[None], per_year=per_year, harmonics=harmonics, exposure=exposure, level=level)[0]


def seasonal_trends(
    counts: ArrayLike,
    *,
    per_year: int = 12,
    harmonics: int = 2,
    exposure: ArrayLike | None = None,
    level: float = 0.95,
) -> tuple[SeasonalTrend, ...]:
    """Season and trend of many series on one calendar: ``counts`` (series, periods), oldest first.

    ``exposure`` (periods,): days or inhabitants of each period; without it all periods count as equally long.
    ``harmonics`` waves a year describe the season. Needs two whole years. A series with fewer than 5 events for each
    coefficient gets the status ``TOO_LITTLE``.
    """
    table = checks.counts(counts, "counts")
    checks.whole(per_year, "per_year", least=2)
    if table.ndim != 2 or table.shape[1] < 2 * per_year:
        raise StatisticsError(f"counts: season and trend need two whole years of {per_year}, got shape {table.shape}")
    checks.whole(harmonics, "harmonics", least=1, most=(per_year - 1) // 2)
    periods = table.shape[1]
    size = np.ones(periods) if exposure is None else checks.positive(exposure, "exposure")
    checks.vector(size, "exposure", length=periods)
    if not table.any(axis=1).all():
        raise StatisticsError(f"counts: series {int(np.argmin(table.any(axis=1)))} has no event at all")
    t = np.arange(periods)
    waves = _waves(np.arange(per_year), per_year, harmonics)
    design = np.column_stack([np.ones(periods), (t - t.mean()) / per_year, waves[t % per_year]])
    fitted = quasi_poisson.fit(design, table, offset=np.log(size))
    scaled = fitted.dispersion[:, None, None] * fitted.unscaled
    lag = max(1, int(4 * (periods / 100) ** (2 / 9)))  # Newey & West 1994
    serial = quasi_poisson.newey_west(design, table, fitted, lag)
    student = float(special.stdtrit(fitted.freedom, 0.5 + checks.level(level) / 2))
    return tuple(
        _describe(table[i], design, fitted, i, np.stack([scaled[i], serial[i]]), waves, size, student, level)
        for i in range(table.shape[0])
    )


def _waves(position: Floats | np.ndarray, per_year: int, harmonics: int) -> Floats:
    angle = 2 * np.pi * np.outer(position, np.arange(1, harmonics + 1)) / per_year
    return np.column_stack([np.sin(angle), np.cos(angle)])


def _describe(
    counts: Floats,
    design: Floats,
    fitted: quasi_poisson.QuasiPoisson,
    i: int,
    covariances: Floats,
    waves: Floats,
    size: Floats,
    student: float,
    level: float,
) -> SeasonalTrend:
    beta, events = fitted.coefficients[i], int(counts.sum())
    few = events < _LEAST_PER_COEFFICIENT * design.shape[1]

    def ratio(log_value: float, gradient: Floats) -> Estimate:
        error = float(np.sqrt(max(gradient @ covariance @ gradient for covariance in covariances)))
        return Estimate(
            value=float(np.exp(log_value)),
            low=float(np.exp(log_value - student * error)),
            high=float(np.exp(min(log_value + student * error, 700.0))),
            level=level,
            method="quasi-Poisson or Newey-West, the wider",
            standard_error=error,
            degrees_of_freedom=float(fitted.freedom),
            n=events,
            status=PublicationStatus.TOO_LITTLE if few else PublicationStatus.SHOWN,
            reason=f"fewer than {_LEAST_PER_COEFFICIENT} events for each coefficient" if few else "",
        )

    along = np.eye(design.shape[1])[1]
    change = ratio(float(beta[1]), along)
    height = waves @ beta[2:]
    share = np.exp(height) / np.exp(height).sum()
    flat = np.zeros((len(waves), 2))
    gradients = np.column_stack([flat, waves - share @ waves])
    average = float(np.log(np.exp(height).mean()))
    residual = (counts - fitted.fitted[i]) / np.sqrt(fitted.fitted[i])
    return SeasonalTrend(
        yearly_change=change,
        p_trend=float(2 * special.stdtr(fitted.freedom, -abs(beta[1]) / (change.standard_error or np.inf))),
        season=tuple(ratio(float(h) - average, g) for h, g in zip(height, gradients, strict=True)),
        fitted=fitted.fitted[i].copy(),
        without_season=np.exp(design[:, :2] @ beta[:2] + average) * size,
        dispersion=float(fitted.dispersion[i]),
        serial_correlation=float((residual[1:] @ residual[:-1]) / (residual @ residual)) if residual.any() else 0.0,
    )


def same_months(
    counts: ArrayLike,
    *,
    last: int = 1,
    years: int = 3,
    per_year: int = 12,
    exposure: ArrayLike | None = None,
    level: float = 0.95,
) -> Comparison:
    """The ``last`` periods against the same periods of the ``years`` years before, taken together.

    ``counts`` (periods,), oldest first, at least ``years`` years and ``last`` periods; ``exposure`` (periods,) is
    days or inhabitants. The spread of the history around its own seasons widens the interval, so a place whose counts
    always jump needs a larger change before one is called.
    """
    series = checks.vector(checks.counts(counts, "counts"), "counts")
    size = np.ones(series.size) if exposure is None else checks.positive(exposure, "exposure")
    checks.vector(size, "exposure", length=series.size)
    checks.whole(years, "years", least=1)
    checks.whole(last, "last", least=1, most=checks.whole(per_year, "per_year", least=1))
    if series.size < years * per_year + last:
        raise StatisticsError(f"counts: {years} years and {last} periods are needed, got {series.size} periods")
    now = np.arange(series.size - last, series.size)
    before = (now[None] - per_year * np.arange(1, years + 1)[:, None]).ravel()
    history = np.arange(series.size - last - years * per_year, series.size - last)
    repeated = years > 1 and series[history].any()
    spread = rates.dispersion(series[history], size[history], seasons=history % per_year) if repeated else 1.0
    return rates.compare_periods(
        float(series[before].sum()),
        float(series[now].sum()),
        before_exposure=float(size[before].sum()),
        after_exposure=float(size[now].sum()),
        level=level,
        dispersion=spread,
    )
