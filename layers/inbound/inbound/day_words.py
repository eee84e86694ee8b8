"""The names of days and months, and how a day is said relative to today, by language. All of it folded."""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janner janvier janv enero ene gennaio gen januari janeiro tammikuuta tammikuun tammikuu"
            " tammi stycznia styczen sty ledna leden",
            "february feb februar february fevrier fevr fev febrero febbraio februari fevereiro helmikuuta helmikuun "
            "helmikuu"
            " helmi lutego luty unora unor",
            "march mar marz maerz mrz mars marts marzo maart mrt marco maaliskuuta maaliskuun maaliskuu maalis marca "
            "marzec"
            " brezna brezen",
            "april apr avril avr abril abr aprile aprilis huhtikuuta huhtikuun huhtikuu huhti kwietnia kwiecien kwi "
            "dubna"
            " duben",
            "may mai mayo maggio mag mei maio maj toukokuuta toukokuun toukokuu touko maja kvetna kveten",
            "june jun juni juin junio giugno giu junho kesakuuta kesakuun kesakuu kesa czerwca czerwiec cze cervna "
            "cerven",
            "july jul juli juillet juil julio luglio lug julho heinakuuta heinakuun heinakuu heina lipca lipiec lip "
            "cervence"
            " cervenec",
            "august aug aout agosto ago augustus augusti elokuuta elokuun elokuu elo sierpnia sierpien sie srpna srpen",
            "september sep sept septembre septiembre setiembre settembre sett setembro syyskuuta syyskuun syyskuu syys"
            " wrzesnia wrzesien wrz zari",
            "october oct oktober okt octobre octubre ottobre ott outubro out lokakuuta lokakuun lokakuu loka "
            "pazdziernika"
            " pazdziernik paz rijna rijen",
            "november nov novembre noviembre novembro marraskuuta marraskuun marraskuu marras listopada listopad lis"
            " listopadu",
            "december dec dezember dez decembre diciembre dic dicembre dezembro desember des joulukuuta joulukuun "
            "joulukuu"
            " joulu grudnia grudzien gru prosince prosinec",
        ),
        1,
    )
    for name in names.split()
}
# These are other words as well: as a month without its day they count only right behind "until", "in" and the like.
_AMBIGUOUS = "may mar mars mai mag out set sett ago gen elo dec des lis lip sie gru paz sty jan jun jul"
AMBIGUOUS_MONTHS = frozenset(_AMBIGUOUS.split())

WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday montag lundi lunes lunedi maandag segunda-feira segunda mandag maanantai maanantaihin maanantaina"
            " poniedzialek poniedzialku pondeli",
            "tuesday dienstag mardi martes martedi dinsdag terca-feira tisdag tirsdag tiistai tiistaihin tiistaina "
            "wtorek"
            " wtorku utery uterka",
            "wednesday mittwoch mercredi miercoles mercoledi woensdag quarta-feira onsdag keskiviikko keskiviikkoon"
            " keskiviikkona sroda srode srody streda stredu stredy",
            "thursday donnerstag jeudi jueves giovedi donderdag quinta-feira torsdag torstai torstaihin torstaina "
            "czwartek"
            " czwartku ctvrtek ctvrtka",
            "friday freitag vendredi viernes venerdi vrijdag sexta-feira fredag perjantai perjantaihin perjantaina "
            "piatek"
            " piatku patek patku",
            "saturday samstag sonnabend samedi sabado sabato zaterdag lordag lauantai lauantaihin sobota soboty "
            "sobote sobotu",
            "sunday sonntag dimanche domingo domenica zondag sondag sunnuntai sunnuntaihin niedziela niedzieli "
            "niedziele"
            " nedele nedeli",
        )
    )
    for name in names.split()
}
# "Fri, 25 September": only beside a date.
SHORT_WEEKDAYS = (
    "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "mo", "di", "mi", "do", "fr", "sa",
    "so", "lun", "mar",
    "mer", "jeu", "ven", "sam", "dim", "mie", "jue", "vie", "sab", "dom", "gio", "ma", "wo", "vr", "za", "zo", "seg",
    "ter",
    "qua", "qui", "sex", "man", "tis", "tir", "ons", "tor", "tors", "fre", "lor", "son", "ti", "ke", "to", "pe",
    "la", "su", "pon",
    "wt", "sr", "czw", "pt", "sob", "nd", "po", "ut", "st", "ct", "pa", "ne",
)  # fmt: skip

# Between the first and the last day of a range.
RANGE = (
    r"(?:-|to|until|till|through|thru|and|up to|bis|bis zum|bis einschl\w*|und|zum|au|jusqu'au|et|a|al|hasta|hasta el"
    r"|y|e|fino al"
    r"|t/m|tot|tot en met|t\.e\.m\.?|tem|en|ate|ate o|ate ao|ao|till|till och med|t\.?o\.?m\.?|och|til|til og med"
    r"|til og med den|og"
    r"|do|az do|ja|viva|-?i?sta)"
)
ARTICLES = (
    r"(?:the|den|der|dem|de|del|di|el|la|le|les|il|lo|l'|o|as|dnia|dne|on|am|d\.|al|including|einschliesslich|incl\.?"
    r"|inkl\.?)"
)
# Between a day and its month.
OF = r"(?:of|de|del|den|di|du)"

# Before a month: which day of it is meant. The last day of it is 0.
PARTS_OF_MONTH = {
    1: ("beginning of", "the beginning of", "early", "start of", "the start of", "anfang", "debut", "au debut de",
        "principios de",
        "comienzos de", "inizio", "begin", "inicio de", "borjan av", "starten af", "begyndelsen af",
        "begynnelsen av", "alku",
        "poczatku", "poczatek", "zacatku", "zacatek"),
    15: ("mid", "mid-", "the middle of", "middle of", "mitte", "mi-", "mi", "mediados de", "meta", "half",
        "meados de", "mitten av", "midten af",
         "midten av", "puolivali", "polowy", "poloviny", "pulky"),
    0: ("end of", "the end of", "late", "ende", "fin", "la fin", "fin de", "finales de", "fine", "eind", "einde",
        "final de",
        "fim de", "slutet av", "slutningen af", "slutten av", "loppu", "konca", "konce"),
}  # fmt: skip

# Each of these is one day, or the last one of some.
TODAY = (
    "today", "this morning", "this afternoon", "heute", "aujourd'hui", "hoy", "oggi", "vandaag", "hoje", "idag",
    "i dag", "tanaan",
    "dzisiaj", "dzis", "dnes",
)  # fmt: skip
TOMORROW = (
    "tomorrow", "morgen", "demain", "manana", "domani", "amanha", "imorgon", "i morgon", "i morgen", "huomenna",
    "huomiseen", "jutra", "jutro", "zitra", "zitrka",
)  # fmt: skip
THIS_WEEK = (
    "this week", "the rest of the week", "all week", "end of the week", "end of this week", "diese woche",
    "dieser woche",
    "ende der woche", "die ganze woche", "cette semaine", "fin de semaine", "la fin de la semaine", "esta semana",
    "fin de semana",
    "questa settimana", "fine settimana", "deze week", "eind van de week", "fim da semana", "den har veckan",
    "hela veckan",
    "denne uge", "hele ugen", "denne uken", "hele uken", "talla viikolla", "w tym tygodniu", "konca tygodnia",
    "tento tyden",
    "konce tydne", "viikon loppuun",
)  # fmt: skip
NEXT_WEEK = (
    "next week", "the following week", "nachste woche", "naechste woche", "nachster woche", "kommende woche",
    "kommender woche",
    "la semaine prochaine", "semaine prochaine", "la proxima semana", "proxima semana", "semana que viene",
    "prossima settimana",
    "settimana prossima", "volgende week", "komende week", "semana que vem", "nasta vecka", "naeste uge", "neste uke",
    "ensi viikolla", "ensi viikkoon", "przyszlym tygodniu", "przyszly tydzien", "pristi tyden",
)  # fmt: skip
END_OF_MONTH = (
    "end of the month", "end of this month", "end of month", "ende des monats", "monatsende", "ende dieses monats",
    "fin du mois",
    "fin de mes", "final de mes", "fine del mese", "fine mese", "eind van de maand", "einde van de maand", "fim do mes",
    "final do mes", "slutet av manaden", "slutningen af maneden", "slutten av maneden", "kuun loppuun",
    "konca miesiaca",
    "konce mesice",
)  # fmt: skip
END_OF_YEAR = (
    "end of the year", "end of this year", "end of year", "ende des jahres", "jahresende", "fin de l'annee",
    "fin de ano",
    "final de ano", "fine dell'anno", "fine anno", "eind van het jaar", "fim do ano", "final do ano", "arets slut",
    "arets udgang",
    "arsskiftet", "vuoden loppuun", "konca roku", "konce roku",
)  # fmt: skip

# "in two weeks", "für drei Wochen": how many of what.
NUMBERS = {
    name: number
    for number, names in enumerate(
        (
            "one a an ein eine einer einem einen un une uno una een um uma en ett et ei yhden viikon jeden jedna",
            "two zwei deux dos due twee dois duas tva to kahden kaksi dwa dwie dva dve",
            "three drei trois tres tre drie tres kolmen trzy tri",
            "four vier quatre cuatro quattro quatro fyra fire neljan cztery ctyri",
            "five funf fuenf cinq cinco cinque vijf fem viiden piec pet",
            "six sechs seis sei zes sex seks kuuden szesc sest",
            "seven sieben sept siete sette zeven sete sju syv seitseman siedem sedm",
            "eight acht huit ocho otto oito atta atte otte osem osm",
        ),
        1,
    )
    for name in names.split()
}
UNITS = {
    "days": (
        "days day tage tagen tag jours jour dias dia giorni giorno dagen dagar dag dage dager paivan paivaa paivaksi "
        "dni dnu"
    ),
    "weeks": (
        "weeks week wochen woche semaines semaine semanas semana settimane settimana weken veckor vecka uger uge "
        "uker uke"
        " viikon viikkoa viikoksi tygodnie tygodni tydny tydnu"
    ),
    "months": (
        "months month monate monaten monat mois meses mes mesi mese maanden maand manader manad maneder maned kuukauden"
        " kuukautta miesiace miesiecy mesice mesicu"
    ),
}
AHEAD = (
    r"(?:in|within|for(?: the next)?|fur(?: die nachsten)?|fuer(?: die naechsten)?|in den nachsten|wahrend|dans|pour"
    r"|pendant|en|dentro de|durante"
    r"|por|tra|fra|per|over|gedurende|voor|em|daqui a|om|i|under|de naste|de naeste|de neste|za|na|przez|na dobu|po "
    r"dobu)(?: circa| about| etwa| ca\.?)?"
)
CALENDAR_WEEK = (
    r"(?:cw|kw|calendar week|kalenderwoche|week|woche|semaine|semana|settimana|vecka|v\.|uge|uke|viikko|viikolla"
    r"|viikkoon|vk|tydzien|tyden)"
)
NEXT = (
    "next", "following", "nachsten", "nachster", "nachste", "naechsten", "naechste", "volgende", "ensi", "nasta",
    "naeste", "neste",
)  # fmt: skip
