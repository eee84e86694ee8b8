"""The columns of exports that say who must not be written to: their headers, how each is read, and where they are
documented.
"""

from enum import IntEnum


class Kind(IntEnum):
    """How a column is read, the plainest first: of several that say so, the first one is named."""

    # Anything but a clear no is an opt-out.
    OPT_OUT = 1
    # A clear no is an opt-out; a blank cell is nothing.
    CONSENT = 2
    # Anything but a clear no is a bounce, unless it is a soft one.
    BOUNCE = 3
    # A clear no is a bounce.
    VALID = 4
    # The state of a person, or of anything: only some words say so.
    PERSON_STATUS = 5
    OTHER_STATUS = 6
    # A verifier's word (cam.rules.deliverability), in whose place mailing tools write what the person wants.
    EMAIL_STATUS = 7
    TAGS = 8
    # The same of another verifier, whose words are not the lead's status.
    FURTHER_STATUS = 9
    # DeBounce's numbers.
    CODE = 10


# How it is read → whose header it is, and where that is documented → the headers. They are compared by `_plain`.
HEADERS: tuple[tuple[Kind, str, tuple[str, ...]], ...] = (
    (Kind.OPT_OUT, "Salesforce, field reference of Lead and Contact", ("Email Opt Out", "HasOptedOutOfEmail")),
    (Kind.OPT_OUT, "Salesforce Account Engagement, prospect fields", ("Opted Out", "Do Not Email", "DoNotEmail")),
    (Kind.OPT_OUT, "HubSpot, contact properties and export of unsubscribes and bounces",
     ("Unsubscribed from all email", "hs_email_optout", "Portal Unsubscribe", "Portal Spam Report",
      "Is globally ineligible", "hs_email_is_ineligible", "Email address quarantined", "hs_email_quarantined")),
    (Kind.OPT_OUT, "Apollo, contact export", ("Do Not Contact",)),
    (Kind.OPT_OUT, "Mailchimp, audience export",
     ("UNSUB_TIME", "UNSUB_CAMPAIGN_TITLE", "UNSUB_REASON", "UNSUB_REASON_OTHER", "Unsubscribe Date")),
    (Kind.OPT_OUT, "Brevo, contact export",
     ("Email blacklisted", "EMAIL_BLACKLIST", "Email blocklisted", "emailBlacklisted")),
    (Kind.OPT_OUT, "Instantly, Smartlead, lemlist, Reply",
     ("Unsubscribed", "is_unsubscribed", "Opted out", "OptedOut")),
    (Kind.OPT_OUT, "Outreach, Salesloft", ("Email Opted Out", "Opted Out At", "Do Not Contact", "do_not_contact")),
    (Kind.OPT_OUT, "Zoho CRM", ("Email Opt Out", "Unsubscribed Mode", "Unsubscribed Time")),
    (Kind.CONSENT, "Dynamics 365, form of a contact", ("Bulk Email", "Bulk Emails", "Marketing Emails")),
    (Kind.OPT_OUT, "Dynamics 365, contact entity",
     ("Do not allow Emails", "Do not allow Bulk Emails", "donotemail", "donotbulkemail", "donotsendmm",
      "E-Mails nicht zulassen", "Massen-E-Mails nicht zulassen")),
    (Kind.OPT_OUT, "Intercom, contact attributes",
     ("Unsubscribed from Emails", "unsubscribed_from_emails", "Marked email as spam", "marked_email_as_spam")),
    (Kind.OPT_OUT, "Klaviyo, profile export", ("Email Suppressions", "Suppressed", "Suppression reason")),
    (Kind.OPT_OUT, "Marketo, person fields",
     ("Unsubscribed", "Unsubscribed Reason", "Black Listed", "Block Listed", "Marketing Suspended")),
    (Kind.OPT_OUT, "Eloqua", ("Globally Unsubscribed", "Global Unsubscribe")),
    (Kind.OPT_OUT, "Freshsales", ("Do not disturb",)),
    (Kind.OPT_OUT, "Mautic", ("doNotContact", "DNC")),
    (Kind.OPT_OUT, "MailUp, Mailjet, AWeber, Campaign Monitor",
     ("OptOut_Date", "IsExcludedFromCampaigns", "Is excluded from campaigns", "Excluded from campaigns")),
    (Kind.OPT_OUT, "SugarCRM, SuiteCRM, Odoo, Insightly, CiviCRM",
     ("email_opt_out", "opted_out", "is_blacklisted", "Blacklisted", "opt_out", "No Bulk Emails", "Do Not Mail")),
    (Kind.OPT_OUT, "plain words",
     ("No email", "No emails", "No mailing", "No mailings", "No marketing", "No contact", "Do not mail",
      "Do not market", "Do not solicit", "Do not send", "Email blocked", "Is blocked", "Blocked", "Complained",
      "Complaint", "Spam complaint", "Marked as spam", "Reported spam", "Spam report", "Spam", "Junk",
      "Consent withdrawn", "Consent revoked", "Objected to marketing", "Objection to marketing", "Email disabled")),
    (Kind.OPT_OUT, "German",
     ("Abgemeldet", "Abgemeldet am", "Abmeldedatum", "Abmeldung", "Widerspruch", "Widersprochen", "Werbewiderspruch",
      "Widerruf", "Werbesperre", "Werbeverbot", "Mailsperre", "E-Mail-Sperre", "Kontaktsperre", "Newslettersperre",
      "Versandsperre", "Mailingsperre", "Sperrvermerk", "Sperrliste", "Gesperrt", "Nicht kontaktieren",
      "Nicht anschreiben", "Nicht mailen", "Keine Werbung", "Keine E-Mail", "Keine E-Mails", "Keine Mailings",
      "Keine Kontaktaufnahme", "Robinsonliste")),
    (Kind.OPT_OUT, "French",
     ("Désabonné", "Désabonné le", "Date de désabonnement", "Désabonnement", "Désinscrit", "Date de désinscription",
      "Désinscription", "Ne pas contacter", "Ne pas envoyer d'e-mail", "Ne pas solliciter", "Liste noire",
      "Opposition", "Opposition e-mail", "Stop pub", "Stop email", "Bloqué")),
    (Kind.OPT_OUT, "Spanish and Portuguese",
     ("Dado de baja", "De baja", "Baja", "Fecha de baja", "Baja newsletter", "No contactar", "No enviar",
      "No enviar correos", "No enviar emails", "Lista negra", "Desuscrito", "Cancelado", "Bloqueado",
      "Descadastrado", "Não contatar", "Não contactar", "Cancelou inscrição", "Lista Robinson")),
    (Kind.OPT_OUT, "Italian",
     ("Disiscritto", "Data disiscrizione", "Disiscrizione", "Cancellato", "Non contattare", "Non inviare email",
      "Non scrivere", "Lista nera", "Opposizione", "Bloccato")),
    (Kind.OPT_OUT, "Dutch",
     ("Uitgeschreven", "Uitgeschreven op", "Uitschrijfdatum", "Uitschrijving", "Afgemeld", "Afgemeld op",
      "Niet contacteren", "Niet benaderen", "Niet mailen", "Geen e-mail", "Geen mailing", "Zwarte lijst",
      "Geblokkeerd", "Bezwaar")),
    (Kind.CONSENT, "Shopify, Klaviyo, Squarespace, customer exports",
     ("Accepts Marketing", "Accepts Email Marketing", "Accepts Emails", "Email Accepted")),
    (Kind.CONSENT, "Eloqua, Drip, rasa.io, plain words",
     ("Subscribed", "Is Subscribed", "Subscriber", "Email Subscribed", "Subscribed to email", "Subscribed to emails",
      "Subscribed to marketing", "Email opt in", "Email opted in", "Opt in", "Opted in", "Is opted in", "is_opt_in",
      "Marketing opt in", "Opt in email", "Opt in marketing", "Email marketing opt in", "Opt in to email",
      "Opt in to marketing", "Email consent", "Marketing consent", "Consent", "Consent to email",
      "Consent to marketing", "GDPR consent", "GDPR marketing consent", "Consent given", "Can email", "Can be emailed",
      "Can contact", "Can be contacted", "May contact", "May be contacted", "OK to email", "OK to contact",
      "Okay to email", "Allow email", "Allow emails", "Allow bulk email", "Allow marketing", "Allow contact",
      "Email allowed", "Emails allowed", "Email permission", "Marketing permission", "Permission to email",
      "Permission to contact", "Contactable", "Emailable", "Mailable", "Is mailable", "Marketable", "Is marketable",
      "Receives emails", "Receive emails", "Receive marketing emails", "Wants emails", "Send emails", "Send email",
      "Send marketing materials", "Email marketing", "Agreed to marketing")),
    (Kind.CONSENT, "German, French, Spanish, Italian, Dutch",
     ("Abonniert", "Angemeldet", "Einwilligung", "E-Mail-Einwilligung", "Werbeeinwilligung", "Einwilligung E-Mail",
      "Einwilligung Werbung", "Werbung erlaubt", "E-Mail erlaubt", "Kontakt erlaubt", "Darf kontaktiert werden",
      "Kontaktaufnahme erlaubt", "Abonné", "Inscrit", "Consentement", "Consentement e-mail", "Accepte les e-mails",
      "Accepte le marketing", "E-mail autorisé", "Suscrito", "Consentimiento", "Acepta marketing", "Acepta correos",
      "Acepta emails", "Acepta publicidad", "Iscritto", "Consenso", "Consenso marketing", "Accetta marketing",
      "Accetta email", "Ingeschreven", "Aangemeld", "Geabonneerd", "Toestemming", "Toestemming e-mail",
      "Mag gemaild worden", "Mag benaderd worden")),
    (Kind.BOUNCE, "Apollo, contact export", ("Email Bounced",)),
    (Kind.BOUNCE, "HubSpot, contact properties and export of unsubscribes and bounces",
     ("Email hard bounce reason", "hs_email_hard_bounce_reason", "hs_email_hard_bounce_reason_enum",
      "Invalid email address", "hs_email_bad_address", "Portal Bounce", "Global Bounce", "Email Bounced")),
    (Kind.BOUNCE, "Salesforce, field reference of Lead and Contact",
     ("Email Bounced Reason", "Email Bounced Date", "EmailBouncedReason", "EmailBouncedDate", "Is Email Bounced",
      "IsEmailBounced", "Hard Bounced", "Prospect hard bounced")),
    (Kind.BOUNCE, "Mailchimp, audience export", ("CLEAN_TIME", "CLEAN_CAMPAIGN_TITLE", "Cleaned", "Cleaned at")),
    (Kind.BOUNCE, "Intercom, Eloqua, Marketo, SugarCRM, Odoo",
     ("Has hard bounced", "has_hard_bounced", "Is bounceback", "Email bounceback", "Bounceback", "Email Invalid",
      "Email Invalid Cause", "invalid_email", "Invalid email", "message_bounce", "Email on hold",
      "Bouncing", "Is bouncing")),
    (Kind.BOUNCE, "plain words",
     ("Bounce", "Bounces", "Hard bounces", "Invalid", "Is invalid",
      "Undeliverable", "Email undeliverable", "Not deliverable", "Bad email",
      "Wrong email", "Invalid address", "Spam trap", "Is spam trap", "Spamtrap", "Unzustellbar", "Rückläufer",
      "E-Mail ungültig", "Ungültige E-Mail", "E-mail invalide", "Adresse invalide", "Rejeté", "Rebotado", "Rebote",
      "Correo inválido", "Email inválido", "Rimbalzato", "Email non valida", "Ongeldig e-mailadres",
      "E-mail ongeldig", "Onbestelbaar")),
    (Kind.VALID, "Clearout, ValidEmailChecker, VeriMails, plain words",
     ("Safe to send", "safe_to_send", "Deliverable", "Is deliverable", "Email deliverable", "Email is valid",
      "Valid email", "Valid", "Is valid", "Is valid email", "Email valid", "Is email valid",
      "Zustellbar", "E-Mail gültig")),
    (Kind.PERSON_STATUS, "Apollo, Outreach, Salesloft",
     ("Stage", "Contact Stage", "Person Stage", "Prospect Stage", "Prospect Status", "Person Status", "Lead Stage")),
    (Kind.PERSON_STATUS, "Mailchimp, ActiveCampaign, MailerLite, Drip, Woodpecker, Reply, Kartra",
     ("Status", "Member Status", "Subscription Status", "Subscriber Status", "Subscriber State", "List Status",
      "Lead Status", "Contact Status", "Contact State", "Global Status")),
    (Kind.PERSON_STATUS, "Pipedrive, Klaviyo, Wix, Shopify, Omnisend, Brevo, Constant Contact, Keap",
     ("Marketing status", "marketing_status", "Email Marketing Status", "Email Marketing Consent",
      "Email Marketing Consent State", "email_marketing_consent.state", "Email Subscription Status",
      "Email Subscriber Status", "Email Permission Status", "Permission Status", "Consent Status", "Opt-in Status",
      "Opt In Status", "Mailing Status", "Newsletter Status", "Email Preference",
      "Communication Preference", "Contact Preference", "Marketing Preference", "Preferences")),
    (Kind.PERSON_STATUS, "lemlist, Smartlead, Instantly",
     ("Last State", "Lead State", "Lead Category", "Campaign Status", "Sequence Status", "Reply Status", "Outcome",
      "Disposition", "Lead Outcome", "Contact Category")),
    (Kind.PERSON_STATUS, "verifiers whose file has no other name for it",
     ("Result", "Email Result", "Quality", "Verdict", "Verification", "Validation", "Classification", "Reason",
      "Sub status", "Ergebnis", "Résultat", "Resultado", "Risultato", "Esito", "Resultaat", "Verifizierung",
      "Vérification", "Verificación", "Verifica", "Verificatie", "Validierung")),
    (Kind.PERSON_STATUS, "German, French, Spanish, Italian, Dutch",
     ("Kontaktstatus", "Abostatus", "Abonnementstatus", "Anmeldestatus", "Versandstatus", "Statut", "État",
      "Estado", "Stato", "Zustand")),
    (Kind.CODE, "DeBounce, result codes", ("DeBounce Code", "DeBounce Result Code", "DeBounce Response Code")),
    # Campaign Monitor calls the status `State`; nowhere in the world is a state called so.
    (Kind.OTHER_STATUS, "Campaign Monitor", ("State",)),
)  # fmt: skip
