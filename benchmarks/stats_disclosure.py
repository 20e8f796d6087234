"""How fast suppression and attack are, and what is hidden. Run: python benchmarks/stats_disclosure.py [--large]

No Python library does audited secondary suppression, so the yardsticks are two ways of working: the threshold alone,
and hiding a second figure in each row and column, a common office rule. "Narrow" counts the small figures each leaks.
"cost" is against a lower bound of the search, where it proves one.
Targets: nothing narrow, a cost of at most 1.15, and the attack within 0.5 s.
"""

import argparse

import measure
import numpy as np

from tillsammans_stats.disclosure import Base, Dimension, Figure, Published, attack, crossed, protect


def table(rows: int, columns: int, group: int, mean: float, seed: int) -> tuple[Base, tuple[Figure, ...]]:
    rng = np.random.default_rng(seed)
    dimensions = []
    for name, size in (("r", rows), ("c", columns)):
        leaves = tuple(f"{name}{i}" for i in range(size))
        groups = {f"{name}-group {i}": leaves[i : i + group] for i in range(0, size, group)} if group else {}
        dimensions.append(Dimension(name, leaves, {"all": leaves} | groups))
    return crossed(rng.poisson(np.exp(rng.normal(np.log(mean), 0.9, size=(rows, columns)))), dimensions)


def published(base: Base, figures: tuple[Figure, ...], hidden: set[tuple[str, ...]]) -> list[Published]:
    values = ((figure, figure.value(base)) for figure in figures if figure.key not in hidden)
    return [Published(figure.key, figure.cells, value, value) for figure, value in values]


def office_rule(base: Base, figures: tuple[Figure, ...], small: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Beside each small figure hide the smallest other one in its row and in its column."""
    hidden = set(small)
    for axis in (0, 1):
        for key in small:
            line = [f for f in figures if f.key[axis] == key[axis] and len(f.cells) == 1]
            if sum(f.key in hidden for f in line) < 2:
                rest = [f for f in line if f.key not in hidden]
                hidden.update(f.key for f in sorted(rest, key=lambda f: f.value(base))[:1])
    return hidden


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also a county with 700 figures")
    sizes = [("6 x 8", 6, 8, 0, 6.0), ("12 x 9, two hierarchies", 12, 9, 3, 10.0)]
    if parser.parse_args().large:
        sizes += [("30 x 12, two hierarchies", 30, 12, 6, 15.0), ("50 x 10, two hierarchies", 50, 10, 5, 8.0)]
    print(
        f"{'table':25} figures small  narrow: threshold   office   ours   hidden: office ours    attack  protect  cost"
    )
    for name, rows, columns, group, mean in sizes:
        base, figures = table(rows, columns, group, mean, seed=1)
        targets = [figure for figure in figures if 0 < figure.value(base) < 5]
        small = {figure.key for figure in targets}
        naive, attacked = measure.once(lambda: attack(targets, published(base, figures, small)))  # noqa: B023
        office = office_rule(base, figures, small)
        release, protected = measure.once(lambda: protect(base, figures))  # noqa: B023
        narrow = [
            sum(seen.width < 5 for seen in intervals)
            for intervals in (
                naive,
                attack(targets, published(base, figures, office)),
                attack(targets, list(release.published("x"))),
            )
        ]
        ratio = f"{release.cost / release.lower_bound:.3f}" if release.lower_bound else "-"
        print(
            f"{name:25} {len(figures):7} {len(small):5}  {narrow[0]:17} {narrow[1]:8} {narrow[2]:6}"
            f"   {len(office) - len(small):13} {len(release.hidden) - len(small):4}"
            f" {attacked:7.2f} s {protected:7.2f} s  {ratio}"
        )


if __name__ == "__main__":
    main()
