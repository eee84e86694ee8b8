"""IAM: each function may do all that it does, and nothing else. moto lets everybody do everything."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta

import boto3
import pytest
import stamina

from cam.campaigns import campaigns
from cam.leads import imports
from cam.model.errors import Throttled
from cam.model.models import CampaignDraft, Stage
from cam.platform import keys, tokens
from cam.text import clock
from functions.events import handler as events
from functions.events import inbound
from functions.forecast import handler as forecast
from functions.harvest.sources import apollo as source
from functions.inbox import handler as inbox
from functions.nurture.transports.errors import Refused, Unsure
from functions.run import handler as run
from functions.suppressions import handler as suppressions
from functions.whatif import handler as whatif
from local.nameserver import Domain, NameServer
from tests.api.client import Client
from tests.conftest import ACCOUNT, BUCKET
from tests.events import event
from tests.fakes import imapserver, reader
from tests.fakes.apollo import Apollo
from tests.fakes.dropcontact import Dropcontact
from tests.fakes.hunter import Hunter
from tests.fakes.mailserver import MailServer
from tests.fakes.transport import FakeTransport, use
from tests.integration import pipeline
from tests.integration.grants import Calls, mismatches, watch
from tests.integration.providers import ICP, Time, asked
from tests.integration.test_events import ses
from tests.unit.example_answers import TICKET, TO, UNDATED_OOO, mail

CSV = {"Content-Type": "text/csv"}
# Lines of `mismatches` that are as they should be, each with the reason why it is not reached here.
# The alert of a campaign that pauses by itself goes out wherever the last bounce is recorded; here it is the API's.
UNREACHED: set[str] = {
    f"{function} never uses sns:Publish on cam-alerts"
    for function in ("EventsFunction", "InboundFunction", "InboxFunction", "NurtureFunction")
}


@pytest.fixture
def calls(aws: None, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What every function calls, in all the situations that make it call something else."""
    for machine in ("cam-pipeline", "cam-preview", "cam-forecast", "cam-suppressions"):
        boto3.client("stepfunctions").create_state_machine(
            name=machine,
            definition='{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}',
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/states",
        )
    watched, api = watch(monkeypatch), Client()
    _make_campaigns(api)
    _run(api)
    _run_what_cannot_run()
    _outlive_dead_runs(api, monkeypatch)
    _mail_with_trouble(monkeypatch)
    _harvest_broken_files()
    _await_a_file(api)
    _harvest_from_providers(api, monkeypatch)
    _look_for_mail_servers(api, monkeypatch)
    _mail_through_a_server(monkeypatch)
    _check_the_sender(api, monkeypatch)
    run.fleet(event("fleet_rule"), pipeline.CONTEXT)
    _ask_what_if(api, monkeypatch)
    _look_ahead(api, monkeypatch)
    _review(api)
    _hear_from_ses(api)
    _come_back(api)
    _get_answers(api)
    _look_into_the_mailbox(api, monkeypatch)
    _decide_replies(api)
    _correct(api)
    _halt(api)
    _read(api)
    _import_suppressions(api, monkeypatch)
    _write_sequences(api)
    return watched


def _make_campaigns(api: Client) -> None:
    """Make three campaigns, one of them twice, one under a name that is taken, and rename one."""
    for name, cap, key, status in (
        ("One", 3, "1", 201),
        ("One", 3, "1", 201),
        ("ONE", 3, "2", 409),
        ("Two", 99, "2", 201),
    ):
        sending = {"ignore_window": True, "warm_up": None, "daily_cap": cap, "notify": ["ann@agency.example"]}
        routing = {"ladder": [{"sequence": "aggressive_close", "min_score": 0}]}
        draft = {"name": name, "settings": {"sending": sending, "routing": routing}}
        assert api.post("/campaigns", draft, headers={"Idempotency-Key": key}).status == status
    assert api.post("/campaigns", {"name": "Three", "active": False}).status == 201
    renamed = {"name": "First", "settings": {"icp": {"industry": "software"}}}
    assert api.put("/campaigns/1", renamed).json()["settings_version"] == 2


def _run(api: Client) -> None:
    """The pipeline with leads of both sources, opened by the API; then each stage with a cap and without."""
    page = "https://www.linkedin.com/in/zoe-lee"
    people = {"leads": [{"name": "Zoe Lee", "email": "zoe@company50.example", "linkedin_url": page}]}
    assert api.post("/campaigns/1/imports", body=pipeline.csv(3).encode(), headers=CSV).status == 201
    assert api.post("/campaigns/1/leads", people).json()["queued"] == 1
    objecting = {"leads": [{"email": "no@company60.example", "do_not_contact": True}]}
    assert api.post("/campaigns/1/leads", objecting).json()["queued"] == 1
    marked = b"email,Email Opt Out\nnever@company61.example,1\n"
    assert api.post("/campaigns/1/imports", body=marked, headers=CSV).status == 201
    run_id = api.post("/campaigns/1/runs").json()["run_id"]
    # Begin finds the run that the API has opened; its retry finds it too.
    first, state = pipeline.start(1, run_id), pipeline.start(1, run_id)
    assert first == state
    for stage in Stage:
        pipeline.stage(stage, state)
    for _ in range(2):
        pipeline.end(state)
    pipeline.upload(1, pipeline.csv(2, first=20))
    for stage in Stage:
        # More leads wait than the run may take; the next one has the rest. Nurture also meets the cap of the day.
        for cap in (1, None):
            pipeline.pipeline(1, f"{stage}-{cap}", stages=[stage], max_leads=cap)


def _ask_what_if(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other settings, looked at and applied."""
    wanted = {"settings": {"icp": {"roles": ["CTO"]}}}
    asked = api.post("/campaigns/1/preview", wanted, query={"wait": 0})
    assert asked.status == 202
    with _later(monkeypatch, timedelta(minutes=2)):
        # Its execution is asked whether it lives.
        assert api.get(asked.location).status == 200
    whatif.preview({"campaign_id": 1, "preview_id": asked.json()["preview_id"], "shard": 0}, pipeline.CONTEXT)
    assert api.get(asked.location).json()["examples"]
    assert api.put("/campaigns/1", {"name": "First", **wanted}).status == 200
    pipeline.rescored(1)


def _look_ahead(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The coming days of a campaign, and of all."""
    for path, campaign_id in (("/campaigns/1/forecast", 1), ("/forecast", None)):
        asked = api.post(path, query={"wait": 0})
        assert asked.status == 202
        with _later(monkeypatch, timedelta(minutes=2)):
            assert api.get(asked.location).status == 200
        event = {"campaign_id": campaign_id, "forecast_id": asked.json()["forecast_id"]}
        forecast.handler(event, pipeline.CONTEXT)
        assert api.get(asked.location).json()["status"] == "COMPLETED"


def _run_what_cannot_run() -> None:
    """Begin while another run is open, twice at once, and for an inactive campaign."""
    state = pipeline.start(1, "open")
    assert pipeline.start(1, "second")["work"]["score"] == []
    assert pipeline.start(1, "open")["work"] == state["work"]
    pipeline.end(state)
    assert pipeline.start(3, "inactive")["work"]["score"] == []
    # No source, and no lead that a provider could complete.
    state = pipeline.start(2, "no source", stages=["HARVEST"])
    assert state["work"]["harvest"] == []
    pipeline.end(state)


def _outlive_dead_runs(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs whose execution died are closed by its event, by the next Begin, and by the API."""
    state = run.begin(event("begin_console"), pipeline.CONTEXT)
    pipeline.stage(Stage.SCORE, state)
    for _ in range(2):
        run.finish(event("execution_aborted"), pipeline.CONTEXT)
    pipeline.start(1, "dead")
    with _later(monkeypatch, timedelta(minutes=10)):
        assert pipeline.start(1, "after the dead")["work"]["score"] == [0]
    with _later(monkeypatch, timedelta(minutes=20)):
        opened = api.post("/campaigns/1/runs")
        assert opened.status == 202
        assert api.post(f"/campaigns/1/runs/{opened.json()['run_id']}/stop").status == 200


def _mail_with_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mails that do not leave, or perhaps; a worker that dies; what comes after; and one that nobody can write."""
    pipeline.upload(2, pipeline.csv(3, first=100) + "Józef,józef@company.example,Company,CTO,opt_in,yes\n")
    pipeline.pipeline(2, "made", stages=["HARVEST", "SCORE", "QUALIFY", "ROUTE"])
    troubles: Iterator[BaseException] = iter((Refused("no"), KeyboardInterrupt(), Unsure("perhaps"), Throttled("busy")))

    class Troubled(FakeTransport):
        def send(self, raw: bytes, sender: str, to: str, send_id: str) -> str:
            if trouble := next(troubles, None):
                raise trouble
            return "message-1"

    with monkeypatch.context() as patched:
        use(patched, "ses", Troubled())
        state = pipeline.start(2, "troubled", stages=["NURTURE"])
        for _ in range(3):
            with suppress(KeyboardInterrupt, Throttled):
                pipeline.stage(Stage.NURTURE, state)
        _, results = pipeline.end(state)
    assert results[Stage.NURTURE].counts.keys() >= {"sent", "unconfirmed", "skipped"}


def _mail_through_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail server whose login is in SSM, a mail that it takes, and one for a mailbox that it does not have."""
    wanted = {
        "sending": {"ignore_window": True, "warm_up": None, "daily_cap": 999, "transport": "smtp"},
        "harvest": {"dropcontact": "off", "hunter": False},
        "sources": ["csv"],
    }
    made = campaigns.create(CampaignDraft.model_validate({"name": "By server", "settings": wanted}))
    pipeline.upload(made.id, pipeline.csv(2, first=200))
    with MailServer(login=False, answers={"RCPT ada200@company200.example": "550 5.1.1 unknown"}) as server:
        monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("SMTP_PORT", str(server.port))
        monkeypatch.setenv("SMTP_TLS", "starttls")
        _, results = pipeline.pipeline(made.id, "no STARTTLS")
        assert "STARTTLS" in (results[Stage.NURTURE].error_message or "")
        monkeypatch.setenv("SMTP_TLS", "none")
        _, results = pipeline.pipeline(made.id, "by server", stages=["NURTURE"])
        assert results[Stage.NURTURE].counts.keys() >= {"sent", "bounced"}


def _harvest_broken_files() -> None:
    """One file is gone from the bucket, one is none."""
    gone, broken = (imports.read(2, pipeline.upload(2, pipeline.csv(1))) for _ in range(2))
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=gone.object_key)
    boto3.client("s3").put_object(Bucket=BUCKET, Key=broken.object_key, Body=b"\x00\x01")
    for number in range(2):
        pipeline.pipeline(2, f"broken-{number}", stages=["HARVEST"])


def _await_a_file(api: Client) -> None:
    """A campaign with nothing but a file that is to come: looked for by the API, by Begin and by Harvest."""
    draft = {"name": "Four", "settings": {"sending": {"ignore_window": True}}}
    assert api.post("/campaigns", draft).status == 201
    announced = api.post("/campaigns/4/imports", {"filename": "big.csv", "size": 100}).json()
    assert api.post("/campaigns/4/execute/harvest").status == 422
    assert pipeline.start(4, "awaiting", stages=["HARVEST"])["work"]["harvest"] == []
    key = imports.read(4, announced["import_id"]).object_key
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=pipeline.csv(2).encode())
    assert api.post("/campaigns/4/imports/preview", {"import_id": announced["import_id"]}).status == 200
    pipeline.pipeline(4, "uploaded", stages=["HARVEST"])
    assert api.get(f"/campaigns/4/imports/{announced['import_id']}/errors.csv").status == 200


def _harvest_from_providers(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls that are answered, lost, and answered to a worker that died; a person who objects; settling both ways."""
    nameless = "name,company,company domain,role\nAda Lovelace,Acme,acme.example,CEO\nBob Byrne,Zeta,zeta.example,CEO\n"
    wanted = {"icp": ICP, "sources": ["csv", "apollo"]}
    with ExitStack() as stack:
        time = Time(monkeypatch)
        people, batches = stack.enter_context(Apollo()), stack.enter_context(Dropcontact())
        addresses = stack.enter_context(Hunter(pending=0))
        for name, fake in (("apollo", people), ("dropcontact", batches), ("hunter", addresses)):
            stack.enter_context(asked(time, monkeypatch, name, fake, f"fake-{name}-key"))
        stack.enter_context(stamina.set_testing(True, attempts=1))
        assert api.post("/campaigns", {"name": "Five", "settings": wanted}).status == 201
        people.fault("bulk_match", "reset_after")
        batches.fault("POST /v1/enrich", "reset_after")
        batches.set(answers={"bob byrne": "Do_Not_Contact@pro"})
        # Nothing but a key makes the source; then a file does.
        assert pipeline.start(5, "nothing but a key", stages=["HARVEST"])["work"]["harvest"]
        pipeline.end(pipeline.start(5, "nothing but a key", stages=["HARVEST"]))
        pipeline.upload(5, nameless)
        # Both calls are lost: the people of the one are asked for again, the leads of the other go on.
        pipeline.pipeline(5, "lost", stages=["HARVEST"], max_leads=10)
        for call in api.get("/campaigns/5/calls").json()["items"]:
            outcome = "ask_again" if call["provider"] == "apollo" else "drop"
            assert api.post(f"/campaigns/5/calls/{call['call_id']}/settle", {"outcome": outcome}).status == 200
        with monkeypatch.context() as dying:
            dying.setattr(source, "_apply", _die)
            state = pipeline.start(5, "died", stages=["HARVEST"], max_leads=30)
            with suppress(KeyboardInterrupt):
                pipeline.stage(Stage.HARVEST, state)
        pipeline.stage(Stage.HARVEST, state)
        _, results = pipeline.end(state)
        assert results[Stage.HARVEST].counts["inserted"] > 0
        pipeline.upload(5, nameless.replace("acme", "beta").replace("zeta", "zulu"))
        pipeline.pipeline(5, "completed", max_leads=12)
        for path in ("sources", "sources/estimate", "calls"):
            assert api.get(f"/campaigns/5/{path}").status == 200


def _look_for_mail_servers(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Domains that take mail, are remembered, do not tell, and are beyond the budget."""
    alone = {"dropcontact": "off", "hunter": False}
    wanted = {"qualification": {"check_mx": True, "mx_per_run": 3}, "harvest": alone, "sources": ["csv"]}
    assert api.post("/campaigns", {"name": "Six", "settings": wanted}).status == 201
    pipeline.upload(6, pipeline.csv(4))
    with NameServer({"company0.example": Domain.SERVFAIL}) as server:
        host, port = server.address
        monkeypatch.setenv("DNS_SERVERS", f"{host}:{port}")
        _, results = pipeline.pipeline(6, "looked up", stages=["HARVEST", "SCORE", "QUALIFY"])
    assert results[Stage.QUALIFY].counts.keys() >= {"qualified", "mx_budget"}


def _check_the_sender(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender whom SES does not know: looked up by a worker and by a person, who answers for it, and no longer."""
    sending = {"ignore_window": True, "warm_up": None, "sender_email": "ada@other.example", "sender_name": "Ada"}
    wanted = {"sending": sending, "harvest": {"dropcontact": "off", "hunter": False}, "sources": ["csv"]}
    made = campaigns.create(CampaignDraft.model_validate({"name": "Other", "settings": wanted}))
    path = f"/campaigns/{made.id}/sender"
    pipeline.upload(made.id, pipeline.csv(1, first=300))
    with NameServer() as server:
        host, port = server.address
        monkeypatch.setenv("DNS_SERVERS", f"{host}:{port}")
        _, results = pipeline.pipeline(made.id, "looked up")
        assert "DKIM" in (results[Stage.NURTURE].note or "")
        assert not api.post(f"{path}/check").json()["may_send"]
    answered_for = {"domain": "other.example", "by": "Ann", "reason": "it signs by itself"}
    assert api.put(f"{path}/override", answered_for).json()["may_send"]
    assert api.request("DELETE", f"{path}/override").status == 204
    assert api.get(path).json()["checked_at"]


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def _review(api: Client) -> None:
    """One lead is approved, one rejected, and both again."""
    for name in ("lead-a", "lead-b"):
        pipeline.review(campaigns.read(1), name, clock.now())
    assert len(api.get("/campaigns/1/review").json()["items"]) == 2
    assert api.post("/campaigns/1/review/lead-a", {"decision": "approve"}).status == 200
    again = api.post("/campaigns/1/review", {"decision": "reject", "lead_ids": ["lead-a", "lead-b"]}).json()
    assert (again["settled"], len(again["refused"])) == (["lead-b"], 1)


def _correct(api: Client) -> None:
    """A lead that waits for its first touch gets another address, and one that objects none; a file updates both."""
    pipeline.upload(2, pipeline.csv(2, first=400))
    pipeline.pipeline(2, "routed", stages=["HARVEST", "SCORE", "QUALIFY", "ROUTE"])
    leads = api.get("/campaigns/2/leads", query={"limit": 100}).json()["items"]
    first, second = (one["id"] for one in leads if one["company"] in ("Company 400", "Company 401"))
    assert api.request("PATCH", f"/campaigns/2/leads/{first}", {"email": "ada@company402.example"}).status == 200
    assert api.request("PATCH", f"/campaigns/2/leads/{second}", {"do_not_contact": True}).status == 200
    changed = pipeline.csv(2, first=400).replace("CTO", "CEO").encode()
    answer = api.post("/campaigns/2/imports", body=changed, headers=CSV, query={"on_duplicate": "update"})
    assert answer.status == 201
    pipeline.pipeline(2, "updated", stages=["HARVEST"])
    assert imports.read(2, answer.json()["import_id"]).updated == 1


def _come_back(api: Client) -> None:
    """Events of leads that were written to, perhaps written to, refused, and never written to."""
    touches = {send["status"]: send["lead_id"] for send in api.get("/campaigns/2/sends").json()["items"]}
    assert touches.keys() >= {"SENT", "UNCONFIRMED", "SKIPPED"}
    waiting = pipeline.add_leads(keys.Shard(2, "untouched", 0), 1, email="untouched@company.example")
    for lead in (*touches.values(), *waiting):
        for kind in ("opened", "replied", "bounced"):
            event = {"event_id": kind, "type": kind, "occurred_at": "2026-11-24T10:00:00Z"}
            assert api.post(f"/campaigns/2/leads/{lead}/events", event).json() == {"recorded": True}
    assert api.get("/campaigns/2/outcomes").json()["sent"] > 0
    (unsure,) = api.get("/campaigns/2/sends", {"status": "unconfirmed", "limit": 1}).json()["items"]
    assert api.post(f"/campaigns/2/sends/{unsure['send_id']}/settle", {"outcome": "sent"}).status == 200


def _halt(api: Client) -> None:
    """All mail is stopped, one campaign's is paused by a person, another's by itself; and all goes on."""
    boto3.client("sns").create_topic(Name="cam-alerts")
    strict = {"settings": {"sending": {"auto_pause": {"after": 1, "bounces": 0}}}}
    assert api.put("/campaigns/2", {"name": "Two", **strict}).status == 200
    lead = api.get("/campaigns/2/sends", {"status": "sent"}).json()["items"][0]["lead_id"]
    bounce = {"event_id": "again", "type": "bounced", "occurred_at": clock.iso(clock.now())}
    assert api.post(f"/campaigns/2/leads/{lead}/events", bounce).json() == {"recorded": True}
    assert api.get("/campaigns/2/pause").json()["automatic"]
    for path in ("/stop", "/campaigns/1/pause", "/stop", "/campaigns/1/pause"):
        assert api.post(path, {"reason": "a doubt", "by": "Ann"}).json()["by"] == "Ann"
    assert api.get("/stop").json()["stopped"]
    for campaign_id in (1, 2):
        assert not api.post(f"/campaigns/{campaign_id}/resume").json()["paused"]
    assert api.request("DELETE", "/stop").status == 204


def _hear_from_ses(api: Client) -> None:
    """Events of SES about touches that are unsure, and sent."""
    unsure = api.get("/campaigns/2/sends", {"status": "UNCONFIRMED"}).json()["items"][:1]
    others = api.get("/campaigns/1/sends", {"status": "SENT"}).json()["items"]
    for send in (*unsure, *others[-1:]):
        campaign_id = 2 if send in unsure else 1
        for kind in ("Delivery", "Open", "Bounce", "Complaint"):
            assert events.handler(ses(send["lead_id"], kind, campaign=campaign_id), pipeline.CONTEXT) == {"recorded": 1}


def _get_answers(api: Client) -> None:
    """Answers in the bucket: an absence, a program's, a person's, who then wants no more; and one that is gone."""
    send = api.get("/campaigns/1/sends", {"status": "SENT"}).json()["items"][0]
    address = f"replies+{tokens.reply_tag(1, 0, send['lead_id'], send['step'])}@in.agency.example"
    no_more = mail("Please remove me.", To=address, Message_ID="<2@a.example>")
    for name, raw in (("1", UNDATED_OOO), ("2", TICKET), ("3", mail("Yes", To=address)), ("4", no_more)):
        body = raw.replace(TO.encode(), address.encode())
        boto3.client("s3").put_object(Bucket=BUCKET, Key=f"inbound/{name}", Body=body)
    for name in ("1", "2", "3", "4", "gone"):
        asked = event("inbound_mail")
        asked["detail"]["object"]["key"] = f"inbound/{name}"
        inbound.handler(asked, pipeline.CONTEXT)


def _look_into_the_mailbox(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same in a mailbox, looked into twice."""
    send = api.get("/campaigns/1/sends", {"status": "SENT"}).json()["items"][-1]
    address = f"replies+{tokens.reply_tag(1, 0, send['lead_id'], send['step'])}@agency.example"
    programs = [raw.replace(TO.encode(), address.encode()) for raw in (UNDATED_OOO, TICKET)]
    kinds = (*programs, mail("Yes", To=address), mail("Stop", To=address))
    for name, value in (("user", imapserver.USER), ("password", imapserver.PASSWORD)):
        boto3.client("ssm").put_parameter(Name=f"/cam/imap/{name}", Value=value, Type="SecureString")
    with imapserver.Mailbox() as box:
        box.put(*kinds, at=clock.now())
        for name, value in (("HOST", "127.0.0.1"), ("PORT", str(box.port)), ("TLS", "none")):
            monkeypatch.setenv(f"IMAP_{name}", value)
        assert sum(inbox.handler(event("poll_inbox"), pipeline.CONTEXT).values()) == len(kinds)
        box.put(mail("4713"), at=clock.now())
        with reader.hurt(monkeypatch):
            assert inbox.handler(event("poll_inbox"), pipeline.CONTEXT)["unreadable"] == 1
        inbox.handler(event("poll_inbox"), pipeline.CONTEXT)


def _decide_replies(api: Client) -> None:
    """Replies of the bucket and the mailbox, which turn out to be something else."""
    found = api.get("/campaigns/1/replies").json()["items"]
    assert {one["id"] for one in found} == {one["id"] for one in api.get("/replies").json()["items"]}
    for name, kind in (
        *((one["id"], "human") for one in found if one["kind"] == "unsubscribe"),
        *((one["id"], "auto_reply") for one in found if one["kind"] in ("unsubscribe", "human")),
        (found[0]["id"], "unsubscribe"),
    ):
        assert api.post(f"/replies/{name}", {"kind": kind}).status == 200
    assert api.get("/replies/accuracy").json()["items"]


def _read(api: Client) -> None:
    """Everything there is to read, and an unsubscribe."""
    lead = api.get("/campaigns/1/leads", {"status": "contacted"}).json()["items"][0]["id"]
    zoe = next(item["id"] for item in api.get("/campaigns/1/leads").json()["items"] if item["linkedin_url"])
    some_run = api.get("/campaigns/1/runs").json()["items"][0]["run_id"]
    some_import = api.get("/campaigns/1/imports").json()["items"][0]["import_id"]
    of_campaign = (
        "", "/dashboard", "/status", "/jobs", "/sends", "/leads", f"/leads/{lead}", f"/leads/{zoe}", "/runs",
        f"/runs/{some_run}", "/imports", f"/imports/{some_import}", "/settings/versions", "/settings/versions/1",
        "/settings/versions/2/diff",
    )  # fmt: skip
    link = "/u/" + tokens.lead_reference(1, 0, lead, 0)
    for path in ("/health", "/stats", "/campaigns", *(f"/campaigns/1{path}" for path in of_campaign), link):
        assert api.get(path).status == 200, path
    assert api.get("/campaigns/1/leads", {"limit": 1}).json()["next_cursor"]
    assert api.post(link).status == 200
    assert api.post("/campaigns/1/execute/full-pipeline", query={"wait": 0}).status == 202
    for status in (201, 200):
        assert api.post("/suppressions", {"domain": "rival.example", "reason": "a rival"}).status == status
    assert len(api.get("/suppressions").json()["items"]) > 1
    assert api.request("DELETE", "/suppressions/rival.example").status == 204
    for path in ("", "/rival.example", "/resubscriptions", "/export.csv", "/imports"):
        assert api.get(f"/suppressions{path}").status == 200


def _import_suppressions(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that is sent, one that is to come, and somebody of them who comes back."""
    sent = api.post("/suppressions/imports", body=b"email\nann@rival.example\nnobody\n", headers=CSV)
    awaited = api.post("/suppressions/imports", {"filename": "big.csv", "size": 100})
    with _later(monkeypatch, timedelta(minutes=2)):
        # Its execution is asked whether it lives.
        assert api.get(sent.location).status == 200
    for _ in range(2):
        suppressions.handler({"import_id": sent.json()["import_id"]}, pipeline.CONTEXT)
    late = awaited.json()["import_id"]
    assert suppressions.handler({"import_id": late}, pipeline.CONTEXT)["more"]
    boto3.client("s3").put_object(Bucket=BUCKET, Key=f"suppressions/{late}.csv", Body=b"\x00\x01")
    assert api.post("/suppressions/imports/preview", {"import_id": late}).status == 422
    suppressions.handler({"import_id": late}, pipeline.CONTEXT)
    assert api.get(awaited.location).json()["status"] == "FAILED"
    assert api.get(f"{sent.location}/errors.csv").status == 200
    back = {"by": "Ann", "reason": "a typo"}
    assert api.post("/suppressions/ann@rival.example/resubscribe", back).status == 200


def _write_sequences(api: Client) -> None:
    """Sequences of the account and of a campaign: saved, changed, listed, previewed for a lead, and deleted."""
    lead = api.get("/campaigns/1/leads").json()["items"][0]["id"]
    draft = {"days": [0], "length_days": 1, "touches": [{"subject": "A", "text": "B"}]}
    for where, whom in (("/sequences", {}), ("/campaigns/1/sequences", {"lead_id": lead})):
        for aim in ("one", "two"):
            assert api.put(f"{where}/mine", {**draft, "aim": aim}).status == 200
        for path in ("", "/mine", "/mine/versions", "/cold_outreach"):
            assert api.get(f"{where}{path}").status == 200
        assert api.post(f"{where}/mine/preview", whom).status == 200
    for where in ("/sequences", "/campaigns/1/sequences"):
        assert api.request("DELETE", f"{where}/mine").status == 204


@contextmanager
def _later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> Iterator[None]:
    moment = clock.now() + by
    with monkeypatch.context() as moved:
        moved.setattr(clock, "now", lambda: moment)
        yield


def test_each_function_may_do_what_it_does_and_nothing_else(calls: Calls) -> None:
    found = mismatches(calls) ^ UNREACHED
    assert not found, "\n".join(sorted(found))
