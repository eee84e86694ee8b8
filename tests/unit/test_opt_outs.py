"""Who must not be written to, by the columns of the files that name them."""

import csv
import io

import pytest

from cam.leads import columns, csvfile, file_marks, headers, intake, opt_outs
from cam.leads.opt_out_headers import HEADERS, Kind
from cam.leads.opt_outs import Says, read
from cam.model.models import LawfulBasis, LeadDraft

NOTHING, OBJECTS, BOUNCED = "may be written to", "do_not_contact", "bounced"
# Exports after their public descriptions (the sources are beside the headers in opt_out_headers.HEADERS): name, header,
# and rows with what each says. All people and domains are invented.
EXPORTS = {
    "salesforce leads": (
        "First Name,Last Name,Email,Company / Account,Title,Lead Owner,Lead Source,Email Opt Out,Do Not Call,"
        "Lawful Basis",
        {
            "Olga,Optout,olga@sf-one.example,One Ltd,CEO,Sam,Web,1,1,opt_in": OBJECTS,
            "Ivo,Inlist,ivo@sf-two.example,Two Ltd,CEO,Sam,Web,0,0,opt_in": NOTHING,
            "Cleo,Caller,cleo@sf-two.example,Two Ltd,CEO,Sam,Web,0,1,opt_in": NOTHING,
        },
    ),
    "salesforce api": (
        "Email,HasOptedOutOfEmail,HasOptedOutOfFax,EmailBouncedReason,EmailBouncedDate",
        {
            "a@x.example,true,false,,": OBJECTS,
            "a@x.example,false,true,,": NOTHING,
            "a@x.example,false,false,550 no such user,2026-05-01T10:00:00Z": BOUNCED,
        },
    ),
    "hubspot": (
        "Record ID,First Name,Last Name,Email,Associated Company,Unsubscribed from all email,Email hard bounce reason,"
        "Marketing contact status,Lawful Basis",
        {
            "1,Hana,Hub,hana@hs-one.example,Hub One,true,,Non-marketing contact,opt_in": OBJECTS,
            "2,Hugo,Hub,hugo@hs-two.example,Hub Two,,Unknown user,Marketing contact,opt_in": BOUNCED,
            "3,Heidi,Hub,heidi@hs-three.example,Hub Three,,,Marketing contact,opt_in": NOTHING,
            "4,Nora,Non,nora@hs-four.example,Hub Four,,,Non-marketing contact,opt_in": NOTHING,
        },
    ),
    "hubspot properties": (
        "email,hs_email_optout,hs_email_bad_address,Opted out of email: Newsletter,Open rate,Marketing emails bounced",
        {
            "a@x.example,true,,,0.5,0": OBJECTS,
            "a@x.example,,true,,0.5,1": BOUNCED,
            "a@x.example,,,Yes,0.5,0": OBJECTS,
            "a@x.example,false,false,No,0.5,2": NOTHING,
        },
    ),
    "hubspot unsubscribes and bounces": (
        "Email,Portal Bounce,Portal Unsubscribe,Portal Spam Report,Global Bounce",
        {
            "a@x.example,,TRUE,,": OBJECTS,
            "a@x.example,,,TRUE,": OBJECTS,
            "a@x.example,UNKNOWN_USER,,,": BOUNCED,
            "a@x.example,FALSE,FALSE,FALSE,TRUE": BOUNCED,
            "a@x.example,,,,": NOTHING,
        },
    ),
    "apollo": (
        "First Name,Last Name,Title,Company,Email,Email Status,Stage,Email Bounced,Replied,Do Not Contact",
        {
            "Ari,Ap,CEO,Ap One,ari@ap-one.example,Verified,Do Not Contact,FALSE,FALSE,true": OBJECTS,
            "Abe,Ap,CEO,Ap Two,abe@ap-two.example,Verified,Cold,TRUE,FALSE,false": BOUNCED,
            "Ann,Ap,CEO,Ap Two,ann@ap-two.example,Verified,Do Not Contact,,,": OBJECTS,
            "Abi,Ap,CEO,Ap Two,abi@ap-two.example,Verified,Bad Data,FALSE,TRUE,false": NOTHING,
        },
    ),
    "statuses": (
        "email,company,Email Status,lawful_basis",
        {
            "e@v5.example,Acme,Unsubscribed,opt_in": OBJECTS,
            # A verifier's words are judged by the gates.
            "a@v1.example,Acme,undeliverable,opt_in": NOTHING,
            "c@v3.example,Acme,do_not_mail,opt_in": NOTHING,
        },
    ),
    "mailchimp unsubscribed": (
        "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,UNSUB_TIME,UNSUB_REASON",
        {
            "a@x.example,Ann,2,2024-01-01 10:00:00,2024-05-01 10:00:00,NORMAL": OBJECTS,
            "a@x.example,Ann,2,2024-01-01 10:00:00,,": NOTHING,
        },
    ),
    "mailchimp cleaned": (
        "Email Address,MEMBER_RATING,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE",
        {"a@x.example,2,2024-05-01 10:00:00,May news": BOUNCED, "a@x.example,2,,": NOTHING},
    ),
    "mailchimp members": (
        "Email Address,Status",
        {
            "a@x.example,unsubscribed": OBJECTS,
            "a@x.example,cleaned": BOUNCED,
            "a@x.example,Archived": NOTHING,
            "a@x.example,subscribed": NOTHING,
        },
    ),
    "brevo": (
        "EMAIL,LASTNAME,Email blacklisted,SMS blacklisted,DOUBLE_OPT-IN",
        {"a@x.example,Lee,Yes,No,1": OBJECTS, "a@x.example,Lee,No,Yes,2": NOTHING},
    ),
    "pipedrive": (
        "Person - Name,Person - Email - Work,Email,Marketing status",
        {
            "Ann,a@x.example,a@x.example,Unsubscribed": OBJECTS,
            "Ann,a@x.example,a@x.example,Bounced": BOUNCED,
            "Ann,a@x.example,a@x.example,no_consent": NOTHING,
            "Ann,a@x.example,a@x.example,Archived": NOTHING,
            "Ann,a@x.example,a@x.example,Subscribed": NOTHING,
        },
    ),
    "activecampaign": (
        "Email,List,Status",
        {
            "a@x.example,News,Unsubscribed": OBJECTS,
            "a@x.example,News,Bounced": BOUNCED,
            "a@x.example,News,Unconfirmed": NOTHING,
            "a@x.example,News,Active": NOTHING,
        },
    ),
    "instantly": (
        "Email,First Name,Lead Status,Interest Status",
        {
            "a@x.example,Ann,Unsubscribed,": OBJECTS,
            "a@x.example,Ann,Bounced,": BOUNCED,
            "a@x.example,Ann,Completed,Not interested": NOTHING,
        },
    ),
    "smartlead": (
        "email,first_name,is_unsubscribed,lead_category,status",
        {
            "a@x.example,Ann,true,,COMPLETED": OBJECTS,
            "a@x.example,Ann,false,Do Not Contact,COMPLETED": OBJECTS,
            "a@x.example,Ann,false,Interested,BLOCKED": OBJECTS,
            "a@x.example,Ann,false,Interested,INPROGRESS": NOTHING,
        },
    ),
    "lemlist": (
        "email,firstName,lastState",
        {
            "a@x.example,Ann,emailsUnsubscribed": OBJECTS,
            "a@x.example,Ann,emailsBounced": BOUNCED,
            "a@x.example,Ann,emailsOpened": NOTHING,
        },
    ),
    "woodpecker": (
        "EMAIL,STATUS",
        {
            "a@x.example,BLACKLISTED": OBJECTS,
            "a@x.example,OPTOUT": OBJECTS,
            "a@x.example,INVALID": BOUNCED,
            "a@x.example,AUTOREPLIED": NOTHING,
        },
    ),
    "outreach": (
        "Email,Stage,Email Opted Out,Call Opted Out",
        {"a@x.example,Open,true,false": OBJECTS, "a@x.example,Open,false,true": NOTHING},
    ),
    "zoho": (
        "Email,Email Opt Out,Unsubscribed Mode,Unsubscribed Time",
        {
            "a@x.example,true,,": OBJECTS,
            "a@x.example,false,Manual,2024-05-01": OBJECTS,
            "a@x.example,false,,": NOTHING,
        },
    ),
    "dynamics": (
        "Email,Do not allow Emails,Do not allow Bulk Emails,Do not allow Phone Calls,Do not allow Mails",
        {
            "a@x.example,Do Not Allow,Allow,Allow,Allow": OBJECTS,
            "a@x.example,Allow,Do Not Allow,Allow,Allow": OBJECTS,
            "a@x.example,Allow,Allow,Do Not Allow,Do Not Allow": NOTHING,
        },
    ),
    "intercom": (
        "Email,unsubscribed_from_emails,marked_email_as_spam,has_hard_bounced",
        {
            "a@x.example,true,false,false": OBJECTS,
            "a@x.example,false,true,false": OBJECTS,
            "a@x.example,false,false,true": BOUNCED,
            "a@x.example,false,false,false": NOTHING,
        },
    ),
    "klaviyo": (
        "Email,Email Marketing Consent,Email Suppressions",
        {
            "a@x.example,SUBSCRIBED,['USER_SUPPRESSED']": OBJECTS,
            "a@x.example,UNSUBSCRIBED,[]": OBJECTS,
            "a@x.example,NEVER_SUBSCRIBED,[]": NOTHING,
        },
    ),
    "marketo": (
        "Email,Unsubscribed,Black Listed,Email Invalid,Marketing Suspended",
        {
            "a@x.example,1,0,0,0": OBJECTS,
            "a@x.example,0,1,0,0": OBJECTS,
            "a@x.example,0,0,1,0": BOUNCED,
            "a@x.example,0,0,0,0": NOTHING,
        },
    ),
    "shopify": (
        "Email,Accepts Email Marketing,Accepts SMS Marketing",
        {"a@x.example,no,yes": OBJECTS, "a@x.example,yes,no": NOTHING, "a@x.example,,no": NOTHING},
    ),
    "rasa.io": (
        "Email,Subscribed,Unsubscribe Reason",
        {"a@x.example,0,API": OBJECTS, "a@x.example,1,": NOTHING},
    ),
    "mailup": (
        "E-mail address,email,OptOut_Date,optout_type",
        {"a@x.example,a@x.example,20110122T111244,0": OBJECTS, "a@x.example,a@x.example,,": NOTHING},
    ),
    "campaign monitor": (
        "Email Address,Name,State,Date Subscribed",
        {
            "a@x.example,Ann,Unsubscribed,2024-01-01": OBJECTS,
            "a@x.example,Ann,Bounced,2024-01-01": BOUNCED,
            "a@x.example,Ann,Active,2024-01-01": NOTHING,
            "a@x.example,Ann,New York,2024-01-01": NOTHING,
        },
    ),
    "clearout": (
        "email,Safe to Send,Status",
        {"a@x.example,No,Invalid": BOUNCED, "a@x.example,Yes,Valid": NOTHING, "a@x.example,Risky,Catch-all": NOTHING},
    ),
    "kickbox": (
        "email,result,reason",
        {
            "a@x.example,undeliverable,rejected_email": BOUNCED,
            "a@x.example,deliverable,accepted_email": NOTHING,
            "a@x.example,risky,low_deliverability": NOTHING,
        },
    ),
    "german": (
        "Vorname;email;Werbesperre;Abgemeldet am;Telefonsperre",
        {
            "Anna;a@x.example;ja;;nein": OBJECTS,
            "Anna;a@x.example;nein;01.05.2026;nein": OBJECTS,
            "Anna;a@x.example;nein;;ja": NOTHING,
        },
    ),
    "german status": (
        "email;Kontaktstatus;Widerspruch",
        {"a@x.example;Nicht kontaktieren;": OBJECTS, "a@x.example;aktiv;x": OBJECTS, "a@x.example;aktiv;": NOTHING},
    ),
    "french": (
        "email;Désabonné;Ne pas contacter",
        {"a@x.example;oui;": OBJECTS, "a@x.example;non;Oui": OBJECTS, "a@x.example;non;non": NOTHING},
    ),
    "spanish": (
        "email,Dado de baja,Consentimiento",
        {"a@x.example,sí,": OBJECTS, "a@x.example,no,no": OBJECTS, "a@x.example,no,sí": NOTHING},
    ),
    "italian": ("email,Disiscritto", {"a@x.example,Sì": OBJECTS, "a@x.example,No": NOTHING}),
    "dutch": (
        "email,Uitgeschreven,Toestemming",
        {"a@x.example,ja,": OBJECTS, "a@x.example,nee,nee": OBJECTS, "a@x.example,nee,ja": NOTHING},
    ),
    "tags": (
        "email,Tags",
        {
            "a@x.example,vip; Do not contact": OBJECTS,
            "a@x.example,DNC": OBJECTS,
            "a@x.example,vip; newsletter": NOTHING,
        },
    ),
    "a website's numbers": (
        "email,Bounce rate,Open rate,Number of bounces,Unsubscribe Link,Deal Stage,Order Status",
        {"a@x.example,47 %,0.2,3,https://x.example/u/1,Blocked,Invalid": NOTHING},
    ),
    "cold calls": (
        "email,Do Not Call,Fax Opt Out,SMS Opt-Out,Phone DNC,Mobile Do Not Call",
        {"a@x.example,1,1,1,1,Yes": NOTHING},
    ),
}


def draft(header: str, row: str) -> LeadDraft:
    delimiter = ";" if ";" in header else ","
    names, cells = csv.reader(io.StringIO(f"{header}\n{row}\n"), delimiter=delimiter)
    found = intake.draft(cells, columns.mapping(names))
    assert isinstance(found, LeadDraft)
    return found


CASES = [(name, row) for name, (_, rows) in EXPORTS.items() for row in rows]


@pytest.mark.parametrize(("name", "row"), CASES)
def test_a_row_says_whether_its_person_may_be_written_to(name: str, row: str) -> None:
    header, rows = EXPORTS[name]

    found = draft(header, row)

    says = OBJECTS if found.do_not_contact else BOUNCED if found.bounced else NOTHING
    assert says == rows[row]
    assert bool(found.stop_note) == (says != NOTHING)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_header_of_the_table_is_read_as_the_table_says(kind: Kind) -> None:
    for listed, _, names in HEADERS:
        for header in names:
            if listed is kind:
                column = opt_outs.column(0, header.upper().replace(" ", "_"), None, stated=False)
                assert column, header
                assert column.kind is kind, header


def test_what_says_so_is_kept_with_the_lead():
    found = draft("email,Email Opt Out", "a@x.example,1")

    assert found.stop_note == "column Email Opt Out: 1"
    # As it came, as every column that no field takes.
    assert found.enrichment.model_extra == {"email_opt_out": "1"}


def test_a_stated_basis_does_not_outweigh_an_opt_out():
    found = draft("email,Email Opt Out,Lawful Basis", "a@x.example,1,opt_in")

    assert (found.do_not_contact, found.lawful_basis) == (True, LawfulBasis.OPT_IN)


def test_any_of_several_columns_is_enough_and_the_plainest_is_named():
    header = "email,Stage,Email Bounced,Do Not Contact"

    assert draft(header, "a@x.example,Do Not Contact,TRUE,").stop_note == "column Stage: Do Not Contact"
    assert draft(header, "a@x.example,Do Not Contact,TRUE,yes").stop_note == "column Do Not Contact: yes"
    assert draft(header, "a@x.example,Cold,TRUE,no").bounced


@pytest.mark.parametrize(
    ("header", "text", "says"),
    [
        ("Email Opt-Out Status", "Yes", OBJECTS),
        ("Email Opt-Out Status", "Opted in", NOTHING),
        ("Blacklist Status", "whitelisted", NOTHING),
        ("contact.unsubscribed", "t", OBJECTS),
        ("do_not_email__c", "TRUE", OBJECTS),
        ("Excluded from mailings", "x", OBJECTS),
        ("Emails blocked", "1", OBJECTS),
        ("Kein Newsletter", "Ja", OBJECTS),
        ("Werbeeinwilligung widerrufen", "03.05.2026", OBJECTS),
        ("Nicht per E-Mail kontaktieren", "1", OBJECTS),
        ("Refus e-mailing", "oui", OBJECTS),
        ("Ne souhaite plus être contacté", "oui", OBJECTS),
        ("No desea recibir emails", "1", OBJECTS),
        ("Non desidera email", "sì", OBJECTS),
        ("Uitgeschreven nieuwsbrief", "ja", OBJECTS),
        ("Wil geen mail", "ja", OBJECTS),
        ("Prospect Mailable", "No", OBJECTS),
        ("Mailing erlaubt", "nein", OBJECTS),
        ("Subscription State", "unsubscribed", OBJECTS),
        ("Preferred Contact Method", "Do not contact", OBJECTS),
        ("Preferred Contact Method", "Phone", NOTHING),
        ("Bounce Status", "Hard", BOUNCED),
        ("Bounce Status", "None", NOTHING),
        ("Bounced Email", "TRUE", BOUNCED),
        ("Hard Bounce Date", "2026-05-03", BOUNCED),
        ("dnc_email", "1", OBJECTS),
        ("DNC Reason", "asked by phone", OBJECTS),
        ("Never contact", "yes", OBJECTS),
        ("Stop emails", "yes", OBJECTS),
        ("No longer wants emails", "yes", OBJECTS),
        ("GDPR: objected", "yes", OBJECTS),
        ("Email Permission Type", "Opted out", OBJECTS),
        ("Email Consent State", "UNSUBSCRIBED", OBJECTS),
        ("Can Receive Email Marketing", "FALSE", OBJECTS),
        ("Can Receive Email Marketing", "never_subscribed", NOTHING),
        ("Bulk Email", "Do Not Allow", OBJECTS),
        ("Bulk Email", "Allow", NOTHING),
        ("Nicht mehr kontaktieren", "x", OBJECTS),
        ("E-Mail-Werbung untersagt", "ja", OBJECTS),
        ("Keine E-Mails senden", "ja", OBJECTS),
        ("Keine E-Mail vorhanden", "ja", NOTHING),
        ("Opt-in vorhanden", "nein", OBJECTS),
        ("Opt-in vorhanden", "ja", NOTHING),
        ("Ne plus contacter", "oui", OBJECTS),
        ("Refuse les emails", "oui", OBJECTS),
        ("Opposé au démarchage", "oui", OBJECTS),
        ("Ha solicitado la baja", "Sí", OBJECTS),
        ("Excluido de envíos", "Sí", OBJECTS),
        ("Não deseja receber e-mails", "sim", OBJECTS),
        ("Cancelou a inscrição", "sim", OBJECTS),
        ("Non disturbare", "Sì", OBJECTS),
        ("Consenso revocato", "Sì", OBJECTS),
        ("Niet meer mailen", "ja", OBJECTS),
        ("Geen reclame", "ja", OBJECTS),
        ("Last hard bounce", "2026-05-03", BOUNCED),
        ("Opted Out Call", "true", NOTHING),
        ("Opted Out Text", "true", NOTHING),
        ("Exclude from forecast", "yes", NOTHING),
        ("Removed from sale", "yes", NOTHING),
        ("Removed from mailing list", "yes", OBJECTS),
        ("E-Mails nicht zulassen", "Zulassen", NOTHING),
        ("E-Mails nicht zulassen", "Nicht zulassen", OBJECTS),
        ("Ne pas autoriser les e-mails", "Autoriser", NOTHING),
        ("No permitir correos electrónicos", "No permitir", OBJECTS),
        ("Suscripción cancelada a todos los correos", "Sí", OBJECTS),
        ("Estado de marketing", "Suscripción cancelada", OBJECTS),
        ("Hard-Bounce-Grund", "Unbekannter Nutzer", BOUNCED),
        ("Motivo del hard bounce", "buzón desconocido", BOUNCED),
        ("Bouncing", "true", BOUNCED),
        ("Never contacted", "yes", NOTHING),
        ("Stop email sequence on reply", "yes", NOTHING),
        ("Newsletter", "no", NOTHING),
        ("Call Opted Out", "true", NOTHING),
        ("Website Bounce Rate", "53", NOTHING),
    ],
)
def test_a_header_that_no_table_lists_is_read_by_its_words(header: str, text: str, says: str) -> None:
    found = draft(f"email,{header}", f"a@x.example,{text}")

    assert says == (OBJECTS if found.do_not_contact else BOUNCED if found.bounced else NOTHING)


@pytest.mark.parametrize(
    "header",
    ["QEV Result", "TheChecker Result", "captainverify_result", "Bouncify Result", "snov_status", "sendgrid_verdict",
     "mailfloss_reason", "Work Email Status", "Primary Email Status", "email_verdict", "Email Verifier",
     "email_check", "smtp_status", "Verification status (Hunter)", "E-Mail-Prüfung", "Prüfergebnis",
     "Statut de l'email", "Estado del correo electrónico", "Email Quality"],
)  # fmt: skip
def test_a_verifiers_column_is_known_by_the_words_of_its_header(header: str) -> None:
    assert draft(f"email,{header}", "a@x.example,invalid").enrichment.email_status == "invalid"


@pytest.mark.parametrize(
    "header",
    ["Phone Verification Status", "Account Status", "Order Result", "Personal Email Status", "Lead Status", "CO State",
     "Secondary Email Status", "Email Marketing Status", "Email Verification Source", "Email Verified",
     "LinkedIn Check"],
)  # fmt: skip
def test_a_column_about_something_else_is_no_verifiers(header: str) -> None:
    assert draft(f"email,{header}", "a@x.example,valid").enrichment.email_status is None


def test_an_address_that_a_second_verifier_calls_bad_takes_no_email():
    header = "email,Email Status,NB Result"

    found = draft(header, "a@x.example,Verified,invalid")
    assert found.bounced
    assert found.stop_note == "column NB Result: invalid"
    assert found.enrichment.email_status == "Verified"
    assert draft(header, "a@x.example,Verified,disposable").bounced
    assert draft(header, "a@x.example,Verified,unsubscribed").do_not_contact
    assert not draft(header, "a@x.example,Verified,catchall").bounced
    assert not draft(header, "a@x.example,,unknown").bounced
    # The only word is the lead's own status, which the gates read.
    assert draft("email,NB Result", "a@x.example,invalid").bounced is False


@pytest.mark.parametrize(
    ("header", "text", "says"),
    [
        ("Status", "MailboxDoesNotExist", BOUNCED),
        ("status", "inbox_full", BOUNCED),
        ("Result", "invalid_mx", BOUNCED),
        ("Résultat", "invalide", BOUNCED),
        ("Esito", "non valido", BOUNCED),
        ("Classification", "Undeliverable", BOUNCED),
        ("Classification", "Risky", NOTHING),
        ("Result", "failed", NOTHING),
        ("Status", "expired", NOTHING),
        ("Reason", "wrong", NOTHING),
        ("DeBounce Code", "6", BOUNCED),
        ("DeBounce Code", "5", NOTHING),
        ("DeBounce Code", "4", NOTHING),
    ],
)
def test_a_verifiers_word_in_a_column_that_could_be_about_anything(header: str, text: str, says: str) -> None:
    assert (BOUNCED if draft(f"email,{header}", f"a@x.example,{text}").bounced else NOTHING) == says


@pytest.mark.parametrize(
    "text", ["1", "true", "YES", "y", "x", "X", "ja", "Oui", "sí", "Sì", "✓", "✔", "[x]", "2024-05-01", "01.05.2026",
             "Do Not Allow", "asked on the phone", "Opted Out", "['a']", "2"],
)  # fmt: skip
def test_a_flag_says_yes(text: str) -> None:
    assert read(Kind.OPT_OUT, text) is Says.DO_NOT_CONTACT


@pytest.mark.parametrize(
    "text", ["", " ", "0", "0.0", "false", "NO", "n", "nein", "non", "Nee", "never", "-", "—", "N/A", "null", "None",
             "[]", "{}", "[ ]", "✗", "❌", "☐", "Allow", "Opted In", "subscribed", "0000-00-00 00:00:00",
             "1970-01-01T00:00:00Z", "0001-01-01", "not opted out"],
)  # fmt: skip
def test_a_flag_says_no(text: str) -> None:
    assert read(Kind.OPT_OUT, text) is None


@pytest.mark.parametrize("text", ["soft", "Soft bounce", "Transient", "0", "No", "temporary failure"])
def test_a_soft_bounce_is_none(text: str) -> None:
    assert read(Kind.BOUNCE, text) is None


@pytest.mark.parametrize("text", ["Not unsubscribed", "never bounced", "Soft bounced", "Customer", "Contacted", "Open"])
def test_another_status_says_nothing(text: str) -> None:
    assert read(Kind.PERSON_STATUS, text) is None


def test_a_word_that_could_mean_other_things_counts_only_where_a_person_is_meant():
    for text in ("Blocked", "invalid", "Spam", "removed"):
        assert read(Kind.PERSON_STATUS, text)
        assert read(Kind.OTHER_STATUS, text) is None


@pytest.mark.parametrize(
    ("own", "cells", "says"),
    [
        ({"Anmerkung": "do_not_contact"}, ["a@x.example", "hat angerufen"], OBJECTS),
        ({"Anmerkung": "do_not_contact"}, ["a@x.example", "nein"], NOTHING),
        ({"Anmerkung": "bounced"}, ["a@x.example", "550"], BOUNCED),
    ],
)
def test_a_mapping_can_name_any_column(own: headers.Meanings, cells: list[str], says: str) -> None:
    found = intake.draft(cells, columns.mapping(["email", "Anmerkung"], own))

    assert isinstance(found, LeadDraft)
    assert (OBJECTS if found.do_not_contact else BOUNCED if found.bounced else NOTHING) == says


def test_a_mapping_does_not_turn_the_meaning_of_a_column_around():
    found = intake.draft(
        ["a@x.example", "yes"], columns.mapping(["email", "Subscribed"], {"Subscribed": "do_not_contact"})
    )

    assert isinstance(found, LeadDraft)
    assert not found.do_not_contact


def test_a_mapping_can_leave_a_column_out():
    own: headers.Meanings = {"Email Opt Out": None}
    found = intake.draft(["a@x.example", "1"], columns.mapping(["email", "Email Opt Out"], own))

    assert isinstance(found, LeadDraft)
    assert not found.do_not_contact
    assert found.enrichment.model_extra == {"email_opt_out": "1"}


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("Ann <ann@acme.example>", ["ann@acme.example"]),
        ("a@x.example; b@x.example", ["a@x.example", "b@x.example"]),
        ("mailto:a@x.example", ["a@x.example"]),
        ("none", []),
    ],
)
def test_every_address_of_a_cell_is_found(cell: str, found: list[str]) -> None:
    assert opt_outs.addresses(cell) == found


def warned(text: str, own: headers.Meanings | None = None) -> list[str]:
    data = text.encode()
    facts = csvfile.facts(data)
    return file_marks.warnings(csvfile.rows(data, facts), facts, own)


@pytest.mark.parametrize("word", ["invalid", "Undeliverable", "Hard bounced", "ungültig", "mailbox_not_found"])
def test_a_column_of_a_verifiers_words_is_pointed_out(word: str) -> None:
    (one,) = warned(f"email,Gate\na@x.example,{word}\nb@x.example,valid\n")

    assert one == (
        f"Column Gate holds “{word}”, but is not read. If it says whether addresses take email, map it: "
        '{"Gate": "email_status"}.'
    )


def test_a_column_with_other_words_among_them_is_not_pointed_out():
    assert warned("email,Gate\na@x.example,invalid\nb@x.example,Newsletter May\n") == []


def test_a_reason_does_not_outweigh_the_verdict():
    header = "email,mailfloss_status,mailfloss_reason"

    assert not draft(header, "a@x.example,risky,bounced").bounced
    assert draft(header, "a@x.example,,bounced").enrichment.email_status == "bounced"


@pytest.mark.parametrize("header", ["Phone Check", "Fax line"])
def test_a_column_about_another_channel_is_not_pointed_out(header: str) -> None:
    assert warned(f"email,{header}\na@x.example,invalid\n") == []


@pytest.mark.parametrize("word", ["no", "failed", "expired", "false", "wrong", "valid"])
def test_a_column_of_words_that_are_said_of_anything_is_not_pointed_out(word: str) -> None:
    assert warned(f"email,Gate\na@x.example,{word}\n") == []


@pytest.mark.parametrize(
    "header",
    ["Do not allow Mails", "Last Bounce Date", "Sperre", "Excluded", "DNC list"],
)
def test_a_header_that_looks_so_and_is_not_read_is_pointed_out(header: str) -> None:
    (one,) = warned(f"email,{header}\na@x.example,1\n")

    assert one.startswith(f"Column {header} looks as if it says who must not be written to")
    assert f'{{"{header}": "do_not_contact"}}' in one


@pytest.mark.parametrize(
    "header", ["Open rate", "Do Not Call", "Fax Opt Out", "Unsubscribe Link", "Notes", "Substance"]
)
def test_other_headers_are_not_pointed_out(header: str) -> None:
    assert warned(f"email,{header}\na@x.example,1\n") == []


def test_a_column_that_a_mapping_leaves_out_is_pointed_out():
    (one,) = warned("email,Email Opt Out\na@x.example,1\n", {"Email Opt Out": None})

    assert "your mapping gives it another meaning" in one


def test_a_column_whose_words_say_so_is_pointed_out():
    rows = "".join(f"a{number}@x.example,{'Ne pas contacter' if number == 7 else 'client'}\n" for number in range(9))
    (one,) = warned(f"email,Suivi\n{rows}")

    assert one.startswith("Column Suivi holds “Ne pas contacter”, but is not read.")


@pytest.mark.parametrize("name", ["salesforce leads", "hubspot", "apollo", "mailchimp members", "zoho", "intercom"])
def test_columns_that_are_read_are_not_pointed_out(name: str) -> None:
    header, rows = EXPORTS[name]

    assert warned("\n".join((header, *rows))) == []
