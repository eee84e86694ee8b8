"""What people and their companies put below a mail, by language. All of it folded (`plain_letters.fold`)."""

# The words before a name; a line that begins with one of these, and is short, ends what was written.
FAREWELLS = (
    "best regards", "kind regards", "warm regards", "warmest regards", "with best regards", "with kind regards",
    "many regards", "regards", "best wishes", "all the best", "best,", "yours sincerely", "yours faithfully",
    "yours truly",
    "sincerely", "respectfully", "kindest regards", "cheers,", "kr,", "br,", "rgds",
    "mit freundlichen gr", "mit freundlichem gr", "mit besten gr", "mit bestem gr", "mit herzlichen gr",
    "mit vielen gr", "mit lieben gr", "freundliche gr", "freundlicher gr", "viele gr", "liebe gr", "beste gr",
    "herzliche gr", "schone gr", "schoene gr", "bester gruss", "lieber gruss", "gruss", "grusse", "gruesse", "mfg",
    "hochachtungsvoll", "vg,", "lg,", "vlg", "besten dank und",
    "cordialement", "bien cordialement", "tres cordialement", "sinceres salutations", "meilleures salutations",
    "salutations", "bien a vous", "bien a toi", "cdlt", "cdt", "sincerement", "veuillez agreer",
    "je vous prie d'agreer",
    "saludos", "un saludo", "un cordial saludo", "cordial saludo", "cordialmente", "atentamente", "atte",
    "cordiali saluti", "distinti saluti", "cari saluti", "saluti", "un saluto", "un cordiale saluto", "cordialita",
    "met vriendelijke groet", "vriendelijke groet", "met groet", "hartelijke groet", "groet,", "groeten", "mvg",
    "hoogachtend",
    "atenciosamente", "cumprimentos", "com os melhores cumprimentos", "melhores cumprimentos", "os meus cumprimentos",
    "att,", "abracos", "um abraco", "abs,", "saudacoes",
    "med vanlig halsning", "med vanliga halsning", "vanliga halsning", "basta halsning", "halsningar", "hals,", "mvh",
    "med venlig hilsen", "venlig hilsen", "de bedste hilsner", "bedste hilsner", "mange hilsner", "hilsen",
    "med vennlig hilsen", "vennlig hilsen", "beste hilsen", "dbh", "vh,",
    "ystavallisin terveisin", "parhain terveisin", "terveisin", "yst. terv", "terv.", "t.",
    "pozdrawiam", "z powazaniem", "z wyrazami szacunku", "z pozdrowieniami", "serdecznie pozdrawiam", "pozdrowienia",
    "s pozdravem", "s prateljskym pozdravem", "s pratelskym pozdravem", "pozdrav", "zdravim", "s uctou",
)  # fmt: skip

# Thanks stand before a name, too, and just as often before a wish: only above a name do they end a mail.
THANKS = (
    "thanks", "thank you", "many thanks", "thx", "best", "cheers", "br", "kr", "danke", "vielen dank", "besten dank",
    "vg", "lg", "merci", "merci d'avance", "gracias", "muchas gracias", "grazie", "grazie mille", "bedankt",
    "dank u", "dank je wel", "alvast bedankt", "groet", "obrigado", "obrigada", "grato", "grata", "att", "abs", "tack",
    "tack pa forhand", "tak", "takk", "vh", "mh", "kiitos", "dziekuje", "z gory dziekuje", "dekuji", "diky",
)  # fmt: skip

# "P.S." and what it is in other languages: what stands behind it is said as much as the rest.
POSTSCRIPTS = ("p.s.", "p.s:", "ps:", "ps.", "p. s.", "ps ", "nb:")

# What a company puts below each mail speaks of several of these at once. Each group counts once in a paragraph.
DISCLAIMERS = (
    # it is meant for one person
    (
        "intended recipient", "intended only for", "intended solely", "solely for the use", "for the sole use",
        "addressee", "named recipient", "to whom it is addressed", "to whom they are addressed", "intended for the",
        "adressat", "vorgesehene empfanger", "vorgesehenen empfanger", "bestimmungsgemass", "bezeichnete",
        "fur den empfanger bestimmt", "richtige empfanger", "richtigen empfanger", "vorgesehene empfaenger",
        "ausschliesslich fur", "destinataire", "a l'intention exclusive", "a l'attention exclusive",
        "destinatario", "destinataria", "destinat", "exclusivamente para", "esclusivamente", "geadresseerde",
        "bestemd voor", "avsedd for", "avsedda mottagare", "avsedd mottagare", "ratte mottagaren", "ratt mottagare",
        "tilsigtede modtager", "rette modtager", "tilsiktede mottaker", "rette mottaker", "beregnet for",
        "tarkoitettu", "oikea vastaanottaja", "adresat", "przeznaczon", "urcen", "prijemc",
    ),
    # it is secret
    (
        "confidential", "privileged", "proprietary", "vertraulich", "rechtlich geschutzt", "rechtlich geschuetzt",
        "confidentiel", "confidencial", "confidenzial", "riservat", "vertrouwelijk", "sigilos", "konfidentiell",
        "konfidensiell", "fortrolig", "luottamuksel", "poufn", "duvern", "sekretess", "taushet", "secreto profesional",
        "secret professionnel", "privilegi",
    ),
    # it may have gone astray
    (
        "in error", "by mistake", "irrtumlich", "irrtuemlich", "versehentlich", "par erreur", "por error",
        "por equivocacion", "per errore", "per sbaglio", "ten onrechte", "abusievelijk", "per vergissing", "por engano",
        "por erro", "av misstag", "felaktigt", "ved en fejl", "ved en feil", "fejlagtigt", "feilaktig", "vahingossa",
        "erehdyksessa", "omylkowo", "przez pomylke", "pomylkowo", "omylem", "not the intended", "nicht der richtige",
        "nicht der beabsichtigte", "nicht der vorgesehene", "n'etes pas", "no es usted", "no es el destinatario",
    ),
    # whom to tell
    (
        "notify the sender", "notify us", "inform the sender", "notify me", "advise the sender", "contact the sender",
        "tell the sender", "let the sender know", "den absender", "informieren sie", "benachrichtigen sie",
        "l'expediteur", "avertir immediatement", "al remitente", "notifiquelo", "notifique al", "comuniquelo",
        "al mittente", "il mittente", "de afzender", "ao remetente", "o remetente", "avsandaren", "meddela avs",
        "afsenderen", "avsenderen", "lahettajalle", "nadawc", "odesilatel", "notify sender", "reply to the sender",
    ),
    # what to do with it
    (
        "delete this", "delete the e-mail", "delete the email", "delete the message", "delete it", "destroy",
        "delete all copies", "vernichten", "loschen sie diese", "loeschen sie diese", "loschen sie die",
        "diese e-mail zu loschen",
        "detruire", "le supprimer", "supprimer ce", "supprimez ce", "la detruire", "eliminarlo", "eliminelo", "borrelo",
        "destruir", "destruya", "elimine este", "borrar este", "cancellare", "cancellarlo", "distrugg", "eliminarl",
        "te vernietigen", "te verwijderen", "vernietig", "verwijder", "apague", "apaga-la", "elimine-a", "elimina-la",
        "destrua", "radera detta", "radera meddelandet", "slet denne", "slet e-mailen", "slette denne", "slett denne",
        "slette e-posten", "slett e-posten", "tuhota", "poistakaa viesti", "poista viesti", "usun", "usuniecie",
        "skasowa", "zniszcz", "smazte", "vymazte", "znicte", "odstranit tuto",
    ),
    # what is forbidden
    (
        "unauthorized", "unauthorised", "strictly prohibited", "dissemination", "any disclosure", "unbefugte",
        "nicht gestattet", "untersagt", "interdit", "non autoris", "prohibid", "no autorizad", "vietat", "non autorizz",
        "niet toegestaan", "verboden", "proibid", "nao autorizad", "forbjud", "otillaten", "forbudt", "ikke tilladt",
        "ikke tillatt", "kielletty", "zabron", "niedozwolon", "zakazan", "neopravnen",
    ),
    # who is liable, and the trees
    (
        "virus", "liability", "not accept responsibility", "legally binding", "haftung", "responsabilit",
        "aansprakelijk",
        "before printing", "environment before", "bevor sie diese", "an die umwelt", "avant d'imprimer",
        "l'environnement",
        "antes de imprimir", "medio ambiente", "prima di stampare", "l'ambiente", "voordat u", "meio ambiente",
    ),
)  # fmt: skip

# How a paragraph of the kind begins: enough by itself.
TITLES = (
    "confidentiality notice", "confidentiality note", "disclaimer", "legal notice", "legal disclaimer",
    "privacy notice",
    "important notice", "notice:", "haftungsausschluss", "vertraulichkeitshinweis", "wichtiger hinweis",
    "rechtlicher hinweis", "datenschutzhinweis", "avis de confidentialite", "avertissement", "aviso legal",
    "aviso de confidencialidad", "clausula de confidencialidad", "proteccion de datos", "avviso di riservatezza",
    "informativa privacy", "nota di riservatezza", "aviso de confidencialidade", "aviso legal",
    "please consider the environment",
    "think before you print", "vertrouwelijkheidsclausule", "klauzula poufnosci", "klauzula informacyjna",
)  # fmt: skip

# Signatures carry newsletters' footers: these offer the reader something, and ask nothing of them.
FOOTERS = (
    "if you no longer wish", "if you do not wish", "if you don't wish", "if you would like to unsubscribe",
    "if you wish to unsubscribe", "if you want to unsubscribe", "to unsubscribe", "click here to unsubscribe",
    "unsubscribe here", "you are receiving this", "you received this", "you can unsubscribe", "manage preferences",
    "manage your preferences", "unsubscribe |", "| unsubscribe", "wenn sie keine", "falls sie keine",
    "wenn sie kunftig",
    "sie erhalten diese", "um sich abzumelden", "zum abmelden", "hier abmelden", "abmelden |", "| abmelden",
    "si vous ne souhaitez plus", "si vous ne desirez plus", "vous recevez ce", "pour vous desabonner",
    "pour vous desinscrire", "se desabonner", "si no desea", "si usted no desea", "si ya no desea", "si no quiere",
    "para darse de baja", "para cancelar su", "recibe este", "se non desidera", "se non vuoi", "per cancellarsi",
    "per annullare l'iscrizione", "ricevi questa", "riceve questa", "als u geen", "indien u geen", "om u af te melden",
    "u ontvangt deze", "se nao deseja", "caso nao deseje", "caso nao queira", "para cancelar a", "voce recebeu",
    "voce esta recebendo", "om du inte", "for att avregistrera", "du far detta", "hvis du ikke", "for at afmelde",
    "du modtager denne", "du mottar denne", "jos et halua", "peruuttaaksesi", "jesli nie chcesz", "aby zrezygnowac",
    "aby wypisac sie", "otrzymujesz te", "pokud si neprejete", "pokud nechcete", "pro odhlaseni",
)  # fmt: skip
