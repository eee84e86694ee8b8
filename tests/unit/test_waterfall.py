"""Who is asked about a lead next, and where it waits."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.model.models import Enrichment, Lead, LeadDraft, LeadStatus
from cam.model.settings.campaign import CampaignSettings
from cam.providers.providers import Provider
from cam.text import clock
from functions.harvest import reachable_score, waterfall

ALL = frozenset(Provider)
DROPCONTACT, HUNTER = Provider.DROPCONTACT, Provider.HUNTER


def settings(**harvest: Any) -> CampaignSettings:
    return CampaignSettings.model_validate({"qualification": {"min_score": 0}, "harvest": harvest})


def lead(email: str | None = "ann@able.test", said: str | None = None, **more: Any) -> Lead:
    known = Enrichment(email_status=said)
    draft = LeadDraft(name="Ann Able", company="Able", email=email, role="CEO", enrichment=known)
    return reachable_score.lead(draft, clock.now()).model_copy(update=more)


@pytest.mark.parametrize(
    "status", ["verified", "Valid", "NOMINATIVE", "nominatif", "deliverable", "ok", "nominative@pro"]
)
def test_addresses_that_somebody_vouches_for_are_asked_of_nobody(status: str) -> None:
    assert waterfall.following(lead(said=status), settings(), ALL) is None


@pytest.mark.parametrize("status", ["invalid", "disposable", "bounced", "spamtrap", "do_not_mail", "undeliverable"])
def test_addresses_that_somebody_knows_to_be_bad_are_asked_of_nobody(status: str) -> None:
    assert waterfall.following(lead(said=status), settings(), ALL) is None


def test_an_address_that_has_bounced_is_asked_of_nobody() -> None:
    assert waterfall.following(lead(bounced=True), settings(), ALL) is None


@pytest.mark.parametrize("email", ["n/a", "ann at able", "ann@", "@able.test", "ann@able", "a b@able.test"])
def test_text_that_is_no_address_is_asked_of_nobody(email: str) -> None:
    assert waterfall.following(lead(email), settings(), ALL) is None


@pytest.mark.parametrize("email", ["ann@able.test", "änn@äble.test", " ann@able.test ", "a.b+c@x.y.test"])
def test_addresses_in_any_script_may_be_asked_about(email: str) -> None:
    assert waterfall.following(lead(email), settings(), ALL) is DROPCONTACT


@pytest.mark.parametrize(
    ("harvest", "email", "asked", "following"),
    [
        ({}, None, (), DROPCONTACT),
        ({}, "ann@able.test", (), DROPCONTACT),
        ({}, "ann@able.test", ("dropcontact",), HUNTER),
        ({}, "ann@able.test", ("dropcontact", "hunter"), None),
        ({}, None, ("dropcontact",), None),
        ({"dropcontact": "missing"}, None, (), DROPCONTACT),
        ({"dropcontact": "missing"}, "ann@able.test", (), HUNTER),
        ({"dropcontact": "off"}, None, (), None),
        ({"dropcontact": "off"}, "ann@able.test", (), HUNTER),
        ({"hunter": False}, "ann@able.test", ("dropcontact",), None),
        ({"dropcontact": "off", "hunter": False}, "ann@able.test", (), None),
    ],
)
def test_each_is_asked_once_and_only_as_the_campaign_allows(
    harvest: Any, email: str | None, asked: tuple[str, ...], following: Provider | None
) -> None:
    assert waterfall.following(lead(email, asked=asked), settings(**harvest), ALL) is following


def test_who_has_no_key_is_not_asked() -> None:
    assert waterfall.following(lead(), settings(), frozenset({HUNTER})) is HUNTER
    assert waterfall.following(lead(), settings(), frozenset({Provider.APOLLO})) is None


def test_whom_dropcontact_could_not_know_is_not_asked_about() -> None:
    assert waterfall.following(lead(None, company=None), settings(), ALL) is None


@pytest.mark.parametrize(
    "more",
    [{"do_not_contact": True}, {"status": LeadStatus.UNSUBSCRIBED}, {"status": LeadStatus.ERASED}],
)
def test_nobody_is_asked_about_who_wants_to_be_left_alone(more: Any) -> None:
    assert waterfall.following(lead(**more), settings(), ALL) is None


def test_a_status_without_an_address_vouches_for_nothing() -> None:
    assert waterfall.following(lead(None, said="verified"), settings(), ALL) is DROPCONTACT
    assert waterfall.following(lead(None, said="invalid"), settings(), ALL) is DROPCONTACT


def test_leads_wait_where_what_they_lack_says() -> None:
    assert waterfall.queue(lead(None), settings(), ALL) == "enrich"
    assert waterfall.queue(lead(), settings(), ALL) == "verify"
    assert waterfall.queue(lead(said="verified"), settings(), ALL) == "score"


@given(
    st.sampled_from([None, "ann@able.test"]),
    st.sampled_from([None, "verified", "catch_all", "unknown", "guessed", "invalid"]),
    st.sampled_from(["off", "missing", "unverified"]),
    st.booleans(),
    st.frozensets(st.sampled_from(Provider)),
)
def test_the_way_down_always_ends(
    email: str | None, status: str | None, dropcontact: str, hunter: bool, able: frozenset[Provider]
) -> None:
    one, asked = lead(email, status), []
    while following := waterfall.following(one, settings(dropcontact=dropcontact, hunter=hunter), able):
        asked.append(following)
        one = one.model_copy(update={"asked": (*one.asked, following)})
        assert following in able
        assert len(asked) < 3
    assert asked == sorted(asked)
