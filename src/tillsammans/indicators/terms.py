"""Terms of the trade, explained in a sentence where they first stand on a page. Wired in ``config.wiring.TERMS``."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

TERMS = {
    gettext_noop("underlag"): _(
        "Uppgifterna som lägesbilden vilar på, till exempel anmälda brott, enkätsvar och dialoger."
    ),
    gettext_noop("preliminär"): _("Siffran kan ändras när statistiken blir slutlig."),
    gettext_noop("konfidensintervall"): _(
        "Spannet som det sanna värdet rimligen ligger i. Ett 95-procentigt spann missar i längden en gång av tjugo."
    ),
    gettext_noop("mörkertal"): _("Brott som har hänt men som aldrig anmäldes och därför inte syns i statistiken."),
}
