"""How people say that they are away, until when, and that they have left, by language. All of it folded."""

AWAY = (
    # English
    r"\bout[ -]of[ -](?:the[ -])?office\b|\bback (?:on|in|at) (?!touch)|\booo\b|\b(?:out|away)(?: of| from)? (?:the "
    r"|my )?(?:office|desk|e-?mail|inbox|work|town|country)\b"
    r"|\bon (?:\w+ ){0,2}(?:leave|vacation|holidays?|pto|sabbatical|business trip|maternity|paternity|parental)\b"
    r"|\bannual leave\b|\bvacation(?:ing)?\b"
    r"|\b(?:currently|am|be|i'm|be|is|are|been|will) (?:\w+ )?(?:away|travelling|traveling|unavailable|on leave|off"
    r"|ooo|absent|not available)\b"
    r"|\b(?:will be|i'll be|am|be|i'm) (?:back|returning|out)\b|\blimited (?:access|connectivity)\b|\b(?:i|we) "
    r"(?:will )?(?:return|resume)\b|\bon holiday\b"
    r"|\b(?:office|offices|company|we)(?: is| are| will be|'re)? (?:\w+ )?closed\b|\bnot (?:be )?(?:in the office|at "
    r"work|checking|reading|able to (?:check|read))\b|\babsence\b"
    r"|\b(?:parental|maternity|paternity|sick|medical) leave\b|\breturning (?:on|to)?\b|\bday off\b|\bno access to "
    r"(?:my )?e-?mail\b|\bmy return\b|\b(?:at an?|attending (?:a|an|the)) (?:\w+ ){0,2}(?:conference|trade show"
    r"|trade fair|fair|training|workshop)\b",
    # German
    r"\babwesen\w*|\burlaub\w*|\belternzeit\b|\bmutterschutz\b|\bausser haus\b|\baus(?:ser|er)? dem haus\b"
    r"|\bdienstreise\b|\bgeschae?ftsreise\b|\bkrank\w*\b"
    r"|\bnicht (?:im (?:buro|buero|hause?|dienst|office)|erreichbar|am platz|am arbeitsplatz|zu erreichen|anwesend"
    r"|verfugbar|verfuegbar|da\b)"
    r"|\bwieder (?:\w+ ){0,3}(?:erreichbar|im (?:buro|buero|haus|einsatz|dienst)|fur sie da|fuer sie da|zuruck"
    r"|zurueck|da|anwesend|verfugbar|personlich|zur verfugung)\b"
    r"|\bzuruck\b|\bunterwegs\b|\bnicht (?:\w+ )?(?:gelesen|bearbeitet|weitergeleitet)\b|\bgeschlossen\b"
    r"|\bbetriebsferien\b|\bruckkehr\b|\bsabbatical\b|\bmessebesuch\b|\bauf (?:einer|der|die) (?:messe|konferenz"
    r"|schulung|fortbildung|tagung|veranstaltung|reise)\b",
    # French
    r"\babsen(?:t|te|ts|ce)\b|\ben (?:conges?|vacances|deplacement|mission|arret|formation)\b|\bde retour\b|\bhors "
    r"d[ue] bureau\b|\bconges?\b|\bindisponible\b"
    r"|\bmon retour\b|\bferme[es]*\b|\breviens\b|\breviendrai\b|\bserai (?:de retour|a nouveau|joignable)\b|\bpas "
    r"(?:disponible|joignable|au bureau)\b",
    # Spanish
    r"\bfuera de (?:la |mi )?oficina\b|\bde (?:vacaciones|viaje|baja|permiso)\b|\bausen(?:te|cia)\b|\bregres(?:o|are"
    r"|aremos|ando)\b|\bvolver(?:e|emos)\b|\bvuelvo\b"
    r"|\bestare de vuelta\b|\bde vuelta\b|\bno (?:estare|estoy) (?:disponible|en la oficina|localizable)\b"
    r"|\bcerrad[oa]s?\b|\b(?:re)?incorpor\w+\b|\bvacaciones\b",
    # Italian
    r"\bfuori (?:ufficio|sede)\b|\bin (?:ferie|vacanza|trasferta|malattia|maternita|congedo)\b|\bassen(?:te|za)\b"
    r"|\btornero\b|\brientr(?:o|ero|eremo)\b|\bdi ritorno\b"
    r"|\bnon (?:saro|sono) (?:disponibile|in ufficio|raggiungibile)\b|\bchius[oiea]\b|\bferie\b|\bal mio ritorno\b"
    r"|\bsaro di nuovo\b",
    # Dutch
    r"\bafwezig\w*\b|\bniet (?:op kantoor|aanwezig|bereikbaar|beschikbaar|in de gelegenheid)\b|\bmet (?:vakantie"
    r"|verlof|zwangerschapsverlof)\b|\b(?:op|met) (?:vakantie|reis|zakenreis)\b"
    r"|\b(?:weer|terug) (?:\w+ ){0,3}(?:bereikbaar|aanwezig|op kantoor|beschikbaar|terug|aan het werk|te bereiken)\b"
    r"|\bben (?:ik )?(?:\w+ ){0,4}(?:weer|terug)\b|\bbuiten kantoor\b|\bgesloten\b|\bvakantie\b|\bverlof\b|\bterug "
    r"op\b",
    # Portuguese
    r"\bfora do escritorio\b|\bausen(?:te|cia)\b|\bde (?:ferias|licenca|folga)\b|\bem (?:ferias|viagem|licenca)\b"
    r"|\b(?:regress|retorn)(?:o|arei|aremos)\b|\bvolt(?:o|arei|aremos)\b"
    r"|\bnao (?:estarei|estou) (?:disponivel|no escritorio|contactavel)\b|\bestarei de volta\b|\bde volta\b"
    r"|\bferias\b|\bencerrad[oa]s?\b",
    # Swedish, Danish, Norwegian
    r"\bpa (?:semester|ferie|tjansteresa|resande fot|foraldraledighet|rejse|reise|kursus|kurs)\b|\bsemester\w*\b"
    r"|\b(?:foraldra|tjanst|sjuk)\w*ledig\w*\b|\bledig\w*\b|\binte (?:pa kontoret|tillganglig|nas|anstraffbar|pa "
    r"plats)\b"
    r"|\bfranvaro\w*\b|\bfranvarande\b|\btillbaka\b|\bater (?:pa kontoret|i tjanst|den)\b|\bborta\b|\bute fran "
    r"kontoret\b",
    r"\bferie\b|\bfravaer\w*\b|\bikke (?:pa kontoret|til stede|tilgaengelig|at traeffe|tilgjengelig|a treffe|pa jobb"
    r"|pa arbejde)\b|\btilbage\b|\btilbake\b|\bbarsel\w*\b|\bpermisjon\w*\b|\borlov\b|\bude af (?:kontoret|huset)\b"
    r"|\bute av kontoret\b|\bborte(?:reist|vaerende)?\b|\bpa plads igen\b|\blukket\b|\bstengt\b|\bbortrejst\b|\bute "
    r"av huset\b",
    # Finnish
    r"\blomalla\b|\bloma\w*\b|\bpoissa\w*\b|\bpalaan\b|\bpalaamme\b|\bvapaalla\b|\bvirkamatkalla\b|\btyomatkalla\b"
    r"|\ben ole (?:\w+ )?(?:paikalla|toimistolla|tavoitettavissa|toissa)\b|\btakaisin\b|\btavoitettavissa\b"
    r"|\bsuljettu\b",
    # Polish
    r"\burlop\w*\b|\bnieobecn\w*\b|\bpoza biurem\b|\bwracam\b|\bwroce\b|\bpowrot\w*\b|\bbede (?:ponownie |znow "
    r"|znowu )?(?:dostepn\w*|w biurze|nieosiagaln\w*|nieobecn\w*)\b|\bnie (?:ma mnie|bedzie mnie|jestem dostepn\w*"
    r"|bede dostepn\w*)\b|\bzwolnieni\w+\b|\bdelegacj\w+\b|\bnieczynne\b",
    # Czech
    r"\bdovolen\w*\b|\bmimo kancelar\w*\b|\bnepritom\w*\b|\bvratim se\b|\bvracim se\b|\bzpet\b|\bnebudu (?:\w+ "
    r")?(?:dostupn\w*|v kancelari|k zastizeni|pritomn\w*)\b|\bnejsem (?:\w+ )?(?:dostupn\w*|v kancelari|k zastizeni"
    r"|pritomn\w*)\b|\bsluzebni cest\w*\b|\bbudu (?:opet|zase|znovu)\b|\bneschopn\w+\b",
)  # fmt: skip

# The sentence says when they are there again.
RETURNS = (
    r"\bback\b(?! to (?:you|me))|\breturn(?:s|ing)?\b(?! (?:your|the call))|\bresume|\bavailable again\b|\breachable "
    r"again\b|\bagain\b|\bavailable (?:from|as of|on)\b"
    r"|\bwieder\b|\bzuruck\b|\bzurueck\b|\bruckkehr\b|\bretour\b|\brevien\w+\b|\ba nouveau\b|\bvuelta\b|\bregres\w+\b"
    r"|\bvolver\w+\b|\bvuelvo\b|\bme (?:re)?incorpor\w+\b|\bde nuevo\b"
    r"|\btorn(?:o|ero|eremo)\b|\brientr\w+\b|\britorno\b|\bdi nuovo\b|\bnuovamente\b|\bterug\b|\bweer\b"
    r"|\bregress\w+\b|\bretorn\w+\b|\bvolt(?:o|arei|aremos)\b|\bvolta\b|\bnovamente\b"
    r"|\btillbaka\b|\bater\b|\bigen\b|\btilbage\b|\btilbake\b|\bigjen\b|\bpalaa\w*\b|\btakaisin\b|\btaas\b"
    r"|\bjalleen\b|\bwracam\b|\bwroce\b|\bpowrot\w*\b|\bponownie\b|\bznow\w*\b"
    r"|\briapr\w+|\breopen\w*|\brouvr\w+|\breabr\w+|\b(?:erreichbar|verfugbar|verfuegbar|dostepn\w+|dostupn\w+"
    r"|disponible|disponibile|disponivel|tillganglig|tilgaengelig|tilgjengelig|tavoitettavissa|bereikbaar|aanwezig) "
    r"(?:ab|od|a partir|desde|dal|fran|fra|vanaf|op)\b"
    r"|\bvratim\b|\bvracim\b|\bzpet\b|\bopet\b|\bzase\b|\bznovu\b"
)  # fmt: skip

# Right before a day: it is the last one away. Behind "after" it is, too.
UNTIL = (
    r"(?:until|till|'?til|through|thru|up to|up until|ending|ends|end date|last day|after|bis|bis zum|bis "
    r"einschliesslich|bis inklusive|bis inkl\.?|bis einschl\.?"
    r"|nach dem|jusqu'(?:au|a|en)|jusqu'au|jusque|apres le|hasta|hasta el|hasta el dia|despues del?|fino al?|fino "
    r"all'|sino al?|dopo il"
    r"|tot|tot en met|t/m|t\.?e\.?m\.?|tot aan|na|ate|ate ao?|ate o dia|ate ao dia|depois de|apos|till|till och med"
    r"|t\.?o\.?m\.?|tom|efter|til|til og med|til d\.?|indtil|inntil|etter"
    r"|do|do dnia|az do|po|wlacznie do|vcetne)"
)
# Right before a day: it is the first one away, or the first one back.
FROM = (
    r"(?:from|since|starting(?: on)?|beginning(?: on)?|as of|as from|vom|von|ab|ab dem|seit|seit dem|beginnend|des le"
    r"|a partir d[ue]|a partir del?|a compter du|du|depuis(?: le)?"
    r"|desde(?: el)?|del|dal|dall'|dallo|a partire dal|a decorrere dal|van|vanaf|sinds|de|do dia|a partir do|fran(?: "
    r"och med)?|fr\.?o\.?m\.?|sedan|fra(?: og med)?|siden|f\.?o\.?m\.?|od(?: dnia)?|pocinaje|pocawszy od)"
)
# Right behind a day, where a language says it so.
UNTIL_BEHIND = (
    r"\s?(?:asti|saakka|mennessa|jalkeen|loppuun)\b|[. ]*(?:inclusive|inclusivo|inclus|compris|incluido|incluso"
    r"|inkl\.?|einschliesslich|wlacznie|vcetne)\b"
)
# Right before a day: it is that of a mail, and says nothing about an absence.
OF_A_MAIL = (
    r"(?:(?:sent|wrote|written|dated|received|message of|mail of|e-?mail of|created|gesendet|geschrieben|erhalten"
    r"|nachricht|e-?mail|envoye|recu|message|enviado|recibido|inviato|ricevuto|verzonden|ontvangen|skickat|sendt"
    r"|wyslano|odeslano)(?: on| am| vom| from| le| du| el| del| il| op| den| dnia| dne)*)"
)

# They do not work there any more.
LEFT = (
    r"\b(?:(?:no longer|not any ?more|not) (?:\w+ )?(?:with|employed (?:by|at|with)|works? (?:for|at|here|with|in)"
    r"|working (?:for|at|here|with)|part of|a member of|an employee of) (?:\w+ ){0,4}(?:any ?more|any longer|company"
    r"|organi[sz]ation|firm|team|us|here)"
    r"|no longer (?:with|employed|works? (?:for|at|here|with|in)|working (?:for|at|here|with)|part of|an employee)"
    r"|(?:don'?t|doesn'?t|does not|do not) work (?:for|at|here|with) .{0,30}\bany ?(?:more|longer)|not work(?:ing)? "
    r"here any ?(?:more|longer))\b",
    r"\b(?:i have|i've|has|have) (?:now |since |recently |already )?(?:left|departed from|resigned from|retired "
    r"from) (?:the |my position|his position|her position|our )?(?:\w+ )?(?:company|organi[sz]ation|firm|business"
    r"|team|position|role|employment|gmbh|ltd|inc)\b|\bi(?:'ve| have) (?:now |recently )?(?:retired|resigned)\b"
    r"|\b(?:has|have) (?:now |since |recently )?left [a-z]+\s*(?:[.!]|$| and )",
    r"\b(?:i|he|she|\w+) (?:left|quit) (?:the )?(?:company|organi[sz]ation|firm|business)\b|\b(?:my|his|her|their) "
    r"last (?:working )?day (?:was|at .{0,30} was)\b|\bretired (?:on|from|in)\b|\bmoved on (?:from|to (?:a )?new)\b",
    r"\b(?:this )?(?:mailbox|e-?mail address|account|address|inbox) (?:is|has been|was|will be)? ?(?:no longer "
    r"(?:active|in use|monitored|valid|used|available)|deactivated|closed|discontinued)\b",
    r"\b(?:nicht (?:mehr|lae?nger)) .{0,40}\b(?:unternehmen|firma|tae?tig|beschaftigt|beschaeftigt|arbeite\w*"
    r"|angestellt|mitarbeiter\w*|bei uns|haus)\b|\b(?:arbeite\w*|bin|ist) .{0,30}\bnicht mehr (?:bei|fur|fuer|im "
    r"(?:unternehmen|hause))\b|\bausgeschieden\b|\b(?:unternehmen|firma|haus) .{0,20}\bverlassen\b|\bmein(?:en)? "
    r"letzte[rn]? arbeitstag (?:war|hatte)|\bim ruhestand\b|\bin (?:rente|den ruhestand)\b",
    r"\bne (?:fait|fais|travaille|font) plus (?:partie|a |chez|au |pour|dans)|\bn'(?:est|ai|a|suis) plus (?:\w+ "
    r")?(?:chez|dans|employe\w*|en poste|salarie\w*|collaborateur|dans l'entreprise)|\b(?:a|ai) quitte (?:l'|la "
    r"|notre |mes fonctions|ses fonctions|son poste|mon poste)|\bparti\w* a la retraite\b",
    r"\bya no (?:trabaj\w+ (?:en|aqui|para|alli|mas)|form\w+ parte|pertenez\w+|pertenec\w+|labor\w+|est\w+ en (?:la "
    r"empresa|esta empresa|la compania)|colabor\w+)|\bhe (?:dejado|abandonado) (?:la empresa|de trabajar)|\bha "
    r"(?:dejado|causado baja)\b.{0,20}\b(?:empresa|compania)\b|\bme he jubilado\b|\bdej\w+ de (?:trabajar|prestar)",
    r"\bnon (?:lavor\w+|fa\w*|collabor\w+|e|sono) piu (?:\w+ )?(?:presso|parte|in|con|per|alle dipendenze|qui"
    r"|dipendente)|\b(?:ho|ha) lasciato (?:l'azienda|la societa|l'incarico|la nostra)|\bpensionat\w*\b|\bin "
    r"pensione\b",
    r"\b(?:niet (?:meer|langer)) (?:werkzaam|in dienst|bij|actief|werkend)\b|\bwerk\w* .{0,30}\bniet (?:meer|langer) "
    r"(?:bij|voor)\b|\b(?:uit dienst|verlaten)\b.{0,15}(?:getreden)?|\bmet pensioen\b",
    r"\b(?:ja )?nao (?:trabalh\w+|faz\w*|faco|pertenc\w+|integr\w+|colabor\w+|est\w+) mais (?:na|no|em|parte|a|com"
    r"|para)\b|\bja nao (?:trabalh\w+|faz\w*|faco|pertenc\w+|est\w+|colabor\w+)|\b(?:deixei|deixou|sai|saiu) (?:a|da"
    r"|de trabalhar|de fazer parte)\b.{0,10}\b(?:empresa|companhia|equipa|equipe|na|no)?\b|\bme (?:aposentei"
    r"|reformei)\b",
    r"\b(?:slutat|slutade|har slutat)\b|\b(?:jobbar|arbetar|ar) (?:\w+ )?(?:inte langre|ej langre)\b|\binte langre "
    r"(?:kvar|anstalld|pa|hos|i tjanst)|\bgatt i pension\b",
    r"\b(?:ikke (?:laengere|lenger)|ikke mere) (?:ansat|ansatt|hos|en del|i virksomheden|i firmaet|i selskapet|pa"
    r"|beskaeftiget)|\b(?:arbejder|jobber|arbeider|er) (?:\w+ )?ikke (?:laengere|lenger)\b|\b(?:fratradt|sluttet"
    r"|fratradte|opsagt min stilling)\b|\bgaet pa pension\b|\bgatt av med pensjon\b",
    r"\b(?:en|ei|eika) (?:ole |tyoskentele |ole toissa )?(?:enaa )?(?:\w+ )?(?:enaa )?(?:tyoskentele|palveluksessa"
    r"|toissa|yrityksessa)\b(?=.*)|\benaa tyoskentele\b|\bei ole enaa\b|\ben ole enaa\b|\bjaanyt elakkeelle\b"
    r"|\b(?:lahtenyt|siirtynyt) (?:yrityksesta|pois|toisen|muualle)\b|\btyosuhteeni .{0,20}paattyn",
    r"\b(?:nie pracuje|nie jest|nie jestem|nie pracuja)\b.{0,20}\b(?:juz|w firmie|w naszej|pracownik\w*|w spolce)\b"
    r"|\bjuz nie (?:pracuj\w*|jest|jestem)\b|\b(?:odszedl|odeszla|zakonczyl\w*|odszedlem"
    r"|odeszlam)\b.{0,30}\b(?:firm\w*|prac\w*|wspolprac\w*|spolk\w*)\b|\bna emerytur\w+",
    r"\b(?:jiz|uz) (?:\w+ )?(?:nepracuj\w*|neni|nejsem|nepusob\w*)\b|\bnepracuj\w* (?:jiz|uz|nadale|v nasi|ve "
    r"spolecnosti)\b|\b(?:odesel|odesla|opustil\w*|ukoncil\w*) .{0,30}\b(?:firm\w*|spolecnost\w*|pracovni pomer"
    r"|zamestnani)|\bv duchodu\b",
)  # fmt: skip
# Who is to be written to in their place stands behind one of these.
INSTEAD = (
    r"\b(?:contact|write to|reach(?: out to)?|e-?mail|replaced by|successor|taken over by|get in touch with|refer to"
    r"|direct (?:your|all)|forward|address(?:ed)? to|speak to|instead"
    r"|wenden|kontaktieren|schreiben|nachfolg\w+|ansprechpartner\w*|richten|erreichen|vertret\w+|zustandig\w*"
    r"|zustaendig\w*|contacter|adresser|ecrire|remplac\w+|joindre|successeur|interlocut\w+"
    r"|contactar|contacte|contacten|dirij\w+|dirigir\w*|escrib\w+|sustitu\w+|contattare|contattate|rivolger\w*"
    r"|scrivere|sostitu\w+|referente|contact opnemen|opvolg\w+|neem contact|wenden tot|mailen naar|terecht bij"
    r"|entrar? em contact\w*|entrar? em contat\w*|contactar|contate|dirija\w*|substitu\w+|kontakta|vand\w+"
    r"|eftertradare|ersattare|kontakt\w*|henvend\w*|efterfolger|etterfolger|rette|ottakaa yhteytta|ota yhteytta"
    r"|yhteys\w*|seuraaja\w*"
    r"|kontakt\w*|prosze|zastep\w*|nastepc\w*|obrac\w+|obratte|zastup\w*|nastupce)\b"
)  # fmt: skip

# They were away: a person is back, and says so.
IS_BACK = (
    r"\b(?:am|i'm|are|just|is) (?:now )?(?:back|over|returned)\b(?! (?:on|in the office on|at))|\bback from\b"
    r"|\b(?:ist|sind|war) (?:vorbei|vorueber|voruber)\b"
    r"|\bzurue?ck aus\b|\bde retour de\b|\bde vuelta de\b|\btornat\w+ da\b|\bterug van\b|\btillbaka fran\b"
)
