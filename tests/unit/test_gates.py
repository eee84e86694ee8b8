from typing import Any

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cam.model.models import SIGNALS, Decision, Gate, LeadStatus, Review
from cam.model.settings.qualification import QualificationRules
from cam.model.settings.scoring import SeniorityValues
from cam.rules.gates import _plain, qualify
from tests.unit.example_leads import NOW, lead
from tests.unit.garbage import anything

RULES = QualificationRules()
GATES = [
    "low_score",
    "missing_email",
    "invalid_email",
    "role_account",
    "automated_address",
    "competitor",
    "disposable_email",
    "free_email",
    "no_mail_server",
    "suppressed",
    "low_intent",
]
NOTES = {"intent_unknown", "approved_in_review"}
# The address table: who is a person, and why the others are not (spec §4).
ADDRESSES = [
    ("abbott@acme.com", ()),
    ("talbot@acme.com", ()),
    ("jane@robotics.com", ()),
    ("ann@alertlogic.com", ()),
    ("info@acme.com", ("role_account",)),
    ("sales-team@acme.com", ("role_account",)),
    ("no.reply@acme.com", ("role_account",)),
    ("bot@acme.com", ("automated_address",)),
    ("alerts+7@acme.com", ("automated_address",)),
    ("x@mailinator.com", ("disposable_email",)),
]


def reasons(email: str | None, rules: QualificationRules = RULES) -> tuple[str, ...]:
    """Why a lead with this address is refused, besides the note on its unknown intent."""
    found = qualify(lead(email=email), rules, suppressed=False)
    return found.reasons if found.status is LeadStatus.REJECTED else ()


def checked(status: str | None, rules: QualificationRules = RULES) -> tuple[str, ...]:
    """Why a lead is refused about whose address a provider says this."""
    found = qualify(lead(enrichment={"email_status": status}), rules, suppressed=False)
    return found.reasons if found.status is LeadStatus.REJECTED else ()


def gate(name: str, rules: QualificationRules = RULES, suppressed: bool = False, **known: Any) -> Gate:
    """One gate of the verdict on a lead."""
    verdict = qualify(lead(**known), rules, suppressed)
    return next(one for one in verdict.gates if one.gate == name)


def own(**given: Any) -> QualificationRules:
    """Rules with lists of the campaign's own."""
    return QualificationRules.model_validate(given)


@pytest.mark.parametrize(("email", "because"), ADDRESSES)
def test_the_address_table(email, because):
    assert reasons(email) == because


@pytest.mark.parametrize(
    "email",
    [
        "abbott@acme.com",
        "talbot@acme.com",
        "jane@robotics.com",
        "ann@alertlogic.com",
        "robot@acme.com",
        "salesh@acme.com",
        "information@acme.com",
        "testa.rossa@acme.com",
        "jane+news@acme.com",
        "noah.reply@acme.com",
        "o'brien@acme.com",
        "Jane.Doe@Sub.Acme.CO.UK",
        "jane@example.com",
        "jane@acme.test",
        "jane@acme.example",
        "jörg@müller.de",
        "用户@例子.广告",
        "jane@xn--mller-kva.de",
        '"jane doe"@acme.com',
    ],
)
def test_a_person_s_address_passes(email):
    assert reasons(email) == ()


@pytest.mark.parametrize(
    "email",
    [
        "jane",
        "@acme.com",
        "jane@",
        "jane@acme",
        "jane@test",
        "jane@@acme.com",
        "jane doe@acme.com",
        "jane..doe@acme.com",
        ".jane@acme.com",
        "jane@-acme.com",
        "jane@acme..com",
        "jane@acme.c0m1",
        "jane@ab--cd.com",
        "jane@xn--a.com",
        "jane@[192.0.2.1]",
        "jane@acme.invalid",
        "Jane Doe <jane@acme.com>",
        "jane@acme.com\nBcc: all@acme.com",
        f"{'j' * 65}@acme.com",
        f"jane@{'a' * 64}.com",
        f"jane@{'a.' * 126}com",
    ],
)
def test_bad_syntax_is_refused(email):
    assert reasons(email) == ("invalid_email",)


@pytest.mark.parametrize("email", [None, "", "  "])
def test_a_lead_needs_an_address(email):
    assert reasons(email) == ("missing_email",)


@pytest.mark.parametrize(
    "local",
    [
        *("info", "marketing", "sales", "support", "abuse", "noc", "security", "postmaster", "hostmaster", "usenet"),
        *("news", "webmaster", "www", "uucp", "ftp", "admin", "office", "team", "hello", "hi", "contact", "inquiry"),
        *("general", "help", "jobs", "press", "billing", "test", "root", "no-reply", "no.reply", "donotreply", "INFO"),
        *("sales-team", "sales.emea", "support_us", "info+web", "no.reply.us", "no-reply+7"),
    ],
)
def test_a_role_account_is_refused(local):
    assert reasons(f"{local}@acme.com") == ("role_account",)


@pytest.mark.parametrize(
    "local",
    [
        *["bot", "spam", "mailer", "daemon", "bounce", "notification", "notifications", "alert", "alerts"],
        *("alerts+7", "my-bot", "bot7", "7bot7", "jira.notifications", "mailer-daemon", "BOUNCE_12", "x2bot"),
    ],
)
def test_an_automated_address_is_refused(local):
    assert reasons(f"{local}@acme.com") == ("automated_address",)


def test_noreply_is_both_a_role_and_automated():
    assert reasons("noreply@acme.com") == ("role_account", "automated_address")


@pytest.mark.parametrize("domain", ["rival.com", "mail.rival.com", "a.b.RIVAL.com", "müller.de", "shop.co.uk", "co.uk"])
def test_a_blocked_domain_and_all_below_it_is_a_competitor(domain):
    rules = QualificationRules(blocked_domains=("Rival.com", "müller.de", "shop.co.uk", "co.uk"))

    assert reasons(f"jane@{domain}", rules) == ("competitor",)


@pytest.mark.parametrize("domain", ["notrival.com", "rival.com.acme.com", "acme.co.uk", "jane.github.io"])
def test_a_blocked_name_says_nothing_about_its_neighbours(domain):
    rules = QualificationRules(blocked_domains=("rival.com", "co.uk", "github.io"))

    assert reasons(f"jane@{domain}", rules) == ()


@pytest.mark.parametrize("domain", ["mailinator.com", "MAILINATOR.com", "sub.mailinator.com"])
def test_a_disposable_domain_is_refused(domain):
    assert reasons(f"jane@{domain}") == ("disposable_email",)


def test_a_disposable_domain_may_be_let_in():
    assert reasons("jane@mailinator.com", QualificationRules(block_disposable=False)) == ()


@pytest.mark.parametrize("domain", ["gmail.com", "Yahoo.co.uk"])
def test_free_mail_is_refused_only_when_blocked(domain):
    assert reasons(f"jane@{domain}") == ()
    assert reasons(f"jane@{domain}", QualificationRules(block_free_email=True)) == ("free_email",)


def test_true_is_no_number_of_lookups():
    with pytest.raises(ValidationError, match="must be a number"):
        QualificationRules.model_validate({"mx_per_run": True})


def test_a_domain_that_takes_no_mail_is_refused():
    found = qualify(lead(), RULES, suppressed=False, mail_server=False)
    assert (found.status, found.reasons) == (LeadStatus.REJECTED, ("no_mail_server",))


@pytest.mark.parametrize("mail_server", [True, None])
def test_a_domain_that_takes_mail_or_was_not_asked_about_refuses_nobody(mail_server):
    found = qualify(lead(), RULES, False, mail_server)

    gate = next(gate for gate in found.gates if gate.gate == "no_mail_server")
    assert (found.status, found.reasons) == (LeadStatus.QUALIFIED, ("intent_unknown",))
    assert (gate.passed, gate.value) == (mail_server, "acme.com" if mail_server else None)


def test_a_campaigns_own_words_say_who_decides():
    one = lead(role="Quartermaster", enrichment={"company_hiring": False})
    levels = SeniorityValues.model_validate({"words": [{"word": "quartermaster", "points": 0.95}]})

    assert qualify(one, RULES, suppressed=False).reasons == ("low_intent",)
    assert qualify(one, RULES, suppressed=False, levels=levels).reasons == ()


def test_no_mail_server_stands_behind_the_domain_lists_and_before_suppressed():
    rules = QualificationRules(block_free_email=True)
    found = qualify(lead(email="jane@gmail.com"), rules, suppressed=True, mail_server=False)
    assert found.reasons == ("free_email", "no_mail_server", "suppressed")


@pytest.mark.parametrize(
    "status", ["invalid", "Invalid", " INVALID ", "undeliverable", "Spam-Trap", "do_not_mail", "Bounced"]
)
def test_an_address_that_a_provider_calls_undeliverable_is_refused(status):
    assert checked(status) == ("invalid_email",)


def test_an_address_that_has_bounced_elsewhere_is_refused():
    one = lead().model_copy(update={"bounced": True, "stop_note": "column Email Bounced: TRUE"})
    found = qualify(one, RULES, suppressed=False)
    assert (found.status, found.reasons) == (LeadStatus.REJECTED, ("invalid_email",))
    assert next(gate for gate in found.gates if gate.passed is False).value == "column Email Bounced: TRUE"


@pytest.mark.parametrize("status", ["disposable", "Disposable"])
def test_an_address_that_a_provider_calls_disposable_is_refused(status):
    assert checked(status) == ("disposable_email",)


def test_an_address_that_a_provider_calls_disposable_may_be_let_in():
    assert checked("disposable", QualificationRules(block_disposable=False)) == ()


@pytest.mark.parametrize(
    "status", [None, "verified", "catch_all", "guessed", "unknown", "webmail", "banana", "role_based"]
)
def test_what_else_a_provider_says_of_an_address_refuses_nobody(status):
    assert checked(status) == ()


def test_an_address_that_is_wrong_and_called_invalid_has_the_reason_once():
    found = qualify(lead(email="jane@@acme.com", enrichment={"email_status": "invalid"}), RULES, suppressed=False)
    assert found.reasons == ("invalid_email",)


def test_who_asked_a_provider_not_to_be_contacted_is_suppressed():
    one = lead().model_copy(update={"do_not_contact": True})
    found = qualify(one, RULES, suppressed=False)
    assert (found.status, found.reasons) == (LeadStatus.REJECTED, ("suppressed",))


def test_all_reasons_are_kept_in_the_order_of_the_gates():
    rules = QualificationRules(blocked_domains=("mailinator.com",))

    found = qualify(lead(email="info-bot@mailinator.com", score=0.1), rules, suppressed=True)

    assert found.status is LeadStatus.REJECTED
    assert found.reasons == (
        "low_score",
        "role_account",
        "automated_address",
        "competitor",
        "disposable_email",
        "suppressed",
    )


def test_a_broken_address_is_still_looked_at():
    assert reasons("no-reply@mailinator") == ("invalid_email", "role_account")


@pytest.mark.parametrize(
    ("score", "refused"), [(0.4, ()), (0.4 - 1e-12, ()), (0.3999, ("low_score",)), (None, ("low_score",))]
)
def test_the_lowest_score_still_passes(score, refused):
    found = qualify(lead(score=score), RULES, suppressed=False)

    assert tuple(reason for reason in found.reasons if reason != "intent_unknown") == refused


def test_a_suppressed_lead_without_address_has_both_reasons():
    assert qualify(lead(email=None), RULES, suppressed=True).reasons == ("missing_email", "suppressed")


def test_unknown_intent_passes_with_a_note():
    found = qualify(lead(), RULES, suppressed=False)

    assert (found.status, found.reasons, found.intent) == (LeadStatus.QUALIFIED, ("intent_unknown",), None)


def test_low_intent_is_for_a_person_to_review():
    found = qualify(lead(enrichment={"recent_activity": True}), RULES, suppressed=False)

    assert (found.status, found.reasons, found.intent) == (LeadStatus.MANUAL_REVIEW, ("low_intent",), 0.15)


@pytest.mark.parametrize("known", [{"company_hiring": True}, {"is_decision_maker": True, "has_budget_authority": True}])
def test_an_intent_of_exactly_the_bar_is_not_low(known):
    found = qualify(lead(enrichment=known), RULES, suppressed=False)

    assert (found.status, found.reasons, found.intent) == (LeadStatus.QUALIFIED, (), 0.2)


@pytest.mark.parametrize(
    ("role", "known"),
    [
        (None, {"is_decision_maker": True}),
        ("Director", {"company_hiring": False}),
        ("Analyst", {"company_hiring": False, "job_level": "head"}),
    ],
)
def test_a_decision_maker_of_low_intent_passes(role, known):
    assert qualify(lead(role=role, enrichment=known), RULES, suppressed=False).status is LeadStatus.QUALIFIED


def test_a_manager_of_low_intent_is_no_decision_maker():
    found = qualify(lead(role="Manager", enrichment={"company_hiring": False}), RULES, suppressed=False)

    assert found.status is LeadStatus.MANUAL_REVIEW


def test_low_intent_passes_when_the_campaign_does_not_review_it():
    rules = QualificationRules(review_low_intent=False)

    assert qualify(lead(enrichment={"company_hiring": "no"}), rules, suppressed=False).reasons == ()


def test_all_signals_make_an_intent_of_1():
    assert qualify(lead(enrichment=dict.fromkeys(SIGNALS, True)), RULES, suppressed=False).intent == 1.0


LETTERS = st.text("abcxyz019_", min_size=1, max_size=12)
SIGNS = st.sampled_from([".", "-", "+", "@", "xn--", "a@b.com", "test", "local", "A", "é", " ", '"'])
PIECES = st.lists(LETTERS | SIGNS)


@given(email=PIECES.map("".join) | st.builds("{}@{}.{}".format, LETTERS, LETTERS, LETTERS) | st.emails())
def test_what_is_plain_is_valid_by_the_library_too(email):
    plain = _plain(email)
    if plain is not None:
        found = validate_email(email, check_deliverability=False, strict=True)
        assert (plain.local, plain.domain) == (found.local_part.lower(), found.ascii_domain)


@given(email=st.text(max_size=80) | PIECES.map("".join) | st.emails())
def test_an_address_is_valid_when_the_library_says_so(email):
    try:
        found = validate_email(
            email.strip(), check_deliverability=False, strict=True, allow_quoted_local=True, test_environment=True
        )
        valid = "." in found.ascii_domain
    except EmailNotValidError:
        valid = False

    assert ("invalid_email" in reasons(f"{email} ")) == (not valid and bool(email.strip()))


@given(email=st.text(max_size=60))
def test_no_text_in_the_address_breaks_the_gates(email):
    assert qualify(lead(email=email), RULES, suppressed=False).status in LeadStatus


@pytest.mark.parametrize("email", ["jane@acme.com", "info@", None])
def test_every_gate_is_told_in_its_order(email):
    assert [one.gate for one in qualify(lead(email=email), RULES, suppressed=False).gates] == GATES


@pytest.mark.parametrize(
    ("name", "known", "told"),
    [
        ("low_score", {"score": 0.63}, (True, 0.63, 0.4)),
        ("low_score", {"score": 0.1}, (False, 0.1, 0.4)),
        ("low_score", {"score": None}, (False, None, 0.4)),
        ("missing_email", {}, (True, None, None)),
        ("missing_email", {"email": None}, (False, None, None)),
        ("invalid_email", {"email": " jane"}, (False, "jane", "syntax")),
        ("invalid_email", {"enrichment": {"email_status": "invalid"}}, (False, "invalid", "email_status")),
        ("invalid_email", {"enrichment": {"email_status": " Spam Trap"}}, (False, "Spam Trap", "email_status")),
        ("invalid_email", {"bounced": True}, (False, None, "bounced")),
        ("invalid_email", {"email": None}, (None, None, None)),
        ("role_account", {"email": "sales-team@acme.com"}, (False, "sales", None)),
        ("role_account", {"email": "no.reply+7@acme.com"}, (False, "no.reply", None)),
        ("automated_address", {"email": "jira-bot7@acme.com"}, (False, "bot", None)),
        ("disposable_email", {"email": "x@sub.mailinator.com"}, (False, "mailinator.com", None)),
        ("disposable_email", {"enrichment": {"email_status": "disposable"}}, (False, "disposable", "email_status")),
        ("competitor", {}, (None, None, None)),
        ("free_email", {"email": "x@gmail.com"}, (None, None, None)),
        ("low_intent", {}, (True, None, 0.2)),
        ("low_intent", {"enrichment": {"company_hiring": True}}, (True, 0.2, 0.2)),
        ("low_intent", {"enrichment": {"recent_activity": True}}, (False, 0.15, 0.2)),
        ("low_intent", {"enrichment": {"is_decision_maker": True}}, (True, "is_decision_maker", 0.2)),
        ("low_intent", {"role": "Director", "enrichment": {"company_hiring": False}}, (True, "director", 0.2)),
        ("low_intent", {"score": 0.1, "enrichment": {"company_hiring": True}}, (None, None, None)),
    ],
)
def test_a_gate_tells_what_decided_and_against_what(name, known, told):
    found = gate(name, **known)

    assert (found.passed, found.value, found.limit) == told


def test_a_gate_that_the_campaign_turned_off_is_not_asked():
    rules = QualificationRules(block_disposable=False, review_low_intent=False)
    names = ("competitor", "disposable_email", "free_email", "low_intent")

    assert [gate(name, rules, email="x@mailinator.com").passed for name in names] == [None] * 4


def test_the_gates_of_blocked_domains_and_free_mail_name_the_domain():
    rules = QualificationRules(blocked_domains=("rival.com",), block_free_email=True)

    assert gate("competitor", rules, email="x@mail.rival.com").value == "rival.com"
    assert gate("free_email", rules, email="x@gmail.com").value == "gmail.com"
    assert gate("competitor", rules).passed is True


def test_suppressed_says_when_the_person_asked_for_it():
    assert gate("suppressed", suppressed=True).value is None
    assert gate("suppressed", do_not_contact=True).value == "do_not_contact"


def reviewed(decision: Decision, **known: Any) -> tuple[LeadStatus, tuple[str, ...]]:
    """The verdict on a lead of low intent that a person has decided about."""
    plain = {"enrichment": {"company_hiring": False}, "review": Review(decision=decision, at=NOW)}
    found = qualify(lead(**{**plain, **known}), RULES, suppressed=False)
    return found.status, found.reasons


def test_who_was_approved_in_review_is_not_reviewed_again():
    assert reviewed(Decision.APPROVE) == (LeadStatus.QUALIFIED, ("approved_in_review",))


def test_who_was_approved_in_review_needs_no_note_when_nothing_is_low():
    assert reviewed(Decision.APPROVE, enrichment={"company_hiring": True}) == (LeadStatus.QUALIFIED, ())


def test_who_was_approved_in_review_is_still_rejected_by_other_gates():
    assert reviewed(Decision.APPROVE, email="info@acme.com") == (LeadStatus.REJECTED, ("role_account",))


def test_who_was_rejected_in_review_stays_rejected():
    high = dict.fromkeys(SIGNALS, True)

    assert reviewed(Decision.REJECT, enrichment=high) == (LeadStatus.REJECTED, ("rejected_in_review",))
    assert reviewed(Decision.REJECT, score=0.1)[1] == ("low_score", "rejected_in_review")


@pytest.mark.parametrize(
    ("lists", "email", "because"),
    [
        ({"disposable_domains": {"add": ["Acme.com"]}}, "jane@mail.acme.com", ("disposable_email",)),
        ({"disposable_domains": {"remove": ["mailinator.com"]}}, "jane@sub.mailinator.com", ()),
        ({"disposable_domains": {"add": ["github.io"]}}, "jane@acme.github.io", ()),
        ({"disposable_domains": {"add": ["müller.de"]}}, "jane@müller.de", ("disposable_email",)),
        ({"disposable_domains": {"remove": ["a.com"], "add": ["b.a.com"]}}, "x@c.b.a.com", ("disposable_email",)),
        ({"disposable_domains": {"add": ["a.com"], "remove": ["b.a.com"]}}, "x@c.b.a.com", ()),
        ({"free_mail_domains": {"add": ["acme.com"]}}, "jane@acme.com", ("free_email",)),
        ({"free_mail_domains": {"remove": ["gmail.com"]}}, "jane@gmail.com", ()),
        ({"free_mail_domains": {"remove": ["gmail.com"]}}, "jane@yahoo.com", ("free_email",)),
        ({"role_names": {"add": ["Empfang"]}}, "empfang.berlin@acme.com", ("role_account",)),
        ({"role_names": {"remove": ["hello"]}}, "hello@acme.com", ()),
        ({"role_names": {"remove": ["hello"]}}, "info@acme.com", ("role_account",)),
        ({"role_names": {"remove": ["noreply"]}}, "no-reply@acme.com", ()),
        ({"automated_words": {"add": ["crawler"]}}, "web-crawler7@acme.com", ("automated_address",)),
        ({"automated_words": {"remove": ["bot"]}}, "bot@acme.com", ()),
        ({"automated_words": {"remove": ["bot"]}}, "bot-alerts@acme.com", ("automated_address",)),
    ],
)
def test_a_campaign_adds_to_the_lists_and_excepts_from_them(lists, email, because):
    assert reasons(email, own(**lists, block_free_email="free_mail_domains" in lists)) == because


def test_an_exception_is_told():
    domains = own(disposable_domains={"remove": ["mailinator.com"]})
    words = own(automated_words={"remove": ["bot"]})

    excepted = gate("disposable_email", domains, email="x@sub.mailinator.com")
    assert (excepted.passed, excepted.value, excepted.limit) == (True, "mailinator.com", "exception")
    assert gate("automated_address", words, email="bot@acme.com").limit == "exception"


def test_an_exception_for_a_domain_holds_against_a_provider_s_word_too():
    rules = own(disposable_domains={"remove": ["acme.com"]})

    assert checked("disposable", rules) == ()


@pytest.mark.parametrize(
    ("name", "entries", "says"),
    [
        ("disposable_domains", {"add": ["A.com"], "remove": ["a.com"]}, "'a.com' is in both add and remove"),
        ("free_mail_domains", {"add": ["acme"]}, "'acme' is not a domain"),
        ("role_names", {"add": ["no-reply"]}, "'no-reply' is not a single word"),
        ("role_names", {"remove": ["info@acme.com"]}, "is not a single word"),
        ("role_names", {"add": ["Info"], "remove": ["info"]}, "'info' is in both add and remove"),
        ("role_names", {"add": [" "]}, "at least 1 character"),
        ("role_names", {"add": ["x" * 65]}, "at most 64 characters"),
        ("role_names", {"add": ["in\u202efo"]}, "control character"),
        ("automated_words", {"add": ["bot7"]}, "'bot7' contains a digit"),
        ("automated_words", {"add": ["bot"] * 1001}, "at most 1000 items"),
    ],
)
def test_a_list_that_cannot_be_meant_is_refused(name, entries, says):
    with pytest.raises(ValidationError, match=says):
        own(**{name: entries})


TEXTS = st.text(max_size=80) | PIECES.map("".join) | st.emails()
REVIEWS = st.sampled_from([None, *(Review(decision=decision, at=NOW) for decision in Decision)])


@given(
    email=st.none() | TEXTS,
    role=st.none() | st.text(max_size=60),
    enrichment=st.dictionaries(st.sampled_from([*SIGNALS, "job_level", "email_status", "x"]), anything, max_size=8),
    score=st.none() | st.floats(0, 1),
    review=REVIEWS,
    rules=st.sampled_from([RULES, own(blocked_domains=["b.com"], role_names={"add": ["x"], "remove": ["test"]})]),
    suppressed=st.booleans(),
)
def test_every_gate_that_fails_has_its_reason_and_every_reason_its_gate(
    email, role, enrichment, score, review, rules, suppressed
):
    try:
        one = lead(email=email, role=role, enrichment=enrichment, score=score, review=review)
    except ValidationError:
        return

    found = qualify(one, rules, suppressed)

    failed = [gate.gate for gate in found.gates if gate.passed is False]
    assert failed == [reason for reason in found.reasons if reason not in NOTES]
    assert (found.status is LeadStatus.QUALIFIED) == (not failed)


@pytest.mark.parametrize(
    ("email", "fault"),
    [
        ("jane", "no @"),
        ("@acme.com", "nothing before the @"),
        ("jane@", "nothing after the @"),
        ("jane@test", "no dot after the @"),
        ("jane@acme", "no dot after the @"),
        ("jane..doe@acme.com", "two dots in a row"),
        ("jane doe@acme.com", "the email address contains invalid characters before the @-sign: SPACE"),
    ],
)
def test_a_bad_address_is_shown_with_what_is_wrong_with_it(email: str, fault: str) -> None:
    found = gate("invalid_email", email=email)

    assert (found.value, found.fault) == (email, fault)
