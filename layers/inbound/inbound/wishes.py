"""Whether somebody asks not to be written to any more. Pure."""

import re

_RE = re.compile(r"(?:\s*(?:re|aw|sv|tr|rv|antw|fw|fwd|wg)\s*:)+", re.IGNORECASE)
# One of these as the whole subject, or on a line of its own, is a wish.
_WORD = re.compile(
    r"(?:please |bitte |por favor,? |svp |merci de (?:me )?)?"
    r"(?:unsubscribe|stop|remove(?: me)?|opt[ -]?out|abmelden|abmeldung|austragen|abbestellen|désabonner|désinscrire"
    r"|désabonnement|désinscription|désabonnez[ -]moi|baja|darme de baja|cancelar suscripción)"
    r"(?:,? please|,? bitte|,? por favor|,? svp|,? thanks?(?: you)?|,? danke|,? merci|,? gracias)?[ .!]*",
    re.IGNORECASE,
)
# In a sentence it takes words that leave no doubt: people write about unsubscribe rates, too.
_WISH = re.compile(
    "|".join(
        (
            r"\bunsubscribe (?:me|us|this (?:address|e-?mail))\b",
            r"\b(?:please|kindly|to) unsubscribe\b",
            r"\b(?:remove|delete) (?:me|us|this (?:e-?mail|address))\b",
            r"\btake (?:me|us|this (?:e-?mail|address)) (?:off|out|from)\b",
            r"\b(?:remove|delete|take) my (?:e-?mail|address|name|data|details|contact)\b",
            r"\bopt (?:me )?out\b",
            r"\bstop (?:e-?mailing|mailing|contacting|writing(?: to)?|spamming|sending)\b",
            r"\b(?:do not|don['’]?t|never) (?:contact|e-?mail|mail|write(?: to)?|message) (?:me|us)\b",
            r"\bno (?:more|further) (?:e-?mails?|messages?|mails?)\b",
            r"\bkeine (?:weiteren |weitere )?(?:e-?mails?|mails?|nachrichten|werbung)\b",
            r"\b(?:nicht|nie) (?:mehr|wieder|weiter) (?:(?:an)?schreiben|angeschrieben|kontaktier(?:en|t))\b",
            r"\b(?:streichen|nehmen|tragen|löschen|entfernen|melden) sie (?:mich|uns|meine|unsere|diese)\b",
            r"\b(?:mich|uns|meine (?:(?:e-?mail-?)?adresse|daten)) (?:bitte )?(?:aus|von) .{0,60}"
            r"\b(?:nehmen|streichen|löschen|entfernen|austragen)\b",
            r"\b(?:mich|uns) (?:bitte )?(?:abmelden|austragen)\b",
            r"\b(?:retirez|enlevez|supprimez|désinscri(?:vez|re)|désabonne[zr])[- ](?:moi|nous|mon|mes|notre|cette)\b",
            r"\b(?:me|nous) (?:désabonner|désinscrire|retirer)\b",
            r"\bne (?:plus|pas) (?:(?:me|nous) (?:contacter|écrire)|être contactée?s?|recevoir)\b",
            r"\bne (?:me|nous) (?:contactez|écrivez) (?:plus|pas)\b",
            r"\b(?:darme|darnos|dar(?:me)?|denme|dame) de baja\b",
            r"\bcancelar (?:mi|la|nuestra) suscripción\b",
            r"\bno (?:me|nos) (?:contacte|escrib|envíe|mande)\w*\b",
            r"\bno (?:deseo|quiero) (?:recibir|más)\b",
            r"\b(?:elimin|borr|quit)(?:e|en|a|ar)?(?:me|nos| mi| mis) ?(?:de|correo|datos|dirección)?\b",
        )
    ),
    re.IGNORECASE,
)
_MOST_READ = 2_000


def wants_no_more(subject: str, new: str) -> bool:
    """Whether somebody asks not to be written to, in English, German, French or Spanish. In doubt they do."""
    if _WORD.fullmatch(_RE.sub("", subject).strip()):
        return True
    text = new[:_MOST_READ]
    return any(_WORD.fullmatch(line.strip()) for line in text.split("\n")) or bool(_WISH.search(" ".join(text.split())))
