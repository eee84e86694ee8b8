"""How mail programs put what they quote below, or above, what somebody has written: what stands before our text."""

# Above a text that is not marked.
UNMARKED: dict[str, str] = {
    "Outlook, English": (
        "From: Sam Poe <sam@sender.example>\nSent: Monday, September 7, 2026 9:00 AM\nTo: Kim Doe "
        "<kim@lead.example>\nSubject: A question"
    ),
    "Outlook, English, bold": (
        "*From:* Sam Poe <sam@sender.example>\n*Sent:* Monday, September 7, 2026 9:00 AM\n*To:* Kim Doe\n*Subject:* "
        "A question"
    ),
    "Outlook with a rule": (
        "________________________________\nFrom: Sam Poe <sam@sender.example>\nSent: Monday, September 7, 2026 9:00 AM"
    ),
    "Outlook, German": (
        "Von: Sam Poe <sam@sender.example>\nGesendet: Montag, 7. September 2026 09:00\nAn: Kim Doe\nBetreff: Eine Frage"
    ),
    "Outlook, French": (
        "De : Sam Poe <sam@sender.example>\nEnvoyé : lundi 7 septembre 2026 09:00\nÀ : Kim Doe\nObjet : Une question"
    ),
    "Outlook, Spanish": (
        "De: Sam Poe <sam@sender.example>\nEnviado el: lunes, 7 de septiembre de 2026 9:00\nPara: Kim Doe\nAsunto: "
        "Una pregunta"
    ),
    "Outlook, Italian": (
        "Da: Sam Poe <sam@sender.example>\nInviato: lunedì 7 settembre 2026 09:00\nA: Kim Doe\nOggetto: Una domanda"
    ),
    "Outlook, Dutch": (
        "Van: Sam Poe <sam@sender.example>\nVerzonden: maandag 7 september 2026 09:00\nAan: Kim Doe\nOnderwerp: Een "
        "vraag"
    ),
    "Outlook, Portuguese": (
        "De: Sam Poe <sam@sender.example>\nEnviado: 7 de setembro de 2026 09:00\nPara: Kim Doe\nAssunto: Uma pergunta"
    ),
    "Outlook, Swedish": (
        "Från: Sam Poe <sam@sender.example>\nSkickat: den 7 september 2026 09:00\nTill: Kim Doe\nÄmne: En fråga"
    ),
    "Outlook, Danish": (
        "Fra: Sam Poe <sam@sender.example>\nSendt: 7. september 2026 09:00\nTil: Kim Doe\nEmne: Et spørgsmål"
    ),
    "Outlook, Norwegian": (
        "Fra: Sam Poe <sam@sender.example>\nSendt: mandag 7. september 2026 09:00\nTil: Kim Doe\nEmne: Et spørsmål"
    ),
    "Outlook, Finnish": (
        "Lähettäjä: Sam Poe <sam@sender.example>\nLähetetty: maanantai 7. syyskuuta 2026 9.00\nVastaanottaja: Kim "
        "Doe\nAihe: Kysymys"
    ),
    "Outlook, Polish": (
        "Od: Sam Poe <sam@sender.example>\nWysłano: poniedziałek, 7 września 2026 09:00\nDo: Kim Doe\nTemat: Pytanie"
    ),
    "Outlook, Czech": (
        "Od: Sam Poe <sam@sender.example>\nOdesláno: pondělí 7. září 2026 9:00\nKomu: Kim Doe\nPředmět: Dotaz"
    ),
    "Outlook, on a phone": (
        "Get Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Sam Poe "
        "<sam@sender.example>\nSent: Monday, September 7, 2026 9:00:00 AM"
    ),
    "Outlook, older": "-----Original Message-----\nFrom: Sam Poe\nSent: Monday, September 7, 2026",
    "Outlook, older, German": "-----Ursprüngliche Nachricht-----\nVon: Sam Poe\nGesendet: Montag, 7. September 2026",
    "Outlook, older, French": "-----Message d'origine-----\nDe : Sam Poe",
    "Outlook, older, Dutch": "-----Oorspronkelijk bericht-----\nVan: Sam Poe",
    "Outlook, older, Polish": "-----Oryginalna wiadomość-----\nOd: Sam Poe",
    "Outlook, older, Czech": "-----Původní zpráva-----\nOd: Sam Poe",
    "Outlook for Mac": (
        "From: Sam Poe <sam@sender.example>\nDate: Monday, 7 September 2026 at 09:00\nTo: Kim Doe "
        "<kim@lead.example>\nSubject: A question"
    ),
    "Gmail, English": "On Mon, Sep 7, 2026 at 9:00 AM Sam Poe <sam@sender.example> wrote:",
    "Gmail, English, wrapped": (
        "On Mon, Sep 7, 2026 at 9:00 AM Sam Poe of the Sender Company <\nsam@sender.example> wrote:"
    ),
    "Gmail, German": "Am Mo., 7. Sept. 2026 um 09:00 Uhr schrieb Sam Poe <sam@sender.example>:",
    "Gmail, French": "Le lun. 7 sept. 2026 à 09:00, Sam Poe <sam@sender.example> a écrit :",
    "Gmail, Spanish": "El lun, 7 sept 2026 a las 9:00, Sam Poe (<sam@sender.example>) escribió:",
    "Gmail, Italian": "Il giorno lun 7 set 2026 alle ore 09:00 Sam Poe <sam@sender.example> ha scritto:",
    "Gmail, Dutch": "Op ma 7 sep 2026 om 09:00 schreef Sam Poe <sam@sender.example>:",
    "Gmail, Portuguese": "Em seg., 7 de set. de 2026 às 09:00, Sam Poe <sam@sender.example> escreveu:",
    "Gmail, Swedish": "Den mån 7 sep. 2026 kl 09:00 skrev Sam Poe <sam@sender.example>:",
    "Gmail, Danish": "Den man. 7. sep. 2026 kl. 09.00 skrev Sam Poe <sam@sender.example>:",
    "Gmail, Norwegian": "man. 7. sep. 2026 kl. 09:00 skrev Sam Poe <sam@sender.example>:",
    "Gmail, Finnish": "ma 7. syysk. 2026 klo 9.00 Sam Poe (sam@sender.example) kirjoitti:",
    "Gmail, Polish": "pon., 7 wrz 2026 o 09:00 Sam Poe <sam@sender.example> napisał(a):",
    "Gmail, Czech": "po 7. 9. 2026 v 9:00 odesílatel Sam Poe <sam@sender.example> napsal:",
    "Gmail on Android, German": "Sam Poe <sam@sender.example> schrieb am Mo., 7. Sept. 2026, 09:00:",
    "Apple, English": "On 7 Sep 2026, at 09:00, Sam Poe <sam@sender.example> wrote:",
    "Apple, German": "Am 07.09.2026 um 09:00 schrieb Sam Poe <sam@sender.example>:",
    "Apple, French": "Le 7 sept. 2026 à 09:00, Sam Poe <sam@sender.example> a écrit :",
    "Apple, Italian": "Il giorno 7 set 2026, alle ore 09:00, Sam Poe <sam@sender.example> ha scritto:",
    "Apple, Swedish": "7 sep. 2026 kl. 09:00 skrev Sam Poe <sam@sender.example>:",
    "Thunderbird, English": "On 9/7/2026 9:00 AM, Sam Poe wrote:",
    "Thunderbird, German": "Am 07.09.26 um 09:00 schrieb Sam Poe:",
    "Thunderbird, Polish": "W dniu 7.09.2026 o 09:00, Sam Poe pisze:",
    "Thunderbird, Czech": "Dne 07. 09. 26 v 9:00 Sam Poe napsal(a):",
    "Yahoo": "On Monday, September 7, 2026 at 09:00:00 AM GMT+2, Sam Poe <sam@sender.example> wrote:",
    "Yahoo, French": "Le lundi 7 septembre 2026 à 09:00:00 UTC+2, Sam Poe <sam@sender.example> a écrit :",
    "GMX": (
        'Gesendet: Montag, 07. September 2026 um 09:00 Uhr\nVon: "Sam Poe" <sam@sender.example>\n'
        "An: kim@lead.example\nBetreff: Eine Frage"
    ),
    "GMX, English": (
        'Sent: Monday, September 07, 2026 at 9:00 AM\nFrom: "Sam Poe" <sam@sender.example>\n'
        "To: kim@lead.example\nSubject: A question"
    ),
    "Zoho": "---- On Mon, 07 Sep 2026 09:00:00 +0200 Sam Poe <sam@sender.example> wrote ---",
    "Proton": "On Monday, September 7th, 2026 at 9:00 AM, Sam Poe <sam@sender.example> wrote:",
    "Proton, older": (
        "------- Original Message -------\nOn Monday, September 7th, 2026 at 9:00 AM, Sam Poe <sam@sender.example> "
        "wrote:"
    ),
    "Notes": (
        "From:\tSam Poe <sam@sender.example>\nTo:\tkim@lead.example\nDate:\t07.09.2026 09:00\nSubject:\tA question"
    ),
    "Notes, German": (
        "Von:        Sam Poe <sam@sender.example>\nAn:        kim@lead.example\nDatum:        07.09.2026 "
        "09:00\nBetreff:        Eine Frage"
    ),
    "Notes, in a rule": "-----Sam Poe <sam@sender.example> schrieb: -----",
    "a phone": (
        "-------- Original message --------\nFrom: Sam Poe <sam@sender.example>\nDate: 07/09/2026 09:00 (GMT+01:00)"
    ),
    "a phone, German": (
        "-------- Ursprüngliche Nachricht --------\nVon: Sam Poe <sam@sender.example>\nDatum: 07.09.26 09:00 "
        "(GMT+01:00)"
    ),
    "a phone, Danish": (
        "-------- Oprindelig besked --------\nFra: Sam Poe <sam@sender.example>\nDato: 07.09.2026 09.00 (GMT+01:00)"
    ),
    "Mail.ru": "Monday, 7 September 2026, 9:00 AM +0300 from Sam Poe <sam@sender.example>:",
    "a forward": (
        "Begin forwarded message:\n\nFrom: Sam Poe <sam@sender.example>\nSubject: A question\nDate: 7 September 2026 "
        "at 09:00"
    ),
}

# Below a reply, and no part of it.
CLOSINGS: dict[str, str] = {
    "en": (
        "This e-mail and any attachments are confidential and intended solely for the addressee. If you have "
        "received it in error, please\nnotify the sender, delete it from your system and do not contact us at this "
        "address again."
    ),
    "en, short": "If you are not the intended recipient please delete this message and inform the sender.",
    "de": (
        "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, informieren Sie "
        "bitte den Absender\nund löschen Sie diese E-Mail."
    ),
    "fr": (
        "Ce message est confidentiel. Si vous n'êtes pas le destinataire, merci d'avertir l'expéditeur et de "
        "supprimer ce message."
    ),
    "es": (
        "Este mensaje es confidencial. Si no es usted el destinatario, le rogamos que lo comunique al remitente y "
        "elimine este correo."
    ),
    "it": (
        "Questo messaggio è riservato. Se non siete il destinatario, vi preghiamo di avvisare il mittente e di "
        "cancellarlo."
    ),
    "nl": (
        "Dit bericht is vertrouwelijk. Bent u niet de geadresseerde, verwijder dan dit bericht en informeer de "
        "afzender."
    ),
    "pt": "Esta mensagem é confidencial. Se não for o destinatário, apague este e-mail e avise o remetente.",
    "sv": (
        "Detta meddelande är konfidentiellt. Om du inte är rätt mottagare, radera meddelandet och meddela avsändaren."
    ),
    "da": (
        "Denne e-mail er fortrolig. Hvis du ikke er rette modtager, bedes du slette denne e-mail og underrette "
        "afsenderen."
    ),
    "no": (
        "Denne e-posten er konfidensiell. Er du ikke rette mottaker, vennligst slett denne e-posten og informer "
        "avsenderen."
    ),
    "fi": "Tämä viesti on luottamuksellinen. Jos et ole oikea vastaanottaja, poista viesti ja ilmoita lähettäjälle.",
    "pl": (
        "Ta wiadomość jest poufna. Jeśli nie są Państwo adresatem, prosimy o usunięcie wiadomości i powiadomienie "
        "nadawcy."
    ),
    "cs": "Tato zpráva je důvěrná. Pokud nejste adresátem, smažte prosím tuto zprávu a informujte odesílatele.",
    "a newsletter's footer": (
        "You are receiving this because you are our customer. To unsubscribe from our newsletter, "
        "click here: https://lead.example/u"
    ),
    "a newsletter's footer, German": "Wenn Sie keine weiteren E-Mails erhalten möchten, können Sie sich hier abmelden.",
    "a signature": "Best regards,\nKim Doe\nLead Inc., Main Street 1\nUnsubscribe | Privacy",
    "a signature, German": "Mit freundlichen Grüßen\nKim Doe\nGeschäftsführer: Ann Roe\nNewsletter abbestellen",
    "a signature with its mark": "-- \nKim Doe\nUnsubscribe",
    "a phone": "Sent from my iPhone\nUnsubscribe",
}
