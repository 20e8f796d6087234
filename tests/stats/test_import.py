"""The statistics import fast and bring nothing heavy or foreign with them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure
SOURCE = Path(__file__).parents[2] / "src"
FORBIDDEN = (
    "django",
    "tillsammans",
    "scipy.stats",
    "statsmodels",
    "pandas",
    "esda",
    "libpysal",
    "matplotlib",
    "sklearn",
)


def fresh(code: str) -> str:
    """What a new interpreter prints; it has not loaded anything that the test run has."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def modules() -> list[str]:
    package = SOURCE / "tillsammans_stats"
    paths = sorted(path.relative_to(SOURCE).with_suffix("") for path in package.rglob("*.py"))
    return [".".join(p.parts[:-1] if p.name == "__init__" else p.parts) for p in paths]


def test_package_imports_in_under_three_tenths_of_a_second():
    code = "import time; t = time.perf_counter(); import tillsammans_stats; print(time.perf_counter() - t)"
    # the best of a few, because a busy machine says nothing of the package
    assert min(float(fresh(code)) for _ in range(3)) < 0.3


def test_every_module_imports_without_anything_heavy_or_foreign():
    names = modules()
    assert "tillsammans_stats.survey.design" in names
    imports = "".join(f"import {name}\n" for name in names)
    loaded = json.loads(fresh(f"{imports}import json, sys\nprint(json.dumps(sorted(sys.modules)))"))
    brought = [m for m in loaded if any(m == name or m.startswith(name + ".") for name in FORBIDDEN)]
    assert brought == []


@pytest.mark.parametrize("family", ["survey", "sampling", "index", "ranking", "agreement"])
def test_family_does_not_pay_for_scipy_before_it_is_used(family):
    code = f"import sys, tillsammans_stats.{family}; print('scipy.special' in sys.modules)"
    assert fresh(code).strip() == "False"
