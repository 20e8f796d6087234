"""How far judges agree: kappa, Gwet's AC1, Krippendorff's alpha, intraclass correlation; and forecasts afterwards.

Cohen 1968, Psychological Bulletin 70:213-220; Fleiss, Cohen & Everitt 1969, Psychological Bulletin 72:323-327; Gwet
2008, Brit J Math Stat Psychol 61:29-48; Krippendorff 2011, *Computing Krippendorff's alpha-reliability*; Shrout &
Fleiss 1979, Psychological Bulletin 86:420-428; Brier 1950, Monthly Weather Review 78:1-3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import StatisticsError

Scale = Literal["nominal", "ordinal", "interval", "ratio"]
RELIABLE = 0.667  # Krippendorff's limit below which nothing should be concluded


@dataclass(frozen=True, slots=True)
class Agreement:
    """A coefficient of agreement: 1 is perfect, 0 what chance would give. ``low`` and ``high`` are None if unknown."""

    coefficient: str
    value: float
    low: float | None
    high: float | None
    level: float
    subjects: int
    raters: int

    @property
    def reliable(self) -> bool:
        """Whether the judgements may be relied on (at least .667)."""
        return self.value >= RELIABLE


def kappa(
    first: Sequence[Any],
    second: Sequence[Any],
    weights: Literal["none", "linear", "quadratic"] = "none",
    categories: Sequence[Any] | None = None,
    level: float = 0.95,
) -> Agreement:
    """Cohen's kappa of two judges of the same subjects; pairs with None on either side are left out.

    ``weights`` of disagreement by the distance between ``categories``, in the order given (sorted when left out).
    """
    return kappa_of_table(_cross(first, second, categories), weights, level=level)


def kappa_of_table(
    table: ArrayLike,
    weights: Literal["none", "linear", "quadratic"] | ArrayLike = "none",
    level: float = 0.95,
) -> Agreement:
    """Kappa from a (k, k) table of counts, or of shares (sum 1, then without an interval).

    ``weights``: a name, or a (k, k) matrix of disagreement, 0 on the diagonal. The interval is the large-sample one.
    """
    t = checks.finite(table, "table")
    if t.ndim != 2 or t.shape[0] != t.shape[1] or len(t) < 2 or (t < 0).any() or not t.sum() > 0:
        raise StatisticsError(f"table: a square table of counts, two categories or more, is needed; got {t.shape}")
    d = _disagreement(weights, len(t))
    n = float(t.sum())
    p = t / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    expected = float((np.outer(rows, columns) * d).sum())
    if expected == 0:
        raise StatisticsError("table: both judges used a single category, so chance agreement is complete")
    value = 1 - float((p * d).sum()) / expected
    low = high = None
    if n > 1.5:  # counts, not shares
        agree = 1 - d / d.max()
        chance = float((np.outer(rows, columns) * agree).sum())
        pull = (agree @ columns)[:, None] + (rows @ agree)[None, :]
        inner = float((p * (agree - pull * (1 - value)) ** 2).sum()) - (value - chance * (1 - value)) ** 2
        half = _z(level) * float(np.sqrt(max(inner, 0.0) / n)) / (1 - chance)
        low, high = max(value - half, -1.0), min(value + half, 1.0)
    name = "Cohen's kappa" if isinstance(weights, str) and weights == "none" else "weighted kappa"
    return Agreement(name, value, low, high, level, round(n) if n > 1.5 else 0, 2)


def gwet_ac1(
    first: Sequence[Any], second: Sequence[Any], categories: Sequence[Any] | None = None, level: float = 0.95
) -> Agreement:
    """Gwet's AC1: agreement beyond chance that stays sensible when one category is very common."""
    t = _cross(first, second, categories)
    n, k = float(t.sum()), len(t)
    p = t / n
    share = (p.sum(axis=0) + p.sum(axis=1)) / 2
    chance = float((share * (1 - share)).sum()) / (k - 1)
    observed = float(np.trace(p))
    value = (observed - chance) / (1 - chance)
    # Gwet 2008, eq. 22 without finite population: each subject's own contribution to the coefficient
    own = np.eye(k) - 2 * (1 - value) * (1 - (share[:, None] + share[None, :]) / 2) / (k - 1)
    centre = observed - 2 * (1 - value) * chance
    variance = (float((p * own**2).sum()) - centre**2) / (n * (1 - chance) ** 2)
    half = _z(level) * float(np.sqrt(max(variance, 0.0)))
    return Agreement("Gwet's AC1", value, max(value - half, -1.0), min(value + half, 1.0), level, round(n), 2)


def _cross(first: Sequence[Any], second: Sequence[Any], categories: Sequence[Any] | None) -> Floats:
    if len(first) != len(second):
        raise StatisticsError(
            f"first, second: {len(first)} and {len(second)} judgements; one each per subject is needed"
        )
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if not (_missing(a) or _missing(b))]
    if not pairs:
        raise StatisticsError("first, second: no subject was judged by both")
    names = list(categories) if categories is not None else sorted({c for pair in pairs for c in pair})
    place = {name: i for i, name in enumerate(names)}
    stray = [c for pair in pairs for c in pair if c not in place]
    if stray:
        raise StatisticsError(f"categories: {stray[0]!r} is not among them")
    if len(names) < 2:
        raise StatisticsError("first, second: both used a single category, so agreement cannot be judged")
    table = np.zeros((len(names), len(names)))
    for a, b in pairs:
        table[place[a], place[b]] += 1
    return table


def _missing(value: Any) -> bool:
    return value is None or value != value  # NaN differs from itself


def _disagreement(weights: Any, k: int) -> Floats:
    distance = np.abs(np.arange(k)[:, None] - np.arange(k)[None, :]).astype(float)
    if isinstance(weights, str):
        named = {"none": (distance > 0).astype(float), "linear": distance, "quadratic": distance**2}
        if weights not in named:
            raise StatisticsError(f"weights: {weights!r} is not {', '.join(named)} or a matrix")
        return np.asarray(named[weights], dtype=float)
    d = checks.finite(weights, "weights")
    if d.shape != (k, k) or (d < 0).any() or np.diag(d).any() or not d.any():
        raise StatisticsError(f"weights: a ({k}, {k}) matrix of disagreement with zeros on the diagonal is needed")
    return d


def _z(level: float) -> float:
    return float(scipy.special.ndtri((1 + checks.level(level)) / 2))


def krippendorff(
    ratings: ArrayLike, scale: Scale = "nominal", *, level: float = 0.95, repeats: int = 1000, seed: int = 0
) -> Agreement:
    """Krippendorff's alpha for any number of judges, with missing judgements.

    ``ratings`` (judges, units), NaN where missing; codes for categories. The interval is a percentile bootstrap over
    units. Raises StatisticsError if no unit has two judgements or all are alike.
    """
    checks.whole(repeats, "repeats", least=1)
    r = checks.numbers(ratings, "ratings")
    if r.ndim != 2:
        raise StatisticsError(f"ratings: shape {r.shape}; judges x units is needed")
    if scale not in ("nominal", "ordinal", "interval", "ratio"):
        raise StatisticsError(f"scale: {scale!r} is unknown")
    judged = (~np.isnan(r)).sum(axis=0)
    r = r[:, judged >= 2]
    if r.shape[1] == 0:
        raise StatisticsError("ratings: no unit was judged by two")
    values = np.unique(r[~np.isnan(r)])
    if len(values) < 2:
        raise StatisticsError("ratings: all judgements are alike, so agreement cannot be told from lack of variation")
    if scale == "ratio" and values.min() < 0:
        raise StatisticsError("ratings: a ratio scale has no negative values")
    counts = np.stack([(r == v).sum(axis=0) for v in values], axis=1).astype(float)  # (units, values)
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs -= counts[:, :, None] * np.eye(len(values))
    pairs /= (counts.sum(axis=1) - 1)[:, None, None]
    value = _alpha(pairs.sum(axis=0), values, scale)
    rng = checks.generator(seed)
    units = len(pairs)
    drawn = rng.multinomial(units, np.full(units, 1 / units), repeats).astype(float)
    resampled = (drawn @ pairs.reshape(units, -1)).reshape(repeats, len(values), len(values))
    alphas = np.array([_alpha(c, values, scale) for c in resampled])
    tail = (1 - level) / 2
    _z(level)
    known = alphas[~np.isnan(alphas)]
    low, high = (float(q) for q in np.quantile(known, [tail, 1 - tail])) if len(known) else (None, None)
    return Agreement(f"Krippendorff's alpha, {scale}", value, low, high, level, units, len(r))


def _alpha(coincidences: Floats, values: Floats, scale: Scale) -> float:
    """Alpha from the (k, k) coincidences; NaN if a single value occurs."""
    n_c = coincidences.sum(axis=1)
    n = n_c.sum()
    if scale == "nominal":
        delta = 1 - np.eye(len(values))
    else:
        at = np.cumsum(n_c) - n_c / 2 if scale == "ordinal" else values
        delta = (at[:, None] - at[None, :]) ** 2
        if scale == "ratio":
            total = (at[:, None] + at[None, :]) ** 2
            delta = np.divide(delta, total, out=np.zeros_like(delta), where=total > 0)
    expected = float(n_c @ delta @ n_c)
    return 1 - float((n - 1) * (coincidences * delta).sum()) / expected if expected > 0 else float("nan")


def icc(
    ratings: ArrayLike, form: Literal["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"] = "2,1", level: float = 0.95
) -> Agreement:
    """Intraclass correlation of Shrout & Fleiss with its F interval. ``ratings`` (targets, judges), none missing.

    The first figure: 1 each target has judges of its own, 2 the judges are a sample of judges, 3 they are the only
    ones. The second: 1 for a single judge's value, k for the mean of the k judges.
    """
    x = checks.numbers(ratings, "ratings")
    if x.ndim != 2 or min(x.shape) < 2 or not np.isfinite(x).all():
        raise StatisticsError(f"ratings: two targets and two judges at least, none missing; got shape {x.shape}")
    forms = ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")
    if form not in forms:
        raise StatisticsError(f"form: {form!r} is not one of {'; '.join(forms)}")
    _z(level)
    n, k = x.shape
    mean = x.mean()
    between = k * float(((x.mean(axis=1) - mean) ** 2).sum()) / (n - 1)
    within = float(((x - x.mean(axis=1, keepdims=True)) ** 2).sum()) / (n * (k - 1))
    judges = n * float(((x.mean(axis=0) - mean) ** 2).sum()) / (k - 1)
    residual = max((within * n * (k - 1) - judges * (k - 1)) / ((n - 1) * (k - 1)), 0.0)
    if between + within == 0:
        raise StatisticsError("ratings: all values are alike")
    tail = (1 + level) / 2
    if form[0] == "2":
        value = (between - residual) / (between + (k - 1) * residual + k * (judges - residual) / n)
        low, high = _icc2_limits(value, between, judges, residual, n, k, tail)
    else:
        error, df = (within, n * (k - 1)) if form[0] == "1" else (residual, (n - 1) * (k - 1))
        value = (between - error) / (between + (k - 1) * error)
        f = between / error if error > 0 else np.inf
        ends = f / scipy.special.fdtri(n - 1, df, tail), f * scipy.special.fdtri(df, n - 1, tail)
        low, high = ((e - 1) / (e + k - 1) if np.isfinite(e) else 1.0 for e in ends)
    if form[2] == "k":
        value, low, high = (k * v / (1 + (k - 1) * v) for v in (value, low, high))
    return Agreement(f"ICC({form})", value, float(low), float(high), level, n, k)


def _icc2_limits(
    value: float, between: float, judges: float, residual: float, n: int, k: int, tail: float
) -> tuple[float, float]:
    if value >= 1 or residual == 0:
        return value, value
    a, b = k * value / (n * (1 - value)), 1 + k * value * (n - 1) / (n * (1 - value))
    df = (a * judges + b * residual) ** 2 / ((a * judges) ** 2 / (k - 1) + (b * residual) ** 2 / ((n - 1) * (k - 1)))
    upper, lower = float(scipy.special.fdtri(n - 1, df, tail)), float(scipy.special.fdtri(df, n - 1, tail))
    noise = k * judges + (k * n - k - n) * residual
    low = n * (between - upper * residual) / (upper * noise + n * between)
    high = n * (lower * between - residual) / (noise + n * lower * between)
    return low, high


@dataclass(frozen=True, slots=True)
class ForecastScore:
    """Brier score of forecasts (0 is perfect, .25 what "fifty-fifty" always gets) and skill against a reference."""

    value: float
    reference: float  # the score of always saying the base rate
    skill: float  # 1 - value / reference; 0 no better than the base rate, NaN when the reference is 0
    forecasts: int


def brier(forecast: ArrayLike, outcome: ArrayLike, base_rate: float | None = None) -> ForecastScore:
    """Score probabilities (n,) against what happened (n, 0/1), once it is known.

    ``base_rate``: what one would have said without judgement; the outcomes' own mean when left out, which is a hard
    reference because it was not known beforehand.
    """
    p, y = checks.finite(forecast, "forecast"), checks.finite(outcome, "outcome")
    if p.shape != y.shape or p.ndim != 1 or len(p) == 0:
        raise StatisticsError(f"forecast, outcome: shapes {p.shape} and {y.shape}; one outcome per forecast is needed")
    if not ((p >= 0) & (p <= 1)).all() or not np.isin(y, (0, 1)).all():
        raise StatisticsError("forecast, outcome: probabilities between 0 and 1, and outcomes 0 or 1, are needed")
    rate = float(y.mean()) if base_rate is None else base_rate
    if not 0 <= rate <= 1:
        raise StatisticsError(f"base_rate: {rate} is not between 0 and 1")
    value, reference = float(((p - y) ** 2).mean()), float(((rate - y) ** 2).mean())
    return ForecastScore(value, reference, 1 - value / reference if reference > 0 else float("nan"), len(p))


@dataclass(frozen=True, slots=True)
class PooledForecast:
    """Several people's probabilities for one event; never show the middle without the spread."""

    median: float
    lowest: float
    lower_quartile: float
    upper_quartile: float
    highest: float
    people: int


def pool(probabilities: ArrayLike) -> PooledForecast:
    """Median and spread of ``probabilities`` (people,), NaN for those who did not answer."""
    p = checks.numbers(probabilities, "probabilities")
    p = p[~np.isnan(p)]
    if p.ndim != 1 or len(p) == 0 or ((p < 0) | (p > 1)).any():
        raise StatisticsError("probabilities: at least one, all between 0 and 1, is needed")
    low, first, middle, third, high = (float(q) for q in np.quantile(p, [0, 0.25, 0.5, 0.75, 1]))
    return PooledForecast(middle, low, first, third, high, len(p))
