"""``./tillsammans patterns`` and ``./tillsammans recompute``."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from django.utils.translation import gettext as _

from tillsammans.indicators.models import Import
from tillsammans.kernel.scope import Scope, everywhere, within
from tillsammans.parties.models import Organisation
from tillsammans.patterns import runs
from tillsammans.patterns.bundle import PROGRAM, NotABundle, differences, unpacked
from tillsammans.patterns.models import Finding

DONE, REFUSED, USAGE = 0, 1, 2


def detect(organisation: str | None, as_json: bool) -> int:
    """Detect patterns for one organisation (its slug) or all that have series.

    Prints what was done; returns 0 done, 2 wrong use.
    """
    with everywhere("the operator's command looks at every organisation's figures"):
        in_force = Import.objects.filter(state=Import.State.IN_FORCE).order_by().values("organisation_id")
        rows = Organisation.objects.filter(pk__in=in_force)
        if organisation is not None:
            rows = Organisation.objects.filter(slug=organisation)
        chosen = list(rows.order_by("sort_key"))
    if organisation is not None and not chosen:
        print(_("Det finns ingen organisation ”{name}”.").format(name=organisation), file=sys.stderr)
        return USAGE
    summaries = []
    for one in chosen:
        with within(Scope(one.pk)):
            done = runs.run(one.pk)
            findings = Finding.objects.filter(run=done).count()
        summaries.append({"organisation": one.slug, "series": done.series, "findings": findings})
        if not as_json:
            print(
                _("{name}: {series} serier genomgångna, {found} fynd.").format(
                    name=one.name, series=done.series, found=findings
                )
            )
    if as_json:
        print(json.dumps({"looked": summaries}, ensure_ascii=False))
    elif not summaries:
        print(_("Ingen har läst in någon statistik än."))
    return DONE


def recompute(path: Path, as_json: bool) -> int:
    """Recompute a bundle. Returns 0 where every bit is the same, 1 where something differs or the file is no bundle."""
    try:
        bundle, whole = unpacked(path)
        unlike = differences(bundle)
    except NotABundle as wrong:
        print(
            json.dumps({"error": str(wrong)}, ensure_ascii=False) if as_json else str(wrong),
            file=sys.stdout if as_json else sys.stderr,
        )
        return REFUSED
    same = whole and not unlike
    if as_json:
        print(
            json.dumps(
                {
                    "same": same,
                    "whole": whole,
                    "kind": bundle.kind,
                    "made_by": bundle.program,
                    "recomputed_by": PROGRAM,
                    "differences": [asdict(one) for one in unlike],
                },
                ensure_ascii=False,
            )
        )
        return DONE if same else REFUSED
    if bundle.program != PROGRAM:
        print(_("Paketet gjordes av {made} och räknas om av {now}.").format(made=bundle.program, now=PROGRAM))
    if not whole:
        print(_("bundle.json är ändrad efter att paketet gjordes: den stämmer inte med sha256.txt."))
    for one in unlike:
        print(
            _("{where}: paketet säger {stated}, omräkningen ger {recomputed}.").format(
                where=one.where, stated=one.stated, recomputed=one.recomputed
            )
        )
    if same:
        print(_("Samma svar, bit för bit."))
    return DONE if same else REFUSED
