"""Columns in which a verifier says what an address is worth, by the words of their headers. Pure.

Verifiers, enrichment tools and the people who put their files together name these columns as they like: `QEV Result`,
`Work Email Status`, `email_verdict`, `Verification status (Hunter)`, `E-Mail-Prüfung`.
"""

import re
from functools import lru_cache

# How they rank among the columns of a status: behind those whose headers are listed.
VERDICT, REASON = 1000, 1001

# The names of verifiers, and what their columns begin with.
_VERIFIERS = (
    "neverbounce|zerobounce|kickbox|(?:use)?bouncer|millionverifier|emailable|debounce|clearout|dropcontact|snov(?:io)?"
    "|findymail|icypeas|prospeo|anymailfinder|reoon|mailgun|sendgrid|verifalia|briteverify|mailfloss|thechecker"
    "|captainverify|bouncify|quickemailverification|emaillistverify|mailercheck|verify550|listwise|bounceless|xverify"
    "|truemail|myemailverifier|enrichley|scrubby|bettercontact|fullenrich|datagma|leadmagic|trykitt|skrapp"
    "|voilanorbert|hunter|lusha|zb|nb|qev|elv|mv|bv"
)
_EMAIL = (
    "(?:primary|main|work|business|professional|corporate|company|contact|lead|person|prospect|found)?"
    "(?:e?mail|correo|courriel)(?:address|adresse|electronico)?"
)
# Nouns of checking. `Verified` and `valid` are asked about with yes or no, and are not among them.
_CHECK = (
    "verif(?:y|ier|ication|icacion|icacao|ica|izierung|ikation|icatie)|valid(?:ation|ity|ator|ierung|acion|acao)"
    "|validazione|validatie|deliverability|qualification|smtp|check(?:er)?|checking|finder|prufung|controle|quality|health"
)
_OUTCOME = (
    "status|statut|estado|stato|state|results?|resultat|resultado|risultato|resultaat|ergebnis|verdict|outcome|esito"
    "|certainty|classification"
)
_STATUS = re.compile(
    f"(?:{_VERIFIERS})(?:{_EMAIL})?(?:{_CHECK})?(?:{_OUTCOME})"
    f"|{_EMAIL}(?:{_CHECK})?(?:{_OUTCOME})(?:{_VERIFIERS})?"
    f"|{_EMAIL}(?:{_CHECK})(?:{_VERIFIERS})?"
    f"|(?:verif(?:y|ied|ier|ication)|valid(?:ation|ity|ator)|deliverability|smtp)(?:{_OUTCOME})(?:{_VERIFIERS})?"
    f"|(?:statut|estado|stato|resultat|resultado|risultato)(?:de|del|della|dell|du|do|dela|deladresse|der)*{_EMAIL}"
    f"|(?:{_OUTCOME}|{_CHECK})(?:{_EMAIL})"
    "|emailqualification|prufergebnis|prufstatus|verifizierungsstatus|validierungsstatus"
)
_REASON = re.compile(
    f"(?:{_VERIFIERS})(?:{_EMAIL})?(?:{_CHECK})?(?:reason|substatus|secondarystatus|detail|details)"
    f"|{_EMAIL}(?:{_CHECK})(?:reason|substatus)"
)


@lru_cache(maxsize=1024)
def rank(key: str) -> int | None:
    """How a header (by `headers.key`) ranks among those of verifiers that no table lists; None: it is none of them.

    A verdict goes before its reason.
    """
    if _STATUS.fullmatch(key):
        return VERDICT
    return REASON if _REASON.fullmatch(key) else None
