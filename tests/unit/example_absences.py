"""Absences as automatic replies say them, received on Monday 14 September 2026, and the day until which each lasts.

Subject, text, day; a text without a day lasts until None.
"""

from datetime import date

_18, _21, _25, _28 = (date(2026, 9, day) for day in (18, 21, 25, 28))
_2, _5 = date(2026, 10, 2), date(2026, 10, 5)

ABSENCES: dict[str, tuple[tuple[str, str, date | None], ...]] = {
    "en": (
        (
            "Automatic reply: A question",
            "I am out of the office from 14 to 25 September with limited access to email.",
            _25,
        ),
        (
            "Automatic reply: A question",
            "Thank you for your message. I am on annual leave and will be back on Monday, 28 September.",
            _28,
        ),
        ("Automatic reply: A question", "I am away until 25/09/2026. In urgent cases call +44 20 7946 0958.", _25),
        (
            "Automatic reply: A question",
            "I will be out of the office starting 09/14/2026 and will not return until 09/28/2026.",
            _28,
        ),
        (
            "Automatic reply: A question",
            "I'm on vacation September 14 - October 2, 2026 and will reply when I return.",
            _2,
        ),
        (
            "Out of office: A question",
            "I am on leave until the 25th. For anything urgent contact anna@lead.example.",
            _25,
        ),
        ("Automatic reply: Join us on 12 November", "I return on Friday. See you at the fair on 3 December!", _18),
        ("Automatic reply: A question", "I am out of the office today and will be back tomorrow.", date(2026, 9, 15)),
        ("Automatic reply: A question", "I'm travelling and will be back in two weeks.", _28),
        ("Automatic reply: A question", "I am on parental leave until the end of March 2027.", date(2027, 3, 31)),
        ("Automatic reply: A question", "I am out of the office until further notice.", None),
        ("Automatic reply: A question", "I'm out 14-18 September and again 5-9 October.", _18),
        (
            "AUTO: Kim Doe is out of the office (returning 28.09.2026)",
            "I am out of the office until 28.09.2026.\n\nNote: This is an automated response to your "
            'message "A question" sent on 14.09.2026 08:59:12.',
            _28,
        ),
        (
            "Automatic reply: A question",
            "Our office is closed until 5 October. Our prices are valid until 31 December 2026.",
            _5,
        ),
        ("Out of office until Sept 25th", "Hello, thanks for your mail. I have limited access to email.", _25),
        ("Automatic reply: A question", "Back on Monday the 21st!", _21),
        ("Automatic reply: A question", "I'm on PTO through Friday 9/25 and back on Monday 9/28.", _28),
    ),
    "de": (
        ("Automatische Antwort: Eine Frage", "Ich bin bis einschließlich 25. September 2026 nicht im Büro.", _25),
        (
            "Automatische Antwort: Eine Frage",
            "Vielen Dank für Ihre Nachricht. Ich bin vom 14.09. bis 25.09.2026 im Urlaub.",
            _25,
        ),
        ("Abwesenheitsnotiz: Eine Frage", "Ab dem 28.9. bin ich wieder für Sie da.", _28),
        (
            "Automatische Antwort: Eine Frage",
            "Ich bin im Urlaub und ab Montag, den 28. September, wieder erreichbar.",
            _28,
        ),
        ("Automatische Antwort: Eine Frage", "Bis zum 25. bin ich auf Dienstreise.", _25),
        ("Automatische Antwort: Eine Frage", "Ich bin in Elternzeit bis Ende März 2027.", date(2027, 3, 31)),
        ("Automatische Antwort: Eine Frage", "Ich bin diese Woche nicht erreichbar und nächsten Montag zurück.", _21),
        ("Automatische Antwort: Eine Frage", "Ich bin 14.-25.9. abwesend. Tel. 030 12-13-14", _25),
        ("Automatische Antwort: Eine Frage", "Ich bin krank. Ihre Mail wird nicht weitergeleitet.", None),
        ("Automatische Antwort: Eine Frage", "Unser Büro ist bis KW 40 geschlossen.", _28),
        ("Kim Doe ist außer Haus", "Ich bin ab 14.09.2026 nicht im Haus. Ich kehre zurück am 28.09.2026.", _28),
    ),
    "fr": (
        ("Réponse automatique : Une question", "Je suis absent jusqu'au 25 septembre inclus.", _25),
        ("Réponse automatique : Une question", "Je suis en congés du 14 au 25 septembre 2026.", _25),
        ("Réponse automatique : Une question", "Je serai de retour le lundi 28 septembre.", _28),
        ("Absence du bureau : Une question", "Actuellement en déplacement, je reviens le 18/09.", _18),
        (
            "Réponse automatique : Une question",
            "Absente pour le moment, retour prévu le 1er octobre 2026.",
            date(2026, 10, 1),
        ),
        ("Réponse automatique : Une question", "Je suis en congé maternité jusqu'en mars 2027.", date(2027, 3, 1)),
        ("Réponse automatique : Une question", "Je suis absente et de retour la semaine prochaine.", _21),
    ),
    "es": (
        ("Respuesta automática: Una pregunta", "Estoy de vacaciones hasta el 25 de septiembre de 2026.", _25),
        ("Respuesta automática: Una pregunta", "Estaré fuera de la oficina del 14 al 25 de septiembre.", _25),
        ("Respuesta automática: Una pregunta", "Regreso el lunes 28 de septiembre.", _28),
        ("Fuera de la oficina: Una pregunta", "Estaré ausente y vuelvo el 28/09/2026.", _28),
        ("Respuesta automática: Una pregunta", "Estoy de viaje hasta el viernes.", _18),
        ("Respuesta automática: Una pregunta", "Me reincorporo el 5 de octubre.", _5),
    ),
    "it": (
        ("Risposta automatica: Una domanda", "Sono in ferie fino al 25 settembre compreso.", _25),
        ("Risposta automatica: Una domanda", "Sarò fuori ufficio dal 14 al 25 settembre 2026.", _25),
        ("Risposta automatica: Una domanda", "Rientrerò lunedì 28 settembre.", _28),
        ("Fuori sede: Una domanda", "Tornerò in ufficio il 28/09.", _28),
        ("Risposta automatica: Una domanda", "Sono assente fino a venerdì.", _18),
    ),
    "nl": (
        ("Automatisch antwoord: Een vraag", "Ik ben op vakantie van 14 t/m 25 september.", _25),
        ("Automatisch antwoord: Een vraag", "Vanaf maandag 28 september ben ik weer bereikbaar.", _28),
        ("Afwezig: Een vraag", "Ik ben afwezig tot 28 september 2026.", _28),
        ("Automatisch antwoord: Een vraag", "Ik ben met verlof en op 5 oktober terug op kantoor.", _5),
        ("Automatisch antwoord: Een vraag", "Ik ben afwezig t/m 25-09-2026.", _25),
    ),
    "pt": (
        ("Resposta automática: Uma pergunta", "Estou de férias até 25 de setembro de 2026.", _25),
        ("Resposta automática: Uma pergunta", "Estarei ausente de 14 a 25 de setembro.", _25),
        ("Resposta automática: Uma pergunta", "Retornarei no dia 28 de setembro.", _28),
        ("Resposta automática: Uma pergunta", "Estou fora do escritório e volto na segunda-feira, 28/09.", _28),
    ),
    "sv": (
        ("Autosvar: En fråga", "Jag är på semester till och med den 25 september.", _25),
        ("Autosvar: En fråga", "Jag är tillbaka måndagen den 28 september.", _28),
        ("Frånvaro: En fråga", "Jag är ledig 14-25 september.", _25),
        ("Autosvar: En fråga", "Jag är föräldraledig t.o.m. 2026-09-25.", _25),
    ),
    "da": (
        ("Automatisk svar: Et spørgsmål", "Jeg er på ferie til og med den 25. september.", _25),
        ("Automatisk svar: Et spørgsmål", "Jeg holder ferie fra 14. til 25. september 2026.", _25),
        ("Automatisk svar: Et spørgsmål", "Jeg er tilbage på kontoret mandag den 28. september.", _28),
    ),
    "no": (
        ("Automatisk svar: Et spørsmål", "Jeg er på ferie frem til 28. september.", _28),
        ("Automatisk svar: Et spørsmål", "Jeg er ute av kontoret og tilbake mandag 28.09.", _28),
        ("Fraværende: Et spørsmål", "Jeg har permisjon fra 14. til 25. september.", _25),
    ),
    "fi": (
        ("Automaattinen vastaus: Kysymys", "Olen lomalla 14.-25.9.2026.", _25),
        ("Automaattinen vastaus: Kysymys", "Olen poissa 25.9. asti.", _25),
        ("Automaattinen vastaus: Kysymys", "Palaan töihin maanantaina 28.9.", _28),
        ("Poissa: Kysymys", "Olen lomalla 25. syyskuuta saakka.", _25),
    ),
    "pl": (
        ("Odpowiedź automatyczna: Pytanie", "Jestem na urlopie od 14 do 25 września 2026.", _25),
        ("Odpowiedź automatyczna: Pytanie", "Wracam do biura 28 września.", _28),
        ("Odpowiedź automatyczna: Pytanie", "Przebywam na urlopie do dnia 25.09.2026 r.", _25),
        ("Nieobecność: Pytanie", "Będę nieobecna do piątku.", _18),
    ),
    "cs": (
        ("Automatická odpověď: Dotaz", "Jsem na dovolené do 25. září 2026.", _25),
        ("Automatická odpověď: Dotaz", "Vrátím se v pondělí 28. 9. 2026.", _28),
        ("Automatická odpověď: Dotaz", "Od 14.9. do 25.9. čerpám dovolenou.", _25),
    ),
}

# Automatic replies of people who have left, and the address to write to in their place.
LEFT: tuple[tuple[str, str | None], ...] = (
    ("I have left the company. Please contact anna@lead.example.", "anna@lead.example"),
    (
        "Kim Doe is no longer with Lead Inc. Please direct your inquiries to Anna Roe (anna@lead.example).",
        "anna@lead.example",
    ),
    ("Kim no longer works here.", None),
    ("My last day at Lead Inc. was 31 August 2026. Please write to office@lead.example.", "office@lead.example"),
    ("Ich bin nicht mehr im Unternehmen tätig. Bitte wenden Sie sich an anna@lead.example.", "anna@lead.example"),
    ("Frau Doe ist aus dem Unternehmen ausgeschieden. Nachfolgerin: anna@lead.example", "anna@lead.example"),
    ("Kim Doe ne fait plus partie de notre société. Merci de contacter anna@lead.example.", "anna@lead.example"),
    ("J'ai quitté l'entreprise. Merci d'écrire à anna@lead.example", "anna@lead.example"),
    ("Ya no trabajo en esta empresa. Por favor, contacte con anna@lead.example.", "anna@lead.example"),
    ("Non lavoro più presso questa azienda. Vi prego di contattare anna@lead.example.", "anna@lead.example"),
    ("Ik ben niet meer werkzaam bij Lead. Neem contact op met anna@lead.example.", "anna@lead.example"),
    ("Já não trabalho na empresa. Contacte anna@lead.example.", "anna@lead.example"),
    ("Jag har slutat på Lead. Kontakta anna@lead.example.", "anna@lead.example"),
    ("Jeg er ikke længere ansat i firmaet. Kontakt anna@lead.example.", "anna@lead.example"),
    ("Jeg jobber ikke lenger i Lead. Kontakt anna@lead.example.", "anna@lead.example"),
    ("En työskentele enää yrityksessä. Ota yhteyttä anna@lead.example.", "anna@lead.example"),
    ("Nie pracuję już w firmie. Proszę o kontakt: anna@lead.example", "anna@lead.example"),
    ("Již nepracuji ve společnosti. Kontaktujte prosím anna@lead.example.", "anna@lead.example"),
)
