"""Shares, means, totals and ratios for many questions in many domains at once, each with its uncertainty.

Every estimate is a ratio ``R = sum(w y) / sum(w x)`` or a total, with linearised value ``z = w (y - R x) / sum(w x)``
that is zero outside the domain: the other rows stay, because they carry the design's degrees of freedom.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats, Ints
from tillsammans_stats.result import Estimate, PublicationStatus, StatisticsError
from tillsammans_stats.survey.design import Design, label_codes
from tillsammans_stats.survey.interval import ShareMethod, share_interval, skewed_interval, t_quantile, total_interval
from tillsammans_stats.survey.publication import Objects, PublicationRule, judge
from tillsammans_stats.survey.variance import PartitionVariance, sums

Kind = Literal["share", "mean", "ratio", "total"]
MeanMethod = Literal["auto", "t", "log-t"]
EVERYONE = "everyone"


@dataclass(frozen=True, slots=True, eq=False)
class SurveyEstimates:
    """Estimates of every question in every domain; each array is (domains, questions).

    ``value``, ``standard_error``, ``low`` and ``high`` share the unit of the answers (shares lie in 0..1);
    ``design_effect`` is the variance divided by that of a simple random sample without replacement of the same size,
    ``kish_effect`` what unequal weights alone would cost, ``effective_n`` = n / design effect.
    ``skewness`` is that of a mean's estimate (0: as likely too high as too low), NaN for the other kinds.
    """

    kind: Kind
    domains: tuple[Any, ...]
    questions: tuple[str, ...]
    level: float
    value: Floats
    standard_error: Floats
    degrees_of_freedom: Floats
    low: Floats
    high: Floats
    method: Objects
    n: Floats
    effective_n: Floats
    design_effect: Floats
    kish_effect: Floats
    skewness: Floats
    status: Objects
    reason: Objects
    data_version: str = ""

    def at(self, domain: Any = EVERYONE, question: str | int = 0) -> Estimate:
        """One figure as the record that pages and exports read. Raises StatisticsError for a name that is not there."""
        if domain not in self.domains:
            raise StatisticsError(f"domain: {domain!r} is not among {self.domains}")
        if isinstance(question, str) and question not in self.questions:
            raise StatisticsError(f"question: {question!r} is not among {self.questions}")
        d = self.domains.index(domain)
        q = self.questions.index(question) if isinstance(question, str) else question
        return Estimate(
            value=_number(self.value[d, q]),
            low=_number(self.low[d, q]),
            high=_number(self.high[d, q]),
            level=self.level,
            method=str(self.method[d, q]),
            standard_error=_number(self.standard_error[d, q]),
            degrees_of_freedom=_number(self.degrees_of_freedom[d, q]),
            n=int(self.n[d, q]),
            effective_n=_number(self.effective_n[d, q]),
            design_effect=_number(self.design_effect[d, q]),
            status=PublicationStatus(self.status[d, q]),
            reason=str(self.reason[d, q]),
            data_version=self.data_version,
        )


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def shares(
    design: Design,
    answers: ArrayLike,
    domain: ArrayLike | None = None,
    *,
    questions: Sequence[str] | None = None,
    level: float = 0.95,
    method: ShareMethod = "auto",
    rule: PublicationRule | None = None,
    data_version: str = "",
) -> SurveyEstimates:
    """Share of 1 among answers coded 0 and 1, NaN where missing.

    ``answers``: (n,) or (n, questions). ``domain`` (n,): label of the area or group, None or NaN for outside all.
    ``method``: the interval; "auto" is logit, or Korn and Graubard's where yes or no is rare.
    ``rule``: when to publish. Raises StatisticsError if an answer is neither 0, 1 nor missing.
    """
    y = _matrix("answers", answers, design.n)
    if not np.isin(y[~np.isnan(y)], (0.0, 1.0)).all():
        raise StatisticsError("answers: a share needs answers coded 0 and 1 (NaN where missing)")
    raw = _ratios(design, "share", y, None, domain, questions, level, data_version)
    kish_n = np.divide(raw.n, raw.kish_effect, out=np.full_like(raw.n, np.nan), where=raw.kish_effect > 0)
    low, high, used = share_interval(
        raw.value, raw.standard_error, raw.n, kish_n, raw.degrees_of_freedom, level, method
    )
    certain = raw.standard_error <= 0  # nobody or everybody said yes: the weights alone tell how much is known
    effective = np.where(certain, kish_n, raw.effective_n)
    status, reason = judge(raw.n, effective, raw.degrees_of_freedom, raw.value, rule)
    return replace(
        raw, low=low, high=high, method=used.astype(object), effective_n=effective, status=status, reason=reason
    )


def means(
    design: Design,
    answers: ArrayLike,
    domain: ArrayLike | None = None,
    *,
    questions: Sequence[str] | None = None,
    level: float = 0.95,
    method: MeanMethod = "auto",
    rule: PublicationRule | None = None,
    data_version: str = "",
) -> SurveyEstimates:
    """Means of answers on any scale; arguments as for :func:`shares`.

    ``method``: "t", "log-t" (t on the logarithm, for answers never negative), or "auto": t unless the estimate is
    lopsided, as with minutes, sums of money and numbers of incidents, and then :func:`skewed_interval`.
    """
    y = _matrix("answers", answers, design.n)
    raw = _ratios(design, "mean", y, None, domain, questions, level, data_version)
    if method == "auto":
        never_negative = np.asarray(~(y < 0).any(axis=1))
        low, high, used = skewed_interval(
            raw.value, raw.standard_error, raw.degrees_of_freedom, raw.skewness, level, never_negative
        )
        raw = replace(raw, low=low, high=high, method=used)
    elif method == "log-t":
        if (y < 0).any():
            raise StatisticsError("method: 'log-t' needs answers that are never negative")
        raw = _log_t(raw)
    elif method != "t":
        raise StatisticsError(f"method: {method!r} is not auto, t or log-t")
    return _published(raw, rule)


def _log_t(raw: SurveyEstimates) -> SurveyEstimates:
    low, high = total_interval(raw.value, raw.standard_error, raw.degrees_of_freedom, raw.level)
    method = np.full(raw.value.shape, "log-t", dtype=object)
    method[~(raw.value > 0)] = "t"
    return replace(raw, low=low, high=high, method=method)


def ratios(
    design: Design,
    numerator: ArrayLike,
    denominator: ArrayLike,
    domain: ArrayLike | None = None,
    *,
    questions: Sequence[str] | None = None,
    level: float = 0.95,
    rule: PublicationRule | None = None,
    data_version: str = "",
) -> SurveyEstimates:
    """Ratio of two totals, say incidents per household, with t intervals. Both (n,) or (n, questions), one shape."""
    y, x = _matrix("numerator", numerator, design.n), _matrix("denominator", denominator, design.n)
    if y.shape != x.shape:
        raise StatisticsError(f"denominator: shape {x.T.shape} differs from the numerator's {y.T.shape}")
    return _published(_ratios(design, "ratio", y, x, domain, questions, level, data_version), rule)


def totals(
    design: Design,
    answers: ArrayLike,
    domain: ArrayLike | None = None,
    *,
    questions: Sequence[str] | None = None,
    level: float = 0.95,
    rule: PublicationRule | None = None,
    data_version: str = "",
) -> SurveyEstimates:
    """Totals in the population with log-t intervals. Missing answers count as nothing, so fill them in or say so."""
    y = _matrix("answers", answers, design.n)
    w = design.weights

    def linearise(domain_of_row: Ints, groups: int, q: int, valid: Ints) -> tuple[Floats, Floats]:
        z = np.zeros(design.n)
        z[valid] = w[valid] * y[q, valid]
        return sums(z, domain_of_row, groups), z

    raw = _estimates(design, "total", y, linearise, domain, questions, level, data_version)
    return _published(_log_t(raw), rule)


def _published(raw: SurveyEstimates, rule: PublicationRule | None) -> SurveyEstimates:
    # with no spread at all the design effect is undefined, and the answers themselves are what is known
    effective = np.where(np.isnan(raw.effective_n), raw.n, raw.effective_n)
    status, reason = judge(raw.n, effective, raw.degrees_of_freedom, None, rule)
    return replace(raw, status=status, reason=reason)


def _ratios(
    design: Design,
    kind: Kind,
    y: Floats,
    x: Floats | None,
    domain: ArrayLike | None,
    questions: Sequence[str] | None,
    level: float,
    data_version: str,
) -> SurveyEstimates:
    w = design.weights

    def linearise(domain_of_row: Ints, groups: int, q: int, valid: Ints) -> tuple[Floats, Floats]:
        whole = len(valid) == design.n
        wv, yv, dv = (w, y[q], domain_of_row) if whole else (w[valid], y[q, valid], domain_of_row[valid])
        wx = wv if x is None else wv * x[q, valid]
        top, bottom = sums(wv * yv, dv, groups), sums(wx, dv, groups)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(bottom != 0, top / bottom, np.nan)
            known = np.where(bottom != 0, ratio, 0.0)
            share = np.where(bottom != 0, 1 / bottom, 0.0)
        alone = groups == 2 and not dv.any()
        z_valid = (wv * yv - wx * (known[0] if alone else known[dv])) * (share[0] if alone else share[dv])
        if whole:
            return ratio, z_valid
        z = np.zeros(design.n)
        z[valid] = z_valid
        return ratio, z

    joint = y if x is None else np.where(np.isnan(x), np.nan, y)
    raw = _estimates(design, kind, joint, linearise, domain, questions, level, data_version)
    half = t_quantile(raw.degrees_of_freedom, level) * raw.standard_error
    return replace(raw, low=raw.value - half, high=raw.value + half, method=np.full(raw.value.shape, "t", dtype=object))


Linearise = Callable[[Ints, int, int, Ints], tuple[Floats, Floats]]


def _estimates(
    design: Design,
    kind: Kind,
    y: Floats,
    linearise: Linearise,
    domain: ArrayLike | None,
    questions: Sequence[str] | None,
    level: float,
    data_version: str,
) -> SurveyEstimates:
    """Estimates and their standard errors; the callers add interval and publication status."""
    names = tuple(questions) if questions is not None else tuple(f"q{q + 1}" for q in range(len(y)))
    if len(names) != len(y):
        raise StatisticsError(f"questions: {len(names)} names for {len(y)} questions")
    labels, code = domain_codes(domain, design.n)
    d, groups = len(labels), len(labels) + 1
    variance = PartitionVariance(design, code, d)
    w = design.weights
    shape = (d, len(names))
    value, v, df, n, srs, kish, skewness = (np.full(shape, np.nan) for _ in range(7))
    everyone = np.flatnonzero((code < d) & (w > 0))
    cached: tuple[Any, ...] | None = None
    linearised = np.empty((design.n, len(names))) if design.auxiliary is not None else None
    for q in range(len(names)):
        missing = np.isnan(y[q] if len(everyone) == design.n else y[q, everyone])
        if missing.any() or cached is None:
            valid = everyone[~missing]
            weight = w[valid]
            count = np.bincount(code[valid], minlength=groups)[:d].astype(float)
            w1 = sums(weight, code[valid], groups)[:d]
            w2 = np.bincount(code[valid], weight**2, groups)[:d]
            answered = (valid, count, w1, w2, variance.degrees_of_freedom(valid))
            if not missing.any():
                cached = answered
        else:
            answered = cached
        valid, n[:, q], w1, w2, df[:, q] = answered
        estimate, z = linearise(code, groups, q, valid)
        value[:, q] = np.where(n[:, q] > 0, estimate[:d], np.nan)
        v[:, q], cubes = variance.variances(z, third=kind == "mean")
        if kind == "mean":
            with np.errstate(divide="ignore", invalid="ignore"):
                skewness[:, q] = np.where(v[:, q] > 0, cubes / v[:, q] ** 1.5, 0.0)
        if linearised is not None:
            linearised[:, q] = z
        with np.errstate(divide="ignore", invalid="ignore"):
            kish[:, q] = n[:, q] * w2 / w1**2
            srs[:, q] = _simple_random_variance(kind, w, y[q], z, code, groups, n[:, q], w1, valid)
    if linearised is not None:
        v += variance.calibration_terms(linearised)
    v = np.maximum(v, 0.0) * design.inflation
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = np.where(srs > 0, v / srs, np.nan)
        effective = np.where(effect > 0, n / effect, np.nan)
    if not (n > 0).any():
        raise StatisticsError("answers: every answer is missing or outside the domains")
    blank = np.full(shape, np.nan)
    standard_error = np.where(n > 0, np.sqrt(v), np.nan)
    return SurveyEstimates(
        kind,
        labels,
        names,
        level,
        value,
        standard_error,
        df,
        blank,
        blank,
        np.full(shape, "", dtype=object),
        n,
        effective,
        effect,
        kish,
        skewness,
        np.full(shape, PublicationStatus.SHOWN, dtype=object),
        np.full(shape, "", dtype=object),
        data_version,
    )


def _simple_random_variance(
    kind: Kind,
    w: Floats,
    y: Floats,
    z: Floats,
    code: Ints,
    groups: int,
    n: Floats,
    population: Floats,
    valid: Ints,
) -> Floats:
    """(domains,) variance a simple random sample of n from the same population would have given the estimate."""
    if len(valid) == len(w):
        weight, group = w, code
    else:
        weight, group, y, z = w[valid], code[valid], y[valid], z[valid]
    if kind == "total":  # spread of the answers around their mean, scaled to the population
        top = sums(weight * y, group, groups)[:-1]
        squares = sums(weight * y * y, group, groups)[:-1]
        spread = (squares - top**2 / population) * population
    else:  # z = w e / sum(w x), so sum of z^2 / w is the weighted square of the residuals e over sum(w x)^2
        spread = sums(z * z / weight, group, groups)[:-1] * population
    open_share = np.where(population > n, 1 - n / population, 1.0)
    variance: Floats = spread / (n - 1) * open_share
    return variance


def domain_codes(domain: ArrayLike | None, n: int) -> tuple[tuple[Any, ...], Ints]:
    """Labels of the domains and the (n,) code of each row; a row outside all domains gets the number of domains."""
    if domain is None:
        return (EVERYONE,), np.zeros(n, dtype=np.intp)
    labels, codes = label_codes("domain", domain, n)
    if not labels:
        raise StatisticsError("domain: no row lies in any domain")
    return labels, codes


def _matrix(name: str, values: ArrayLike, n: int) -> Floats:
    """(questions, n): one question's answers lie side by side in memory, because each is read on its own."""
    matrix = checks.numbers(values, name)
    matrix = matrix[:, None] if matrix.ndim == 1 else matrix
    if matrix.ndim != 2 or len(matrix) != n:
        raise StatisticsError(f"{name}: shape {matrix.shape} does not fit a design of {n} rows")
    if np.isinf(matrix).any():
        raise StatisticsError(f"{name}: {int(np.isinf(matrix).sum())} values are infinite")
    if np.isnan(matrix).all():
        raise StatisticsError(f"{name}: every answer is missing")
    return np.ascontiguousarray(matrix.T)
