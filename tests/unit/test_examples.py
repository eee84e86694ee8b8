import csv
import io
import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cam.leads import columns, csvfile, intake
from cam.mail.render import view
from cam.mail.sequences import LIBRARY
from cam.mail.touch_timing import hold
from cam.model.addresses import email_domain, lead_id
from cam.model.models import Campaign, CampaignDraft, Lead, LeadDraft, LeadStatus, Tier
from cam.rules.gates import qualify
from cam.rules.routing import choose
from cam.rules.scoring import score
from examples import make_leads
from local.stack import SENDER, example_senders

EXAMPLES = Path(__file__).parents[2] / "examples"
CAMPAIGN = CampaignDraft.model_validate_json((EXAMPLES / "campaign.json").read_bytes())
NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
FILES = ["leads.csv", "hubspot.csv", "salesforce.csv", "plain.csv"]
RESERVED = re.compile(r"(?:.+\.)?(?:example|test|example\.(?:com|org|net))")


def reserved(address: str) -> bool:
    """Whether the address is at a domain that RFC 2606 keeps for trials."""
    return RESERVED.fullmatch(email_domain(address)) is not None


def harvest(filename: str) -> tuple[list[Lead], Counter[str]]:
    """The leads of a file, once each, and what became of its rows."""
    data = (EXAMPLES / filename).read_bytes()
    facts = csvfile.check(data)
    meaning = columns.mapping(facts.header)
    leads: dict[str, Lead] = {}
    counts: Counter[str] = Counter()
    for row in csvfile.rows(data, facts):
        found = None if row.error else intake.draft(row.cells, meaning)
        if not isinstance(found, LeadDraft):
            counts["broken" if row.error else "refused"] += 1
            continue
        who = lead_id(1, found.email, found.linkedin_url, found.name, found.company_domain)
        assert who is not None
        counts["duplicates" if who in leads else "inserted"] += 1
        fields = {field: getattr(found, field) for field in LeadDraft.model_fields}
        leads.setdefault(who, Lead(id=who, shard=0, source="csv", created_at=NOW, updated_at=NOW, **fields))
    return list(leads.values()), counts


@pytest.fixture(scope="module")
def outcome() -> list[tuple[Lead, Tier, LeadStatus, tuple[str, ...], str | None]]:
    """Lead, tier, verdict, reasons and sequence of everyone in leads.csv, under the example campaign's rules."""
    found = []
    for lead in harvest("leads.csv")[0]:
        scored = score(lead, CAMPAIGN.settings.icp, CAMPAIGN.settings.scoring)
        known = lead.model_copy(update={"score": scored.score, "tier": scored.tier})
        verdict = qualify(known, CAMPAIGN.settings.qualification, suppressed=False)
        qualified = verdict.status is LeadStatus.QUALIFIED
        sequence = choose(known, CAMPAIGN.settings.routing).sequence if qualified else None
        found.append((known, scored.tier, verdict.status, verdict.reasons, sequence))
    return found


def test_the_file_is_what_its_script_makes():
    assert (EXAMPLES / "leads.csv").read_bytes() == make_leads.leads()


def test_every_row_has_its_fate():
    _, counts = harvest("leads.csv")

    assert counts["inserted"] >= 300
    assert (counts["broken"], counts["refused"], counts["duplicates"]) == (3, 5, 15)


def test_the_example_reaches_all_tiers_verdicts_and_sequences(outcome):
    tiers = Counter(tier for _, tier, *_ in outcome)
    verdicts = Counter(verdict for _, _, verdict, *_ in outcome)
    sequences = Counter(sequence for *_, sequence in outcome if sequence)

    assert set(tiers) == set(Tier)
    assert set(verdicts) == {LeadStatus.QUALIFIED, LeadStatus.MANUAL_REVIEW, LeadStatus.REJECTED}
    assert set(sequences) == {rung.sequence for rung in CAMPAIGN.settings.routing.ladder}
    assert min(*tiers.values(), *verdicts.values(), *sequences.values()) >= 10


def test_the_example_is_rejected_for_many_reasons(outcome):
    reasons = {reason for *_, verdict, found, _ in outcome if verdict is LeadStatus.REJECTED for reason in found}

    assert reasons == {
        "low_score",
        "missing_email",
        "invalid_email",
        "role_account",
        "automated_address",
        "competitor",
        "disposable_email",
        "free_email",
    }


def test_nobody_outside_the_reserved_domains_can_be_mailed(outcome):
    outside = [(lead, verdict) for lead, _, verdict, *_ in outcome if lead.email and not reserved(lead.email)]

    assert {verdict for _, verdict in outside} == {LeadStatus.REJECTED}
    assert {email_domain(lead.email or "") for lead, _ in outside} == {"mailinator.com", "gmail.com", "no_domain", ""}


def test_most_of_the_qualified_may_be_written_to_through_ses(outcome):
    bases = Counter(lead.lawful_basis.value for lead, *_, sequence in outcome if sequence)

    assert bases["opt_in"] + bases["existing_customer"] > 0.7 * bases.total()
    assert set(bases) == {"opt_in", "existing_customer", "legitimate_interest", "unknown"}


def test_all_sequences_have_leads_who_are_mailed_and_those_who_are_not_wait_for_either_reason(outcome):
    routed = [(lead, sequence) for lead, *_, sequence in outcome if sequence]
    held = Counter(hold(lead, CAMPAIGN.settings.sending) for lead, _ in routed)

    assert {sequence for lead, sequence in routed if hold(lead, CAMPAIGN.settings.sending) is None} == set(LIBRARY)
    assert held.keys() == {None, "opt_in_required", "basis_not_allowed_on_ses"}


@pytest.mark.parametrize("filename", FILES)
def test_every_address_and_website_is_at_a_domain_that_nobody_owns(filename):
    text = (EXAMPLES / filename).read_text("utf-8")
    hosts = re.findall(r"(?:https?://(?:www\.)?|@)([\w.-]+\.\w+)", text)

    assert {host for host in hosts if not RESERVED.fullmatch(host.lower())} <= {
        "linkedin.com",
        "mailinator.com",
        "gmail.com",
    }
    assert all("cam-example-" in link for link in re.findall(r"linkedin\.com/\S+?(?=[,;\"\s])", text))


@pytest.mark.parametrize(
    ("filename", "inserted"), [("hubspot.csv", 9), ("salesforce.csv", 9), ("plain.csv", 8)]
)  # fmt: skip
def test_the_other_exports_are_understood(filename, inserted):
    leads, counts = harvest(filename)

    assert counts["inserted"] == len(leads) == inserted
    assert all(lead.company for lead in leads if lead.name != "Cosima")


def test_the_header_is_apollos():
    header = next(csv.reader(io.StringIO((EXAMPLES / "leads.csv").read_text("utf-8"))))

    assert header[:6] == ["First Name", "Last Name", "Title", "Company Name", "Company Name for Emails", "Email"]


def test_the_campaign_is_one_for_a_trial():
    sending = json.loads((EXAMPLES / "campaign.json").read_text("utf-8"))["settings"]["sending"]

    assert (sending["ignore_window"], sending["daily_cap"], sending["warm_up"]) == (True, 1000, None)
    assert CAMPAIGN.settings.sending.ready
    assert not CAMPAIGN.settings.sending.allow_cold_on_ses


def test_the_campaigns_words_stand_in_sentences():
    campaign = Campaign(id=1, created_at=NOW, updated_at=NOW, **dict(CAMPAIGN))

    assert view(campaign).service == "landing pages"
    assert view(campaign).niche[0].islower()


def test_the_stacks_sender_leaves_the_examples_daily_cap_alone():
    assert CAMPAIGN.settings.sending.sender_email in example_senders()
    assert SENDER["SenderEmail"] not in example_senders()


def test_the_apollo_campaign_looks_for_whom_the_other_one_was_made_for():
    apollo = CampaignDraft.model_validate_json((EXAMPLES / "apollo_campaign.json").read_bytes())

    assert apollo.settings.icp == CAMPAIGN.settings.icp
    assert apollo.settings.sources == ("apollo",)
    assert apollo.settings.sending.sender_email != CAMPAIGN.settings.sending.sender_email
