"""How fast and how honest the methods for patterns in space are. Run: python benchmarks/stats_space.py [--large]

Times are medians of several runs on this machine, and the alternative (esda, one thread) runs in the same process, so
read the ratios. R spdep is not timed here; its numbers are in the golden tests.
"""

import argparse
import time
import warnings
from collections.abc import Callable

import numpy as np

from tillsammans_stats.space.autocorrelation import getis_ord, local_moran
from tillsammans_stats.space.hot_spots import hot_spots
from tillsammans_stats.space.near_repeat import knox
from tillsammans_stats.space.neighbours import Neighbours, from_pairs

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from esda import G_Local, Moran_Local
    from libpysal.weights import lat2W


def median_seconds(work: Callable[[], object], runs: int = 3) -> float:
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def grid(side: int, *, corners: bool = False) -> Neighbours:
    place = np.arange(side * side)
    row, column = place // side, place % side
    pairs = [
        np.column_stack([place, place + step])[(row + down < side) & (column + over >= 0) & (column + over < side)]
        for step, down, over in ((1, 0, 1), (side, 1, 0), (side + 1, 1, 1), (side - 1, 1, -1))[: 4 if corners else 2]
    ]
    return from_pairs(side * side, np.concatenate(pairs))


def against_esda(side: int, rng: np.random.Generator) -> None:
    values, own_weights = rng.normal(size=side * side), grid(side)
    weights = lat2W(side, side)
    pairs: list[tuple[str, Callable[[], object], Callable[[], object]]] = [
        (
            "local Moran",
            lambda: local_moran(values, own_weights),
            lambda: Moran_Local(values, weights, permutations=999, n_jobs=1),
        ),
        (
            "G*",
            lambda: getis_ord(values, own_weights),
            lambda: G_Local(values, weights, permutations=999, star=True, n_jobs=1),
        ),
    ]
    for name, own, peer in pairs:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            peer()  # leaves a first call's compiling outside
            other = median_seconds(peer, 1 if side > 100 else 3)
        mine = median_seconds(own)
        work = f"{name}, 999 permutations, {side * side} areas"
        print(f"{work:<58}{mine:10.4f}{other:10.3f}{other / mine:8.0f} x")


def speed(sides: list[int]) -> None:
    rng = np.random.default_rng(1)
    print(f"{'work':<58}{'own s':>10}{'esda s':>10}{'ratio':>10}")
    for side in sides:
        against_esda(side, rng)
    x, y = rng.uniform(0, 5000, (2, 2000))
    day = rng.integers(0, 365, 2000)
    print(f"{'Knox, 2000 events, 999 permutations, 9 bands':<58}{median_seconds(lambda: knox(x, y, day)):10.4f}")


def honesty(maps: int) -> None:
    rng = np.random.default_rng(2)
    side, window = 20, grid(20, corners=True)
    even, uneven, raw, found, right = [], [], [], [], []
    planted = np.zeros((side, side), dtype=bool)
    planted[5:9, 5:9] = True
    around = planted.ravel() | (window.total(planted.ravel().astype(float)) > 0)
    row, column = np.divmod(np.arange(side * side), side)
    town = np.exp(-((row - 6) ** 2 + (column - 13) ** 2) / 18)
    for i in range(maps):
        people = np.full(side * side, 300.0)
        even.append(hot_spots(rng.multinomial(800, people / people.sum()), people, window).hot.any())
        people = rng.gamma(2, 50, side * side) * (1 + 20 * town) + 1
        counts = rng.multinomial(800, people / people.sum())
        uneven.append(hot_spots(counts, people, window).hot.any())
        raw.append((getis_ord(counts, window, permutations=9999, seed=i).cluster == 1).any())
        people = rng.uniform(200, 600, side * side)
        risk = people * np.where(planted.ravel(), 4.0, 1.0)
        hot = hot_spots(rng.multinomial(1200, risk / risk.sum()), people, window).hot
        found.append(hot[planted.ravel()].mean())
        right.append(around[hot].mean())
    print(f"\nHot spots on {maps} maps of each kind")
    print(f"  null maps with any hot spot: {np.mean(even):.1%}; with uneven population {np.mean(uneven):.1%}")
    print(f"  G* on raw counts (what not to do), uneven population and no extra risk: {np.mean(raw):.1%}")
    print(f"  planted area: recall {np.mean(found):.0%}; {np.mean(right):.0%} of the windows called reach into it")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also 99 856 areas, and ten times as many maps")
    large = parser.parse_args().large
    speed([78, 316] if large else [78])
    honesty(400 if large else 40)
