"""Which countries want an opt-in, and what a lead there shows."""

import pytest

from cam.model.models import Enrichment, LawfulBasis
from cam.platform.keys import Shard
from tests.api.client import Client, assert_problem
from tests.integration import pipeline


def test_the_countries_are_listed_with_their_law(api: Client) -> None:
    items = api.get("/countries").json()["items"]

    by_country = {one["country"]: one for one in items}
    assert list(by_country) == sorted(by_country)
    assert by_country["DE"]["law"].startswith("UWG § 7")
    assert by_country["PL"]["customers"] is False
    assert "US" not in by_country


@pytest.mark.parametrize(("remove", "held"), [([], "opt_in_required"), (["Germany"], "basis_not_allowed_on_ses")])
def test_a_lead_shows_why_it_is_held(api: Client, remove: list[str], held: str) -> None:
    sending = {"opt_in_countries": {"remove": remove}, "sender_name": "Ada", "sender_email": "ada@agency.example"}
    assert api.post("/campaigns", {"name": "One", "settings": {"sending": sending}}).status == 201
    cold = {"lawful_basis": LawfulBasis.UNKNOWN, "enrichment": Enrichment(country="Germany", is_decision_maker=True)}
    (one,) = pipeline.add_leads(Shard(1, "setup", 0), 1, **cold)
    assert api.get(f"/campaigns/1/leads/{one}").json()["held"] is None
    pipeline.pipeline(1, "routed", stages=["SCORE", "QUALIFY", "ROUTE"])

    assert api.get(f"/campaigns/1/leads/{one}").json()["held"] == held
    assert [lead["held"] for lead in api.get("/campaigns/1/leads").json()["items"]] == [held]


def test_a_country_that_is_none_is_refused_by_its_place(api: Client) -> None:
    wanted = {"name": "One", "settings": {"sending": {"opt_in_countries": {"add": ["DE", "Germanny"]}}}}

    assert_problem(
        api.post("/campaigns", wanted), 422, "settings.sending.opt_in_countries.add[1]", says="Did you mean 'DE'?"
    )
