"""Quasi-Poisson regressions of many series on one design, fitted together.

Iteratively reweighted least squares with log link (McCullagh & Nelder 1989), with R ``glm``'s start and stop rule so
that coefficients agree with R. A series stops when it has converged, so its numbers do not depend on which other
series were in the batch.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from tillsammans_stats.checks import Floats

_MOST_ITERATIONS = 25
_TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True)
class QuasiPoisson:
    """Fits of ``s`` series of ``n`` counts on ``p`` columns.

    ``coefficients`` (s, p); ``fitted`` (s, n); ``unscaled`` (s, p, p) the inverse information, to be multiplied by
    ``dispersion`` (s,), which is Pearson's chi-square over ``freedom`` and at least 1.
    """

    coefficients: Floats
    fitted: Floats
    unscaled: Floats
    dispersion: Floats
    freedom: int


def fit(
    design: Floats,
    counts: Floats,
    *,
    offset: Floats | None = None,
    weights: Floats | None = None,
    start: Floats | None = None,
) -> QuasiPoisson:
    """Fit ``log E(counts) = design @ coefficients + offset``.

    ``design`` (n, p) of full rank with n > p; ``counts`` (s, n); ``offset`` (n,); ``weights`` (s, n) prior weights;
    ``start`` (s, n) expected counts to start from, such as those of a like fit.
    """
    n, p = design.shape
    shift = np.zeros(n) if offset is None else offset
    weight = np.ones_like(counts) if weights is None else weights
    products = (design[:, :, None] * design[:, None, :]).reshape(n, p * p)
    mu = counts + 0.1 if start is None else start.copy()
    eta = np.log(mu)
    saturated = special.xlogy(counts, counts) - counts
    beta = np.zeros((counts.shape[0], p))
    previous = np.full(counts.shape[0], np.inf)
    active = np.arange(counts.shape[0])
    for _ in range(_MOST_ITERATIONS):
        whole = active.size == len(counts)
        rows = slice(None) if whole else active
        m, w, y = mu[rows], weight[rows], counts[rows]
        work = w * m
        # the working response times its weight, w m (eta - shift + (y - m) / m), needs no division
        target = work * (eta[rows] - shift) + w * (y - m)
        beta[rows] = np.linalg.solve(_information(work, products, p), (target @ design)[..., None])[..., 0]
        linear = np.clip(beta[rows] @ design.T + shift, -50, 50)
        m = np.exp(linear)
        mu[rows], eta[rows] = m, linear
        deviance = 2 * (w * (saturated[rows] - y * linear + m)).sum(axis=1)
        moving = np.abs(deviance - previous[active]) / (np.abs(deviance) + 0.1) >= _TOLERANCE
        previous[active] = deviance
        active = active[moving]
        if active.size == 0:
            break
    pearson = (weight * (counts - mu) ** 2 / mu).sum(axis=1)
    unscaled = np.asarray(np.linalg.inv(_information(weight * mu, products, p)), dtype=np.float64)
    return QuasiPoisson(
        coefficients=beta,
        fitted=mu,
        unscaled=unscaled,
        dispersion=np.maximum(1.0, pearson / (n - p)),
        freedom=n - p,
    )


def _information(work: Floats, products: Floats, p: int) -> Floats:
    information: Floats = (work @ products).reshape(-1, p, p)
    # a group without events sends its coefficient to minus infinity; this keeps the matrix invertible on the way
    diagonal = np.einsum("spp->sp", information)
    diagonal += 1e-12 * diagonal.max(axis=1, keepdims=True) + 1e-300
    return information


def leverage(design: Floats, fitted: QuasiPoisson) -> Floats:
    """The diagonal of the hat matrix of unweighted fits, shape (s, n)."""
    inside = np.einsum("np,spq,nq->sn", design, fitted.unscaled, design, optimize=True)
    hat: Floats = np.minimum(fitted.fitted * inside, 1 - 1e-9)
    return hat


def newey_west(design: Floats, counts: Floats, fitted: QuasiPoisson, lag: int) -> Floats:
    """Covariance (s, p, p) that stands serial correlation up to ``lag`` periods (Newey & West 1987), times n/(n-p)."""
    scores = (counts - fitted.fitted)[:, :, None] * design
    meat = scores.transpose(0, 2, 1) @ scores
    for step in range(1, lag + 1):
        cross = scores[:, step:].transpose(0, 2, 1) @ scores[:, :-step]
        meat += (1 - step / (lag + 1)) * (cross + cross.transpose(0, 2, 1))
    covariance: Floats = fitted.unscaled @ meat @ fitted.unscaled * (design.shape[0] / fitted.freedom)
    return covariance
