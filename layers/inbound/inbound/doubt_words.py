"""What makes a wish to hear no more doubtful, by language. All of it folded (`plain_letters.fold`)."""

# Who speaks like this may want to hear no more, and does not ask for it. A person decides.
HINTS = (
    r"\bdelete my (?:e-?mail|mail)\b|\b(?:please|pls|just) stop\b|^stop (?:it|this|that)\b|\bstop this\b|^enough\b"
    r"|\benough (?:is enough|already|of (?:this|these))",
    r"\b(?:this|that|it|you)(?: is|'s| are|'re) (?:just |pure |clearly |a )?spam(?:mer|ming)?\b|^spam\W*$",
    r"\b(?:how|where) did you (?:get|find|obtain) (?:my|our)\b|\bwho gave you (?:my|our|permission)\b",
    r"\b(?:i|we) (?:never|did not|didn'?t|have not|haven'?t) (?:sign(?:ed)? up|subscribed?|opt(?:ed)?[ -]?in"
    r"|ask(?:ed)? (?:for|to)|request(?:ed)?|consent(?:ed)?|agreed?)\b",
    r"\b(?:report|mark|flag|block|blacklist)(?:ed|ing)? (?:(?:you|this|it|your)\b.{0,25}\bspam|you\b|your|this "
    r"sender)|\bharass\w*",
    r"\b(?:go away|get lost|piss off|(?:fuck|f\*+k?|f---) off|fuck you|bugger off|leave me)\b",
    r"\b(?:rather|prefer|please)(?: to)? not (?:to )?(?:get|receive|be|have|hear)\b|\bnot (?:want|wish) to (?:be"
    r"|receive)\b",
    r"\bunsubscribe (?:link|button|option)\b|\b(?:want|wish|like|try\w*|tried|attempt\w*|ask\w*) to (?:unsubscribe"
    r"|opt[ -]?out)\b|\bdon'?t (?:contact|e-?mail|write)\b",
    r"\bgdpr\b|\bcan-?spam\b|\bi(?:'ll| will| am going to)\b.{0,20}\b(?:unsubscribe|block|report)",
    r"\b(?:dsgvo|ds-gvo|abmahn\w*|unterlassung\w*|anwalt|anzeige|belae?stigung|unaufgefordert|uwg)\b|\bwoher haben "
    r"sie\b|\bhoe?ren sie auf\b|\bes reicht\b|\blassen sie das\b|\bjetzt reicht|\bkeine werbung\b|\bin ruhe\b",
    r"\b(?:nicht mehr|keine weiteren?)\b.{0,40}\b(?:schreiben|mails?|kontakt\w*|anschreiben|nachrichten)\b"
    r"|\babmelden\b",
    r"\b(?:rgpd|cnil|harcel\w+|non sollicite\w*)\b|\b(?:ou|comment) avez[- ]vous (?:eu|trouve|obtenu|recupere)\b"
    r"|\bca suffit\b|\bfichez-moi la paix\b|\bstop (?:svp|merci)\b|\bne (?:me|nous) (?:contactez|ecrivez)\b|\bjamais "
    r"(?:demande|inscrit|donne)\b",
    r"\b(?:lopd|aepd|lssi)\b|\b(?:de donde|como) (?:han|has|ha) (?:sacado|obtenido|conseguido)\b|\bbasta ya\b|\bno "
    r"he solicitado\b|\bno (?:me|nos) (?:escrib|contact|envi|mand)(?:a|e)n?\b|\bdarme de baja\b",
    r"\b(?:garante|molest\w+|dove avete (?:preso|trovato))\b|\bnon (?:ho mai|mi sono mai) (?:chiesto|iscritt\w+"
    r"|richiesto)\b|\bbasta\b|\bnon (?:mi |ci )?(?:scrivete|contattate|mandate|inviate)\w*",
    r"\b(?:ongevraagd\w*|hoe komt? u aan|ophouden|lastig ?val\w*)\b|\bniet meer\b.{0,25}\b(?:mail\w*|contact\w*)",
    r"\b(?:lgpd|onde (?:conseguiu|obteve)|como (?:conseguiu|obteve)|chega|nunca (?:solicitei|pedi|autorizei))\b",
    r"\b(?:trakassera\w*|skrapost|var har (?:ni|du) fatt|nu racker det|gdpr)\b|\b(?:uonsket|hvor har (?:i|du|dere) "
    r"fatt|nok er nok|chikane|soppelpost)\b",
    r"\b(?:roskaposti\w*|mista saitte|riittaa jo|hairint\w*)\b",
    r"\b(?:rodo|uodo|skad macie|dosc tego|nekanie|niezamowion\w*)\b|\b(?:uoou|kde jste (?:vzali|ziskali)|uz dost"
    r"|obtezovani|nevyzadan\w*)\b",
)  # fmt: skip

# Behind a wish these words limit it, or turn it into another one.
LIMITS = (
    r"\b(?:instead|rather|but|until|till (?:mon|tue|wed|thu|fri|next|the|end|\d|further)|unless|before|prior to"
    r"|except|only|yet|for now|for the moment|at the moment|right now"
    r"|at this time|temporarily|this (?:week|month|year|quarter)|next (?:week|month|year|quarter)|today|tomorrow"
    r"|weekends?"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|during|by (?:phone|post|fax|text)|via|cc|loop|thread|call (?:me|us)"
    r"|(?:private|personal|old|other|previous|wrong|work) (?:e-?mail|address|account|inbox|mail)|meeting|invite"
    r"|invitation|calendar|event|webinar"
    r"|after (?:\d|hours|work)|in (?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december)"
    r"|for (?:the next|a) (?:\w+ )?(?:days?|weeks?|months?|year))\b",
    r"\b(?:sondern|bis (?:zum|zu|anfang|ende|mitte|\d)|vor (?:dem|ende|anfang|\d|montag|donnerstag|mittwoch|freitag"
    r"|dienstag|januar|oktober|november|dezember|septemb)|erst (?:wieder|ab|im|nach)"
    r"|ausser|nur noch|aber (?:gerne|gern|rufen|melden)|im moment|momentan|derzeit|vorerst|zurzeit|diese woche"
    r"|dieses jahr|heute|stattdessen|telefonisch|rufen sie|per (?:telefon|post)|privat\w*|alte[nr]? "
    r"(?:e-?mail-?)?adresse|besprechung|termin)\b",
    r"\bmais (?:je|nous|vous|on|appele\w*|rappele\w*|pas|en|plus tard|apres|seulement|un|une|pourquoi)\b|\b(?:avant"
    r"|jusqu'\w+|sauf|plutot|pour l'instant|pour le moment|en ce moment|cette semaine|cette annee|aujourd'hui"
    r"|appele[zr]|par telephone|ancienne adresse|adresse (?:perso\w*|privee)|reunion|copie|boucle)\b",
    r"\b(?:sino|pero|antes de|hasta|salvo|excepto|por ahora|de momento|por el momento|esta semana|este mes|hoy"
    r"|llame\w*|por telefono|correo (?:personal|antiguo)|direccion (?:personal|antigua)|reunion|copia)\b",
    r"\b(?:ma|bensi|prima d\w+|fino a\w*|tranne|per ora|al momento|questa settimana|oggi|chiam\w+|per telefono"
    r"|riunione|copia|indirizzo (?:personale|vecchio|privato))\b",
    r"\b(?:maar|voor (?:maandag|dinsdag|woensdag|donderdag|vrijdag|\d)|totdat|behalve|voorlopig|op dit moment|deze "
    r"week|vandaag|liever|bel (?:me|mij)|telefonisch|vergadering)\b",
    r"\b(?:antes d\w+|ate (?:ao?|o|\w+feira|\d)|exceto|por enquanto|por agora|esta semana|este mes|hoje|ligu?e\w*"
    r"|por telefone|reuniao)\b|\bmas (?:pode|ligue|gostaria|envie)\b",
    r"\b(?:utan|fore|forran|tills|just nu|den har veckan|idag|ring (?:mig|oss)|hellre|telefon|motet)\b|\bmen (?:ring"
    r"|garna)\b",
    r"\b(?:indtil|inden|lige nu|i denne uge|i dag|ring til|hellere|modet|medmindre)\b|\b(?:inntil|akkurat na|denne "
    r"uken|ring (?:meg|oss)|heller|motet|med mindre)\b|\bfor (?:mandag|tirsdag|onsdag|torsdag|fredag)\b",
    r"\b(?:ennen|vaan|mieluummin|toistaiseksi|talla viikolla|tanaan|soita(?:kaa)?|kokou\w+|puhelimitse|mutta)\b",
    r"\b(?:ale|tylko|przed|dopoki|na razie|w tym tygodniu|dzisiaj|prosze (?:za)?dzwonic|telefonicznie|spotkani\w+)\b"
    r"|\bdo (?:poniedzialku|wtorku|srody|czwartku|piatku|stycznia|lutego|marca|konca)\b",
    r"\b(?:ale|pouze|jen|pred|dokud|zatim|tento tyden|dnes|zavolejte|telefonicky|schuzk\w+)\b",
)  # fmt: skip

# Anywhere in the mail: they want to go on, or to hear of something.
OTHER_WISHES = (
    r"\b(?:call|ring|phone|text|whatsapp) (?:me|us|him|her|my|our)\b|\bgive (?:me|us) a (?:call|ring)\b|\bhappy to "
    r"(?:talk|chat|discuss|meet|help)\b|\bsounds (?:good|great|interesting)\b|\blooking forward\b|\b(?:let'?s|let "
    r"us) (?:talk|meet|discuss|schedule|connect|speak|set up|catch)\b|\bsend (?:me|us) (?:the|your|a|an|some|more) "
    r"(?:info\w*|details|proposal|offer|quote|pricing|prices?|brochure|deck|contract|catalog\w*|price list)\b"
    r"|\b(?:please|instead) (?:use|write to|contact|e-?mail|address) (?:my (?:colleague|other|new|work|private"
    r"|personal)|the|\S{1,60}@)|\bresend\b|\bsend (?:it|them|this) (?:again|to)\b|\b(?:reach out|get back|come back"
    r"|try|contact (?:me|us)|check back|write) (?:to (?:me|us) )?(?:again )?(?:in (?:the )?(?:january|february|march"
    r"|april|may|june|july|august|september|october|november|december|spring|summer|autumn|fall|winter|new year|a "
    r"|q\d|\d)|next)",
    r"\b(?:rufen sie|ruf|rufen) (?:mich|uns)? ?(?:doch |bitte |gern |gerne |lieber |einfach ){0,3}(?:mich |uns )?an\b"
    r"|\b(?:schicken|senden|mailen) sie (?:mir|uns) (?:bitte |doch |gern |gerne ){0,2}(?:ihr|ihre|das|die|den|ein"
    r"|mehr|weitere) (?:angebot\w*|unterlagen|info\w*|preis\w*|details|vertrag|broschuere|broschure)\b|\bfreue mich\b"
    r"|\bgerne? (?:telefonieren|sprechen|ein termin)|\bnoch ?(?:ein)?mal (?:zu)?(?:senden|schicken)\b|\b(?:schreiben"
    r"|wenden) sie (?:sich )?(?:bitte )?(?:stattdessen|lieber|an (?:meine|meinen|unsere|unseren|frau|herrn))\b",
    r"\b(?:appele[zr]|rappele[zr])[- ](?:moi|nous)\b|\b(?:envoye[zr])[- ](?:moi|nous) (?:votre|la|le|les|une|plus) "
    r"(?:offre|brochure|documentation|tarifs?|devis|details|proposition|informations)\b|\bau plaisir d'echanger\b"
    r"|\b(?:ecrire|adresser|contacter) (?:plutot|a mon|a ma|mon collegue|ma collegue)\b",
    r"\b(?:llam(?:e|en|a|eme|enme|ame)|pued\w+ llamar)\w*\b|\benvi(?:e|en|a|ar)?(?:me|nos) (?:el|la|su|una|mas) "
    r"(?:oferta|presupuesto|informacion|precios?|propuesta|catalogo)\b|\bescrib\w+ (?:mejor )?a mi (?:companer"
    r"|colega)",
    r"\b(?:chiam(?:ate|i|a|ami|atemi|arci|armi)|telefon(?:ate|i))\w*\b|\b(?:mandat|inviat|mand|invi)\w*(?:mi|ci) "
    r"(?:il|la|un|una|il vostro|la vostra) (?:preventivo|offerta|brochure|listino)\b",
    r"\bbel (?:me|mij|ons)\b|\bstuur (?:me|mij|ons) (?:de|het|uw|een|meer) (?:offerte|prijs\w*|info\w*|brochure"
    r"|voorstel)\b|\b(?:ligue|telefone|liguem)(?:-me|-nos| para)\b|\bring (?:mig|os|oss|meg|til mig|gerne)\b"
    r"|\bsoita(?:kaa)? (?:minulle|mieluummin)\b|\b(?:prosze|moze pan\w*) (?:za)?dzwoni\w*\b|\bzavolejte\b",
)  # fmt: skip

# A sentence that begins like this says what might be, or asks what was.
CONDITIONS = (
    r"(?:but |and |or |oder |und |aber |et |mais |o |y |e |ma |if|so )?(?:if (?!possible|you (?:can|could|please))"
    r"|unless|in case|once (?:i|we|you)|when (?:i|we|you|they)|whenever"
    r"|(?:wenn|falls|sofern|sobald) (?!moglich|moeglich)|si (?:vous|je|nous|on|tu|usted|no|me|quiere|el|la)|s'il "
    r"(?!vous)|au cas ou|en caso|cuando"
    r"|se (?:non|lei|mi|voi|il|la)|qualora|als (?:u|je|ik|het)|indien|caso|se (?:nao|voce|o|a)|om (?:du|ni|jag|det"
    r"|vi)|ifall|hvis|dersom|jos|mikali"
    r"|jesli|jezeli|gdyby|pokud|jestli|kdyby)\b"
)
QUESTIONS = (
    r"(?:so |and |but )?(?:how (?!(?:do|can|may) (?:i|we|one)\b)|wie |comment |como |come |hoe |hur |hvordan |miten "
    r"|jak )|(?:so |and |but )?(?:did|do|does|have|has|had|are|is|was|were|why|what|which|who|whose|when|shall|should"
    r"|am"
    r"|haben|habt|hat|sind|ist|warum|wieso|weshalb|was|wer|soll|sollen|muss|darf"
    r"|pourquoi|est-ce|avez|as-tu|dois|qui|por que|debo|quien|perche|devo|chi|waarom|moet|heeft|heb|porque|devo|quem"
    r"|varfor|ska|har|hvorfor|skal|miksi|pitaako|dlaczego|czy mam|czy powin\w+|proc|mam|mame)\b"
)

# Somebody else is to be taken from a list: whether the writer is, too, a person decides.
OTHERS = (
    r"\b(?:herrn|frau|kolleg\w+|mitarbeiter\w*|monsieur|mme|colleg\w+|colleague\w*|compan[ei]r\w+|him|her|them|mr|mrs"
    r"|ms|senor\w*|sig\.|pana|pani|pan)\b"
)
