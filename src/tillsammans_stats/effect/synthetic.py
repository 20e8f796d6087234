"""Synthetic control: the mix of untreated areas that followed the treated one best before the start.

Abadie, Diamond & Hainmueller 2010, with outcome gaps only. The p value is the rank of the treated area among placebo
runs for each donor, so the smallest possible is 1 / (donors + 1).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import StatisticsError

LEAST_DONORS = 10


@dataclass(frozen=True, slots=True)
class SyntheticControl:
    """``weights`` (donors,) sum to 1; ``gap`` (times,) is treated minus synthetic; ``effect`` its mean after the start.

    ``fit_before`` is the root mean squared gap before. ``p_value`` ranks after/before mean squared gaps among placebos.
    ``sound`` is false with fewer than ten donors or a gap before larger than a tenth of the mean level.
    """

    weights: Floats
    gap: Floats
    effect: float
    fit_before: float
    p_value: float
    placebo_effects: Floats
    sound: bool


def synthetic_control(treated: ArrayLike, donors: ArrayLike, start: int) -> SyntheticControl:
    """``treated`` (times,), ``donors`` (times, areas), the measure beginning at position ``start`` (0-based)."""
    y = checks.vector(checks.finite(treated, "treated"), "treated")
    D = checks.finite(donors, "donors")
    if D.ndim != 2 or D.shape[0] != y.size or D.shape[1] < 2:
        raise StatisticsError(f"donors: needs {y.size} rows and at least two areas, got shape {D.shape}")
    if not 2 <= start < y.size:
        raise StatisticsError(f"start: needs two times before and one after, got {start} of {y.size}")
    weights = simplex_weights(y[:start], D[:start])
    gap = y - D @ weights
    everyone = np.column_stack([y, D])
    placebos = [gap]
    for donor in range(D.shape[1]):
        own = D[:, donor]
        # the treated area is no donor: its change would leak into the placebo
        others = np.delete(D, donor, axis=1)
        placebos.append(own - others @ simplex_weights(own[:start], others[:start]))
    gaps = np.array(placebos)
    floor = 1e-12 * max(1.0, float(np.abs(everyone).max()) ** 2)
    score = (gaps[:, start:] ** 2).mean(axis=1) / np.maximum((gaps[:, :start] ** 2).mean(axis=1), floor)
    fit = float(np.sqrt((gap[:start] ** 2).mean()))
    return SyntheticControl(
        weights=weights,
        gap=gap,
        effect=float(gap[start:].mean()),
        fit_before=fit,
        p_value=float((score >= score[0]).mean()),
        placebo_effects=gaps[1:, start:].mean(axis=1),
        sound=D.shape[1] >= LEAST_DONORS and fit <= 0.1 * abs(float(y[:start].mean())),
    )


def simplex_weights(target: Floats, columns: Floats) -> Floats:
    """The weights (none negative, sum 1) that bring ``columns @ weights`` nearest ``target``, exactly.

    With weights summing to 1 the gap is Z w, Z = columns - target. Non-negative least squares of [Z; 1] u = [0; 1]
    gives u in the direction of that w, since for any w the best scale leaves |Zw|^2 / (1 + |Zw|^2), increasing in |Zw|.
    """
    from scipy import optimize

    Z = columns - target[:, None]
    scale = float(np.abs(Z).max()) or 1.0
    system = np.vstack([Z / scale, np.ones(columns.shape[1])])
    u, _ = optimize.nnls(system, np.append(np.zeros(target.size), 1.0))
    return np.asarray(u / u.sum())
