"""How people ask not to be written to any more, by language. All of it folded (`plain_letters.fold`).

The patterns are searched within one sentence. Gaps are bounded, and nothing repeats what repeats: the time is that of
the sentence's length.
"""

# One of these alone, with nothing but fillers beside it, is a wish.
WORDS = frozenset(
    """
    unsubscribe unsubscribed unsub stop stopp remove optout abmelden abmeldung austragen abbestellen abbestellung
    desabonner desabonnement desabonnez desinscrire desinscription desinscrivez desinscris retirez baja darme desuscribir
    desuscribirme desuscripcion bajame borrame borrarme eliminarme eliminame rimuovere rimuovimi rimuovetemi cancellami
    cancellatemi cancellazione disiscrizione disiscrivimi disiscrivetemi disiscrivermi uitschrijven uitschrijving
    afmelden afmelding uitschrijf remover descadastrar descadastre descadastro desinscrever remova avregistrera
    avregistrering avprenumerera avanmal avsluta afmeld afmelding frameld avmelding avmeld meldav peruuta
    peruutus poista poistakaa wypisz wypisac wypisanie wypiszcie rezygnuje rezygnacja usun usuncie odhlasit odhlaste
    odhlaseni vyradit vyradte vymazat vymazte
    """.split()
)
FILLERS = frozenset(
    """
    please pls plz kindly thanks thank you thx now immediately me us from your this list mailing email emails mail mails
    e all out the my address subject i want to would like and again newsletter at once ty
    bitte danke mich uns sofort aus dem ihrem verteiler der liste vom von newsletter umgehend hiermit vielen dank
    svp merci de moi nous me la votre liste s il vous plait immediatement vous d avance
    por favor gracias dar de la lista quiero darme inmediatamente me del su solicito
    per grazie dalla lista favore mi subito dalla vostra cortesemente prego
    aub alstublieft graag mij ons bedankt lijst uit dank u
    obrigado obrigada favor me da lista agradeco
    tack mig oss snalla fran listan
    tak venligst fra listen jer
    takk meg vennligst av fra listen
    kiitos minut listalta tilaus
    prosze dziekuje mnie z listy nas o
    prosim dekuji me nas z odberu
    """.split()
)
MOST_FILLERS = 6
# These are known with a letter wrong, too many or too few.
MISTYPED = (
    "unsubscribe", "unsubscribed", "desabonner", "desabonnement", "desinscrire", "desinscription", "abbestellen", "abmelden",
    "abmeldung", "austragen", "uitschrijven", "afmelden", "descadastrar", "avregistrera", "disiscrivetemi",
)  # fmt: skip

_MAILS = r"(?:e-?mails?|mails?|messages?|spam|newsletters?|offers?|advert\w+|ads|marketing|communications?|correspondence|follow[- ]?ups?|solicitations?|sales pitch\w*|pitches)"  # noqa: E501
_LISTS = (
    r"(?:(?:mailing|e-?mail(?:ing)?|distribution|contact|marketing|prospect\w*|call|sales|spam|send)[ -]?lists?"
    r"|lists?(?! of (?!recipients|contacts|addresses|prospects|people|leads))|database|data base|db|crm|records?|systems?|mailings?|e-?mails?|mails?"
    r"|campaigns?|sequences?|newsletters?|contacts|outreach|cadence|correspondence|communications?|subscri\w+|files)"
)
_OURS = r"(?:my|our|this|these|the) (?:e-?mails?(?: ?-?address\w*| id)?|address\w*|mailbox|inbox|account|contact(?: details| data| info\w*)?|data|details|info\w*|personal \w+|domain|company|name|number)"  # noqa: E501
# Where an order stands: people tell of others who stop, remove and unsubscribe.
_DO = r"(?:^|[,:(-] ?|\b(?:please|pls|plz|kindly|just|and|then|so|(?:can|could|would|will|want|need|ask|like) you|you to|must|should|now|immediately|also|simply|hereby|request\w*|demand\w*)[ ,]+(?:please |to )?)"  # noqa: E501

ENGLISH = (
    rf"{_DO}(?:un-?subscribe)(?: (?:me|us|my|our|this|from (?:your|this|these|the|all|any|future|further|it|here|you\b)|immediately|now|asap|please|at once)|,? ?$)",
    r"\b(?:i|we)(?:'d| would| want| wish| am| have| had| need| are|'m)\b.{0,40}\b(?:un-?subscribe|unsubscribed|opt(?:ed|ing)?[ -]?out|(?:be )?(?:removed|deleted|taken off|off (?:of )?(?:your|this|the)))\b(?: of| from| by)?(?: (?:your|this|these|the|all|any|future)\b|[ ,.]*$)",
    r"\b(?:want|get|take) (?:me |us )?off (?:of )?(?:your|this|the) .{0,20}\blists?\b(?! of )",
    r"\bhow (?:do|can|may) (?:i|we|one) (?:un-?subscribe|opt[ -]?out|get off)(?: (?:of|from) (?:this|your|these|the)\b.{0,30})?\s*$",
    rf"{_DO}(?:remove|delete|take|drop|strike|erase|exclude|scrub|purge|cross) (?:me|us|{_OURS}|\S{{1,60}}@\S{{1,60}})(?: off| from| out)(?: of)? (?:(?:all|any|your|this|these|the|future|further|of|both) ){{0,4}}(?:\w+ )?{_LISTS}\b",
    rf"{_DO}(?:remove|take|delete|strike|scrub) (?:me|us)(?: off| out)?(?:,? (?:please|now|immediately|thanks?|thank you|asap|from here|from this|permanently|completely|altogether))*\s*$",
    rf"{_DO}(?:remove|delete|erase|purge) (?:all )?(?:of )?(?:my|our|this|any) (?:(?:personal|contact|e-?mail|company) ?){{0,2}}(?:address\w*|data|details|info\w*|records?|e-?mail(?= (?:from|off|out)))\b",
    rf"{_DO}(?:opt (?:me|us|this address) out|opt out(?: (?:me|us))?(?: (?:of|from) (?:your|this|these|all|any|future|further)|\s*$))",
    rf"{_DO}(?:stop|quit|cease|discontinue|halt|refrain from) (?:e-?mailing|mailing|contacting|writing|messaging|bothering|harassing|soliciting|pestering|calling|texting|reaching out|following up)(?: (?:to )?(?:me|us|this|here|my|our)\b| with (?:me|us)\b|[ ,]*(?:please|now|immediately)?\s*$)",
    rf"{_DO}stop (?:the |this |your )?spam(?:ming)?\b",
    rf"{_DO}(?:stop|quit|cease|discontinue|halt|end|refrain from)(?: with)? (?:sending|sending out|with|all|any|these|your|the|this)(?: (?:me|us|of|to|more|any|your|these|such|further|unsolicited|all|this|stupid|annoying|unwanted|marketing|commercial|kind of|type of|sales|cold)){{0,5}} ?{_MAILS}\b",
    rf"{_DO}stop sending(?: (?:me|us|this|these|stuff|things|anything|it|to (?:me|us|this address))){{1,3}}\s*$",
    r"\b(?:do not|don'?t|never|do no|not to|no longer|should not|must not|stop trying to|may not)(?: ever| please)? (?:contact|e-?mail|mail|write(?: to)?|message|bother|disturb|solicit|approach|spam|pester|reach out to|follow up with|get in touch with|call or e-?mail|e-?mail or call) (?:me|us|this (?:e-?mail|address|mailbox|inbox)\S*|my \w+|our \w+)(?:[ ,]+(?:again|any ?more|further|ever(?: again)?|in (?:the )?future|with|about|at this (?:e-?mail )?address|please|any longer|going forward|for (?:any )?(?:marketing|advertis\w+|sales)\b.*|thanks?|thank you|or .*|and .*|as .*|since .*|\W+))*\s*$",
    rf"\b(?:do not|don'?t|never|not to|stop to|no longer|need not|should not|must not|please not)(?: ever| please)? (?:send|sending|forward|e-?mail|mail)(?: (?:me|us|to|this|my|our|any|more|further|additional|address|such|these|your|those|unsolicited|again|other|marketing|commercial|sales|here|anything|nothing)){{0,6}} ?(?:{_MAILS}|any ?more|anything(?: else| again)?|again|stuff|things like this|(?:me|us)(?: any)? (?:more|further))\b",
    rf"\b(?:i|we)(?: really| honestly| simply| also| just)?(?: do not| don'?t| no longer|'d rather not| would (?:rather |prefer )?not| never)(?: longer| ever)?(?: want| wish| care| like| need| desire)?(?: to)? (?:receive|get|hear|see|have|read)(?: (?:any|more|from|your|these|such|those|this|further|of|by|the|kind|type|on|like|unsolicited|future|company|again|marketing|mailing|sales|about|regarding|anything)){{0,6}} (?:{_MAILS}|from you|you again|you any ?more|any ?more from (?:you|your \w+)|anything (?:more |else )?from (?:you|your \w+))\b",
    r"\b(?:i|we)(?: really| honestly| simply| also| just)?(?: do not| don'?t| no longer|'d rather not| would (?:rather |prefer )?not| never)(?: longer| ever)? (?:want|wish|care|like|need|desire|consent|agree)(?: to)? (?:(?:ever |to )?be (?:contacted|e-?mailed|mailed|bothered|approached|solicited|(?:on|part of) (?:your|this|any|the)\b)|hear from you|receive (?:this|these|them|those|more|any more|further)\s*$)",
    rf"\b(?:i|we)(?: do not| don'?t| no longer)(?: want| wish| need| care for| appreciate)(?: any| your| these| such| more| further| of| this| unsolicited){{0,4}} {_MAILS}\b",
    rf"(?:^|\bplease,? |[,:-] )(?:absolutely )?no (?:more|further|additional|future) (?:(?:of|these|such|your|unsolicited|sales|marketing|cold) ){{0,3}}(?:{_MAILS}|contact)\b",
    r"\b(?:put|add|place|include) (?:me|us|my \w+) (?:on|in|to) (?:your|the|a|any) (?:do[- ]not[- ](?:contact|call|e-?mail|mail|disturb)|dnc|suppression|opt[- ]?out|block|exclusion|black)\b",
    r"(?:^|[,:-] |\bplease )please remove(?: now| asap| immediately|,? thanks| permanently)?\s*$|\bkindly remove\s*$|^please remove\s*$",
    r"\b(?:ensure|make sure|see to it|request|demand|insist|require|ask|expect)(?: that)? (?:i|we|you|my \w+) (?:do not|don'?t|no longer|never|will not|are not|am not|stop|cease|receive no|get no|is removed|be removed|is deleted|am removed|are removed)\b.{0,40}\b(?:e-?mails?|mails?|messages?|contact\w*|list\w*|removed|deleted|writing|sending|mailing|e-?mailing|communications?|correspondence)\b",
    r"\blose my (?:number|e-?mail|address|contact)",
    r"\bleave (?:me|us) (?:alone|in peace)\b",
    r"\b(?:i|we)(?: hereby| do| also| therefore| formally| strongly){0,3} (?:object|withdraw|revoke|oppose|exercise|invoke)\b.{0,80}\b(?:processing|use|consent|data|marketing|right|gdpr|mails?)\b",
    r"\b(?:request|demand|want|ask(?:ing)? for|require)\b.{0,30}\b(?:erasure|deletion|removal) of (?:all )?(?:my|our)\b",
    r"\b(?:ask(?:ed|ing)?|told|request(?:ed|ing)?|begg?(?:ed|ing)) (?:(?:you|your \w+)(?: \w+)? )?(?:to )?(?:be )?(?:not to (?:contact|e-?mail|write)|stop|(?:be )?(?:unsubscribed?|removed|taken off|remove (?:me|us)|unsubscribe (?:me|us)|remove my))\b",
    r"\b(?:cease and desist|cease (?:all |any )?(?:further )?(?:contact|communication))",
)  # fmt: skip

_VERTEILER = r"(?:(?:e-?mail|mail|mailing|newsletter|adress|kunden|kontakt|versand)?-?(?:verteiler\w*|liste\w*|datenbank\w*|datei\w*|kartei|system\w*|newsletter\w*|mailings?|kontakte\w*|bestand|crm|datens\w+|aussendung\w*|werbe\w*))"  # noqa: E501
_POST = r"(?:e-?mails?|mails?|nachrichten|werbung|werbemails?|newsletter\w*|anfragen|angebote\w*|zuschriften|zusendungen|post|schreiben|spam|kontaktaufnahme\w*|kontaktversuche\w*|kontaktanfragen|informationen|infos|mailings|akquise\w*|werbe\w*|kontaktierung\w*)"  # noqa: E501
_MEINE = r"(?:mich|uns|(?:meine|unsere|diese|die) (?:e-?mail-?adress\w*|mail-?adress\w*|adress\w*|mailadress\w*|daten\w*|kontakt\w*|firma|person\w*)|meinen (?:namen|eintrag|kontakt)|unseren (?:namen|eintrag))"  # noqa: E501

GERMAN = (
    r"\bmelde?n? (?:sie )?(?:bitte )?(?:mich|uns)\b.{0,50}\bab\b(?! (?:und|dem|\d|montag|dienstag|mittwoch|donnerstag|freitag))",
    r"\bmelde (?:ich|wir) (?:mich|uns)\b.{0,40}\bab\b",
    r"\btrag(?:en|t|e)? (?:sie )?(?:bitte )?(?:mich|uns|meine|unsere)\b.{0,60}\baus\b\s*(?:[,-].*)?$",
    rf"\bnehm(?:en|t)? (?:sie )?(?:bitte )?(?:mich|uns|meine|unsere|diese)\b.{{0,50}}(?:\b(?:he)?raus\b|\b(?:aus|von|vom)\b.{{0,20}}\b{_VERTEILER})",
    rf"\b(?:streich(?:en|t)?|entfern(?:en|t)|losche?n?|loeschen|sperr(?:en|t)) (?:sie )?(?:bitte )?(?:mich|uns|{_MEINE})\b",
    rf"(?:^(?:\w+ ){{0,3}}|\bbitte,? (?:sofort |umgehend |hiermit )?|\b(?:mich|uns|adress\w*|daten|namen?|mail|mailadress\w*|kontakt|firma)\b.{{0,30}})\b(?:aus|von|vom)\b.{{0,25}}\b{_VERTEILER}\b.{{0,25}}\b(?:nehmen|streichen|loe?schen|entfernen|austragen|(?:he)?rausnehmen|gestrichen|geloe?scht|entfernt|ausgetragen|(?:he)?rausgenommen|genommen|abmelden|abgemeldet|raus)\b",
    r"\bverschon(?:en|t)\b.{0,20}\b(?:mich|uns)\b",
    rf"\b{_MEINE}\b.{{0,40}}\b(?:loe?schen|entfernen|austragen|streichen|abmelden|sperren|geloe?scht|entfernt|rausnehmen|herausnehmen)\b",
    r"\bbitte (?:sofort |umgehend |hiermit )?(?:mich |uns )?(?:vom newsletter |von .{0,30})?(?:abmelden|austragen|abbestellen)\b",
    r"\b(?:moe?chte|will|wollen|wue?rde|kann ich|hiermit)\b.{0,40}\b(?:abmelden|austragen|abbestellen|abgemeldet|ausgetragen)\b",
    r"\b(?:schreib(?:en|t)?|kontaktier(?:en|t)|mail(?:en|t)|belae?stig(?:en|t)|melden|ruf(?:en|t)|nerv(?:en|t)|stoe?r(?:en|t)) (?:sie |ihr )?(?:mir |mich |uns |sich )?(?:bitte |doch |in zukunft |zukue?nftig |kue?nftig ){0,3}(?:bei mir |bei uns |an )?(?:bitte )?(?:nicht mehr|nie (?:mehr|wieder)|nicht weiter|nicht wieder|keine)\b",
    rf"\b(?:schick(?:en|t)?|send(?:en|et)|uebersenden|ue?bermitteln) (?:sie |ihr )?(?:mir |uns )?(?:bitte |in zukunft |zukue?nftig |kue?nftig |an diese adresse |ab sofort ){{0,3}}(?:nichts mehr|nie (?:mehr|wieder)|keine(?:rlei)?(?: weiteren?| solchen?| unaufgeforderten?| mehr){{0,3}} {_POST})\b",
    rf"\bkeine(?:rlei)? (?:weiteren?|mehr|zukue?nftigen?|kue?nftigen?|neuen) {_POST}\b(?!.{{0,40}}\b(?:bekommen|erhalten|gefunden|eingegangen)\b(?! ?(?:zu )?(?:moe?chte|will|wollen|moe?chten)))",
    rf"\bkeine(?:rlei)? {_POST} mehr\b(?!.{{0,50}}\b(?:bekommen|erhalten|gefunden|eingegangen)\s*$)",
    r"^(?:bitte |danke,? )?keine (?:werbung|newsletter|werbemails|mails)\s*(?:bitte|danke)?$",
    rf"\b(?:moe?chten?|will|wollen|wue?nsche?n?|lege|bitte)\b.{{0,40}}\b(?:keine(?:rlei)?|nicht(?:s)?(?: mehr| weiter| lae?nger)?)\b.{{0,60}}\b(?:kontaktiert|angeschrieben|belae?stigt|beworben|{_POST}(?: mehr)? (?:(?:von|an|ueber|zu) .{{0,30}})?(?:erhalten|bekommen|empfangen|wue?nsch\w*|haben|lesen|zugesandt|zugeschickt)|(?:von ihnen|von euch) (?:hoe?ren|lesen|erhalten|bekommen))\b",
    rf"\b(?:wue?nsche?n?|moe?chten?|wollen|will) (?:ich |wir )?(?:bitte )?keine(?:rlei)?(?: weiteren?| weitere| mehr)? {_POST}\b(?: mehr)?(?! (?:mit|zu|ueber) )",
    r"^(?:.{0,40}\b)?bitte .{0,40}\b(?:nicht (?:mehr|wieder|weiter|lae?nger)|nie (?:mehr|wieder)) (?:zu )?(?:(?:an)?schreiben|kontaktieren|(?:an)?mailen|belae?stigen|melden|zusenden|zuschicken|schicken|senden|anrufen)\b",
    r"\b(?:mich|uns|mir) .{0,25}(?:nicht (?:mehr|wieder|weiter|lae?nger)|nie (?:mehr|wieder)) (?:zu )?(?:(?:an)?(?:zu)?schreiben|(?:zu )?kontaktieren|(?:an)?mailen|belae?stigen|zusenden|zuschicken|kontaktiert|angeschrieben)\b",
    r"\b(?:nicht (?:mehr|wieder|weiter|lae?nger)|nie (?:mehr|wieder)) (?:von ihnen |von euch )?(?:kontaktiert|angeschrieben|angemailt|belae?stigt|beworben)(?: zu)? (?:werden|wird|wue?rde)\b",
    rf"\b(?:sehen|nehmen|seht|nehmt) (?:sie |ihr )?(?:bitte )?(?:in zukunft |zukue?nftig |kue?nftig )?(?:von|abstand von)\b.{{0,50}}\b{_POST}\b",
    rf"\bvon (?:weiteren|solchen|derartigen|kue?nftigen|zukue?nftigen|jeglichen|jeder|weiterer)\b.{{0,40}}\b(?:abzusehen|absehen|abstand)",
    rf"\bunterlass(?:en|t|e)\b.{{0,60}}\b(?:{_POST}|anzuschreiben|kontaktieren|kontaktier\w*|zuzusenden|zuzuschicken|belae?stig\w*)\b",
    r"\bhoe?r(?:en|t)? (?:sie |ihr )?(?:bitte )?(?:endlich )?auf\b.{0,40}\b(?:schreiben|schicken|senden|mailen|belae?stigen|nerven|spammen|kontaktieren|mails|spam)",
    r"\blass(?:en|t)? (?:sie )?(?:mich|uns) (?:bitte |endlich )?in ruhe\b",
    r"\bwiderspr(?:eche|echen|icht)\b.{0,80}\b(?:nutzung|verarbeitung|verwendung|speicherung|zusendung|werbung|werbe\w*|daten\w*|kontakt\w*|dsgvo|mails?)\b",
    r"\b(?:widerruf\w*|entziehe)\b.{0,40}\b(?:einwilligung|zustimmung|einverstae?ndnis)",
    r"\b(?:lege|mache|erklae?re|erhebe|ue?be)\b.{0,40}\bwiderspruch\w*\b",
    r"\b(?:bitte um|verlange|fordere|beantrage|auf)\b.{0,30}\b(?:loe?schung|austragung|streichung|abmeldung|entfernung)\b.{0,30}\b(?:meiner|unserer|meines|aller|aus|vom|von|der)\b",
    r"\b(?:bitte|hiermit) .{0,20}\bum (?:abmeldung|austragung|streichung|loe?schung)\b",
    r"\b(?:stopp?en|beenden) sie\b.{0,30}\b(?:mails|spam|newsletter|nachrichten|werbung|zusendung)",
)  # fmt: skip

_LISTE = r"(?:listes?|base|bases|fichiers?|mailings?|diffusion|contacts|newsletters?|base de donnees|carnet|crm|envois|destinataires)"
_COURRIERS = r"(?:e-?mails?|mails?|messages?|courriels?|courriers?|spams?|sollicitations?|newsletters?|publicites?|pubs?|offres?|relances?|demarchages?|prospections?|communications?)"  # noqa: E501

FRENCH = (
    r"\b(?:me|nous|m'|merci de|veuillez|voulez-vous|pouvez-vous|pourriez-vous|souhait\w+|veux|voudrais|desire|demande|svp|s'il vous plait|prie de)\b.{0,40}\b(?:desab?onn|desinscri)\w*",
    r"\b(?:desab?onne[zsr]?|desinscri[a-z]{1,5})[- ](?:moi|nous|mon|mes|notre|cette)\b",
    r"^(?:.{0,20}[ ,])?(?:desabonnement|desinscription)\s*(?:svp|merci|s'il vous plait)?\s*$",
    rf"\b(?:retir|enlev|supprim|ray|effac|sort|radi|exclu|ote|elimin)\w{{0,4}}[- ](?:moi|nous|mon|mes|notre|nos|cette|ces)\b.{{0,50}}\b(?:{_LISTE}|adresses?|donnees|coordonnees|e-?mails?(?! (?:precedent|anterieur)))\b",
    r"\b(?:retirez|enlevez|supprimez|rayez|radiez)[- ](?:moi|nous)\b(?!.{0,30}\b(?:copie|boucle|reunion|fil)\b)",
    rf"\b(?:me |nous |m')(?:retirer|supprimer|enlever|rayer|sortir|radier|effacer|oter|exclure)\b.{{0,30}}\b{_LISTE}\b",
    r"\bne (?:me |nous |m')(?:(?:re)?contact\w+|ecri\w+|envo\w+|sollicit\w+|relanc\w+|demarch\w+|derang\w+|adress\w+|importun\w+|spamm\w+) (?:plus|jamais|rien)\b",
    r"\bne (?:me |nous )?(?:(?:re)?contactez|ecrivez|sollicitez|relancez|demarchez|derangez) (?:pas|plus)\s*$",
    r"\bne (?:pas|plus) (?:me |nous |m')(?:(?:re)?contacter|ecrire|solliciter|relancer|recontacter|deranger|demarcher)\s*$",
    r"\bne plus (?:jamais |rien )?(?:a )?(?:(?:me |nous |m'|nous)(?:(?:re)?contact|ecri|envoy|sollicit|relanc|adress|derang|importun|demarch|spamm)\w*|(?:re)?contacter|ecrire a|recevoir|etre (?:(?:re)?contacte|sollicite|demarche|derange|relance|importune|destinataire|inscrit)\w*|envoyer|faire partie|figurer|solliciter)",
    rf"\bne (?:souhait|veu|desir|voul|voudr|tien)\w* (?:plus|pas|pas du tout)\b.{{0,30}}\b(?:etre (?:(?:re)?contacte|sollicite|demarche|derange|relance|importune)\w*|recevoir (?:plus )?(?:d'autres|de|vos|ces|ce genre|ce type|aucun|d')\b.{{0,30}}{_COURRIERS}|recevoir vos)",
    r"\b(?:je|nous|on) (?:ne )?(?:souhait|veu|desir|voul)\w* plus (?:rien )?(?:recevoir|etre|entendre|avoir)\b",
    rf"\b(?:cesse[zr]?|arrete[zr]?|stopp?e[zr]?) (?:immediatement |tout de suite |svp )?(?:de |d'|tout |toute |vos |ces |les |l'envoi|cet |ce )(?:m'|me |nous )?.{{0,30}}\b(?:envo\w+|ecri\w+|contact\w+|spamm\w+|harcel\w+|sollicit\w+|import\w+|derang\w+|demarch\w+|{_COURRIERS})\b",
    rf"^(?:.{{0,25}}[ ,])?(?:plus (?:de|aucun)|stop aux|stop les|pas d'autres?) {_COURRIERS}\b.{{0,25}}$",
    r"\bm'oppose\b.{0,60}\b(?:traitement|utilisation|donnees|prospection|usage|envoi)\b",
    r"\b(?:exerce|exercer|invoque|fais valoir|faire valoir)\b.{0,30}\bdroit (?:d'opposition|a l'effacement|a l'oubli|de suppression|de retrait)",
    r"\b(?:retire|revoque)\b.{0,20}\bconsentement\b",
    r"\b(?:demande|exige|merci de proceder a|veuillez proceder a)\b.{0,30}\b(?:suppression|effacement|retrait|desinscription|radiation)\b.{0,30}\b(?:mes|mon|ma|nos|notre|de la|de votre|de vos)\b",
    r"\b(?:merci|prie|veuillez)\b.{0,15}\bde (?:bien vouloir )?(?:supprimer|effacer|retirer|enlever|rayer) (?:mon|mes|notre|nos|cette)\b.{0,20}\b(?:adresses?|donnees|coordonnees|e-?mails?|contacts?|noms?)\b",
    r"\blaisse[zr]?[- ](?:moi|nous) (?:tranquille|en paix)\b",
)  # fmt: skip

_CORREOS = r"(?:correos?|e-?mails?|mails?|mensajes?|publicidad|spam|ofertas?|newsletters?|boletin(?:es)?|comunicaciones|propaganda|informacion comercial|promociones)"  # noqa: E501

SPANISH = (
    r"\b(?:dar(?:me|nos)|d(?:e|a|en|ad|eis)(?:me|nos)|dame|danos|me (?:de|den|des)|nos (?:de|den|des)|causar|solicito (?:la|mi)|pido (?:la|mi)|tramit\w+ (?:la|mi)|quiero(?: la| mi)?|proced\w+ a(?: la| mi)?)\b.{0,25}\bbaja\b(?! (?:la|el|los) )",
    rf"\bd(?:ar|en|ad|e) de baja\b.{{0,20}}\b(?:mi|mis|nuestr[oa]s?|est[ae]|a est[ae])\b.{{0,10}}\b(?:correo|e-?mail|mail|direccion|suscripcion|cuenta|datos|contacto|nombre)",
    r"\b(?:elimin|borr|quit|sac|saqu|retir|remov|remuev|exclu|supri[mn]|suprim|tach)\w{0,5}(?:me|nos)\b.{0,40}\b(?:listas?|bases?|mailing|contactos|envios|correos?|difusion|registros?|newsletter|suscri\w+|distribucion|fichero|crm)\b",
    r"\b(?:elimin|borr|quit|sac|saqu|retir|remuev|exclu|suprim)(?:ar|en|ad|e|a|an)?(?:me|nos)\b(?:,? (?:por favor|gracias|ya|inmediatamente))?\s*$",
    r"\b(?:elimin|borr|quit|retir|suprim|saqu|remuev)\w{0,4} (?:por favor )?(?:todos )?(?:mi|mis|nuestr[oa]s?|est[ae]|a) (?:datos|correo(?! anterior)|e-?mail(?! anterior)|direccion|contacto|cuenta de correo|informacion|nombre de)\b",
    rf"\bno (?:me|nos) (?:vuelv(?:a|an|as) a (?:escribir|contactar|enviar|mandar|molestar|llamar)|(?:escrib(?:a|an|as|ais)|contact(?:e|en|es|eis)|envi(?:e|en|es|eis)|mand(?:e|en|es)|molest(?:e|en|es|eis)|remit(?:a|an|as)|contactar|escribir|enviar))\w{{0,3}}(?:[ ,]+(?:mas|nada(?: mas)?|nunca(?: mas)?|otra vez|de nuevo|por favor|ningun|ninguna|otro|este tipo de|estos|esta clase de|a este correo|a esta direccion|gracias|jamas|{_CORREOS}).*)?\s*$",
    r"\bno (?:me |nos )?(?:vuelv(?:a|an|as|ais)|volver) a (?:escrib|contact|envi|mand|molest|llam)\w*",
    rf"\bno (?:envi(?:e|en|es)|mand(?:e|en|es)|escrib(?:a|an|as)|contact(?:e|en|es))(?:me|nos)?\b.{{0,15}}\b(?:mas|nunca|{_CORREOS})\b",
    rf"\b(?:no|ya no|tampoco) (?:deseo|quiero|queremos|deseamos|quisiera|querria)(?: seguir| volver a)?(?: recib(?:ir|iendo)\b.{{0,25}}\b(?:mas|{_CORREOS}|suyos|vuestros|sus|nada)|(?: que)? (?:me|nos) (?:vuelv\w+ a )?(?:contact|escrib|envi|mand|molest)\w*| ser contactad\w*| mas {_CORREOS}| saber (?:mas|nada))",
    rf"\b(?:no|ya no|dejar de|sin) (?:deseo |quiero |queremos |deseamos )?(?:seguir )?recib(?:ir|iendo) (?:mas |sus |estos |vuestros |este tipo de |ningun |tus ){{0,2}}{_CORREOS}\b",
    r"\b(?:dej|par|ces)(?:e|en|a|ad|ar|es|eis) de (?:enviar|mandar|escribir|contactar|molestar|spamear|acosar|llamar|remitir)\w*",
    rf"\b(?:cancel|anul)\w* (?:mi|nuestra|esta) (?:suscripcion|registro|inscripcion)\b|\b(?:cancelar|anular) (?:la )?suscripcion\s*$",
    r"\b(?:desuscri[bp]|desapunt|desinscri[bp])\w*(?:me|nos)\b",
    rf"^(?:.{{0,25}}[ ,])?(?:no|ni un) mas {_CORREOS}\b.{{0,20}}$|\bbasta (?:ya )?de {_CORREOS}\b",
    r"\b(?:ejer\w+|ejercit\w+|solicit\w+|hago uso)\b.{0,50}\b(?:derecho|derechos) (?:de|a la|al) (?:supresion|oposicion|cancelacion|olvido)",
    r"\bme opongo\b.{0,50}\b(?:tratamiento|uso|datos|envio)",
    r"\b(?:retiro|revoco)\b.{0,20}\bconsentimiento\b",
    r"\bsolicit\w+\b.{0,30}\b(?:eliminacion|supresion|cancelacion|borrado|baja)\b.{0,20}\b(?:mis|mi|nuestros|de la|de su)\b",
    r"\bdej(?:e|en|a|ad)(?:me|nos) en paz\b",
)  # fmt: skip

_ITALIAN_MAILS = r"(?:e-?mail|mail|messaggi\w*|comunicazion\w*|spam|pubblicita|newsletter|offerte|promozion\w*)"

ITALIAN = (
    r"\b(?:cancell|rimuov|elimin|togli|escludi|depenn|lev)\w{0,6}(?:mi|ci|temi|teci)\b.{0,30}\b(?:list\w+|mailing|database|newsletter|elenc\w+|contatti|archiv\w+|indirizz\w+|rubrica)\b",
    r"\b(?:cancell(?:ate|a|i|are|ar|ino)|rimuov(?:ete|i|a|er|ere|ano)|togli(?:ete|er|ere)?|elimin(?:ate|a|i|ar|are))(?:mi|ci)\b(?:,? (?:per favore|grazie|subito))?\s*$",
    r"\b(?:cancell|rimuov|elimin|togli|tolg)\w{0,5} (?:per favore |cortesemente )?(?:il mio|la mia|i miei|il nostro|la nostra|i nostri|questo|questa) (?:indirizz\w+|e-?mail\b(?! precedente)|mail\b(?! precedente)|nominativ\w+|dati|contatt\w+|iscrizion\w+|recapit\w+|nome)",
    r"\bmi (?:cancell|rimuov|elimin|tolg)\w+\b.{0,30}\b(?:list\w+|mailing|database|newsletter|elenc\w+|contatti)\b",
    r"\bnon (?:mi |ci |vogliate |dovete |voglio che mi )?(?:scriv|contatt|mand|invi|disturb|ricontatt|spedi|sped|telefon)\w*\b.{0,20}\b(?:piu|mai|altre|altri|ulteriori|nessun\w*|nulla)\b",
    r"\bnon (?:(?:scrive|contatta|manda|invia|disturba|ricontatta)te(?:mi|ci)|(?:scriver|contattar|mandar|inviar|disturbar)(?:mi|ci))\b",
    r"\bdi non (?:(?:scriver|contattar|mandar|inviar|disturbar|ricontattar)(?:mi|ci)|essere (?:piu )?contattat)",
    rf"\bnon (?:desider|vogli|intend|gradisc|gradirei|vorrei|vogliam|interess)\w* (?:piu )?(?:piu )?(?:ricevere\b.{{0,30}}\b(?:piu|altre|ulteriori|vostre|queste|nessun\w*|{_ITALIAN_MAILS})|essere (?:piu )?(?:ri)?(?:contattat|disturbat)|altre {_ITALIAN_MAILS}|ricevere piu)",
    r"\bnon (?:desidero|desideriamo|voglio|vogliamo|intendo) piu (?:ricevere|essere|sentire)\b",
    r"\b(?:desider|vorre|chied|vogli|prego|gradir)\w*\b.{0,30}\bessere (?:cancellat|rimoss|eliminat|tolt|disiscritt)\w*",
    r"\b(?:smett|piant)\w* (?:subito )?di (?:scriver|mandar|inviar|contattar|disturbar|spammar|spedir|tempestar)\w*",
    rf"\bbasta (?:con (?:le |queste |i |questi )?)?{_ITALIAN_MAILS}\b",
    r"\b(?:disiscri|dis-iscri|annull\w+ (?:la mia |la nostra |l')?iscrizion|cancell\w+ (?:la mia |la nostra |l')iscrizion)\w*",
    r"\b(?:cancellazion|rimozion|disiscrizion)\w* (?:dalla|dal|da|del mio|dei miei|della mia) .{0,20}\b(?:list\w+|mailing|database|newsletter|elenc\w+|dati|indirizz\w+|e-?mail)",
    r"\bmi oppongo\b|\brevoco\b.{0,20}\bconsenso\b|\b(?:esercit|chied|richied)\w*\b.{0,40}\b(?:diritto (?:di|alla|all') ?(?:opposizion|cancellazion|oblio)|cancellazione dei miei dati)",
    r"\blasciate(?:mi|ci) in pace\b",
)  # fmt: skip

_DUTCH_MAILS = r"(?:e-?mails?|mails?|mailtjes|berichten|nieuwsbrie\w+|reclame\w*|post|spam|aanbiedingen|advertenties)"

DUTCH = (
    r"\b(?:uitschrijven|uitgeschreven|afmelden|afgemeld)\b(?= ?(?:voor|van|uit|a\.?u\.?b|alstublieft|graag|bedankt|worden|$|[,.]))(?<!om u af te melden)",
    r"\bschrijf (?:mij|me|ons)\b.{0,30}\buit\b",
    r"\bmeld (?:mij|me|ons)\b.{0,40}\baf\b",
    r"\b(?:haal|verwijder|schrap|gooi|neem|wis|halen|verwijderen|schrappen)\b.{0,25}\b(?:mij|me|ons|mijn|onze|dit|deze)\b.{0,40}\b(?:\w*lijst\w*|bestand\w*|database|mailing\w*|adres|e-?mailadres|mailadres|gegevens|systeem|nieuwsbrief)\b",
    r"\b(?:mij|me|ons|mijn|onze|dit)\b.{0,30}\b(?:adres|gegevens|lijst|mailadres|e-?mailadres|bestand|\w*lijst|database)\b.{0,20}\b(?:te )?(?:halen|verwijderen|schrappen|wissen)\b",
    r"(?:^|\b(?:graag|gelieve|verzoek|mij|ons|svp|aub)\b.{0,20})\bvan (?:de|uw|jullie|deze) \w*lijst (?:te )?(?:halen|verwijderen|schrappen|af)\b",
    r"\b(?:mij|me|ons) (?:a\.?u\.?b\.? |alstublieft |svp )?(?:te )?(?:verwijderen|schrappen)\b",
    r"\b(?:niet (?:meer|langer|nog eens)|nooit meer) (?:te )?(?:mailen|contacteren|benaderen|schrijven|benaderd|gecontacteerd|gemaild|ontvangen|lastig|storen|sturen|opnemen|aanschrijven|aangeschreven)\b",
    rf"\bgeen {_DUTCH_MAILS} meer\b|\bgeen (?:verdere|nieuwe|andere|ongevraagde) {_DUTCH_MAILS}\b",
    rf"\b(?:mail|stuur|contacteer|benader|schrijf|sturen|mailen) (?:u )?(?:mij|me|ons) (?:a\.?u\.?b\.?,? |alstublieft |svp |graag )?(?:niet (?:meer|langer)|nooit meer|niets meer|geen (?:\w+ )?{_DUTCH_MAILS})\b",
    rf"\bstop(?:pen)? (?:a\.?u\.?b\.? )?(?:(?:met )?(?:het )?(?:mij |me |ons )?(?:te )?(?:mailen|sturen|versturen|contacteren|benaderen|spammen|schrijven)|(?:met )?(?:deze|dit|uw|al die|die) {_DUTCH_MAILS})\b",
    rf"\b(?:wil|willen|wens|wensen|stel|hoef)\b.{{0,25}}\b(?:geen|niet (?:meer|langer)|niets meer)\b.{{0,40}}\b(?:{_DUTCH_MAILS}|ontvangen|benaderd|gecontacteerd|gemaild)\b(?! (?:met|over) )",
    r"\bgeen (?:verder |enkel )?contact (?:meer|opnemen)\b|\bstel(?:len|t)? (?:\w+ )?geen prijs op\b",
    r"\bmaak (?:ik )?bezwaar\b|\btrek\b.{0,20}\btoestemming in\b|\bverzoek\w*\b.{0,40}\b(?:te verwijderen|verwijdering|uit te schrijven)",
    r"\blaat (?:mij|me|ons) met rust\b",
)  # fmt: skip

_PORTUGUESE_MAILS = r"(?:e-?mails?|mails?|mensagens?|spam|publicidades?|propagandas?|newsletters?|comunicac\w+|ofertas?|contatos?|contactos?)"

PORTUGUESE = (
    r"\b(?:remov|retir|exclu|elimin|apagu?|tir|delet|risqu)\w{0,4}(?:-me|-nos| me| nos)\b.{0,40}\b(?:listas?|base|bases|mailing|contatos|contactos|cadastro|newsletter|envios|distribuicao)\b",
    r"\b(?:remov|retir|exclu|elimin|tir)\w{0,4}-(?:me|nos)\b(?:,? (?:por favor|obrigad[oa]))?\s*$",
    r"\b(?:me|nos) (?:remov|retir|exclu|elimin|tir)\w{1,4}\b.{0,30}\b(?:listas?|base|mailing|contatos|contactos|cadastro|newsletter|envios|distribuicao)\b",
    r"\b(?:remov|retir|exclu|elimin|apagu?|delet)\w{0,4} (?:por favor )?(?:o |a |os |as )?(?:meu|minha|meus|minhas|nosso|nossa|nossos|este|esse|esta) (?:e-?mail|endereco|contato|contacto|dados|cadastro|nome|correio)\b(?! anterior)",
    r"\b(?:gostaria|quero|desejo|peco|pretendo|solicito)\b.{0,20}\b(?:ser |que me )(?:removid|retirad|excluid|descadastrad|eliminad|retir|remov|exclu)\w*",
    r"\b(?:descadastr|desinscrev|desinscri|dessubscrev)\w*\b(?<!descadastrou)",
    r"\bcancel\w* (?:a )?(?:minha |nossa |esta )(?:inscricao|subscricao|assinatura|registo)\b|\b(?:cancelar|anular) (?:a )?(?:subscricao|inscricao)\s*$",
    rf"\bnao (?:quero|queremos|desejo|desejamos|pretendo|pretendemos|gostaria de|tenho interesse em) (?:mais )?(?:receber\b.{{0,30}}\b(?:mais|{_PORTUGUESE_MAILS}|seus|vossos|vossas|nada)|(?:voltar a )?(?:ser|sermos) (?:contat|contact|incomod)|que me (?:contact|contat|envi|escrev))",
    r"\bnao (?:quero|queremos|desejo|desejamos|pretendo) mais (?:receber|ser|ter|os|esses|estes|e-?mails)\b",
    rf"\bnao (?:(?:me|nos) )?(?:volt\w+ a (?:me )?)?(?:envi(?:e|em|es)|mand(?:e|em|es)|escrev(?:a|am|as)|contat(?:e|em|es)|contact(?:e|em|es|ar)|incomod(?:e|em)|perturb(?:e|em))(?:-me|-nos)?\b(?:.{{0,20}}\b(?:mais|nunca|novamente|{_PORTUGUESE_MAILS}|de novo)\b|,? (?:por favor)?\s*$)",
    r"\b(?:par|deix|cess)(?:e|em|a|ar|ai|es) de (?:me |nos )?(?:enviar|mandar|escrever|contat|contact|spam|incomod|perturb|importun)\w*",
    rf"^(?:.{{0,20}}[ ,])?(?:sem|nao|chega de|nada de|nenhum) (?:mais )?{_PORTUGUESE_MAILS}\b(?: mais)?.{{0,15}}$",
    r"\b(?:oponho-me|me oponho)\b|\b(?:retiro|revogo)\b.{0,20}\bconsentimento\b|\bexer\w+\b.{0,30}\bdireito (?:de|ao) (?:oposicao|apagamento|esquecimento|exclusao|eliminacao)",
    r"\bsolicit\w+\b.{0,30}\b(?:remocao|exclusao|eliminacao|cancelamento)\b.{0,30}\b(?:meu|minha|meus|da|de|do)\b",
    r"\bdeixe(?:m)?(?:-me| me|-nos) em paz\b",
)  # fmt: skip

SWEDISH = (
    r"\b(?:avregistrera|avprenumerera|avanmal)\b.{0,15}\b(?:mig|oss|min|mitt|var|denna|fran)\b|\b(?:avregistrera|avprenumerera|avanmala)\b\s*(?:tack)?$",
    r"\bavslut(?:a|as)\b.{0,15}\bprenumeration",
    r"\b(?:ta|tag) (?:vanligen |genast )?bort (?:mig|oss|min|mitt|mina|var|vart|vara|den har|denna|det har)\b(?! (?:tidigare|forra|senaste))",
    r"\b(?:stryk|radera|plocka bort|ta bort) (?:mig|oss|min e-?post\w*|min adress|min mailadress|mina uppgifter|vara uppgifter)\b",
    r"\b(?:mig|oss)\b.{0,20}\bborttag(?:en|na)\b",
    r"\bsluta?(?: genast| upp)?(?: med)?(?: att)? (?:e-?posta|maila|mejla|skicka|kontakta|skriva|spamma|hora av|storande)\b",
    r"\b(?:kontakta|maila|mejla|skriv|skicka|hor|stor)\b.{0,20}\binte\b.{0,15}\b(?:mer|langre|igen|fler|nagra|mera)\b",
    r"\b(?:kontakta|maila|mejla|stor) (?:mig|oss) inte\b\s*(?:tack)?$",
    r"\b(?:skicka|skriv|kontakta|maila|mejla) inte (?:fler|mer|nagra|mig|oss|till)\b",
    r"\b(?:vill|onskar)\b.{0,10}\binte (?:langre |ha |fa |motta |ta emot |bli |langre ha |langre fa |langre bli ){0,2}(?:(?:fler|mer|nagra|era|sadana|den har typen av) )?(?:mail|mejl|e-?post\w*|utskick|reklam|kontaktad|kontaktade|meddelanden|kontaktas|nyhetsbrev)",
    r"\binga (?:fler|mer) (?:mail|mejl|utskick|meddelanden|e-?post\w*|brev)\b",
    r"\bmotsatter (?:mig|oss)\b|\baterkallar\b.{0,15}\bsamtycke",
    r"\blamna (?:mig|oss) (?:i fred|ifred)\b",
)  # fmt: skip

DANISH = (
    r"\b(?:afmeld|frameld)\b.{0,15}\b(?:mig|os|min|mit|denne|venligst|nyhedsbrev\w*)\b|\b(?:afmelde|framelde)(?:s)?\b(?= ?(?:mig|os|fra|$|nyhedsbrev))",
    r"\b(?:fjern|slet|stryg|tag|fjerne|slette)\b (?:venligst |straks |lige )?(?:mig|os|min|mit|mine|vores|denne|vor)\b(?:.{0,30}\b(?:liste\w*|mailingliste\w*|database\w*|kartotek\w*|system\w*|adresse\w*|mailadresse\w*|e-?mail\w*|data|oplysninger|arkiv\w*|nyhedsbrev\w*)\b|\s*(?:tak)?$)",
    r"\b(?:stop|hold op) (?:venligst )?(?:med )?(?:at )?(?:sende|skrive|kontakte|maile|spamme)\b",
    r"\b(?:kontakt|skriv|send|mail|henvend)\b.{0,20}\bikke\b.{0,20}\b(?:mere|igen|flere|laengere|fremover)\b",
    r"\b(?:kontakt|mail|forstyr) (?:mig|os) ikke\b\s*(?:tak)?$",
    r"\b(?:undlad|lad vaere med)\b.{0,20}\b(?:at )?(?:sende|skrive|kontakte|maile)\b",
    r"\b(?:onsker|vil)\b.{0,12}\bikke (?:laengere )?(?:at )?(?:modtage|have|kontaktes|blive kontaktet|hore|fa)\b.{0,30}\b(?:mails?|e-?mails?|henvendelser|reklamer?|fra jer|fra dig|beskeder|nyhedsbreve?|mere|flere|kontaktet|kontaktes)?\b",
    r"\b(?:ikke|ingen) flere (?:mails?|e-?mails?|beskeder|henvendelser|nyhedsbreve|reklamer)\b",
    r"\bgor (?:jeg )?indsigelse\b|\btraekker\b.{0,20}\bsamtykke",
    r"\blad (?:mig|os) vaere(?: i fred)?\b",
)  # fmt: skip

NORWEGIAN = (
    r"\bmeld (?:meg|oss|min)\b.{0,30}\b(?:av|ut)\b",
    r"\b(?:avmeld|avregistrer)\b.{0,10}\b(?:meg|oss|min|denne)\b|\b(?:avmelding|melde meg av|melde meg ut)\b",
    r"\b(?:fjern|slett|stryk|ta|fjerne|slette)\b (?:vennligst |straks )?(?:meg|oss|min|mitt|mine|var|denne|e-?post\w*)\b(?:.{0,30}\b(?:liste\w*|e-?postliste\w*|database\w*|register\w*|system\w*|adresse\w*|e-?postadresse\w*|data|opplysninger|kontaktinfo\w*|nyhetsbrev\w*|mailingliste\w*)\b|(?: min| mi| bort| vekk| av)?\s*(?:takk)?$)",
    r"\bslutt(?: med)?(?: a)? (?:sende|skrive|kontakte|maile|spamme|mase)\b|\bslutt a\b.{0,10}\b(?:sende|kontakte|skrive)",
    r"\bikke (?:kontakt|send|skriv|mail|forstyrr)\b.{0,10}\b(?:meg|oss|flere|mer|til)\b",
    r"\b(?:kontakt|send|skriv)\b.{0,20}\bikke\b.{0,15}\b(?:mer|igen|flere|lenger)\b|\b(?:kontakt|forstyrr) (?:meg|oss) ikke\b\s*(?:takk)?$",
    r"\b(?:onsker|vil)\b.{0,12}\bikke (?:lenger )?(?:a )?(?:motta|ha|fa|bli kontaktet|kontaktes|hore)\b.{0,30}\b(?:mail\w*|e-?post\w*|henvendelser|reklame|fra dere|fra deg|meldinger|nyhetsbrev|mer|flere|kontaktet)?\b",
    r"\b(?:ikke|ingen) flere (?:mail\w*|e-?post\w*|meldinger|henvendelser|nyhetsbrev)\b",
    r"\bprotesterer mot\b.{0,20}\bbehandling|\bmotsetter (?:meg|oss)\b|\btrekker\b.{0,20}\bsamtykke",
    r"\bla (?:meg|oss) (?:vaere )?i fred\b",
)  # fmt: skip

FINNISH = (
    r"\bpoist\w*\b.{0,25}\b(?:minut|meidat|sahkopost\w+ni|sahkopostimme|sahkopostiosoit\w+|osoitteeni|osoitteemme|tietoni|tietomme|yhteystieto\w+|nimeni|minun)\b(?!.{0,20}\bviesti)",
    r"\b(?:minut|meidat|osoitteeni|tietoni|sahkopostini|yhteystietoni)\b.{0,30}\b(?:poist|pois)\w*",
    r"\bperu\w*\b.{0,25}\b(?:tilau|uutiskirj|sahkopostitilau)\w*|\b(?:tilau|uutiskirj)\w*\b.{0,15}\bperu\w*",
    r"\b(?:ala|alka|alkaa|elka|elkaa)\b.{0,25}\b(?:lahet|ota|otta|kirjoit|spamma|hairi|postit|soit)\w*\b(?! (?:viela|ennen))",
    r"\b(?:en|emme) (?:enaa )?(?:halua|toivo|tahdo)\b.{0,40}\b(?:viest\w*|post\w*|sahkopost\w*|yhteyden\w*|mainok\w*|uutiskirj\w*|markkinoin\w*|enaa)\b",
    r"\blopet\w*\b.{0,40}\b(?:lahet\w+|viest\w+|postit\w+|spam\w*|yhteyden\w*|mainos\w*|sahkopost\w*)\b",
    r"\bei enaa (?:viest\w+|sahkopost\w+|post\w+|yhteyden\w+|mainok\w+)\b",
    r"\b(?:vastustan|kiellan)\b.{0,40}\b(?:kasittel\w+|markkinoin\w+|kayt\w+)|\bperuutan\b.{0,20}\bsuostumu",
    r"\bjata\w*\b.{0,15}\brauhaan\b",
)  # fmt: skip

POLISH = (
    r"\bwypis\w*\b.{0,20}\b(?:mnie|nas|mojego|moj|z listy|z bazy|z newslettera|z subskrypcji|z mailingu)\b",
    r"\b(?:chce|chcemy|chcialbym|chcialabym|prosze|prosimy)\b.{0,15}\b(?:sie |mnie |nas )?(?:wypisac|wyrejestrowac|zrezygnowac z)",
    r"\b(?:prosze|prosimy) o\b.{0,25}\b(?:wypisanie|zaprzestanie|niewysylanie|nieprzysylanie|niekontaktowanie|wykreslenie|zaniechanie|rezygnacj\w+)\b",
    r"\b(?:usun|usunac|usuniecie|usuniecia|usuncie|skreslcie|wykreslcie|wykreslic|skasujcie|wykreslenie)\b.{0,25}\b(?:mnie|nas|moj\w*|nasz\w*|ten adres|tego adresu|adresu?|danych|z listy|z bazy)\b(?!.{0,15}\b(?:wiadomosc|mail\w* z)\b)",
    r"\bnie (?:chce|chcemy|zycze sobie|zyczymy sobie|zycze|wyrazam zgody|wyrazamy zgody|jestem zainteresowan\w+|zgadzam sie)\b.{0,40}\b(?:otrzymyw\w*|dostaw\w*|maili|e-?maili|wiadomosci|kontakt\w*|reklam\w*|przetwarzani\w*|korespondencj\w*|spamu|informacji handlow\w*|newsletter\w*)\b",
    r"\bnie (?:wysyla|przysyla|pisa|pisz|kontaktowa|kontaktuj|wysylaj|przysylaj|wysla|przesyla)\w{0,5}\b.{0,20}\b(?:do mnie|mi|nam|wiecej|ze mna|juz|do nas|z nami|na ten adres|zadnych)\b",
    r"\b(?:wiecej|juz|do mnie|do nas|mi|nam)\b.{0,20}\bnie (?:pisac|wysylac|kontaktowac|przysylac|pisz\w*|przesylac|dzwonic)\b",
    r"\bprzesta(?:n|ncie|c|nac)\b.{0,25}\b(?:pisac|wysylac|przysylac|spamowac|kontaktowac|nekac)",
    r"\brezygnuj\w+ z\b.{0,20}\b(?:subskrypcji|newsletter\w*|otrzymywania|dalszych|waszych|mailing\w*)",
    r"\b(?:sprzeciw\w*)\b.{0,60}\b(?:przetwarzani\w*|rodo|danych|marketing\w*)\b|\b(?:wnosze|zglaszam|skladam) sprzeciw\b",
    r"\bcofam\b.{0,20}\bzgod|\b(?:zadam|domagam sie)\b.{0,20}\b(?:usuniecia|zaprzestania)",
    r"\bdajcie (?:mi|nam) (?:swiety )?spokoj\b|\bzadnych (?:wiecej )?(?:maili|e-?maili|wiadomosci)\b",
)  # fmt: skip

CZECH = (
    r"\bodhla(?:s|st|sit|ste|seni|sen)\w*\b.{0,20}\b(?:me|mne|nas|odber\w*|z odberu|z newsletteru|z mailing\w*|z databaze|tuto adresu|ze seznamu|zasilani)\b|\bprosim\w* o odhlaseni\b|\b(?:me|mne|nas|se)\b.{0,15}\bodhla(?:st|sit|ste)\w*(?! k)|\b(?:vyrazeni|vymazani|odstraneni|smazani)\b.{0,15}\b(?:z|ze|meho|mych|me|nasi|naseho)\b",
    r"\b(?:vyrad|vymaz|smaz|odstran|vyskrtn|odeber|vyrazen|vyjm)\w*\b.{0,15}\b(?:me|mne|nas|moji?|muj|moje|nasi|nase|mou|meho|mi|tuto adresu|tento e-?mail)\b(?!.{0,15}\b(?:predchozi|posledni|minul\w+)\b)",
    r"\b(?:me|mne|nas|mou|muj|moji)\b.{0,25}\b(?:vyrad|vymaz|smaz|odstran|vyskrtn)\w*",
    r"\b(?:neposilejte|nepiste|nezasilejte|nekontaktujte|neobtezujte|nerozesilejte)\b.{0,25}\b(?:mi|nam|me|mne|nas|uz|jiz|dalsi|vice|zadn\w+|znovu|prosim)\b|\b(?:mi|nam|me|mne|nas|uz|jiz|dale|prosim)\b.{0,15}\b(?:neposilejte|nepiste|nezasilejte|nekontaktujte|neobtezujte|neposilat|nezasilat|nepsat|nekontaktovat)\b",
    r"\b(?:nepre\w+ si|nechc\w+|nestojim\w*)\b.{0,40}\b(?:dostavat|dostat|mail\w*|e-?mail\w*|zprav\w*|kontaktovan\w*|zasilan\w*|zasilat|obchodni\w* sdeleni|reklam\w*|nabidky od vas|newsletter\w*)\b",
    r"\bprestan(?:te|)?\b.{0,25}\b(?:posilat|psat|obtezovat|spamovat|kontaktovat|zasilat)",
    r"\bzrus\w*\b.{0,20}\b(?:odber\w*|registraci|zasilani)",
    r"\b(?:vznasim|podavam|uplatnuji)\b.{0,20}\bnamitk\w+|\bnamitk\w+\b.{0,40}\b(?:zpracovani|udaj\w*)|\bodvolavam\b.{0,20}\bsouhlas|\bnesouhlasim\b.{0,30}\b(?:zasilan\w*|zpracovan\w*)",
    r"\bdejte mi pokoj\b|\bzadne dalsi (?:e-?maily|maily|zpravy)\b",
)  # fmt: skip

# By language: a word that every one of its patterns needs begins so, and the patterns. Most sentences have none of them.
LANGUAGES = (
    (
        r"unsub|un-sub|opt|remov|delet|tak|drop|strik|eras|exclu|scrub|purg|cross|stop|quit|ceas|discont|halt|refrain|end"
        r"|don|do |do-|never|no |no-|not|should|must|may|lose|leave|object|withdr|revok|oppos|exerc|invok|request|demand"
        r"|want|ask|told|beg|put|add|place|includ|get|i'd|would|need",
        ENGLISH,
    ),
    (
        r"meld|trag|aus|nehm|streich|entfern|losch|loesch|sperr|von|vom|mich|uns|mein|bitte|mocht|moecht|will|wollen|wurd|wuerd"
        r"|kann|hiermit|schreib|kontakt|mail|belast|belaest|ruf|nerv|stor|stoer|schick|send|uebers|uber|kein|wunsch|wuensch"
        r"|lege|hab|mir|nicht|nie|sehen|seht|nehmt|unterlass|hor|hoer|lass|widers|widerr|entzieh|mache|erklar|erklaer|erheb"
        r"|ube|uebe|verlang|forder|beantrag|auf|stop|beend|die|dies|unser",
        GERMAN,
    ),
    (
        r"desab|desin|retir|enlev|supprim|ray|effac|sort|radi|exclu|ote|elimin|me|nous|m'|ne|cess|arret|stop|plus|pas|exerc|invoq"
        r"|fais|faire|revoq|demand|exig|merci|pri|veuil|laiss",
        FRENCH,
    ),
    (
        r"dar|d[ea]|me |nos |caus|solicit|pid|tram|quier|proc|elim|borr|quit|sac|saq|retir|remov|remue|exclu|supr|tach|no"
        r"|ya|tamp|dej|par|ces|sin|cancel|anul|desus|desap|desin|ni|basta|ejer|hago|retiro|revoc|mas",
        SPANISH,
    ),
    (
        r"cancel|rimuo|elim|togli|tolg|esclu|depenn|lev|mi|non|di |smett|piant|basta|disis|dis-|annul|rimoz|revoc|eserc|chied"
        r"|richied|lasci",
        ITALIAN,
    ),
    (
        r"uits|uitg|afm|afg|schrijf|meld|haal|hal|verw|schrap|gooi|neem|wis|mij|me|ons|mijn|onze|dit|niet|nooit|geen|mail"
        r"|stuur|contact|benad|sturen|stop|wil|wen|stel|hoef|maak|trek|verzoek|laat",
        DUTCH,
    ),
    (
        r"remov|retir|exclu|elim|apag|tir|delet|risqu|me|nos|descad|desins|dessub|cancel|anul|nao|par|deix|cess|sem|chega|nada|nenhum"
        r"|opon|revog|exer|solicit",
        PORTUGUESE,
    ),
    (r"avreg|avpren|avan|avsl|ta|stryk|radera|plocka|mig|oss|slut|kontakt|maila|mejla|skriv|skick|hor|stor|vill|onsk|inga|mots|aterk|lamna", SWEDISH),
    (r"afm|fram|fjern|slet|stryg|tag|stop|hold|kontakt|skriv|send|mail|henv|forst|undl|lad|onsk|vil|ikke|ingen|gor|traek", DANISH),
    (r"meld|avm|avreg|fjern|slet|stryk|ta|slut|ikke|kontakt|send|skriv|forst|onsk|vil|ingen|prot|mots|trekk|la|tak", NORWEGIAN),
    (r"poist|minut|meidat|osoit|tieto|sahko|yhteys|peru|tilau|uutis|ala|alka|elka|en|emme|lopet|ei|vastust|kiell|jata", FINNISH),
    (r"wypis|pros|usun|skresl|wykresl|skasuj|nie|przest|rezygn|sprzeciw|wnosz|zglasz|sklad|cofam|zadam|domag|dajcie|zadnych", POLISH),
    (
        r"odhl|prosi|me|mne|nas|vyr|vym|smaz|odstr|vysk|odeb|vyj|mou|muj|moji|nepo|nepi|neza|nekon|neob|nero|mi|nam|uz|jiz|dale|nepr|nech"
        r"|nestoj|prestan|zrus|vzn|podav|se|uplat|namit|odvol|nesouh|dejte|zadne",
        CZECH,
    ),
)  # fmt: skip
