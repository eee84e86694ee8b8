"""Suppression lists as other tools export them: whom they name, why and since when, and what is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cam.mail import suppression_preview
from cam.mail.suppression_list import Named, Problem
from cam.mail.suppression_preview import ListPreview
from cam.model.errors import Invalid

NOW = datetime(2026, 11, 23, tzinfo=UTC)
# Columns after the tools' documentation of their exports.
EXPORTS: dict[str, tuple[str, list[tuple[str, str | None, str | None]]]] = {
    "Mailchimp, unsubscribed": (
        '"Email Address","First Name","Last Name",MEMBER_RATING,OPTIN_TIME,LAST_CHANGED,UNSUB_TIME,'
        "UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID\n"
        '"ann@acme.example",Ann,Lee,2,"2021-01-02 10:00:00","2025-01-01 09:00:00","2023-03-04 09:11:12","Spring",1,'
        '"no longer want to receive these emails","",7\n',
        [("ann@acme.example", "no longer want to receive these emails", "2023-03-04")],
    ),
    "Mailchimp, cleaned": (
        "Email Address,First Name,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID\n"
        "ann@acme.example,Ann,2023-03-04 09:11:12,Spring,1\n",
        [("ann@acme.example", None, "2023-03-04")],
    ),
    "SendGrid, bounces": (
        'status,reason,email,created\n5.1.1,"550 5.1.1 no such user",ann@acme.example,1443651141\n',
        [("ann@acme.example", "550 5.1.1 no such user", "2015-09-30")],
    ),
    "SendGrid, global unsubscribes": ("email,created\nann@acme.example,1443651141\n", [
        ("ann@acme.example", None, "2015-09-30"),
    ]),
    "Postmark": (
        "EmailAddress,SuppressionReason,Origin,CreatedAt\n"
        "ann@acme.example,HardBounce,Recipient,2019-12-10T08:58:33-05:00\n",
        [("ann@acme.example", "HardBounce", "2019-12-10")],
    ),
    "SES, list": (
        "EmailAddress,Reason,LastUpdateTime\nann@acme.example,COMPLAINT,2024-02-03T04:05:06.789000+00:00\n",
        [("ann@acme.example", "COMPLAINT", "2024-02-03")],
    ),
    "SES, file for an import job": ("ann@acme.example,BOUNCE\nbob@acme.example,COMPLAINT\n", [
        ("ann@acme.example", "BOUNCE", None),
        ("bob@acme.example", "COMPLAINT", None),
    ]),
    "Mailgun, unsubscribes": (
        'address,tags,created_at\nann@acme.example,*,"Thu, 13 Oct 2011 18:02:00 UTC"\n',
        [("ann@acme.example", None, "2011-10-13")],
    ),
    "HubSpot, opt-out list": ("Email\nann@acme.example\n", [("ann@acme.example", None, None)]),
    "MailUp": (
        "Email;idList;OptOut_Date;optout_nl\nann@acme.example;1;20110122T111244;7\n",
        [("ann@acme.example", None, "2011-01-22")],
    ),
    "Instantly, block list": ("ann@acme.example\nrival.example\n*@other.example\n@third.example\n", [
        ("ann@acme.example", None, None),
        ("rival.example", None, None),
        ("other.example", None, None),
        ("third.example", None, None),
    ]),
    "a header of its own": ("Unsere Sperren\nann@acme.example\nbob@acme.example\n", [
        ("ann@acme.example", None, None),
        ("bob@acme.example", None, None),
    ]),
    "German": (
        "E-Mail-Adresse;Grund;Abgemeldet am\nann@bücher.example;abgemeldet;31.12.2023 14:05\n",
        [("ann@xn--bcher-kva.example", "abgemeldet", "2023-12-31")],
    ),
    "French": (
        "Adresse e-mail;Motif;Date de désabonnement\nann@acme.example;désabonné;31/12/2023\n",
        [("ann@acme.example", "désabonné", "2023-12-31")],
    ),
    "Spanish": (
        "Correo electrónico;Motivo;Fecha de baja\nann@acme.example;baja;31/12/2023\n",
        [("ann@acme.example", "baja", "2023-12-31")],
    ),
    "Italian": (
        "Indirizzo e-mail;Motivo;Data disiscrizione\nann@acme.example;disiscritto;31/12/2023\n",
        [("ann@acme.example", "disiscritto", "2023-12-31")],
    ),
    "Dutch": (
        "E-mailadres;Reden;Uitgeschreven op\nann@acme.example;uitgeschreven;31-12-2023\n",
        [("ann@acme.example", "uitgeschreven", "2023-12-31")],
    ),
    "domains": ("domain,reason\nrival.example,a rival\n*.other.example,\n", [
        ("rival.example", "a rival", None),
        ("other.example", None, None),
    ]),
    "addresses and domains in two columns": ("Email,Domain\nann@acme.example,acme.example\n,rival.example\n", [
        ("ann@acme.example", None, None),
        ("rival.example", None, None),
    ]),
}  # fmt: skip


def previewed(text: str | bytes, own: Any = None) -> ListPreview:
    return suppression_preview.preview(text.encode() if isinstance(text, str) else text, own, NOW)


def only(text: str) -> Named | Problem:
    (row,) = previewed(f"email\n{text}\n").rows
    return row.read


@pytest.mark.parametrize("tool", EXPORTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_export_of_a_tool_is_read(tool: str, encoding: str) -> None:
    text, named = EXPORTS[tool]

    found = previewed(text.encode(encoding))

    read = [row.read for row in found.rows]
    assert [
        (one.name, one.reason, one.since and one.since.date().isoformat()) for one in read if isinstance(one, Named)
    ] == [(name, reason, since) for name, reason, since in named]
    assert found.counts["refused"] == 0


def test_every_spelling_of_an_address_is_the_same_person() -> None:
    spellings = ("ANN@Acme.Example", "ann+news@acme.example", "Ann Lee <ann@acme.example>", "mailto:ann@acme.example")
    assert {only(text) for text in spellings} == {Named("ann@acme.example")}


def test_the_apostrophe_that_keeps_spreadsheets_from_running_a_cell_is_left_out() -> None:
    assert only("'=ann@acme.example") == Named("=ann@acme.example")


def test_of_an_erased_person_the_hash_is_enough() -> None:
    (row,) = previewed(f"address,domain,hash\n,,{'A' * 64}\n").rows
    assert row.read == Named("", "a" * 64)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ann@acme", "no dot"),
        ("ann lee@acme.example", "one address in each row"),
        ("ann@acme.example, bob@acme.example", "one address in each row"),
        ("ann", "neither an email address nor a domain"),
        ("x" * 400 + "@acme.example", "the limit is 320"),
        ("gmail.com", "List their addresses"),
        ("*@gmx.de", "POST /suppressions"),
        ("@co.uk", "Write the company's own domain"),
        ("com", "neither an email address nor a domain"),
    ],
)
def test_a_row_that_names_nobody_or_too_many_is_refused_and_says_why(text: str, says: str) -> None:
    (row,) = previewed(f'email\n"{text}"\n').rows
    assert isinstance(row.read, Problem)
    assert says in row.read.message


def test_a_row_without_a_name_is_refused() -> None:
    (row,) = previewed("email,domain,reason\n,,spam\n").rows
    assert row.read == Problem("address", "the row has no address and no domain")


def test_a_date_that_cannot_be_taken_suppresses_all_the_same_and_is_pointed_out() -> None:
    found = previewed("email,since\nann@acme.example,soon\nbob@acme.example,2031-01-01\n")

    assert [row.read for row in found.rows] == [
        Named("ann@acme.example", doubt="unreadable"),
        Named("bob@acme.example", since=NOW, doubt="future"),
    ]
    assert found.warnings == (
        "1 row has a date that cannot be read: the day of the import is used instead.",
        "1 row has a date in the future: the day of the import is used instead.",
    )


def test_dates_that_could_be_read_both_ways_are_pointed_out() -> None:
    (warning,) = previewed("email,date\nann@acme.example,3/4/2024\n").warnings
    assert warning == "Column 'date': dates such as '3/4/2024' are read with the day first."
    assert previewed("email,date\nann@acme.example,3/4/2024\nbob@acme.example,3/14/2024\n").warnings == ()


def test_an_export_of_all_contacts_is_pointed_out() -> None:
    (warning,) = previewed("Email,Email Opt Out\nann@acme.example,0\nbob@acme.example,1\n").warnings
    assert warning.startswith("1 of 2 rows are not marked as opted out in column 'Email Opt Out'")


def test_a_domain_beside_an_address_does_not_silence_the_company() -> None:
    found = previewed("Email,Domain\nann@acme.example,acme.example\n")
    assert found.counts == {"addresses": 1}
    assert found.warnings == ("Column 'Domain' is read only in rows that have no address.",)


def test_the_users_word_for_a_column_goes_first() -> None:
    own = {"Kontakt": "address", "Status": None, "Warum": "reason"}
    (row,) = previewed("Kontakt,Status,Warum\nann@acme.example,x,rief an\n", own).rows
    assert row.read == Named("ann@acme.example", reason="rief an")


@pytest.mark.parametrize(
    ("text", "own", "says"),
    [
        ("", None, "empty"),
        ("Kontakt,Notiz\nabc,def\n", None, 'such as {"Kontakt": "address"}'),
        ("email\nann@acme.example\n", {"Mail": "address"}, "no column 'Mail'"),
        ("Kontakt,Grund\nann@acme.example,x\n", {"Grund": "reason"}, "Say which column"),
        ("email,email\nann@acme.example,bob@acme.example\n", None, "appears twice"),
        (b"PK\x03\x04 and so on", None, "Excel workbook"),
    ],
)
def test_a_file_that_names_nobody_is_refused_and_says_what_to_do(text: str | bytes, own: Any, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        previewed(text, own)


def test_a_file_that_is_cut_off_anywhere_is_previewed() -> None:
    text = "email,reason\n" + "".join(f"p{number}@acme.example,asked\n" for number in range(50))
    for cut in range(len("email,reason\np0@acme.example"), 300):
        assert previewed(text[:cut]).counts["refused"] == 0


def test_a_reason_is_one_line_of_200_characters() -> None:
    (row,) = previewed('email,reason\nann@acme.example,"so\nmany ' + "words " * 100 + '"\n').rows
    assert isinstance(row.read, Named)
    assert row.read.reason is not None
    assert row.read.reason.startswith("so many words")
    assert len(row.read.reason) <= 200
