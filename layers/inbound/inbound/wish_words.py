"""How people ask not to be written to any more, by language. All of it folded (`plain_letters.fold`).

The patterns are searched within one sentence. Gaps are bounded, and nothing repeats what repeats: the time is that of
the sentence's length.
"""

from inbound.wish_words_north import CZECH, DANISH, DUTCH, FINNISH, NORWEGIAN, POLISH, SWEDISH
from inbound.wish_words_romance import FRENCH, ITALIAN, PORTUGUESE, SPANISH

# One of these alone, with nothing but fillers beside it, is a wish.
_WORDS = """
    unsubscribe unsubscribed unsub stop stopp remove optout abmelden abmeldung austragen abbestellen abbestellung
    desabonner desabonnement desabonnez desinscrire desinscription desinscrivez desinscris retirez baja darme
    desuscribir
    desuscribirme desuscripcion bajame borrame borrarme eliminarme eliminame rimuovere rimuovimi rimuovetemi cancellami
    cancellatemi cancellazione disiscrizione disiscrivimi disiscrivetemi disiscrivermi uitschrijven uitschrijving
    afmelden afmelding uitschrijf remover descadastrar descadastre descadastro desinscrever remova avregistrera
    avregistrering avprenumerera avanmal avsluta afmeld afmelding frameld avmelding avmeld meldav peruuta
    peruutus poista poistakaa wypisz wypisac wypisanie wypiszcie rezygnuje rezygnacja usun usuncie odhlasit odhlaste
    odhlaseni vyradit vyradte vymazat vymazte
"""
WORDS = frozenset(_WORDS.split())
_FILLERS = """
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
"""
FILLERS = frozenset(_FILLERS.split())
MOST_FILLERS = 6
# These are known with a letter wrong, too many or too few.
MISTYPED = (
    "unsubscribe", "unsubscribed", "desabonner", "desabonnement", "desinscrire", "desinscription", "abbestellen",
    "abmelden",
    "abmeldung", "austragen", "uitschrijven", "afmelden", "descadastrar", "avregistrera", "disiscrivetemi",
)  # fmt: skip

_MAILS = (
    r"(?:e-?mails?|mails?|messages?|spam|newsletters?|offers?|advert\w+|ads|marketing|communications?|correspondence"
    r"|follow[- ]?ups?|solicitations?|sales pitch\w*|pitches)"
)
_LISTS = (
    r"(?:(?:mailing|e-?mail(?:ing)?|distribution|contact|marketing|prospect\w*|call|sales|spam|send)[ -]?lists?"
    r"|lists?(?! of (?!recipients|contacts|addresses|prospects|people|leads))|database|data base|db|crm|records?"
    r"|systems?|mailings?|e-?mails?|mails?"
    r"|campaigns?|sequences?|newsletters?|contacts|outreach|cadence|correspondence|communications?|subscri\w+|files)"
)
_OURS = (
    r"(?:my|our|this|these|the) (?:e-?mails?(?: ?-?address\w*| id)?|address\w*|mailbox|inbox|account|contact(?: "
    r"details| data| info\w*)?|data|details|info\w*|personal \w+|domain|company|name|number)"
)
# Where an order stands: people tell of others who stop, remove and unsubscribe.
_DO = (
    r"(?:^|[,:(-] ?|\b(?:please|pls|plz|kindly|just|and|then|so|(?:can|could|would|will|want|need|ask|like) you|you "
    r"to|must|should|now|immediately|also|simply|hereby|request\w*|demand\w*)[ ,]+(?:please |to )?)"
)

ENGLISH = (
    rf"{_DO}(?:\w+ )?\w+ (?:me|us) (?:off|from|out of)(?: of)? (?:all |any )?(?:your|this|that|these|the|ur) (?:\w+ "
    rf"){{0,2}}{_LISTS}\b",
    rf"\b(?:mind|consider|about|suggest|recommend|by) (?:removing|deleting|taking|dropping|unsubscribing|excluding) "
    rf"(?:me|us|my \w+|our \w+)\b.{{0,30}}(?:{_LISTS}|off)\b",
    rf"\b(?:request\w*|demand\w*|want|ask\w* for|require) (?:immediate |the |my |our |a )?(?:removal|deletion) from "
    rf"(?:your|this|the|all|any) (?:\w+ ){{0,2}}{_LISTS}\b",
    rf"\b(?:should not|shouldn'?t|must not|do not want to|don'?t want to|never asked to) be (?:on|in|part of) (?:your"
    rf"|this|any|the) (?:\w+ ){{0,2}}{_LISTS}\b",
    r"\b(?:mark|flag|list|set|note|tag|register) (?:me|us|this address|my \w+|our \w+)(?: down)? as (?:a "
    r")?[\"']?(?:do[- ]not[- ](?:contact|call|e-?mail|mail|disturb)|dnc|unsubscribed|opted[- ]out)\b",
    r"^(?:please,? )?(?:do not|don'?t|never) (?:contact|e-?mail|mail|solicit|spam)\s*(?:,? ?(?:please|thanks|thank "
    r"you))?$",
    rf"{_DO}(?:desist|refrain|abstain) from (?:e-?mailing|mailing|contacting|writing|messaging|sending|spamming)\b",
    r"\bplease,? (?:do not|don'?t|never) (?:follow up|reach out|contact (?:me|us)|e-?mail (?:me|us))(?: (?:with|to) "
    r"(?:me|us))?\s*$",
    rf"\b(?:do not|don'?t|no longer|never) (?:consent|agree|authori[sz]e|agreed|consented)(?: you)? to (?:receiv\w+"
    rf"|being|your|be)\b.{{0,40}}\b(?:{_MAILS}|contacted)\b",
    r"\b(?:could|can|may) (?:i|we) (?:please )?be (?:removed|taken off|unsubscribed|deleted|excluded)\b",
    rf"{_DO}(?:do not|don'?t|never|no longer) (?:contact|e-?mail|mail|write|message|reach out|follow up|get in touch"
    rf"|get back|send)(?: (?:to|with))?(?: (?:me|us|this address|anything))?(?:,? (?:any ?more|any (?:further|longer"
    rf"|more)|again|ever|further|in (?:the )?future|going forward|please|thanks?|thank you)){{1,3}}\s*$",
    rf"\bnot interested in (?:(?:any|receiving|getting|your|more|further|these|such|future|hearing|or) "
    rf"){{1,4}}(?:{_MAILS}|from you|contact)\b",
    r"\b(?:appreciate|grateful|happy|great|nice|glad|thankful|obliged)(?: it)? if you (?:would |could |can "
    r")?(?:please )?(?:stop|ceas|remov|refrain|unsubscrib|discontinu|(?:no longer|not|did not|didn'?t) (?:contact"
    r"|e-?mail|send|writ))\w*\b.{0,40}",
    r"\b(?:address\w*|e-?mail|name|i|we|me|us|company|domain) (?:should|must|needs? to|is to|are to|to|shall|has to"
    r"|have to|ought to|want to|wants to|wish to) be (?:removed|deleted|taken off|unsubscribed|excluded|erased|opted "
    r"out)\b",
    r"\b(?:consider this|this is|treat this as|take this as) (?:an?|my|our|the)? ?(?:\w+ )?(?:unsubscribe|opt[- ]?out"
    r"|removal|deletion|erasure)(?: request| notice)?\b|\b(?:i am|i'm|we are|we're) (?:hereby )?opting out\b",
    r"\b(?:wish|ask|prefer|request|want|like|decision|desire)(?:ed)? not to (?:ever )?(?:be (?:contacted|e-?mailed"
    r"|bothered|approached|solicited)|receive (?:any|more|further|your|these|such)\b.{0,20}(?:mails?|messages?"
    r"|communications?))\b",
    r"\b(?:do not|don'?t|no longer) (?:want|wish|need|desire|consent to|authori[sz]e)(?: to have| for)?(?: any| "
    r"further| more| future){1,2} contact\b",
    rf"{_DO}(?:do not|don'?t|never) (?:include (?:me|us) in|use my|use our|keep my|store my)\b.{{0,30}}\b(?:{_MAILS}"
    rf"|mailings?|lists?|address\w*|data|details)\b",
    rf"{_DO}(?:desist|discontinue|cease)(?: from)? (?:all|any|these|your|this|further|sending)\b",
    rf"{_DO}(?:un-?subscribe)(?: (?:me|us|my|our|this|from (?:your|this|these|the|all|any|future|further|it|here"
    rf"|you\b)|immediately|now|asap|please|at once)|,? ?$)",
    r"\b(?:i|we)(?:'d| would| want| wish| am| have| had| need| are|'m)\b.{0,40}\b(?:un-?subscribe|unsubscribed"
    r"|opt(?:ed|ing)?[ -]?out|(?:be )?(?:removed|deleted|taken off|off (?:of )?(?:your|this|the)))\b(?: of| from| "
    r"by)?(?: (?:your|this|these|the|all|any|future)\b|[ ,.]*$)",
    r"\b(?:want|get|take) (?:me |us )?off (?:of )?(?:your|this|the) .{0,20}\blists?\b(?! of )",
    r"\bhow (?:do|can|may) (?:i|we|one) (?:un-?subscribe|opt[ -]?out|get off)(?: (?:of|from) (?:this|your|these"
    r"|the)\b.{0,30})?\s*$",
    rf"{_DO}(?:remove|delete|take|drop|strike|erase|exclude|scrub|purge|cross) (?:me|us|{_OURS}"
    rf"|\S{{1,60}}@\S{{1,60}})(?: off| from| out)(?: of)? (?:(?:all|any|your|this|these|the|future|further|of|both) "
    rf"){{0,4}}(?:\w+ )?{_LISTS}\b",
    rf"{_DO}(?:remove|take|delete|strike|scrub) (?:me|us)(?: off| out)?(?:,? (?:please|now|immediately|thanks?|thank "
    rf"you|asap|from here|from this|permanently|completely|altogether))*\s*$",
    rf"{_DO}(?:remove|delete|erase|purge) (?:all )?(?:of )?(?:my|our|this|any) (?:(?:personal|contact|e-?mail"
    rf"|company) ?){{0,2}}(?:address\w*|data|details|info\w*|records?|e-?mail(?= (?:from|off|out)))\b",
    rf"{_DO}(?:opt (?:me|us|this address) out|opt out(?: (?:me|us))?(?: (?:of|from) (?:your|this|these|all|any|future"
    rf"|further)|\s*$))",
    rf"{_DO}(?:stop|quit|cease|discontinue|halt|refrain from) (?:e-?mailing|mailing|contacting|writing|messaging"
    rf"|bothering|harassing|soliciting|pestering|calling|texting|reaching out|following up)(?: (?:to )?(?:me|us|this"
    rf"|here|my|our)\b| with (?:me|us)\b|[ ,]*(?:please|now|immediately)?\s*$)",
    rf"{_DO}stop (?:the |this |your )?spam(?:ming)?\b",
    rf"{_DO}(?:stop|quit|cease|discontinue|halt|end|refrain from)(?: with)? (?:sending|sending out|with|all|any|these"
    rf"|your|the|this)(?: (?:me|us|of|to|more|any|your|these|such|further|unsolicited|all|this|stupid|annoying"
    rf"|unwanted|marketing|commercial|kind of|type of|sales|cold)){{0,5}} ?{_MAILS}\b",
    rf"{_DO}stop sending(?: (?:me|us|this|these|stuff|things|anything|it|to (?:me|us|this address))){{1,3}}\s*$",
    r"\b(?:do not|don'?t|never|do no|not to|no longer|should not|must not|stop trying to|may not)(?: ever| please)? "
    r"(?:contact|e-?mail|mail|write(?: to)?|message|bother|disturb|solicit|approach|spam|pester|reach out to|follow "
    r"up with|get in touch with|call or e-?mail|e-?mail or call) (?:me|us|this (?:e-?mail|address|mailbox|inbox)\S*"
    r"|my \w+|our \w+)(?:[ ,]+(?:again|any ?more|further|ever(?: again)?|in (?:the )?future|with|about|at this "
    r"(?:e-?mail )?address|please|any longer|going forward|for (?:any )?(?:marketing|advertis\w+|sales)\b.*|thanks?"
    r"|thank you|or .*|and .*|as .*|since .*|\W+))*\s*$",
    rf"\b(?:do not|don'?t|never|not to|stop to|no longer|need not|should not|must not|please not)(?: ever| please)? "
    rf"(?:send|sending|forward|e-?mail|mail)(?: (?:me|us|to|this|my|our|any|more|further|additional|address|such"
    rf"|these|your|those|unsolicited|again|other|marketing|commercial|sales|here|anything|nothing)){{0,6}} "
    rf"?(?:{_MAILS}|any ?more|anything(?: else| again)?|again|stuff|things like this|(?:me|us)(?: any)? (?:more"
    rf"|further))\b",
    rf"\b(?:i|we)(?: really| honestly| simply| also| just)?(?: do not| don'?t| no longer|'d rather not| would "
    rf"(?:rather |prefer )?not| never)(?: longer| ever)?(?: want| wish| care| like| need| desire)?(?: to)? (?:receive"
    rf"|get|hear|see|have|read)(?: (?:any|more|from|your|these|such|those|this|further|of|by|the|kind|type|on|like"
    rf"|unsolicited|future|company|again|marketing|mailing|sales|about|regarding|anything)){{0,6}} (?:{_MAILS}|from "
    rf"you|you again|you any ?more|any ?more from (?:you|your \w+)|anything (?:more |else )?from (?:you|your \w+))\b",
    r"\b(?:i|we)(?: really| honestly| simply| also| just)?(?: do not| don'?t| no longer|'d rather not| would "
    r"(?:rather |prefer )?not| never)(?: longer| ever)? (?:want|wish|care|like|need|desire|consent|agree)(?: to)? "
    r"(?:(?:ever |to )?be (?:contacted|e-?mailed|mailed|bothered|approached|solicited|(?:on|part of) (?:your|this|any"
    r"|the)\b)|hear from you|receive (?:this|these|them|those|more|any more|further)\s*$)",
    rf"\b(?:i|we)(?: do not| don'?t| no longer)(?: want| wish| need| care for| appreciate)(?: any| your| these| such"
    rf"| more| further| of| this| unsolicited){{0,4}} {_MAILS}\b",
    rf"(?:^|\bplease,? |[,:-] )(?:absolutely )?no (?:more|further|additional|future) (?:(?:of|these|such|your"
    rf"|unsolicited|sales|marketing|cold) ){{0,3}}(?:{_MAILS}|contact)\b",
    r"\b(?:put|add|place|include) (?:me|us|my \w+) (?:on|in|to) (?:your|the|a|any) (?:do[- ]not[- ](?:contact|call"
    r"|e-?mail|mail|disturb)|dnc|suppression|opt[- ]?out|block|exclusion|black)\b",
    r"(?:^|[,:-] |\bplease )please remove(?: now| asap| immediately|,? thanks| permanently)?\s*$|\bkindly remove\s*$"
    r"|^please remove\s*$",
    r"\b(?:ensure|make sure|see to it|request|demand|insist|require|ask|expect)(?: that)? (?:i|we|you|my \w+) (?:do "
    r"not|don'?t|no longer|never|will not|are not|am not|stop|cease|receive no|get no|is removed|be removed|is "
    r"deleted|am removed|are removed)\b.{0,40}\b(?:e-?mails?|mails?|messages?|contact\w*|list\w*|removed|deleted"
    r"|writing|sending|mailing|e-?mailing|communications?|correspondence)\b",
    r"\blose my (?:number|e-?mail|address|contact)",
    r"\bleave (?:me|us) (?:alone|in peace)\b",
    r"\b(?:i|we)(?: hereby| do| also| therefore| formally| strongly){0,3} (?:object|withdraw|revoke|oppose|exercise"
    r"|invoke)\b.{0,80}\b(?:processing|use|consent|data|marketing|right|gdpr|mails?)\b",
    r"\b(?:request|demand|want|ask(?:ing)? for|require)\b.{0,30}\b(?:erasure|deletion|removal) of (?:all )?(?:my"
    r"|our)\b",
    r"\b(?:ask(?:ed|ing)?|told|request(?:ed|ing)?|begg?(?:ed|ing)) (?:(?:you|your \w+)(?: \w+)? )?(?:to )?(?:be "
    r")?(?:not to (?:contact|e-?mail|write)|stop|(?:be )?(?:unsubscribed?|removed|taken off|remove (?:me|us)"
    r"|unsubscribe (?:me|us)|remove my))\b",
    r"\b(?:cease and desist|cease (?:all |any )?(?:further )?(?:contact|communication))",
)  # fmt: skip

_VERTEILER = (
    r"(?:(?:e-?mail|mail|mailing|newsletter|adress|kunden|kontakt|versand)?-?(?:verteiler\w*|liste\w*|datenbank\w*"
    r"|datei\w*|kartei|system\w*|newsletter\w*|mailings?|kontakte\w*|bestand|crm|datens\w+|aussendung\w*|werbe\w*))"
)
_POST = (
    r"(?:e-?mails?|mails?|nachrichten|werbung|werbemails?|newsletter\w*|anfragen|angebote\w*|zuschriften|zusendungen"
    r"|post|schreiben|spam|kontaktaufnahme\w*|kontaktversuche\w*|kontaktanfragen|informationen|infos|mailings"
    r"|akquise\w*|werbe\w*|kontaktierung\w*)"
)
_MEINE = (
    r"(?:mich|uns|(?:meine|unsere|diese|die) (?:e-?mail-?adress\w*|mail-?adress\w*|adress\w*|mailadress\w*|daten\w*"
    r"|kontakt\w*|firma|person\w*)|meinen (?:namen|eintrag|kontakt)|unseren (?:namen|eintrag))"
)

GERMAN = (
    rf"\braus aus (?:dem|ihrem|eurem|der|ihrer|eurer|diesem|dieser)\b.{{0,15}}\b{_VERTEILER}",
    r"\bmeld(?:en|et|e)? (?:sie )?(?:bitte )?(?:meine|unsere|diese)\b.{0,30}\badress\w*\b.{0,40}\bab\b",
    r"\bbitte (?:meine |unsere |die |diese )?(?:e-?mail-?|mail-?)?(?:adresse|daten|kontaktdaten) (?:umgehend |sofort "
    r")?(?:loe?schen|entfernen|austragen|streichen)\b",
    r"\bschluss mit (?:den|diesen|ihren|solchen)\b.{0,15}\b(?:mails|e-?mails|nachrichten|werbung)\b",
    r"\b(?:mich|uns)\b.{0,25}\bnicht mehr auf (?:den|die|ihren|ihre|ihrem|ihrer)\b.{0,20}\b(?:verteiler|liste)",
    rf"\bstell(?:en|t)?\b.{{0,20}}\b(?:versand|zusendung\w*|zustellung|belae?stigung\w*|kontakt\w*"
    rf"|{_POST})\b.{{0,50}}\bein\b\s*$|\b(?:versand|zusendung\w*|{_POST})\b.{{0,40}}\beinstellen\b",
    r"^(?:bitte )?(?:umgehend |sofort |mich |uns |alles |alle |meine |unsere |daten |adresse |mail-?adresse "
    r"){0,4}(?:loe?schen|austragen|entfernen|streichen)(?: bitte| danke)?\s*$",
    r"\b(?:sperrliste|blacklist|robinson-?liste|blockliste|negativliste)\b",
    rf"\b(?:untersag\w+|verbiete|verbitte)\b.{{0,60}}\b(?:{_POST}|zusendung\w*|kontakt\w*|daten\w*|nutzung"
    rf"|verwendung)\b",
    r"\bhoe?r(?:en|t)? (?:sie |ihr )?(?:bitte |endlich )?auf\b.{0,20}\b(?:mich|mir"
    r"|uns)\b.{0,20}\b(?:an)?(?:zu)?(?:zu )?(?:schreiben|kontaktieren|schicken|senden|mailen)\b",
    rf"\bverzichte\w*\b.{{0,30}}\bauf\b.{{0,30}}\b(?:weitere\w*|kue?nftige\w*|{_POST})\b|\bersparen? (?:sie )?(?:mir"
    rf"|uns)\b.{{0,30}}\b{_POST}\b",
    rf"\bkeine(?:rlei)?(?: weiteren?| weitere)? {_POST}(?: mehr)? (?:von ihnen |von euch )?(?:wue?nsch\w+|wollen"
    rf"|moe?chten)\s*$",
    r"^.{0,25}\bloe?schung (?:meiner|unserer|aller)\b.{0,40}\b(?:daten|adresse)",
    r"\bmelde?n? (?:sie )?(?:bitte )?(?:mich|uns)\b.{0,50}\bab\b(?! (?:und|dem|\d|montag|dienstag|mittwoch|donnerstag"
    r"|freitag))",
    r"\bmelde (?:ich|wir) (?:mich|uns)\b.{0,40}\bab\b",
    r"\btrag(?:en|t|e)? (?:sie )?(?:bitte )?(?:mich|uns|meine|unsere)\b.{0,60}\baus\b\s*(?:[,-].*)?$",
    rf"\bnehm(?:en|t)? (?:sie )?(?:bitte )?(?:mich|uns|meine|unsere|diese)\b.{{0,50}}(?:\b(?:he)?raus\b|\b(?:aus|von"
    rf"|vom)\b.{{0,20}}\b{_VERTEILER})",
    rf"\b(?:streich(?:en|t)?|entfern(?:en|t)|losche?n?|loeschen|sperr(?:en|t)) (?:sie )?(?:bitte )?(?:mich|uns"
    rf"|{_MEINE})\b",
    rf"(?:^(?:\w+ ){{0,3}}|\bbitte,? (?:sofort |umgehend |hiermit )?|\b(?:mich|uns|adress\w*|daten|namen?|mail"
    rf"|mailadress\w*|kontakt|firma)\b.{{0,30}})\b(?:aus|von|vom)\b.{{0,25}}\b{_VERTEILER}\b.{{0,25}}\b(?:nehmen"
    rf"|streichen|loe?schen|entfernen|austragen|(?:he)?rausnehmen|gestrichen|geloe?scht|entfernt|ausgetragen"
    rf"|(?:he)?rausgenommen|genommen|abmelden|abgemeldet|raus)\b",
    r"\bverschon(?:en|t)\b.{0,20}\b(?:mich|uns)\b",
    rf"\b{_MEINE}\b.{{0,40}}\b(?:loe?schen|entfernen|austragen|streichen|abmelden|sperren|geloe?scht|entfernt"
    rf"|rausnehmen|herausnehmen)\b",
    r"\bbitte (?:sofort |umgehend |hiermit )?(?:mich |uns )?(?:vom newsletter |von .{0,30})?(?:abmelden|austragen"
    r"|abbestellen)\b",
    r"\b(?:moe?chte|will|wollen|wue?rde|kann ich|hiermit)\b.{0,40}\b(?:abmelden|austragen|abbestellen|abgemeldet"
    r"|ausgetragen)\b",
    r"\b(?:schreib(?:en|t)?|kontaktier(?:en|t)|mail(?:en|t)|belae?stig(?:en|t)|melden|ruf(?:en|t)|nerv(?:en|t)"
    r"|stoe?r(?:en|t)) (?:sie |ihr )?(?:mir |mich |uns |sich )?(?:bitte |doch |in zukunft |zukue?nftig |kue?nftig "
    r"){0,3}(?:bei mir |bei uns |an )?(?:bitte )?(?:nicht mehr|nie (?:mehr|wieder)|nicht weiter|nicht wieder|keine)\b",
    rf"\b(?:schick(?:en|t)?|send(?:en|et)|uebersenden|ue?bermitteln) (?:sie |ihr )?(?:mir |uns )?(?:bitte |in "
    rf"zukunft |zukue?nftig |kue?nftig |an diese adresse |ab sofort ){{0,3}}(?:nichts mehr|nie (?:mehr|wieder)"
    rf"|keine(?:rlei)?(?: weiteren?| solchen?| unaufgeforderten?| mehr){{0,3}} {_POST})\b",
    rf"\bkeine(?:rlei)? (?:weiteren?|mehr|zukue?nftigen?|kue?nftigen?|neuen) {_POST}\b(?!.{{0,40}}\b(?:bekommen"
    rf"|erhalten|gefunden|eingegangen)\b(?! ?(?:zu )?(?:moe?chte|will|wollen|moe?chten)))",
    rf"\bkeine(?:rlei)? {_POST} mehr\b(?!.{{0,50}}\b(?:bekommen|erhalten|gefunden|eingegangen)\s*$)",
    r"^(?:bitte |danke,? )?keine (?:werbung|newsletter|werbemails|mails)\s*(?:bitte|danke)?$",
    rf"\b(?:moe?chten?|will|wollen|wue?nsche?n?|lege|bitte)\b.{{0,40}}\b(?:keine(?:rlei)?|nicht(?:s)?(?: mehr| weiter"
    rf"| lae?nger)?)\b.{{0,60}}\b(?:kontaktiert|angeschrieben|belae?stigt|beworben|{_POST}(?: mehr)? (?:(?:von|an"
    rf"|ueber|zu) .{{0,30}})?(?:erhalten|bekommen|empfangen|wue?nsch\w*|haben|lesen|zugesandt|zugeschickt)|(?:von "
    rf"ihnen|von euch) (?:hoe?ren|lesen|erhalten|bekommen))\b",
    rf"\b(?:wue?nsche?n?|moe?chten?|wollen|will) (?:ich |wir )?(?:bitte )?keine(?:rlei)?(?: weiteren?| weitere| "
    rf"mehr)? {_POST}\b(?: mehr)?(?! (?:mit|zu|ueber) )",
    r"^(?:.{0,40}\b)?bitte .{0,40}\b(?:nicht (?:mehr|wieder|weiter|lae?nger)|nie (?:mehr|wieder)) (?:zu "
    r")?(?:(?:an)?schreiben|kontaktieren|(?:an)?mailen|belae?stigen|melden|zusenden|zuschicken|schicken|senden"
    r"|anrufen)\b",
    r"\b(?:mich|uns|mir) .{0,25}(?:nicht (?:mehr|wieder|weiter|lae?nger)|nie (?:mehr|wieder)) (?:zu "
    r")?(?:(?:an)?(?:zu)?schreiben|(?:zu )?kontaktieren|(?:an)?mailen|belae?stigen|zusenden|zuschicken|kontaktiert"
    r"|angeschrieben)\b",
    r"\b(?:nicht (?:mehr|wieder|weiter|lae?nger)|nie (?:mehr|wieder)) (?:von ihnen |von euch )?(?:kontaktiert"
    r"|angeschrieben|angemailt|belae?stigt|beworben)(?: zu)? (?:werden|wird|wue?rde)\b",
    rf"\b(?:sehen|nehmen|seht|nehmt) (?:sie |ihr )?(?:bitte )?(?:in zukunft |zukue?nftig |kue?nftig )?(?:von|abstand "
    rf"von)\b.{{0,50}}\b{_POST}\b",
    r"\bvon (?:weiteren|solchen|derartigen|kue?nftigen|zukue?nftigen|jeglichen|jeder"
    r"|weiterer)\b.{0,40}\b(?:abzusehen|absehen|abstand)",
    rf"\bunterlass(?:en|t|e)\b.{{0,60}}\b(?:{_POST}|anzuschreiben|kontaktieren|kontaktier\w*|zuzusenden|zuzuschicken"
    rf"|belae?stig\w*)\b",
    r"\bhoe?r(?:en|t)? (?:sie |ihr )?(?:bitte )?(?:endlich )?auf\b.{0,40}\b(?:schreiben|schicken|senden|mailen"
    r"|belae?stigen|nerven|spammen|kontaktieren|mails|spam)",
    r"\blass(?:en|t)? (?:sie )?(?:mich|uns) (?:bitte |endlich )?in ruhe\b",
    r"\bwiderspr(?:eche|echen|icht)\b.{0,80}\b(?:nutzung|verarbeitung|verwendung|speicherung|zusendung|werbung"
    r"|werbe\w*|daten\w*|kontakt\w*|dsgvo|mails?)\b",
    r"\b(?:widerruf\w*|entziehe)\b.{0,40}\b(?:einwilligung|zustimmung|einverstae?ndnis)",
    r"\b(?:lege|mache|erklae?re|erhebe|ue?be)\b.{0,40}\bwiderspruch\w*\b",
    r"\b(?:bitte um|verlange|fordere|beantrage|auf)\b.{0,30}\b(?:loe?schung|austragung|streichung|abmeldung"
    r"|entfernung)\b.{0,30}\b(?:meiner|unserer|meines|aller|aus|vom|von|der)\b",
    r"\b(?:bitte|hiermit) .{0,20}\bum (?:abmeldung|austragung|streichung|loe?schung)\b",
    r"\b(?:stopp?en|beenden) sie\b.{0,30}\b(?:mails|spam|newsletter|nachrichten|werbung|zusendung)",
)  # fmt: skip

# By language: how a word begins that every one of its patterns needs, and the patterns. Most sentences have none.
LANGUAGES = (
    (
        r"unsub|un-sub|opt|appreciat|grateful|happy|great|nice|glad|thankful|oblig|address|e-?mail|name|i |we |me "
        r"|us |compan|domain|consider|this|treat|i'm|wish|prefer|decision|desir|desist|remov|delet|tak|drop|strik"
        r"|eras|exclu|scrub|purg|cross|stop|quit|ceas|discont|halt|refrain"
        r"|end"
        r"|don|do |do-|never|no |no-|not|should|must|may|lose|leave|object|withdr|revok|oppos|exerc|invok|request"
        r"|demand"
        r"|want|ask|told|beg|put|add|place|includ|get|i'd|would|need",
        ENGLISH,
    ),
    (
        r"meld|trag|aus|stell|versand|zusend|umgehend|sofort|alle|daten|adress|austrag|robinson|black|block|negativ"
        r"|untersag|verbi|verzicht|erspar|nehm|streich|entfern|losch|loesch|sperr|von|vom|mich|uns|mein|bitte|mocht"
        r"|moecht|will|wollen"
        r"|wurd|wuerd"
        r"|kann|hiermit|schreib|kontakt|mail|belast|belaest|ruf|nerv|stor|stoer|schick|send|uebers|uber|kein|wunsch"
        r"|wuensch"
        r"|lege|hab|mir|nicht|nie|sehen|seht|nehmt|unterlass|hor|hoer|lass|widers|widerr|entzieh|mache|erklar|erklaer"
        r"|erheb"
        r"|ube|uebe|verlang|forder|beantrag|auf|stop|beend|die|dies|unser",
        GERMAN,
    ),
    (
        r"desab|desin|souhait|veu|voud|voul|aimer|refus|interdi|inutile|stopp|retir|enlev|supprim|ray|effac|sort|radi"
        r"|exclu|ote|elimin|me|nous|m'|ne|cess|arret|stop|plus|pas"
        r"|exerc|invoq"
        r"|fais|faire|revoq|demand|exig|merci|pri|veuil|laiss",
        FRENCH,
    ),
    (
        r"dar|d[ea]|borr|suprim|remov|abst|autoriz|me |nos |caus|solicit|pid|tram|quier|proc|elim|borr|quit|sac|saq"
        r"|retir|remov|remue|exclu|supr"
        r"|tach|no"
        r"|ya|tamp|dej|par|ces|sin|cancel|anul|desus|desap|desin|ni|basta|ejer|hago|retiro|revoc|mas",
        SPANISH,
    ),
    (
        r"cancel|rimuo|elim|togli|tolg|esclu|depenn|lev|mi|non|di |smett|piant|basta|disis|dis-|annul|rimoz|revoc"
        r"|eserc|chied"
        r"|richied|lasci",
        ITALIAN,
    ),
    (
        r"uits|uitg|afm|afg|schrijf|meld|haal|hal|verw|schrap|gooi|neem|wis|mij|me|ons|mijn|onze|dit|niet|nooit|geen"
        r"|mail"
        r"|stuur|contact|benad|sturen|stop|wil|wen|stel|hoef|maak|trek|verzoek|laat",
        DUTCH,
    ),
    (
        r"remov|retir|exclu|elim|apag|tir|delet|risqu|me|nos|descad|desins|dessub|cancel|anul|nao|par|deix|cess|sem"
        r"|chega|nada|nenhum"
        r"|opon|revog|exer|solicit",
        PORTUGUESE,
    ),
    (
        r"avreg|avpren|avan|avsl|ta|stryk|radera|plocka|mig|oss|slut|kontakt|maila|mejla|skriv|skick|hor|"
        r"stor|vill|onsk|inga|mots|aterk|lamna",
        SWEDISH,
    ),
    (
        r"afm|fram|fjern|slet|stryg|tag|stop|hold|kontakt|skriv|send|mail|henv|forst|undl|lad|onsk|vil|"
        r"ikke|ingen|gor|traek",
        DANISH,
    ),
    (
        r"meld|avm|avreg|fjern|slet|stryk|ta|slut|ikke|kontakt|send|skriv|forst|onsk|vil|ingen|prot|mots|"
        r"trekk|la|tak",
        NORWEGIAN,
    ),
    (
        r"poist|minut|meidat|osoit|tieto|sahko|yhteys|peru|tilau|uutis|ala|alka|elka|en|emme|lopet|ei|"
        r"vastust|kiell|jata",
        FINNISH,
    ),
    (
        r"wypis|pros|usun|skresl|wykresl|skasuj|nie|przest|rezygn|sprzeciw|wnosz|zglasz|sklad|cofam|zadam|"
        r"domag|dajcie|zadnych",
        POLISH,
    ),
    (
        r"odhl|prosi|me|mne|nas|vyr|vym|smaz|odstr|vysk|odeb|vyj|mou|muj|moji|nepo|nepi|neza|nekon|neob|nero|mi|nam"
        r"|uz|jiz|dale|nepr|nech"
        r"|nestoj|prestan|zrus|vzn|podav|se|uplat|namit|odvol|nesouh|dejte|zadne",
        CZECH,
    ),
)  # fmt: skip
