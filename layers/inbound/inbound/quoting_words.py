"""How mail programs introduce what they quote, by language. All of it folded (`plain_letters.fold`)."""

# "… wrote:", as it stands in the line above a quotation.
WROTE = (
    "wrote", "writes", "said", "schrieb", "schreibt", "geschrieben", "a ecrit", "ecrit", "escribio", "escribia",
    "ha scritto", "scrisse", "scrive", "schreef", "schrijft", "heeft geschreven", "geschreven", "escreveu",
    "skrev", "skriver", "kirjoitti", "napisal", "napisala", "napisal(a)", "pisze", "napsal", "napsala", "napsal(a)",
    "irta", "a scris", "написал", "написала", "пишет",
)  # fmt: skip

# How such a line begins, when it begins with a word and not with a name: "On", "Am", "Le", "W dniu" …
OPENERS = (
    "on", "am", "le", "el", "il", "il giorno", "in data", "op", "em", "no dia", "den", "w dniu", "dnia", "dne",
    "at", "vom", "fra", "em data de", "de", "po", "ut", "st", "ct", "pa", "so", "ne",
)  # fmt: skip

# The days of the week, short and long: many programs begin with them.
WEEKDAYS = (
    "mon", "monday", "tue", "tuesday", "wed", "wednesday", "thu", "thursday", "fri", "friday", "sat", "saturday",
    "sun", "sunday",
    "mo", "montag", "di", "dienstag", "mi", "mittwoch", "do", "donnerstag", "fr", "freitag", "sa", "samstag", "so",
    "sonntag",
    "lun", "lundi", "mar", "mardi", "mer", "mercredi", "jeu", "jeudi", "ven", "vendredi", "sam", "samedi", "dim",
    "dimanche",
    "lunes", "martes", "mie", "miercoles", "jue", "jueves", "vie", "viernes", "sab", "sabado", "dom", "domingo",
    "lunedi", "martedi", "mercoledi", "gio", "giovedi", "venerdi", "sabato", "domenica",
    "ma", "maandag", "dinsdag", "wo", "woensdag", "donderdag", "vr", "vrijdag", "za", "zaterdag", "zo", "zondag",
    "seg", "segunda", "segunda-feira", "ter", "terca", "terca-feira", "qua", "quarta", "quarta-feira", "qui",
    "quinta", "quinta-feira", "sex", "sexta", "sexta-feira",
    "man", "mandag", "tir", "tirs", "tirsdag", "tis", "tisdag", "ons", "onsdag", "tor", "tors", "torsdag", "fre",
    "fredag", "lor", "lordag", "lordag", "son", "sondag",
    "maanantai", "ti", "tiistai", "ke", "keskiviikko", "to", "torstai", "pe", "perjantai", "la", "lauantai",
    "su", "sunnuntai",
    "pon", "poniedzialek", "wt", "wtorek", "sr", "sroda", "czw", "czwartek", "pt", "piatek", "sob", "sobota", "niedz",
    "niedziela",
    "po", "pondeli", "ut", "utery", "st", "streda", "ct", "ctvrtek", "pa", "patek", "ne", "nedele",
)  # fmt: skip

# What stands before the colon of a quoted mail's headers.
LABELS = {
    "from": (
        "from", "von", "de", "da", "van", "fran", "fra", "lahettaja", "od", "expediteur", "remitente", "mittente",
        "afzender", "remetente", "avsandare", "afsender", "avsender", "nadawca", "odesilatel", "absender", "от",
    ),
    "date": (
        "sent", "date", "date sent", "gesendet", "gesendet am", "datum", "envoye", "envoye le", "date d'envoi",
        "message du", "fecha", "enviado", "enviado el", "enviado em", "enviada", "enviada em", "enviada el", "data",
        "inviato", "inviata", "data invio", "verzonden", "verstuurd", "datum verzonden", "skickat", "dato", "sendt",
        "sendt den", "paivamaara", "paivays", "lahetetty", "wyslano", "wyslane", "data wyslania", "odeslano", "poslano",
        "дата", "отправлено",
    ),
    "to": (
        "to", "an", "a", "para", "aan", "till", "til", "vastaanottaja", "komu", "do", "destinataire", "destinatario",
        "empfanger", "ontvanger", "mottagare", "modtager", "mottaker", "adresat", "prijemce", "кому", "pour",
    ),
    "cc": (
        "cc", "kopie", "kopie an", "copie", "copie a", "cc a", "copia", "kopia", "kopi", "kopio", "dw", "kopii",
        "bcc", "ccn", "cci", "reply-to", "antwort an",
    ),
    "subject": (
        "subject", "re", "betreff", "objet", "sujet", "asunto", "oggetto", "onderwerp", "assunto", "amne", "emne",
        "aihe", "temat", "predmet", "тема", "thema",
    ),
}  # fmt: skip

# Titles in a rule of dashes, or on a line of their own, above a whole mail.
TITLES = (
    "original message", "original appointment", "original email", "forwarded message", "reply message",
    "begin forwarded message",
    "forwarded by", "weitergeleitete nachricht", "ursprungliche nachricht", "urspruengliche nachricht",
    "originalnachricht", "original-nachricht", "anfang der weitergeleiteten nachricht", "weitergeleitet von",
    "message d'origine", "message original", "message initial", "message transfere", "message transmis",
    "debut du message transfere", "courriel original", "mensaje original", "mensaje reenviado",
    "inicio del mensaje reenviado", "messaggio originale", "messaggio inoltrato", "inizio messaggio inoltrato",
    "oorspronkelijk bericht", "origineel bericht", "doorgestuurd bericht", "begin doorgestuurd bericht",
    "mensagem original", "mensagem encaminhada", "inicio da mensagem reencaminhada", "ursprungligt meddelande",
    "originalmeddelande", "vidarebefordrat meddelande", "vidarebefordrat brev", "oprindelig meddelelse",
    "oprindelig besked", "original meddelelse", "videresendt meddelelse", "videresendt besked",
    "opprinnelig melding", "videresendt melding", "alkuperainen viesti", "edelleenlahetetty viesti",
    "valitetty viesti", "oryginalna wiadomosc", "wiadomosc oryginalna", "wiadomosc przekazana",
    "przekazana wiadomosc", "wiadomosc napisana", "puvodni zprava", "preposlana zprava", "puvodni e-mail",
    "dalsi zprava",
)  # fmt: skip

# "Sent from my iPhone", "Get Outlook for iOS": beginnings of lines that a device has written.
DEVICES = (
    "sent from", "sent via", "sent with", "sent by", "get outlook for", "get bluemail", "gesendet von", "gesendet mit",
    "gesendet aus", "von meinem", "von meiner", "diese nachricht wurde von meinem", "holen sie sich outlook",
    "outlook fur", "envoye de", "envoye depuis", "envoye a partir", "envoye avec", "obtenez outlook",
    "telecharger outlook", "provenance :", "enviado desde", "enviado do", "enviado a partir", "enviado con",
    "enviado pelo", "enviado de", "obtener outlook", "obter o outlook", "inviato da", "inviato dal", "inviato con",
    "scarica outlook", "ottieni outlook", "verzonden vanaf", "verzonden met", "verzonden via", "verstuurd vanaf",
    "outlook voor", "download outlook", "skickat fran", "skickades fran", "hamta outlook", "sendt fra", "sendt via",
    "hent outlook", "fa outlook", "lahetetty", "hanki outlook", "wyslane z", "wyslano z", "pobierz outlook",
    "odeslano z", "odeslano pomoci", "ziskat outlook", "отправлено с",
)  # fmt: skip
