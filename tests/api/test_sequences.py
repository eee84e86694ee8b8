"""Sequences over the API: built-in, of the account, of a campaign; versions, previews, and what is refused."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cam.leads import reading
from cam.mail import render, sequences
from cam.mail.sequences import LIBRARY, SequenceDraft
from cam.model.models import Scope
from cam.platform import tables
from cam.platform.keys import Shard
from cam.text import clock
from tests.api.client import Client, assert_problem
from tests.integration import pipeline

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "sequences.md"
PATHS = {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'cam'}"}
OWN = {
    "days": [0, 4],
    "length_days": 10,
    "aim": "a call",
    "touches": [
        {"subject": "Hello {{ first_name | default('there') }}", "text": "Hi\n\nfrom {{ sender_name }}"},
        {"text": "Again, {{ company | default('you') }}", "html": "<style>p{color:red}</style><p>Again</p>"},
    ],
}
WHERE = ("/campaigns/1/sequences", "/sequences")


@pytest.fixture(autouse=True)
def _campaign(campaign: Any) -> None:
    campaign(name="One", target_niche="SaaS")


def texts(subject: str = "A", text: str = "B", **more: Any) -> dict[str, Any]:
    return {"days": [0], "length_days": 1, "touches": [{"subject": subject, "text": text, **more}]}


@pytest.mark.parametrize("where", WHERE)
def test_the_built_in_sequences_are_there_for_everybody(api: Client, where: str) -> None:
    listed = api.get(where).json()

    assert [one["name"] for one in listed["items"]] == sorted(LIBRARY)
    assert listed["next_cursor"] is None
    assert listed["items"][0] == {
        "name": "aggressive_close",
        "scope": "built_in",
        "version": 1,
        "days": [0, 2, 5],
        "length_days": 7,
        "aim": "a meeting within a week",
        "at": None,
    }


@pytest.mark.parametrize("where", WHERE)
def test_a_list_goes_on_where_its_cursor_says(api: Client, where: str) -> None:
    first = api.get(where, {"limit": 3}).json()
    second = api.get(where, {"limit": 3, "cursor": first["next_cursor"]}).json()

    assert [one["name"] for one in (*first["items"], *second["items"])] == sorted(LIBRARY)
    assert second["next_cursor"] is None
    assert_problem(api.get(where, {"cursor": "x"}), 422, "cursor")


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("name", LIBRARY)
def test_a_built_in_sequence_can_be_read_and_saved_as_it_is(api: Client, where: str, name: str) -> None:
    found = api.get(f"{where}/{name}").json()

    saved = api.put(f"{where}/{name}", found)

    assert saved.status == 200
    own = Scope.LIBRARY if where == "/sequences" else Scope.CAMPAIGN
    assert saved.json() == found | {"scope": own, "version": 1}
    assert api.get(f"{where}/{name}").json() == saved.json()


@pytest.mark.parametrize("where", WHERE)
def test_each_change_is_a_version_and_none_is_none(api: Client, where: str) -> None:
    changed = {**OWN, "aim": "a meeting"}

    numbers = [api.put(f"{where}/mine", one).json()["version"] for one in (OWN, OWN, changed, changed, OWN)]

    assert numbers == [1, 1, 2, 2, 3]
    assert api.get(f"{where}/mine", {"version": 2}).json()["aim"] == "a meeting"
    listed = api.get(f"{where}/mine/versions", {"limit": 2}).json()
    assert [(one["version"], one["aim"]) for one in listed["items"]] == [(3, "a call"), (2, "a meeting")]
    rest = api.get(f"{where}/mine/versions", {"limit": 2, "cursor": listed["next_cursor"]}).json()
    assert ([one["version"] for one in rest["items"]], rest["next_cursor"]) == ([1], None)


def test_what_was_saved_comes_back_and_saves_no_other_version(api: Client) -> None:
    saved = api.put("/campaigns/1/sequences/mine", OWN).json()

    again = api.put("/campaigns/1/sequences/mine", api.get("/campaigns/1/sequences/mine").json()).json()

    assert again == saved
    assert saved["touches"][1]["html"] == '<p style="color: red;">Again</p>'


def test_a_campaigns_own_comes_before_the_accounts_and_that_before_the_built_in(api: Client) -> None:
    name = "cold_outreach"
    path = f"/campaigns/1/sequences/{name}"
    scopes = [api.get(path).json()["scope"]]
    for where in ("/sequences", "/campaigns/1/sequences"):
        api.put(f"{where}/{name}", OWN)
        scopes.append(api.get(path).json()["scope"])
    (listed,) = [one for one in api.get("/campaigns/1/sequences").json()["items"] if one["name"] == name]

    assert scopes == ["built_in", "library", "campaign"]
    assert (listed["scope"], listed["days"]) == ("campaign", [0, 4])
    assert api.get(path, {"scope": "built_in"}).json()["days"] == list(LIBRARY[name].days)
    assert api.get(path, {"scope": "LIBRARY"}).json()["scope"] == "library"
    assert api.get(f"{path}/versions", {"scope": "built_in"}).json()["items"][0]["at"] is None


def test_what_is_deleted_falls_back_and_its_versions_stay(api: Client) -> None:
    path = "/campaigns/1/sequences/cold_outreach"
    api.put(path, OWN)

    assert api.request("DELETE", path).status == 204

    assert api.get(path).json()["scope"] == "built_in"
    assert sequences.version(1, "cold_outreach", Scope.CAMPAIGN, 1).days == (0, 4)
    assert api.get(path, {"scope": "campaign", "version": 1}).json()["aim"] == "a call"
    assert [one["version"] for one in api.get(f"{path}/versions", {"scope": "campaign"}).json()["items"]] == [1]
    assert_problem(api.request("DELETE", path), 404, says="has no own sequence 'cold_outreach'")
    # Its number is never given again.
    assert api.put(path, OWN).json()["version"] == 2


def test_an_accounts_sequence_can_be_deleted(api: Client) -> None:
    api.put("/sequences/mine", OWN)

    assert api.request("DELETE", "/sequences/mine").status == 204

    assert_problem(api.get("/sequences/mine"), 404)
    assert_problem(api.request("DELETE", "/sequences/mine"), 404)


def test_a_sequence_that_the_ladder_leads_to_stays_unless_something_else_has_its_name(api: Client) -> None:
    api.put("/campaigns/1/sequences/mine", OWN)
    ladder = {"settings": {"routing": {"ladder": [{"sequence": "mine", "min_score": 0}]}}}
    assert api.put("/campaigns/1", {"name": "One", **ladder}).status == 200

    assert_problem(api.request("DELETE", "/campaigns/1/sequences/mine"), 409, says="Change the ladder first")

    api.put("/sequences/mine", OWN)
    assert api.request("DELETE", "/campaigns/1/sequences/mine").status == 204


def test_what_is_not_there_is_404_with_the_name_that_was_meant(api: Client) -> None:
    for where in WHERE:
        for path in ("", "/versions"):
            assert_problem(api.get(f"{where}/cold_outreech{path}"), 404, says="Did you mean 'cold_outreach'?")
        assert_problem(api.post(f"{where}/cold_outreech/preview", {}), 404, says="Did you mean 'cold_outreach'?")
        assert_problem(api.get(f"{where}/cold_outreach", {"version": 7}), 404)
        assert_problem(api.get(f"{where}/cold_outreech", {"scope": "built_in"}), 404, says="'cold_outreach'")
        assert_problem(api.get(f"{where}/cold_outreach/versions", {"scope": "library"}), 404)
        assert_problem(api.request("DELETE", f"{where}/cold_outreach"), 404)
    assert_problem(api.get("/campaigns/2/sequences"), 404)
    assert_problem(api.put("/campaigns/2/sequences/mine", OWN), 404)
    assert_problem(api.get("/sequences/cold_outreach", {"scope": "campaign"}), 422, "scope")


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("name", ["Mine", "my sequence", "ä", "x" * 41, "a.b"])
def test_a_name_is_a_slug(api: Client, where: str, name: str) -> None:
    assert_problem(api.put(f"{where}/{name}", OWN), 422, "name", says="a to z, 0 to 9, _ and -")


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"name": "other"}, "name", "This must be 'mine', the sequence in the path"),
        ({"aims": "x"}, "aims", "Did you mean 'aim'?"),
        ({"days": [0]}, "body", "Give each touch one day"),
        ({"days": [1, 2]}, "days", "start the list with 0"),
        ({"days": [0, 0]}, "days", "ascending order"),
        ({"length_days": 3}, "body", "length_days must be at least 4"),
        ({"touches": []}, "touches", "at least 1 item"),
        ({"touches": [{"subject": "A", "text": "B", "htlm": "C"}] * 2}, "touches[0].htlm", "Did you mean 'html'?"),
        ({"touches": [{"subject": "A\nB", "text": "C"}] * 2}, "touches[0].subject", "control character"),
        ({"touches": [{"text": "A"}] * 2}, "touches[0].subject", "requires a subject"),
        ({"touches": [{"subject": "A", "text": "{{ compny }}"}] * 2}, "touches[1].text", "did you mean company?"),
        (
            {"touches": [{"subject": "A", "text": "x\n{{ company }}"}] * 2},
            "touches[1].text",
            "Line 2: a lead may have no company",
        ),
        ({"touches": [{"subject": "A", "text": "B", "html": "<script>"}] * 2}, "touches[0].html", "<script>"),
    ],
)
def test_a_bad_sequence_is_refused_and_nothing_is_saved(
    api: Client, change: dict[str, Any], field: str, says: str
) -> None:
    assert_problem(api.put("/campaigns/1/sequences/mine", OWN | change), 422, field, says=says)
    assert_problem(api.get("/campaigns/1/sequences/mine"), 404)


def test_a_bad_name_and_bad_texts_are_told_together(api: Client) -> None:
    assert_problem(api.put("/sequences/Mine", texts(text="{{ x }}")), 422, "name", "touches[0].text")


def test_a_sequence_that_does_not_fit_into_an_item_is_refused(api: Client) -> None:
    large = {"days": list(range(20)), "length_days": 30, "touches": [{"subject": "A", "text": "x" * 19_000}] * 20}

    assert_problem(api.put("/sequences/large", large), 422, "touches", says="the limit is 300,000")


def test_of_two_who_save_at_once_one_is_told(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    api.put("/sequences/mine", OWN)
    written = tables.transact

    def late(actions: Any) -> None:
        monkeypatch.setattr(tables, "transact", written)
        first = SequenceDraft.model_validate(texts("First"))
        assert sequences.save(None, "mine", first, clock.now()).version == 2
        written(actions)

    monkeypatch.setattr(tables, "transact", late)
    assert_problem(api.put("/sequences/mine", texts("Second")), 409, says="Read it and try again")

    assert api.get("/sequences/mine").json()["touches"][0]["subject"] == "First"
    assert api.put("/sequences/mine", texts("Second")).json()["version"] == 3


def test_a_preview_shows_each_touch_as_a_lead_would_get_it(api: Client) -> None:
    shown = api.post("/campaigns/1/sequences/cold_outreach/preview", {}).json()

    assert (shown["name"], shown["scope"], shown["version"], shown["note"]) == ("cold_outreach", "built_in", 1, None)
    assert [(one["step"], one["day"]) for one in shown["touches"]] == [*enumerate(LIBRARY["cold_outreach"].days)]
    for touch in shown["touches"]:
        assert touch["skipped"] is None
        assert "Ada" in touch["text"]
        assert "1 Example Street, 12345 Example" in touch["text"]
        assert "Unsubscribe: https://example.com/u/" in touch["text"]
        assert touch["html"].startswith("<!doctype html>")
        assert not re.search("[{}]", touch["subject"] + touch["text"])


def test_a_preview_for_a_lead_of_the_campaign_has_its_values_and_its_variants(api: Client) -> None:
    (lead_id,) = pipeline.add_leads(Shard(1, "run", 0), 1, first_name="Grace", company="Navy")
    variants = [{"name": "b", "subject": "B for {{ first_name | default('you') }}", "text": "B"}]
    api.put("/campaigns/1/sequences/mine", texts("A for {{ first_name | default('you') }}", variants=variants))
    path = "/campaigns/1/sequences/mine/preview"

    own, b = (api.post(path, {"lead_id": lead_id, **more}).json() for more in ({}, {"variant": "b"}))

    wanted = sequences.variant_of(1, sequences.version(1, "mine", Scope.CAMPAIGN, 1), 0, lead_id)
    assert (own["lead_id"], own["touches"][0]["variant"]) == (lead_id, wanted)
    assert own["touches"][0]["subject"] == f"{wanted.upper()} for Grace"
    assert b["touches"][0]["subject"] == "B for Grace"
    lead, _ = reading.read(1, 1, lead_id)
    assert lead.thread is None
    assert_problem(api.post(path, {"lead_id": "nobody"}), 404)
    assert_problem(api.post(path, {"variant": "c"}), 422, "variant", says="'a', 'b'")


def test_a_preview_says_which_touch_would_be_skipped_and_why(api: Client) -> None:
    stored = {"days": (0, 1), "length_days": 2, "touches": [{"subject": "A", "text": "{{ role }}"}, {"text": "B"}]}
    # Saved before a check that is stricter.
    sequences.save(1, "old", SequenceDraft.model_validate(stored), clock.now())

    shown = api.post("/campaigns/1/sequences/old/preview", {"lead": {"first_name": "Ada"}}).json()["touches"]

    assert (shown[0]["skipped"], shown[0]["text"]) == ("missing_value:role", None)
    # The first one has not left, so there is nothing to reply to.
    assert (shown[1]["skipped"], shown[1]["subject"]) == (None, "A")


def test_a_preview_of_somebody_made_up_needs_nothing_of_them(api: Client) -> None:
    for where in WHERE:
        shown = api.post(f"{where}/regular_nurture/preview", {"lead": {}}).json()
        assert [one["skipped"] for one in shown["touches"]] == [None] * 4
        assert "Ada L" not in json.dumps(shown)


def test_texts_can_be_tried_before_they_are_saved(api: Client) -> None:
    for where in WHERE:
        shown = api.post(f"{where}/new/preview", {"sequence": OWN, "lead": {"name": "Zoe <b>", "company": "A & B"}})
        first, second = shown.json()["touches"]
        assert (shown.json()["scope"], shown.json()["version"]) == (None, None)
        assert first["subject"] == "Hello Zoe"
        assert second["subject"] == "Re: Hello Zoe"
        assert "Again, A & B" in second["text"]
        assert '<p style="color: red;">Again</p>' in second["html"]
        assert_problem(api.get(f"{where}/new"), 404)
        wrong = {"sequence": texts(text="{{ compny }}")}
        assert_problem(api.post(f"{where}/new/preview", wrong), 422, "sequence.touches[0].text", says="company")


def test_html_of_a_preview_is_a_value_and_no_page(api: Client) -> None:
    answer = api.post("/sequences/new/preview", {"sequence": texts(html="<b>x</b>")})

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_values_of_a_lead_are_escaped_in_html(api: Client) -> None:
    given = {"sequence": texts(html="<p>{{ company | default('x') }}</p>"), "lead": {"company": "<b>&"}}

    (touch,) = api.post("/sequences/new/preview", given).json()["touches"]

    assert "<p>&lt;b&gt;&amp;</p>" in touch["html"]


def test_a_preview_without_a_sender_says_so(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSTAL_ADDRESS")

    shown = api.post("/campaigns/1/sequences/cold_outreach/preview", {}).json()

    assert "settings.sending" in shown["note"]
    assert "Your postal address" in shown["touches"][0]["text"]


def test_a_preview_refuses_what_it_does_not_know(api: Client) -> None:
    path = "/campaigns/1/sequences/cold_outreach/preview"
    assert_problem(api.post(path, {"lead": {"frist_name": "x"}}), 422, "lead.frist_name", says="first_name")
    assert_problem(api.post(path, {"lead": {}, "lead_id": "x"}), 422, says="either lead_id or lead")
    assert_problem(api.post("/sequences/cold_outreach/preview", {"lead_id": "x"}), 422, "lead_id")
    assert_problem(api.post(path, {"to": "x"}), 422, "to")


def test_a_preview_writes_nothing(api: Client, operations: Any) -> None:
    operations.clear()

    api.post("/campaigns/1/sequences/cold_outreach/preview", {})

    assert set(operations) <= {"GetItem", "BatchGetItem", "Query"}


def test_the_example_of_the_guide_can_be_saved_and_previewed(api: Client) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)

    saved = api.put("/campaigns/1/sequences/short_and_kind", json.loads(example))
    shown = api.post("/campaigns/1/sequences/short_and_kind/preview", {"variant": "question"}).json()

    assert (saved.status, saved.json()["version"]) == (200, 1)
    assert '<p class="last" style="color: #333;font-weight: bold;">' in saved.json()["touches"][1]["html"]
    assert [one["subject"] for one in shown["touches"]] == ["Ada, a question", "Re: Ada, a question"]


def test_the_guide_names_every_variable_and_whether_it_may_be_missing() -> None:
    rows = re.findall(r"(?m)^\| (`.*`) \| (yes|no)\b", GUIDE.read_text("utf-8"))
    listed = {name: told == "yes" for names, told in rows for name in re.findall(r"`(\w+)`", names)}

    assert listed == {name: name in render.OPTIONAL for name in render.VARIABLES}


def test_only_who_saves_a_sequence_loads_what_puts_styles_inline() -> None:
    loaded = "import sys, functions.api.app as app; app.create_app(); print('css_inline' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True, env=os.environ | PATHS
    )

    assert found.stdout.strip() == "False"
