"""How programs mark what they answer by themselves, by language. All of it folded (`plain_letters.fold`)."""

# Before our subject and a colon, or alone: only programs write so.
PREFIXES = (
    "automatic reply", "automatic response", "automated reply", "automated response", "automated message", "auto reply",
    "auto-reply", "autoreply", "auto response", "auto-response", "autoresponse", "autoresponder", "out of office reply",
    "out of office autoreply", "out of office auto reply", "out of office auto-reply", "out of office notification",
    "out of office message", "out of office: autoreply", "out-of-office reply", "vacation reply", "vacation autoreply",
    "vacation auto-reply", "automatische antwort", "automatische ruckmeldung", "automatische rueckmeldung",
    "automatische ruckantwort", "automatische nachricht", "autoantwort", "auto-antwort", "abwesenheitsnotiz",
    "abwesenheitsmeldung", "abwesenheitsnachricht", "abwesenheitsassistent", "abwesenheitsbenachrichtigung",
    "reponse automatique", "reponse d'absence", "message automatique", "reponse automatique d'absence",
    "notification d'absence", "message d'absence", "reponse absence du bureau", "respuesta automatica",
    "mensaje automatico", "respuesta de ausencia", "aviso de ausencia", "autorrespuesta", "risposta automatica",
    "messaggio automatico", "risposta automatica fuori sede", "risposta fuori ufficio", "risposta fuori sede",
    "automatisch antwoord", "automatische reactie", "automatisch bericht", "automatische beantwoording",
    "afwezigheidsbericht", "afwezigheidsmelding", "afwezigheidsassistent", "resposta automatica", "mensagem automatica",
    "resposta de ausencia", "resposta automatica de ausencia", "autosvar", "auto-svar", "automatiskt svar",
    "automatiskt meddelande", "franvaromeddelande", "svar vid franvaro", "automatisk svar",
    "automatisk svar ved fravaer",
    "automatisk besked", "fravaersbesked", "fravaersmelding", "fravaersassistent", "automaattinen vastaus",
    "automaattivastaus",
    "automaattinen viesti", "poissaoloilmoitus", "poissaoloviesti", "odpowiedz automatyczna", "automatyczna odpowiedz",
    "autoodpowiedz", "wiadomosc automatyczna", "informacja o nieobecnosci", "automaticka odpoved", "automaticka zprava",
    "odpoved v nepritomnosti", "oznameni o nepritomnosti", "automatische afwezigheidsmelding",
)  # fmt: skip

# People begin subjects so, too: these count only when the text tells of an absence.
ABSENCES = (
    "auto", "out of office", "out of the office", "out-of-office", "ooo", "absence", "absent", "away", "vacation",
    "on vacation",
    "on leave", "on holiday", "holiday", "annual leave", "i am out", "i'm out", "i am away", "maternity leave",
    "parental leave",
    "abwesend", "abwesenheit", "urlaub", "im urlaub", "ausser haus", "elternzeit", "nicht im buro", "ich bin nicht",
    "ich bin im urlaub", "ich bin abwesend", "derzeit nicht", "conges", "en conges", "en conge", "absence du bureau",
    "absent du bureau",
    "absente", "hors du bureau", "je suis absent", "je suis en conge", "fuera de la oficina", "fuera de oficina",
    "ausente", "ausencia", "de vacaciones",
    "vacaciones", "estoy fuera", "fuori ufficio", "fuori sede", "assenza", "assente", "in ferie", "ferie",
    "sono in ferie",
    "sono fuori", "afwezig", "afwezigheid", "niet aanwezig", "niet op kantoor", "met vakantie", "op vakantie",
    "vakantie",
    "buiten kantoor", "ik ben afwezig", "fora do escritorio", "ferias", "de ferias", "estou de ferias", "franvaro",
    "franvarande",
    "ej pa kontoret", "inte pa kontoret", "semester", "pa semester", "tjanstledig", "foraldraledig", "fravaer",
    "fravaerende", "ikke pa kontoret", "ikke til stede", "ferie", "pa ferie", "paa ferie", "borte fra kontoret",
    "fravar", "poissa",
    "poissa toimistosta", "poissaolo", "lomalla", "loma", "nieobecnosc", "nieobecny", "nieobecna", "poza biurem",
    "urlop", "na urlopie",
    "jestem na urlopie", "mimo kancelar", "nepritomnost", "nepritomen", "dovolena", "na dovolene",
)  # fmt: skip

# "Kim Doe is out of the office": Notes writes a name before it.
IN_SUBJECT = (
    r"\bis (?:currently )?(?:out of (?:the )?office|away|on (?:leave|vacation|holiday))\b|\bist (?:derzeit "
    r")?(?:ausser haus|nicht im (?:buro|haus)|abwesend|im urlaub)\b"
    r"|\best (?:absent|absente|en conges?|hors du bureau)\b|\besta (?:fuera de (?:la )?oficina|ausente|de "
    r"vacaciones)\b|\be (?:fuori ufficio|assente|in ferie)\b"
    r"|\bis (?:afwezig|niet aanwezig|niet op kantoor|met vakantie)\b|\besta (?:fora do escritorio|de ferias)\b|\bar "
    r"(?:franvarande|inte pa kontoret|pa semester)\b"
    r"|\ber (?:ikke (?:pa kontoret|til stede)|pa ferie|fravaerende)\b|\bon (?:poissa|lomalla)\b|\b(?:jest|przebywa) "
    r"(?:poza biurem|na urlopie|nieobecn\w+)\b|\bje (?:mimo kancelar|nepritom\w+|na dovolene)\b"
)

# A text that says of itself that a program has sent it.
BY_ITSELF = (
    r"\bthis is an? (?:automat(?:ed|ic)|auto[- ]?(?:generated|reply)) (?:reply|response|message|e-?mail"
    r"|notification)\b|\bthis (?:message|e-?mail|reply) (?:was|has been|is) (?:automatically|auto[- ])"
    r"|\bplease do not (?:reply|respond) to this (?:automated |automatic )?(?:e-?mail|message)\b|\bdies(?:e|er|es)? "
    r"(?:ist eine automatisch\w*|(?:e-?mail|nachricht|antwort) (?:wurde|wird|ist) automatisch)"
    r"|\bautomatisch (?:generierte|erstellte|erzeugte|versandte)\b|\bceci est une? (?:reponse|message) automatique\b"
    r"|\b(?:message|reponse|courriel) (?:genere|envoye)e? automatiquement\b"
    r"|\beste? es una? (?:respuesta|mensaje|correo) automatic[oa]\b|\b(?:mensaje|correo|respuesta) (?:generad"
    r"|enviad)[oa] automaticamente\b|\bquest[oa] e un[ao']? ?(?:risposta|messaggio|e-?mail) automatic[oa]\b"
    r"|\b(?:messaggio|risposta|e-?mail) (?:generat|inviat)[oa] automaticamente\b"
    r"|\bdit is een automatisch\w*\b|\bautomatisch (?:gegenereerd\w*|verzonden)\b|\b(?:esta e uma|este e um) "
    r"(?:resposta|mensagem|e-?mail) automatic[oa]\b|\bdet har ar ett automatiskt\b|\bdette er (?:en|et) "
    r"automatisk\w*\b"
    r"|\btama on automaattinen\b|\bto jest automatyczna\b|\bwiadomosc (?:zostala )?wygenerowana automatycznie\b"
    r"|\btoto je automaticka\b|\bautomaticky (?:generovan\w+|vygenerovan\w+)\b"
)
# A program confirms that a mail came in: with a number for it, or from an address that takes no replies.
ACKNOWLEDGES = (
    r"\b(?:thank you for (?:contacting|reaching out to|getting in touch|your (?:e-?mail|message|request|enquiry"
    r"|inquiry|interest))|we(?:'ve| have)? received your|(?:request|ticket|case|enquiry|inquiry|e-?mail) has been "
    r"(?:received|created|opened|logged|registered)"
    r"|ihre? (?:anfrage|nachricht|e-?mail) (?:ist|wurde|haben wir)|eingangsbestatigung|vielen dank fur ihre "
    r"(?:anfrage|nachricht|e-?mail)|avons bien recu|accusons? (?:bonne )?reception|hemos recibido|abbiamo ricevuto"
    r"|hebben (?:uw|je) (?:bericht|e-?mail|vraag)"
    r"|recebemos (?:a sua|o seu|sua|seu)|vi har (?:mottagit|modtaget|mottatt)|olemme vastaanottaneet|otrzymalismy"
    r"|obdrzeli jsme)\b"
)
NUMBERED = (
    r"[\[(#](?:ticket|case|request|req|incident|inc|ref|id|vorgang|anfrage|caso|demande|ticketid|\w{1,6}-)?[ "
    r"#:_-]{0,3}\w{0,4}\d{3,}"
)
