"""The main terms of the chain, explained in a sentence where they first stand on a page."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

TERMS = {
    gettext_noop("lägesbild"): _(
        "En samlad beskrivning av brottsligheten och tryggheten i ett område: vad som händer, var, när, vem som "
        "drabbas och hur säkert vi vet det."
    ),
    gettext_noop("underlag"): _(
        "Uppgifterna som lägesbilden vilar på, till exempel anmälda brott, enkätsvar och dialoger."
    ),
    gettext_noop("problem"): _(
        "En avgränsad, återkommande händelse som ni vill få bort eller minska: vad, var, när och mot vem."
    ),
    gettext_noop("orsak"): _("Det som gör att problemet uppstår eller finns kvar, och som en åtgärd kan påverka."),
    gettext_noop("orsaksanalys"): _(
        "En genomgång av varför problemet finns, vad som talar för och emot varje orsak, och vad som skulle visa att "
        "ni har fel."
    ),
    gettext_noop("mål"): _("Den förändring av problemet som ni vill se, med ett mått och ett datum."),
    gettext_noop("effektmål"): _("Hur problemet ska ha förändrats, till exempel hur många färre inbrott och till när."),
    gettext_noop("åtgärd"): _("Det ni gör mot en orsak för att nå målet."),
    gettext_noop("åtgärdsplan"): _(
        "De åtgärder som ni har beslutat om, med mål, ansvarig och tid, och när de ska följas upp."
    ),
    gettext_noop("medborgarlöfte"): _(
        "Ett offentligt löfte från kommunen och polisen till invånarna om vad ni ska göra åt något som de själva har "
        "pekat ut. Det redovisas när tiden har gått ut."
    ),
    gettext_noop("aktivitet"): _(
        "Ett enskilt steg i en åtgärd: något som någon gör vid en viss tid och som kan bockas av."
    ),
    gettext_noop("effekt"): _("Det som förändrades på grund av åtgärden, jämfört med vad som hade hänt utan den."),
    gettext_noop("samverkansöverenskommelse"): _(
        "Ett undertecknat avtal där kommunen och polisen kommer överens om vad de ska göra tillsammans, och hur länge."
    ),
    gettext_noop("styrgrupp"): _(
        "Gruppen av chefer och förtroendevalda som beslutar om inriktning, prioriteringar och resurser."
    ),
    gettext_noop("brottsförebyggande råd"): _(
        "Kommunens forum för samverkan mot brott, där kommunen, polisen och andra möts."
    ),
    gettext_noop("lokalpolisområde"): _("Den del av polisen som arbetar i en eller några kommuner. Förkortas lpo."),
    gettext_noop("tertial"): _("Fyra månader: januari–april, maj–augusti eller september–december."),
    gettext_noop("tjänsteskrivelse"): _("En handläggares skriftliga underlag och förslag inför ett politiskt beslut."),
    gettext_noop("justering"): _("När utsedda personer läser protokollet och intygar att det stämmer."),
    gettext_noop("preliminär"): _("Siffran kan ändras när statistiken blir slutlig."),
    gettext_noop("konfidensintervall"): _(
        "Spannet som det sanna värdet rimligen ligger i. Ett 95-procentigt spann missar i längden en gång av tjugo."
    ),
    gettext_noop("mörkertal"): _("Brott som har hänt men som aldrig anmäldes och därför inte syns i statistiken."),
}
