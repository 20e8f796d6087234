"""What the statistics benchmarks share: times, R as an alternative, and a table with target and ratios.

Times are medians of several runs, in seconds of one processor core, since a busy machine makes every clock on the wall
go fast. The alternatives run in the same run on the same data, so read the ratios rather than the seconds. An
alternative that is not installed is said to be so; nothing is assumed about it.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[2] / "src"))

import numpy as np

Result = TypeVar("Result")
MISSING = "inte installerat"


def seconds(work: Callable[[], object], runs: int = 5) -> float:
    """Median time of some runs, after one that warms up and compiles."""
    work()
    return float(np.median([once(work)[1] for _ in range(runs)]))


def once(work: Callable[[], Result]) -> tuple[Result, float]:
    """What ``work`` gives, and its time."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def installed(*modules: str) -> bool:
    """Whether all of these Python packages can be imported."""
    return all(importlib.util.find_spec(module) for module in modules)


def r_seconds(script: str, *arguments: str) -> list[float] | None:
    """The numbers an R ``script`` prints, one a line; None where R or a package that it loads is missing."""
    if shutil.which("Rscript") is None:
        return None
    done = subprocess.run(["Rscript", "-e", script, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"  (R: {(done.stderr.strip().splitlines() or ['fel'])[-1]})")
        return None
    return [float(line) for line in done.stdout.split()]


def heading(what: str) -> None:
    """The head of a table of times."""
    print(f"\n{what:<66}{'egen s':>10}{'mål s':>9}   alternativ: s (gånger så lång tid)")


def row(work: str, own: float, target: float | None, **peers: float | None) -> None:
    """One line: our time, its target, and each alternative's time and ratio. Write a peer's name with _ for space."""
    aim = "" if target is None else f"{target:.3g}{'' if own <= target else ' !'}"
    others = "; ".join(
        f"{name.replace('_', ' ')}: {MISSING}"
        if taken is None
        else f"{name.replace('_', ' ')}: {taken:.4f} ({taken / own:.1f})"
        for name, taken in peers.items()
    )
    print(f"{work:<66}{own:>10.4f}{aim:>9}   {others}")
