"""From many people's orders of preference to a common one, by several rules, with the agreement between the people.

Schulze 2011, Social Choice and Welfare 36:267-303; Tideman 1987, Social Choice and Welfare 4:185-206 (ranked pairs);
Emerson 2013, Social Choice and Welfare 40:353-358 (truncated Borda); Kendall & Gibbons 1990, *Rank Correlation
Methods*.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from tillsammans_stats import checks
from tillsammans_stats.checks import Floats
from tillsammans_stats.result import StatisticsError

Unranked = Literal["last", "abstain"]


@dataclass(frozen=True, slots=True, eq=False)
class Ballots:
    """Everyone's order. ``ranks`` (ballots, options): 1 is best, equal numbers are ties, NaN is left unranked."""

    options: tuple[str, ...]
    ranks: Floats
    voters: Floats  # (ballots,) how many people cast each

    @property
    def cast(self) -> float:
        """People who ranked at least one option."""
        return float(self.voters[~self.blank].sum())

    @property
    def abstentions(self) -> float:
        """People who ranked nothing."""
        return float(self.voters[self.blank].sum())

    @property
    def blank(self) -> NDArray[np.bool_]:
        """(ballots,) which rank nothing."""
        return np.asarray(np.isnan(self.ranks).all(axis=1))

    def positions(self) -> Floats:
        """(filled ballots, options): mean place of each option, ties sharing theirs and the unranked tied last."""
        r = self.ranks[~self.blank]
        full = np.where(np.isnan(r), np.inf, r)
        better = (full[:, None, :] < full[:, :, None]).sum(axis=2)
        tied = (full[:, None, :] == full[:, :, None]).sum(axis=2)
        return np.asarray(better + (tied + 1) / 2, dtype=float)


def ballots(
    orders: Sequence[str | Sequence[str]], options: Sequence[str] | None = None, voters: ArrayLike | None = None
) -> Ballots:
    """Ballots such as ``"A>B=C>D"`` or ``["A", "B"]`` (best first); options left out are unranked, "" is blank.

    ``options`` fixes which there are and their order, otherwise those mentioned, sorted; ``voters`` people per ballot.
    Raises StatisticsError for an option that is unknown or named twice on one ballot.
    """
    if not orders:
        raise StatisticsError("orders: there are no ballots")
    tiers = [_tiers(order) for order in orders]
    mentioned = sorted({option for ballot in tiers for tier in ballot for option in tier})
    names = tuple(options) if options is not None else tuple(mentioned)
    if len(names) < 2 or len(set(names)) < len(names):
        raise StatisticsError(f"options: at least two different ones are needed, got {names}")
    unknown = set(mentioned) - set(names)
    if unknown:
        raise StatisticsError(f"orders: {sorted(unknown)[0]!r} is not among the options")
    ranks = np.full((len(tiers), len(names)), np.nan)
    for row, ballot in enumerate(tiers):
        for place, tier in enumerate(ballot, start=1):
            for option in tier:
                column = names.index(option)
                if not np.isnan(ranks[row, column]):
                    raise StatisticsError(f"orders: ballot {row + 1} names {option!r} twice")
                ranks[row, column] = place
    people = np.ones(len(tiers)) if voters is None else checks.numbers(voters, "voters")
    if people.shape != (len(tiers),) or not np.isfinite(people).all() or (people < 0).any():
        raise StatisticsError("voters: one number of at least 0 per ballot is needed")
    return Ballots(names, ranks, people)


def _tiers(order: str | Sequence[str]) -> list[list[str]]:
    if order is None:
        raise StatisticsError('orders: a ballot is missing; a blank one is ""')
    if not isinstance(order, str):
        return [[option] for option in order]
    if not order.strip():
        return []
    tiers = [[option.strip() for option in tier.split("=")] for tier in order.split(">")]
    if any(not option for tier in tiers for option in tier):
        raise StatisticsError(f"orders: {order!r} has an empty place")
    return tiers


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """One rule's result: ``order`` best first, tied options together; ``score`` as the rule defines it (per option)."""

    method: str
    options: tuple[str, ...]
    score: Floats
    order: tuple[tuple[str, ...], ...]

    @property
    def winners(self) -> tuple[str, ...]:
        """The options that share the first place."""
        return self.order[0]


def pairwise(b: Ballots, unranked: Unranked = "last") -> Floats:
    """(m, m) people who prefer the row's option to the column's.

    "last": a ranked option is preferred to an unranked one; "abstain": leaving one out says nothing about that pair.
    """
    if unranked not in ("last", "abstain"):
        raise StatisticsError(f"unranked: {unranked!r} is not last or abstain")
    r = b.ranks if unranked == "abstain" else np.where(np.isnan(b.ranks), np.inf, b.ranks)
    return np.asarray(np.einsum("v,vij->ij", b.voters, (r[:, :, None] < r[:, None, :]).astype(float)), dtype=float)


def strongest_paths(preferred: ArrayLike) -> Floats:
    """(m, m) strength of the strongest chain of victories from row to column: its weakest link, in winning votes."""
    d = checks.finite(preferred, "preferred")
    if d.ndim != 2 or d.shape[0] != d.shape[1]:
        raise StatisticsError(f"preferred: shape {d.shape} is not square")
    p = np.where(d > d.T, d, 0.0)
    for k in range(len(p)):
        p = np.maximum(p, np.minimum(p[:, [k]], p[[k], :]))
    np.fill_diagonal(p, 0.0)
    return p


def schulze(b: Ballots, unranked: Unranked = "last") -> Ranking:
    """Schulze's rule: an option stands before another if its strongest path is stronger than the way back.

    ``score`` is the number of options it beats so; the order takes away the undefeated, layer by layer.
    """
    p = strongest_paths(pairwise(b, unranked))
    return _by_victories("Schulze", b.options, p > p.T)


def ranked_pairs(b: Ballots, unranked: Unranked = "last") -> Ranking:
    """Tideman's rule: victories are kept from the strongest down unless they close a circle with those kept before.

    Victories of equal strength are weighed together; those of them that would close a circle with each other all fall,
    so no lot decides.
    """
    d = pairwise(b, unranked)
    kept = np.zeros(d.shape, dtype=bool)
    for strength in sorted({float(x) for x in d[d > d.T]}, reverse=True):
        tier = (d == strength) & (d > d.T) & ~_reachable(kept).T
        together = _reachable(kept | tier)
        kept |= tier & ~together.T
    return _by_victories("ranked pairs", b.options, _reachable(kept))


def _reachable(edges: NDArray[np.bool_]) -> NDArray[np.bool_]:
    reach = edges.copy()
    for k in range(len(reach)):
        reach |= reach[:, [k]] & reach[[k], :]
    return reach


def _by_victories(method: str, options: tuple[str, ...], beats: NDArray[np.bool_]) -> Ranking:
    left, order = list(range(len(options))), []
    while left:
        layer = [i for i in left if not beats[left, i].any()]
        order.append(tuple(options[i] for i in layer))
        left = [i for i in left if i not in layer]
    return Ranking(method, options, beats.sum(axis=1).astype(float), tuple(order))


def borda(b: Ballots, unranked: Literal["average", "zero"] = "average") -> Ranking:
    """Points for each option ranked below: m - 1 for the first of m, ties sharing.

    Unranked options share the points that are left ("average"), or get none while a ballot that ranks k options gives
    k, k - 1, ..., 1 ("zero", Emerson's truncated count: ranking only your favourite does not help it).
    """
    if unranked not in ("average", "zero"):
        raise StatisticsError(f"unranked: {unranked!r} is not average or zero")
    filled = ~b.blank
    place = b.positions()
    if unranked == "average":
        points = len(b.options) - place
    else:
        ranked = ~np.isnan(b.ranks[filled])
        points = np.where(ranked, ranked.sum(axis=1, keepdims=True) + 1 - place, 0.0)
    name = "Borda" if unranked == "average" else "Borda, truncated"
    return _by_score(name, b.options, b.voters[filled] @ points)


def copeland(b: Ballots, unranked: Unranked = "last") -> Ranking:
    """Options met and beaten one by one, ties counting half."""
    d = pairwise(b, unranked)
    return _by_score("Copeland", b.options, (d > d.T).sum(axis=1) + ((d == d.T).sum(axis=1) - 1) / 2)


def first_choices(b: Ballots) -> Ranking:
    """People who put the option first; those who put several first give each an equal part."""
    r = np.where(np.isnan(b.ranks), np.inf, b.ranks)[~b.blank]
    top = r == r.min(axis=1, keepdims=True)
    return _by_score("first choices", b.options, b.voters[~b.blank] @ (top / top.sum(axis=1, keepdims=True)))


def _by_score(method: str, options: tuple[str, ...], score: Floats) -> Ranking:
    rounded = np.round(score, 9)
    order = tuple(
        tuple(option for option, s in zip(options, rounded, strict=True) if s == level)
        for level in sorted(set(rounded.tolist()), reverse=True)
    )
    return Ranking(method, options, np.asarray(score, dtype=float), order)


def condorcet_winner(b: Ballots, unranked: Unranked = "last") -> str | None:
    """The option that beats every other one by one, if there is one."""
    d = pairwise(b, unranked)
    wins = (d > d.T).sum(axis=1)
    best = int(wins.argmax())
    return b.options[best] if wins[best] == len(b.options) - 1 else None


def smith_set(b: Ballots, unranked: Unranked = "last") -> tuple[str, ...]:
    """The smallest group whose members each beat everyone outside it; more than one option means a circle or a tie."""
    d = pairwise(b, unranked)
    reach = _reachable(d >= d.T)
    return tuple(option for option, row in zip(b.options, reach, strict=True) if row.all())


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """All rules side by side. ``split`` when Schulze, Borda and ranked pairs do not agree about the winners."""

    rankings: tuple[Ranking, ...]
    preferred: Floats  # (m, m) as pairwise
    condorcet_winner: str | None
    circle: tuple[str, ...]  # the Smith set if it holds more than one option
    agreement: float  # Kendall's W between the people, NaN if it is undefined
    split: bool
    cast: float
    abstentions: float


def outcome(b: Ballots, unranked: Unranked = "last") -> Outcome:
    """Every rule applied to the same ballots, and whether the group is of one mind."""
    rankings = (
        schulze(b, unranked),
        borda(b),
        ranked_pairs(b, unranked),
        borda(b, "zero"),
        copeland(b, unranked),
        first_choices(b),
    )
    smith = smith_set(b, unranked)
    return Outcome(
        rankings,
        pairwise(b, unranked),
        condorcet_winner(b, unranked),
        smith if len(smith) > 1 else (),
        kendall_w(b) if b.cast >= 2 else float("nan"),
        len({frozenset(r.winners) for r in rankings[:3]}) > 1,
        b.cast,
        b.abstentions,
    )


def kendall_w(b: Ballots) -> float:
    """Agreement between the people: 1 all alike, 0 none; corrected for ties, the unranked tied last.

    NaN when everybody ties everything. Raises StatisticsError with fewer than two people.
    """
    people, m = b.voters[~b.blank], len(b.options)
    if people.sum() < 2:
        raise StatisticsError(f"ballots: {people.sum():g} people cannot agree or disagree; two are needed")
    place = b.positions()
    total, n = people @ place, people.sum()
    deviation = float(((total - total.mean()) ** 2).sum())
    ties = sum(
        v * sum(t**3 - t for t in np.unique(p, return_counts=True)[1]) for v, p in zip(people, place, strict=True)
    )
    whole = n**2 * (m**3 - m) - n * ties
    return float(12 * deviation / whole) if whole > 0 else float("nan")


def kendall_tau(first: Ranking, second: Ranking) -> float:
    """Tau-b between two orders of the same options: 1 the same, -1 reversed; NaN if one of them ties everything."""
    if set(first.options) != set(second.options):
        raise StatisticsError("first, second: they rank different options")
    a, b = ({o: i for i, tier in enumerate(r.order) for o in tier} for r in (first, second))
    x, y = (np.array([places[o] for o in first.options]) for places in (a, b))
    upper = np.triu_indices(len(x), 1)
    dx, dy = (np.sign(v[:, None] - v[None, :])[upper] for v in (x, y))
    spread = float(np.sqrt((dx != 0).sum() * (dy != 0).sum()))
    return float((dx * dy).sum()) / spread if spread > 0 else float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class RoleView:
    """How one role placed the options: mean place (1 is best) and its standard deviation, by option."""

    role: str
    people: float
    mean_place: Floats
    spread: Floats  # NaN with fewer than two people
    ranking: Ranking  # Borda within the role


def by_role(b: Ballots, roles: Sequence[str], fewest: int = 3) -> tuple[RoleView, ...]:
    """The view of each role, one per ballot in ``roles``; a role with fewer than ``fewest`` people is left out."""
    if len(roles) != len(b.ranks):
        raise StatisticsError(f"roles: {len(roles)} for {len(b.ranks)} ballots")
    views = []
    for role in sorted(set(roles)):
        mine = np.array([r == role for r in roles]) & ~b.blank
        people = float(b.voters[mine].sum())
        if people < fewest:
            continue  # a role of one or two would show how a person voted
        part = Ballots(b.options, b.ranks[mine], b.voters[mine])
        place, w = part.positions(), part.voters
        mean = w @ place / people
        squares = w @ (place - mean) ** 2
        spread = np.sqrt(squares / (people - 1)) if people > 1 else np.full(len(mean), np.nan)
        views.append(RoleView(role, people, mean, spread, borda(part)))
    return tuple(views)


def lot(options: Sequence[str], seed: int) -> tuple[str, ...]:
    """An order drawn by lot that anyone can draw again: it depends on the names and the seed, not on how they came."""
    if len(set(options)) < len(options):
        raise StatisticsError("options: one is named twice")
    names = sorted(options)
    return tuple(names[i] for i in checks.generator(seed).permutation(len(names)))


def break_ties(ranking: Ranking, seed: int) -> tuple[str, ...]:
    """One strict order: the ranking's, with tied options in an order drawn by lot."""
    place: Mapping[str, int] = {option: i for i, option in enumerate(lot(ranking.options, seed))}
    return tuple(option for tier in ranking.order for option in sorted(tier, key=place.__getitem__))


def agreement_test(b: Ballots) -> float:
    """p-value that the people rank at random (Friedman's chi-square, good from about seven people)."""
    people, m = float(b.voters[~b.blank].sum()), len(b.options)
    return float(scipy.special.chdtrc(m - 1, people * (m - 1) * kendall_w(b)))
