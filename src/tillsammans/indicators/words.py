"""How a number of a series is printed: with its uncertainty, the same on pages, in documents and in files."""

from decimal import Decimal

from django.utils.translation import gettext as _

from tillsammans.formats.units import SHARE, UNCERTAIN_UNITS
from tillsammans.indicators.series import UNSTATED, Estimate
from tillsammans.kernel.figures.numbers import interval, number, quantity


class BareEstimate(ValueError):
    """A share or another measure without interval or n, and without the status that its source states none."""


def require_uncertainty(estimate: Estimate, unit: str) -> Estimate:
    """The estimate, which may be printed; raises ``BareEstimate`` for a bare share or mean."""
    if unit in UNCERTAIN_UNITS and estimate.value is not None and not (estimate.whole or estimate.status):
        raise BareEstimate(f"{unit} {estimate.value} has no interval or n")
    return estimate


def estimate_words(estimate: Estimate, unit: str) -> str:
    """The estimate as it is read: "18 % (95 % intervall 14–22), n = 412"; a count is its number.

    ``unit`` is ``count``, ``per_100k``, ``share`` or ``other``. Raises ``BareEstimate``.
    """
    require_uncertainty(estimate, unit)
    if estimate.status == "too_little":
        return _("underlaget är för litet för att tolkas")
    if estimate.status == "suppressed":
        return _("visas inte")
    if estimate.value is None:
        return _("uppgift saknas")
    decimals = decimals_of(estimate.value, estimate.low, estimate.high)
    text = quantity(estimate.value, "%" if unit == SHARE else "", decimals)
    if ends := interval(estimate.low, estimate.high, decimals):
        text = f"{text} ({interval_label(estimate)} {ends})"
    if estimate.n is not None:
        text = f"{text}, n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{number(estimate.n)}"
    remark = status_remark(estimate)
    return f"{text} ({remark})" if remark else text


def interval_label(*estimates: Estimate) -> str:
    """What the interval of the estimates is called; with its level where all state the same."""
    levels = {one.detail.level if one.detail else None for one in estimates if one.low is not None}
    level = levels.pop() if len(levels) == 1 else None
    if level is None:
        return _("intervall")
    percent = 100 * level
    return _("{level} % intervall").format(level=number(percent, decimals_of(percent)))


def status_remark(estimate: Estimate) -> str:
    """What a reader must know of the uncertainty; empty if it is stated."""
    if estimate.status == "uncertain":
        return _("osäkert")
    if estimate.status != UNSTATED or estimate.whole:
        return ""
    if estimate.low is not None and estimate.high is not None:
        return _("antalet svar är inte angivet av källan")
    if estimate.n is not None:
        return _("intervallet är inte angivet av källan")
    return _("osäkerheten är inte angiven av källan")


def decimals_of(*values: Decimal | None) -> int:
    """How many decimals to print: none where all are whole numbers, else one."""
    return 0 if all(value is None or value == value.to_integral_value() for value in values) else 1
