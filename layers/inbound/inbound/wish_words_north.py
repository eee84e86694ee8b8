"""How people ask not to be written to any more in Dutch, the Nordic languages, Polish and Czech (`wish_words`)."""

_DUTCH_MAILS = r"(?:e-?mails?|mails?|mailtjes|berichten|nieuwsbrie\w+|reclame\w*|post|spam|aanbiedingen|advertenties)"

DUTCH = (
    r"\b(?:uitschrijven|uitgeschreven|afmelden|afgemeld)\b(?= ?(?:voor|van|uit|a\.?u\.?b|alstublieft|graag|bedankt"
    r"|worden|$|[,.]))(?<!om u af te melden)",
    r"\bschrijf (?:mij|me|ons)\b.{0,30}\buit\b",
    r"\bmeld (?:mij|me|ons)\b.{0,40}\baf\b",
    r"\b(?:haal|verwijder|schrap|gooi|neem|wis|halen|verwijderen|schrappen)\b.{0,25}\b(?:mij|me|ons|mijn|onze|dit"
    r"|deze)\b.{0,40}\b(?:\w*lijst\w*|bestand\w*|database|mailing\w*|adres|e-?mailadres|mailadres|gegevens|systeem"
    r"|nieuwsbrief)\b",
    r"\b(?:mij|me|ons|mijn|onze|dit)\b.{0,30}\b(?:adres|gegevens|lijst|mailadres|e-?mailadres|bestand|\w*lijst"
    r"|database)\b.{0,20}\b(?:te )?(?:halen|verwijderen|schrappen|wissen)\b",
    r"(?:^|\b(?:graag|gelieve|verzoek|mij|ons|svp|aub)\b.{0,20})\bvan (?:de|uw|jullie|deze) \w*lijst (?:te )?(?:halen"
    r"|verwijderen|schrappen|af)\b",
    r"\b(?:mij|me|ons) (?:a\.?u\.?b\.? |alstublieft |svp )?(?:te )?(?:verwijderen|schrappen)\b",
    r"\b(?:niet (?:meer|langer|nog eens)|nooit meer) (?:te )?(?:mailen|contacteren|benaderen|schrijven|benaderd"
    r"|gecontacteerd|gemaild|ontvangen|lastig|storen|sturen|opnemen|aanschrijven|aangeschreven)\b",
    rf"\bgeen {_DUTCH_MAILS} meer\b|\bgeen (?:verdere|nieuwe|andere|ongevraagde) {_DUTCH_MAILS}\b",
    rf"\b(?:mail|stuur|contacteer|benader|schrijf|sturen|mailen) (?:u )?(?:mij|me|ons) (?:a\.?u\.?b\.?,? "
    rf"|alstublieft |svp |graag )?(?:niet (?:meer|langer)|nooit meer|niets meer|geen (?:\w+ )?{_DUTCH_MAILS})\b",
    rf"\bstop(?:pen)? (?:a\.?u\.?b\.? )?(?:(?:met )?(?:het )?(?:mij |me |ons )?(?:te )?(?:mailen|sturen|versturen"
    rf"|contacteren|benaderen|spammen|schrijven)|(?:met )?(?:deze|dit|uw|al die|die) {_DUTCH_MAILS})\b",
    rf"\b(?:wil|willen|wens|wensen|stel|hoef)\b.{{0,25}}\b(?:geen|niet (?:meer|langer)|niets "
    rf"meer)\b.{{0,40}}\b(?:{_DUTCH_MAILS}|ontvangen|benaderd|gecontacteerd|gemaild)\b(?! (?:met|over) )",
    r"\bgeen (?:verder |enkel )?contact (?:meer|opnemen)\b|\bstel(?:len|t)? (?:\w+ )?geen prijs op\b",
    r"\bmaak (?:ik )?bezwaar\b|\btrek\b.{0,20}\btoestemming in\b|\bverzoek\w*\b.{0,40}\b(?:te verwijderen"
    r"|verwijdering|uit te schrijven)",
    r"\blaat (?:mij|me|ons) met rust\b",
)  # fmt: skip

SWEDISH = (
    r"\b(?:avregistrera|avprenumerera|avanmal)\b.{0,15}\b(?:mig|oss|min|mitt|var|denna|fran)\b|\b(?:avregistrera"
    r"|avprenumerera|avanmala)\b\s*(?:tack)?$",
    r"\bavslut(?:a|as)\b.{0,15}\bprenumeration",
    r"\b(?:ta|tag) (?:vanligen |genast )?bort (?:mig|oss|min|mitt|mina|var|vart|vara|den har|denna|det har)\b(?! "
    r"(?:tidigare|forra|senaste))",
    r"\b(?:stryk|radera|plocka bort|ta bort) (?:mig|oss|min e-?post\w*|min adress|min mailadress|mina uppgifter|vara "
    r"uppgifter)\b",
    r"\b(?:mig|oss)\b.{0,20}\bborttag(?:en|na)\b",
    r"\bsluta?(?: genast| upp)?(?: med)?(?: att)? (?:e-?posta|maila|mejla|skicka|kontakta|skriva|spamma|hora av"
    r"|storande)\b",
    r"\b(?:kontakta|maila|mejla|skriv|skicka|hor|stor)\b.{0,20}\binte\b.{0,15}\b(?:mer|langre|igen|fler|nagra|mera)\b",
    r"\b(?:kontakta|maila|mejla|stor) (?:mig|oss) inte\b\s*(?:tack)?$",
    r"\b(?:skicka|skriv|kontakta|maila|mejla) inte (?:fler|mer|nagra|mig|oss|till)\b",
    r"\b(?:vill|onskar)\b.{0,10}\binte (?:langre |ha |fa |motta |ta emot |bli |langre ha |langre fa |langre bli "
    r"){0,2}(?:(?:fler|mer|nagra|era|sadana|den har typen av) )?(?:mail|mejl|e-?post\w*|utskick|reklam|kontaktad"
    r"|kontaktade|meddelanden|kontaktas|nyhetsbrev)",
    r"\binga (?:fler|mer) (?:mail|mejl|utskick|meddelanden|e-?post\w*|brev)\b",
    r"\bmotsatter (?:mig|oss)\b|\baterkallar\b.{0,15}\bsamtycke",
    r"\blamna (?:mig|oss) (?:i fred|ifred)\b",
)  # fmt: skip

DANISH = (
    r"\b(?:afmeld|frameld)\b.{0,15}\b(?:mig|os|min|mit|denne|venligst|nyhedsbrev\w*)\b|\b(?:afmelde"
    r"|framelde)(?:s)?\b(?= ?(?:mig|os|fra|$|nyhedsbrev))",
    r"\b(?:fjern|slet|stryg|tag|fjerne|slette)\b (?:venligst |straks |lige )?(?:mig|os|min|mit|mine|vores|denne"
    r"|vor)\b(?:.{0,30}\b(?:liste\w*|mailingliste\w*|database\w*|kartotek\w*|system\w*|adresse\w*|mailadresse\w*"
    r"|e-?mail\w*|data|oplysninger|arkiv\w*|nyhedsbrev\w*)\b|\s*(?:tak)?$)",
    r"\b(?:stop|hold op) (?:venligst )?(?:med )?(?:at )?(?:sende|skrive|kontakte|maile|spamme)\b",
    r"\b(?:kontakt|skriv|send|mail|henvend)\b.{0,20}\bikke\b.{0,20}\b(?:mere|igen|flere|laengere|fremover)\b",
    r"\b(?:kontakt|mail|forstyr) (?:mig|os) ikke\b\s*(?:tak)?$",
    r"\b(?:undlad|lad vaere med)\b.{0,20}\b(?:at )?(?:sende|skrive|kontakte|maile)\b",
    r"\b(?:onsker|vil)\b.{0,12}\bikke (?:laengere )?(?:at )?(?:modtage|have|kontaktes|blive kontaktet|hore"
    r"|fa)\b.{0,30}\b(?:mails?|e-?mails?|henvendelser|reklamer?|fra jer|fra dig|beskeder|nyhedsbreve?|mere|flere"
    r"|kontaktet|kontaktes)?\b",
    r"\b(?:ikke|ingen) flere (?:mails?|e-?mails?|beskeder|henvendelser|nyhedsbreve|reklamer)\b",
    r"\bgor (?:jeg )?indsigelse\b|\btraekker\b.{0,20}\bsamtykke",
    r"\blad (?:mig|os) vaere(?: i fred)?\b",
)  # fmt: skip

NORWEGIAN = (
    r"\bmeld (?:meg|oss|min)\b.{0,30}\b(?:av|ut)\b",
    r"\b(?:avmeld|avregistrer)\b.{0,10}\b(?:meg|oss|min|denne)\b|\b(?:avmelding|melde meg av|melde meg ut)\b",
    r"\b(?:fjern|slett|stryk|ta|fjerne|slette)\b (?:vennligst |straks )?(?:meg|oss|min|mitt|mine|var|denne"
    r"|e-?post\w*)\b(?:.{0,30}\b(?:liste\w*|e-?postliste\w*|database\w*|register\w*|system\w*|adresse\w*"
    r"|e-?postadresse\w*|data|opplysninger|kontaktinfo\w*|nyhetsbrev\w*|mailingliste\w*)\b|(?: min| mi| bort| vekk| "
    r"av)?\s*(?:takk)?$)",
    r"\bslutt(?: med)?(?: a)? (?:sende|skrive|kontakte|maile|spamme|mase)\b|\bslutt a\b.{0,10}\b(?:sende|kontakte"
    r"|skrive)",
    r"\bikke (?:kontakt|send|skriv|mail|forstyrr)\b.{0,10}\b(?:meg|oss|flere|mer|til)\b",
    r"\b(?:kontakt|send|skriv)\b.{0,20}\bikke\b.{0,15}\b(?:mer|igen|flere|lenger)\b|\b(?:kontakt|forstyrr) (?:meg"
    r"|oss) ikke\b\s*(?:takk)?$",
    r"\b(?:onsker|vil)\b.{0,12}\bikke (?:lenger )?(?:a )?(?:motta|ha|fa|bli kontaktet|kontaktes"
    r"|hore)\b.{0,30}\b(?:mail\w*|e-?post\w*|henvendelser|reklame|fra dere|fra deg|meldinger|nyhetsbrev|mer|flere"
    r"|kontaktet)?\b",
    r"\b(?:ikke|ingen) flere (?:mail\w*|e-?post\w*|meldinger|henvendelser|nyhetsbrev)\b",
    r"\bprotesterer mot\b.{0,20}\bbehandling|\bmotsetter (?:meg|oss)\b|\btrekker\b.{0,20}\bsamtykke",
    r"\bla (?:meg|oss) (?:vaere )?i fred\b",
)  # fmt: skip

FINNISH = (
    r"\bpoist\w*\b.{0,25}\b(?:minut|meidat|sahkopost\w+ni|sahkopostimme|sahkopostiosoit\w+|osoitteeni|osoitteemme"
    r"|tietoni|tietomme|yhteystieto\w+|nimeni|minun)\b(?!.{0,20}\bviesti)",
    r"\b(?:minut|meidat|osoitteeni|tietoni|sahkopostini|yhteystietoni)\b.{0,30}\b(?:poist|pois)\w*",
    r"\bperu\w*\b.{0,25}\b(?:tilau|uutiskirj|sahkopostitilau)\w*|\b(?:tilau|uutiskirj)\w*\b.{0,15}\bperu\w*",
    r"\b(?:ala|alka|alkaa|elka|elkaa)\b.{0,25}\b(?:lahet|ota|otta|kirjoit|spamma|hairi|postit|soit)\w*\b(?! (?:viela"
    r"|ennen))",
    r"\b(?:en|emme) (?:enaa )?(?:halua|toivo|tahdo)\b.{0,40}\b(?:viest\w*|post\w*|sahkopost\w*|yhteyden\w*|mainok\w*"
    r"|uutiskirj\w*|markkinoin\w*|enaa)\b",
    r"\blopet\w*\b.{0,40}\b(?:lahet\w+|viest\w+|postit\w+|spam\w*|yhteyden\w*|mainos\w*|sahkopost\w*)\b",
    r"\bei enaa (?:viest\w+|sahkopost\w+|post\w+|yhteyden\w+|mainok\w+)\b",
    r"\b(?:vastustan|kiellan)\b.{0,40}\b(?:kasittel\w+|markkinoin\w+|kayt\w+)|\bperuutan\b.{0,20}\bsuostumu",
    r"\bjata\w*\b.{0,15}\brauhaan\b",
)  # fmt: skip

POLISH = (
    r"\bwypis\w*\b.{0,20}\b(?:mnie|nas|mojego|moj|z listy|z bazy|z newslettera|z subskrypcji|z mailingu)\b",
    r"\b(?:chce|chcemy|chcialbym|chcialabym|prosze|prosimy)\b.{0,15}\b(?:sie |mnie |nas )?(?:wypisac|wyrejestrowac"
    r"|zrezygnowac z)",
    r"\b(?:prosze|prosimy) o\b.{0,25}\b(?:wypisanie|zaprzestanie|niewysylanie|nieprzysylanie|niekontaktowanie"
    r"|wykreslenie|zaniechanie|rezygnacj\w+)\b",
    r"\b(?:usun|usunac|usuniecie|usuniecia|usuncie|skreslcie|wykreslcie|wykreslic|skasujcie"
    r"|wykreslenie)\b.{0,25}\b(?:mnie|nas|moj\w*|nasz\w*|ten adres|tego adresu|adresu?|danych|z listy|z "
    r"bazy)\b(?!.{0,15}\b(?:wiadomosc|mail\w* z)\b)",
    r"\bnie (?:chce|chcemy|zycze sobie|zyczymy sobie|zycze|wyrazam zgody|wyrazamy zgody|jestem zainteresowan\w+"
    r"|zgadzam sie)\b.{0,40}\b(?:otrzymyw\w*|dostaw\w*|maili|e-?maili|wiadomosci|kontakt\w*|reklam\w*|przetwarzani\w*"
    r"|korespondencj\w*|spamu|informacji handlow\w*|newsletter\w*)\b",
    r"\bnie (?:wysyla|przysyla|pisa|pisz|kontaktowa|kontaktuj|wysylaj|przysylaj|wysla"
    r"|przesyla)\w{0,5}\b.{0,20}\b(?:do mnie|mi|nam|wiecej|ze mna|juz|do nas|z nami|na ten adres|zadnych|ofert\w*"
    r"|maili|e-?maili|reklam\w*|spamu|wiadomosci)\b",
    r"\b(?:wiecej|juz|do mnie|do nas|mi|nam)\b.{0,20}\bnie (?:pisac|wysylac|kontaktowac|przysylac|pisz\w*|przesylac"
    r"|dzwonic)\b",
    r"\bprzesta(?:n|ncie|c|nac)\b.{0,25}\b(?:pisac|wysylac|przysylac|spamowac|kontaktowac|nekac)",
    r"\brezygnuj\w+ z\b.{0,20}\b(?:subskrypcji|newsletter\w*|otrzymywania|dalszych|waszych|mailing\w*)",
    r"\b(?:sprzeciw\w*)\b.{0,60}\b(?:przetwarzani\w*|rodo|danych|marketing\w*)\b|\b(?:wnosze|zglaszam|skladam) "
    r"sprzeciw\b",
    r"\bcofam\b.{0,20}\bzgod|\b(?:zadam|domagam sie)\b.{0,20}\b(?:usuniecia|zaprzestania)",
    r"\bdajcie (?:mi|nam) (?:swiety )?spokoj\b|\bzadnych (?:wiecej )?(?:maili|e-?maili|wiadomosci)\b",
)  # fmt: skip

CZECH = (
    r"\bodhla(?:s|st|sit|ste|seni|sen)\w*\b.{0,20}\b(?:me|mne|nas|odber\w*|z odberu|z newsletteru|z mailing\w*|z "
    r"databaze|tuto adresu|ze seznamu|zasilani)\b|\bprosim\w* o odhlaseni\b|\b(?:me|mne|nas|se)\b.{0,15}\bodhla(?:st"
    r"|sit|ste)\w*(?! k)|\b(?:vyrazeni|vymazani|odstraneni|smazani)\b.{0,15}\b(?:z|ze|meho|mych|me|nasi|naseho)\b",
    r"\b(?:vyrad|vymaz|smaz|odstran|vyskrtn|odeber|vyrazen|vyjm)\w*\b.{0,15}\b(?:me|mne|nas|moji?|muj|moje|nasi|nase"
    r"|mou|meho|mi|tuto adresu|tento e-?mail)\b(?!.{0,15}\b(?:predchozi|posledni|minul\w+)\b)",
    r"\b(?:me|mne|nas|mou|muj|moji)\b.{0,25}\b(?:vyrad|vymaz|smaz|odstran|vyskrtn)\w*",
    r"\b(?:neposilejte|nepiste|nezasilejte|nekontaktujte|neobtezujte|nerozesilejte)\b.{0,25}\b(?:mi|nam|me|mne|nas|uz"
    r"|jiz|dalsi|vice|zadn\w+|znovu|prosim)\b|\b(?:mi|nam|me|mne|nas|uz|jiz|dale|prosim)\b.{0,15}\b(?:neposilejte"
    r"|nepiste|nezasilejte|nekontaktujte|neobtezujte|neposilat|nezasilat|nepsat|nekontaktovat)\b",
    r"\b(?:nepre\w+ si|nechc\w+|nestojim\w*)\b.{0,40}\b(?:dostavat|dostat|mail\w*|e-?mail\w*|zprav\w*|kontaktovan\w*"
    r"|zasilan\w*|zasilat|obchodni\w* sdeleni|reklam\w*|nabidky od vas|newsletter\w*)\b",
    r"\bprestan(?:te|)?\b.{0,25}\b(?:posilat|psat|obtezovat|spamovat|kontaktovat|zasilat)",
    r"\bzrus\w*\b.{0,20}\b(?:odber\w*|registraci|zasilani)",
    r"\b(?:vznasim|podavam|uplatnuji)\b.{0,20}\bnamitk\w+|\bnamitk\w+\b.{0,40}\b(?:zpracovani|udaj\w*)"
    r"|\bodvolavam\b.{0,20}\bsouhlas|\bnesouhlasim\b.{0,30}\b(?:zasilan\w*|zpracovan\w*)",
    r"\bdejte mi pokoj\b|\bzadne dalsi (?:e-?maily|maily|zpravy)\b",
)  # fmt: skip
