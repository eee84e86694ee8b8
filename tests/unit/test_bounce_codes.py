"""What mail servers say when they refuse an email: which of it means that the address is dead."""

import pytest

from cam.text.bounce_codes import Command, Reason, judge


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("550 5.1.1 <kim@lead.example>: Recipient address rejected: User unknown in virtual mailbox table", "mailbox"),
        ("550 5.1.1 user unknown in relay recipient table", "mailbox"),
        ("550 No such user here", "mailbox"),
        ("550 5.7.1 No such user here", "mailbox"),
        ("550-5.1.1 The email account that you tried to reach does not exist. Please try", "mailbox"),
        ("550 5.4.1 [kim@lead.example]: Recipient address rejected: Access denied. [AM0.outlook.example]", "mailbox"),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "mailbox"),
        ("550 5.1.351 Remote server returned unknown recipient or mailbox unavailable", "mailbox"),
        ("550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)", "mailbox"),
        ("550 Requested action not taken: mailbox unavailable", "mailbox"),
        ("553 5.3.0 <kim@lead.example>... No such user", "mailbox"),
        ("554 delivery error: dd This user doesn't have a lead.example account (kim@lead.example)", "mailbox"),
        ("550 #5.1.0 Address rejected.", "mailbox"),
        ("550 Mailbox not found. http://service.example/cgi-bin/help", "mailbox"),
        ("550 Message was not accepted -- invalid mailbox.  Local mailbox kim@lead.example is unavailable: "
         "user not found", "mailbox"),
        ("550 5.1.1 Unknown address error 550-'unknown user'", "mailbox"),
        ("550 sorry, no mailbox here by that name (#5.1.1 - chkusr)", "mailbox"),
        ("550 BAD_RECIPIENT - see http://lead.example/?r=BAD_RECIPIENT", "mailbox"),
        ("550 5.7.1 No mail box available for this user", "mailbox"),
        ("550 This account no longer exists", "mailbox"),
        ("User Kim Lee (kim@lead.example) not listed in Domino Directory", "mailbox"),
        ("550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient.", "mailbox"),
        ("550 Benutzer unbekannt", "mailbox"),
        ("550 Empfängeradresse existiert nicht", "mailbox"),
        ("550 Destinataire inconnu", "mailbox"),
        ("550 Usuario desconocido", "mailbox"),
        ("550 Casella inesistente", "mailbox"),
        ("550 Usuário não existe", "mailbox"),
        ("550 Пользователь не найден", "mailbox"),
        ("550 用户不存在", "mailbox"),
        ("550 宛先のユーザは存在しません", "mailbox"),
        ("Host or domain name not found. Name service error for name=lead.example type=A: Host not found", "domain"),
        ("550 5.1.2 Host unknown", "domain"),
        ("554 5.4.4 Invalid domain", "domain"),
        ("550 5.4.310 DNS domain lead.example does not exist", "domain"),
        ("556 5.1.10 Recipient address has null MX", "domain"),
        ("an MX or SRV record indicated no SMTP service", "domain"),
        ("550 5.2.1 The email account that you tried to reach is disabled.", "disabled"),
        ("550 5.2.1 The email account that you tried to reach is inactive.", "disabled"),
        ("525 5.7.13 Disabled recipient address", "disabled"),
        ("550 5.2.1", "disabled"),
        ("Esta casilla ha expirado por falta de uso.", "disabled"),
        ("551 5.1.6 recipient no longer on server: kim@lead.example", "moved"),
        ("551 not our customer", "moved"),
    ],
)  # fmt: skip
def test_a_dead_address_is_hard(said: str, reason: str) -> None:
    found = judge(said)

    assert found.hard
    assert reason in found.reason


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("552 5.2.2 Mailbox full", Reason.FULL),
        ("550 5.1.1 user is over quota", Reason.FULL),
        ("552 Account does not have enough space", Reason.FULL),
        ("554 Mailbox quota usage exceeded", Reason.FULL),
        ("550 Das Postfach des Empfängers ist voll", Reason.FULL),
        ("552 La boîte du destinataire est pleine", Reason.FULL),
        ("550 邮箱空间不足", Reason.FULL),
        ("552-5.2.2 The recipient's inbox is out of storage space and inactive.", Reason.FULL),
        ("550-5.2.1 The user you are trying to contact is receiving mail at a rate that prevents", Reason.RATE),
        ("550 5.7.1 Too many messages from your address, slow down", Reason.RATE),
        ("550 5.1.0 192.0.2.9 is not allowed to send from <sender.example> per its SPF Record", Reason.AUTHENTICATION),
        ("550 DMARC check failed.", Reason.AUTHENTICATION),
        ("550 5.7.26 Unauthenticated email from sender.example is not accepted", Reason.AUTHENTICATION),
        ("550 5.7.1 RESOLVER.RST.AuthRequired; authentication required", Reason.AUTHENTICATION),
        ("550 Connection refused: 192.0.2.9 is listed at bl.blocklist.example", Reason.BLOCKED),
        ("550 5.1.1 Client host [192.0.2.9] blocked using Spamhaus", Reason.BLOCKED),
        ("553 http://www.spamhaus.org/query/bl?ip=192.0.2.9", Reason.BLOCKED),
        ("550 5.7.606 Access denied, banned sending IP [192.0.2.9]", Reason.BLOCKED),
        ("553 5.1.8 <sam@sender.example>... Domain of sender address does not exist", Reason.BLOCKED),
        ("550 Sender address rejected: User unknown", Reason.BLOCKED),
        ("550 5.7.1 <sender.example>: Helo command rejected: Host not found", Reason.BLOCKED),
        ("550 5.7.25 reverse DNS: no such host", Reason.BLOCKED),
        ("554 email rejected due to security policies", Reason.BLOCKED),
        ("554 5.7.1 Service unavailable; message looks like spam", Reason.CONTENT),
        ("550 5.7.1 This message contains a virus", Reason.CONTENT),
        ("552 5.3.4 Message size exceeds fixed maximum message size", Reason.SIZE),
        ("554 5.7.1 <kim@lead.example>: Relay access denied", Reason.RELAY),
        ("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", Reason.RELAY),
        ("connect to mx.lead.example[192.0.2.5]:25: Connection timed out", Reason.UNREACHABLE),
        ("554 5.4.6 Too many hops", Reason.UNREACHABLE),
        ("Name service error for domain lead.example: Host not found, try again", Reason.UNKNOWN),
        ("554 5.3.0 Transaction failed", Reason.SERVER),
        ("procmail: Couldn't create \"/var/spool/mail/kim\": No such user", Reason.SERVER),
        ("550 5.7.1 User kim@lead.example temporarily locked. Please try again later", Reason.SUSPENDED),
        ("450 4.1.1 User unknown", Reason.UNKNOWN),
        ("451 4.7.1 Greylisted, please try again", Reason.RATE),
        ("550 The account or domain may not exist, or it is blacklisted", Reason.UNKNOWN),
        ("550 Rejected", Reason.UNKNOWN),
        ("550 5.0.0", Reason.UNKNOWN),
        ("550 5.7.1 Access denied", Reason.BLOCKED),
        ("550 <blocked.user@spam.example>: rejected", Reason.UNKNOWN),
        ("", Reason.UNKNOWN),
    ],
)  # fmt: skip
def test_what_speaks_of_anything_but_the_address_is_soft(said: str, reason: Reason) -> None:
    found = judge(said)

    assert not found.hard
    assert found.reason is reason


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ("552 5.2.2 Over quota", "5.1.1", "5.2.2"),
        ("550 5.1.1 User unknown", "5.0.0", "5.1.1"),
        ("550 5.0.0 Rejected", "5.1.1", "5.1.1"),
        ("550 User unknown", "4.0.0", "5.0.0"),
        ("User unknown", "5.1.1 (bad destination mailbox address)", "5.1.1"),
        ("452 Mailbox full", "", "4.0.0"),
        ("host 5.1.1.9 said: no", "", "5.0.0"),
        ("5.1.0 - Unknown address error 550-'5.7.1 Access denied'", "5.0.0", "5.7.1"),
    ],
)
def test_the_servers_own_code_counts_before_that_of_the_report(said: str, status: str, code: str) -> None:
    assert judge(said, status).status == code


@pytest.mark.parametrize(
    ("command", "said", "hard"),
    [
        (Command.BEFORE, "550 5.1.7 No such domain sender.example", False),
        (Command.BEFORE, "550 5.1.1 User unknown", False),
        (Command.RECIPIENT, "550 Unknown user", True),
        (Command.DATA, "550 Unknown user", False),
        (Command.DATA, "550 5.1.1 User unknown", True),
        (Command.DATA, "554 delivery error: dd This user doesn't have a lead.example account", True),
    ],
)
def test_a_refusal_is_about_the_recipient_only_after_the_server_has_heard_of_it(
    command: Command, said: str, hard: bool
) -> None:
    assert judge(said, command=command).hard is hard
