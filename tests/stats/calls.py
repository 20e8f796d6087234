"""One call of each public function that works, and the small invented data it works on."""

from typing import Any

import numpy as np

from tillsammans_stats import disclosure, effect, harm, index, ranking, sampling, space, survey

rng = np.random.default_rng(1)
N = 60
AREA = np.repeat(["a", "b", "c"], N // 3)
SEX = np.tile(["k", "m"], N // 2)
YES = (rng.random(N) < 0.4).astype(float)
SCORE = rng.integers(1, 6, N).astype(float)
WEIGHTS = np.full(N, 10.0)
DRAWN = survey.design(weights=WEIGHTS, strata=AREA)
SHARE = survey.shares(DRAWN, YES).at()
MARGIN = survey.Margin("sex", SEX, {"k": 310.0, "m": 290.0})
MONTHS = rng.poisson(20, 72).astype(float)
PLACES = rng.poisson(8, 25).astype(float)
PEOPLE = rng.uniform(300, 900, 25)
GRID = space.from_pairs(25, [(i, i + 1) for i in range(24)] + [(i, i + 5) for i in range(20)])
X, Y = rng.uniform(0, 1000, (2, 40))
HEXAGONS = space.hexagons([59.0, 59.1, 59.2], [18.0, 18.1, 18.2]).cells
TRIANGLE = np.where(np.arange(8)[:, None] + np.arange(3) >= 8, np.nan, rng.poisson(9, (8, 3)))
BALLOTS = ranking.ballots(["A>B>C", "B>C", "C>A>B", ""])
ORDER = ranking.schulze(BALLOTS)
STRATA = sampling.allocate({"a": 20, "b": 20, "c": 20}, 12)
SAMPLE = sampling.draw(AREA, STRATA, 1)
CUTS = index.propose_cuts({"theft": 0.1, "noise": 0.2}, version="v1")
INDEX = index.problem_index(CUTS, {"theft": 0.1, "noise": 0.3})
PRICES = harm.load_prices("class;value\ntheft;2\nrobbery;30\n", source="own", version="1", unit="days")
BASE, FIGURES = disclosure.crossed(
    [[3, 9], [8, 7]], [disclosure.Dimension("r", ("r1", "r2")), disclosure.Dimension("c", ("c1", "c2"))]
)
PUBLISHED = [disclosure.Published(f.key, f.cells, f.value(BASE), f.value(BASE)) for f in FIGURES[1:]]
AREAS = tuple(f"a{i}" for i in range(8))
PANEL = effect.Panel(AREAS, "2019-01", rng.poisson(30, (8, 72)).astype(float))
PLAN = effect.Design("thefts", "police", ("a0",), AREAS[1:], "2024-06", 6, planned=2.0, unit="walks")
EVIDENCE = effect.Evidence(-0.4, 0.1, 0.16, 0.1, comparisons=8, expected=90)

VALID: dict[str, dict[str, Any]] = {
    "agreement.kappa": {"first": ["a", "b", "a", "b"], "second": ["a", "b", "b", "b"]},
    "agreement.kappa_of_table": {"table": [[8, 2], [1, 9]]},
    "agreement.gwet_ac1": {"first": ["a", "b", "a", "b"], "second": ["a", "b", "b", "b"]},
    "agreement.krippendorff": {"ratings": [[1, 2, 3, 3.0], [1, 2, 3, 4]], "repeats": 50, "seed": 1},
    "agreement.icc": {"ratings": [[7, 8], [5, 5.5], [9, 9], [3, 4]]},
    "agreement.brier": {"forecast": [0.2, 0.8, 0.5], "outcome": [0, 1, 1], "base_rate": 0.4},
    "agreement.pool": {"probabilities": [0.2, 0.4, 0.9]},
    "disclosure.attack": {"targets": FIGURES[:1], "published": PUBLISHED},
    "disclosure.crossed": {
        "counts": [[3, 9], [8, 7]],
        "dimensions": [disclosure.Dimension("r", ("r1", "r2")), disclosure.Dimension("c", ("c1", "c2"))],
    },
    "disclosure.group_disclosure": {"parts": [0, 3], "wholes": [4, 9], "least": 10},
    "disclosure.protect": {"base": BASE, "figures": FIGURES, "threshold": 5},
    "disclosure.share_insight": {"percent": 33, "base_low": 10, "base_high": 19},
    "disclosure.share_status": {"parts": [4, 30], "wholes": [20, 90], "least": 10, "threshold": 5, "large": 100},
    "disclosure.small_counts": {"counts": [0, 3, 9], "threshold": 5},
    "effect.area_contrast": {
        "treated_before": [40.0],
        "treated_after": [30.0],
        "comparison_before": [40.0, 50, 60, 45],
        "comparison_after": [41.0, 49, 66, 40],
        "exposure_ratio": 1.0,
        "level": 0.95,
    },
    "effect.combine": {"effects": [-0.2, -0.1, 0.1], "variances": [0.01, 0.02, 0.03], "method": "REML"},
    "effect.detectable_ratio": {
        "expected": 100.0,
        "baseline": 300.0,
        "comparison_after": 900.0,
        "comparison_before": 2700.0,
        "dispersion": 1.2,
        "between": 0.01,
        "degrees_of_freedom": 7.0,
        "power": 0.8,
        "level": 0.95,
    },
    "effect.detectable_share": {"n": 300.0, "share": 0.3, "cells": 2, "design_effect": 1.2, "power": 0.8},
    "effect.displacement_difference": {"target": (50, 30), "comparison": (40, 45)},
    "effect.displacement_quotient": {"target": (110, 70), "ring": (90, 95), "comparison": (410, 390)},
    "effect.evaluate": {"panel": PANEL, "design": PLAN, "done": 1.0},
    "effect.fit_two_way": {
        "counts": PANEL.counts[:, :10].ravel(),
        "covariates": (np.arange(80) % 7 == 0).astype(float),
        "areas": np.repeat(np.arange(8), 10),
        "periods": np.tile(np.arange(10), 8),
        "offset": np.zeros(80),
    },
    "effect.foresee": {"panel": PANEL, "design": PLAN, "power": 0.8},
    "effect.interrupted_series": {"counts": MONTHS, "start": 50, "exposure": np.full(72, 30.0), "lag": 6},
    "effect.judge": {"evidence": EVIDENCE, "p_value": 0.01},
    "effect.judge_family": {"family": [EVIDENCE, EVIDENCE]},
    "effect.months_needed": {
        "monthly": 20.0,
        "smallest_ratio": 0.8,
        "detectable": lambda total: effect.detectable_ratio(total, 200, 900, 900),
        "longest": 24,
    },
    "effect.moved_events": {"target": (110, 70), "ring": (90, 95), "comparison": (410, 390), "dispersion": 1.0},
    "effect.power_of_shares": {"n": 300.0, "first": 0.35, "second": 0.27, "design_effect": 1.0, "level": 0.95},
    "effect.regression_to_the_mean": {"counts": PLACES, "exposure": PEOPLE},
    "effect.simulate_promises": {"promises": 2, "areas": 8, "monthly": 20.0, "months": 4, "effect": 1.0, "noise": 0.1},
    "effect.synthetic_control": {"treated": MONTHS, "donors": rng.poisson(20, (72, 4)).astype(float), "start": 50},
    "effect.two_by_two": {"treated_before": 61, "treated_after": 40, "comparison_before": 250, "comparison_after": 244},
    "funnel.funnel": {"counts": PLACES, "populations": PEOPLE, "levels": (0.95, 0.998), "winsorise": 0.1},
    "harm.load_prices": {"text": "class;value\ntheft;2\n", "source": "own", "version": "1", "unit": "days"},
    "harm.harm_index": {"counts": {"theft": 9, "robbery": 2}, "weights": PRICES, "dispersion": 1.0, "level": 0.95},
    "harm.avoided": {"effects": {"theft": harm.Effect(81, 0.7, 0.5, 0.9)}, "prices": PRICES, "spent": 5.0},
    "index.problem_index": {"table": CUTS, "values": {"theft": 0.1, "noise": 0.3}, "fewest": 2},
    "index.change": {"before": INDEX, "after": INDEX},
    "index.read_cuts": {
        "text": "indicator,direction,version,source,cut1,cut2,cut3,cut4,cut5,cut6\n"
        "theft,higher_is_worse,v1,own,.1,.2,.3,.4,.5,.6\n"
    },
    "index.propose_cuts": {"base": {"theft": 0.1}, "version": "v1", "n": 360, "normal_width": 1.5, "step": 1.0},
    "multiplicity.benjamini_hochberg": {"p_values": [0.01, 0.2, 0.4]},
    "multiplicity.holm": {"p_values": [0.01, 0.2, 0.4]},
    "multiplicity.gatekept": {"primary": 0.01, "secondary": [0.2, 0.4]},
    "peers.nearest_peers": {"features": rng.normal(size=(12, 3)), "size": 4},
    "peers.compare_with_peers": {
        "count": 20,
        "population": 5000.0,
        "peer_counts": [18, 25, 19],
        "peer_populations": [4000.0, 6000, 5000],
    },
    "ranking.ballots": {"orders": ["A>B", "B>A"], "options": ["A", "B"], "voters": [3, 4]},
    "ranking.pairwise": {"b": BALLOTS, "unranked": "last"},
    "ranking.strongest_paths": {"preferred": ranking.pairwise(BALLOTS)},
    "ranking.schulze": {"b": BALLOTS, "unranked": "last"},
    "ranking.ranked_pairs": {"b": BALLOTS, "unranked": "last"},
    "ranking.borda": {"b": BALLOTS, "unranked": "average"},
    "ranking.copeland": {"b": BALLOTS, "unranked": "last"},
    "ranking.first_choices": {"b": BALLOTS},
    "ranking.condorcet_winner": {"b": BALLOTS, "unranked": "last"},
    "ranking.smith_set": {"b": BALLOTS, "unranked": "last"},
    "ranking.outcome": {"b": BALLOTS, "unranked": "last"},
    "ranking.kendall_w": {"b": BALLOTS},
    "ranking.kendall_tau": {"first": ORDER, "second": ORDER},
    "ranking.by_role": {"b": BALLOTS, "roles": ["x", "x", "x", "y"], "fewest": 2},
    "ranking.lot": {"options": ["A", "B"], "seed": 1},
    "ranking.break_ties": {"ranking": ORDER, "seed": 1},
    "ranking.agreement_test": {"b": BALLOTS},
    "rates.poisson_interval": {"count": [0, 3, 9], "level": 0.95},
    "rates.rate": {"count": 9, "population": 5300.0, "per": 100_000.0, "level": 0.95},
    "rates.rates": {"counts": PLACES, "populations": PEOPLE, "per": 100_000.0, "level": 0.95},
    "rates.weighted_sum": {"counts": [2, 10], "weights": [30.0, 4.0], "level": 0.95},
    "rates.standardised_rate": {"counts": [9, 20], "populations": [500.0, 900], "standard": [1.0, 2], "level": 0.95},
    "rates.rate_ratio": {
        "count": 17,
        "exposure": 21000.0,
        "reference_count": 90,
        "reference_exposure": 64000.0,
        "level": 0.95,
        "dispersion": 1.5,
    },
    "rates.compare_periods": {"before": 118, "after": 81, "before_exposure": 3.0, "dispersion": 1.0},
    "rates.dispersion": {"counts": MONTHS, "exposure": np.full(72, 30.0), "seasons": np.arange(72) % 12},
    "sampling.allocate": {"population": {"a": 200, "b": 900}, "size": 90, "method": "proportional", "minimum": 20},
    "sampling.draw": {"strata": AREA, "allocation": STRATA, "seed": 1},
    "sampling.precision": {"sent": 400, "population": 9000, "share": 0.3, "response_rate": 0.5, "design_effect": 1.2},
    "sampling.size_for": {"half_width": 0.05, "population": 9000, "share": 0.3, "response_rate": 0.5, "power": 0.8},
    "sampling.check": {
        "frame_ids": np.arange(N),
        "frame_strata": AREA,
        "sample_ids": SAMPLE.rows,
        "sample_strata": np.array(SAMPLE.strata),
        "allocation": STRATA,
        "register": {"sex": SEX},
        "level": 0.001,
    },
    "shrinkage.empirical_bayes": {"counts": PLACES, "populations": PEOPLE, "level": 0.95},
    "space.hexagons": {"latitude": [59.0, 59.1], "longitude": [18.0, 18.1], "resolution": 8},
    "space.publishable": {"counts": {HEXAGONS[0]: 9}, "least": 5, "coarsest": 6},
    "space.areas": {"x": X, "y": Y, "borders": [[[[0, 0], [500, 0], [500, 500]]]]},
    "space.moran": {"values": PLACES, "neighbours": GRID},
    "space.local_moran": {"values": PLACES, "neighbours": GRID, "permutations": 99, "seed": 1, "alpha": 0.05},
    "space.getis_ord": {"values": PLACES, "neighbours": GRID, "permutations": 99, "seed": 1, "alpha": 0.05},
    "space.concentration": {"counts": PLACES, "exposure": PEOPLE, "shares": (0.25, 0.5), "draws": 99, "level": 0.95},
    "space.prediction": {"score": PLACES, "before": PLACES, "after": PLACES, "share": 0.2, "area": PEOPLE},
    "space.stability": {"first": PLACES, "second": PLACES, "share": 0.2},
    "space.kernel_density": {
        "x": X,
        "y": Y,
        "bandwidth": 100.0,
        "extent": (0.0, 0.0, 1000.0, 1000.0),
        "cell": 100.0,
        "inside": np.ones((10, 10)),
    },
    "space.hot_spots": {
        "counts": PLACES,
        "exposure": PEOPLE,
        "neighbours": GRID,
        "largest_pile": np.minimum(PLACES, 1),
        "dispersion": 1.2,
        "alpha": 0.05,
    },
    "space.knox": {
        "x": X,
        "y": Y,
        "day": rng.integers(0, 90, 40).astype(float),
        "distances": (100.0, 400.0),
        "days": (7.0, 14.0),
        "permutations": 99,
        "largest_pile": 20,
    },
    "space.from_pairs": {"size": 3, "pairs": [(0, 1), (1, 2)]},
    "space.from_hexagons": {"cells": list(HEXAGONS), "rings": 1},
    "space.from_distance": {"x": X, "y": Y, "limit": 100.0},
    "survey.calibrate": {"design": DRAWN, "x": np.ones(N), "totals": [620.0], "method": "raking"},
    "survey.calibrate_to_margins": {"design": DRAWN, "margins": [MARGIN], "method": "raking", "fewest": 20},
    "survey.collapse": {"design": DRAWN, "margin": MARGIN, "fewest": 20, "largest_ratio": 5.0},
    "survey.combination": {"design": DRAWN, "answers": np.column_stack([YES, SCORE]), "coefficients": [0.5, 0.5]},
    "survey.design": {"weights": WEIGHTS, "strata": AREA, "population": {"a": 200.0, "b": 200.0, "c": 200.0}},
    "survey.difference": {"first": SHARE, "second": SHARE, "correlation": 0.0},
    "survey.difference_test": {"change": survey.difference(SHARE, SHARE)},
    "survey.domain_difference": {"design": DRAWN, "answers": YES, "domain": SEX, "first": "k", "second": "m"},
    "survey.fay_herriot": {
        "direct": rng.normal(5, 1, 8),
        "standard_error": np.full(8, 0.5),
        "x": np.ones((8, 1)),
        "level": 0.95,
    },
    "survey.means": {"design": DRAWN, "answers": SCORE, "domain": SEX, "method": "auto", "level": 0.95},
    "survey.post_stratify": {"design": DRAWN, "margin": MARGIN},
    "survey.quantile": {"design": DRAWN, "answers": SCORE, "probability": 0.5, "level": 0.95},
    "survey.rao_scott": {"design": DRAWN, "rows": YES, "columns": SEX},
    "survey.ratios": {"design": DRAWN, "numerator": SCORE, "denominator": SCORE + 1, "domain": SEX},
    "survey.response": {"answered": YES, "frame": {"sex": SEX}, "weights": WEIGHTS, "over_coverage": np.zeros(N)},
    "survey.response_classes": {"weights": WEIGHTS, "answered": YES, "classes": SEX, "fewest": 5},
    "survey.scale": {"design": DRAWN, "items": np.column_stack([SCORE, SCORE[::-1]]), "fewest": 1},
    "survey.shares": {"design": DRAWN, "answers": YES, "domain": SEX, "method": "auto", "level": 0.95},
    "survey.totals": {"design": DRAWN, "answers": SCORE, "domain": SEX, "level": 0.95},
    "survey.trend": {"waves": [SHARE, SHARE, SHARE], "times": [2022.0, 2023, 2024], "level": 0.95},
    "survey.trim": {"weights": rng.uniform(1, 9, N), "largest": 2.0, "groups": AREA},
    "time.change_points": {"counts": MONTHS, "baseline": np.full(72, 30.0), "shortest": 6, "alpha": 0.05},
    "time.ears_c1": {"counts": MONTHS, "periods": [70], "baseline": 7, "alpha": 0.01},
    "time.farrington": {"counts": MONTHS, "periods": [71], "years": 5, "alpha": 0.01, "exposure": np.full(72, 30.0)},
    "time.months": {"counts": MONTHS, "first_month": "2019-01", "level": 0.95},
    "time.nowcast": {"triangle": TRIANGLE, "level": 0.95, "draws": 100, "seed": 1},
    "time.reporting_triangle": {"happened": [0, 1, 2], "reported": [1, 1, 3], "periods": 4, "delays": 3},
    "time.same_months": {"counts": MONTHS, "last": 1, "years": 3, "exposure": np.full(72, 30.0), "level": 0.95},
    "time.seasonal_trend": {"counts": MONTHS, "harmonics": 2, "exposure": np.full(72, 30.0), "level": 0.95},
    "time.seasonal_trends": {"counts": np.stack([MONTHS, MONTHS]), "harmonics": 2, "exposure": np.full(72, 30.0)},
    "time.weekday_hour": {"start": np.array(["2024-01-01T10", "2024-01-02T23"], "datetime64[s]"), "dispersion": 1.0},
}
