import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from cam.gates import _plain, qualify
from cam.models import SIGNALS, LeadStatus
from cam.settings import QualificationRules
from tests.unit.example_leads import lead

RULES = QualificationRules()


def reasons(email: str | None, rules: QualificationRules = RULES) -> tuple[str, ...]:
    """Why a lead with this address is refused, besides the note on its unknown intent."""
    found = qualify(lead(email=email), rules, suppressed=False)
    return found.reasons if found.status is LeadStatus.REJECTED else ()


def checked(status: str | None, rules: QualificationRules = RULES) -> tuple[str, ...]:
    """Why a lead is refused about whose address a provider says this."""
    found = qualify(lead(enrichment={"email_status": status}), rules, suppressed=False)
    return found.reasons if found.status is LeadStatus.REJECTED else ()


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


@pytest.mark.parametrize("status", ["invalid", "Invalid", " INVALID "])
def test_an_address_that_a_provider_calls_invalid_is_refused(status):
    assert checked(status) == ("invalid_email",)


@pytest.mark.parametrize("status", ["disposable", "Disposable"])
def test_an_address_that_a_provider_calls_disposable_is_refused(status):
    assert checked(status) == ("disposable_email",)


def test_an_address_that_a_provider_calls_disposable_may_be_let_in():
    assert checked("disposable", QualificationRules(block_disposable=False)) == ()


@pytest.mark.parametrize("status", [None, "verified", "catch_all", "guessed", "unknown", "webmail"])
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
