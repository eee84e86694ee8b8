"""What the template promises: least privilege, settings that the code reads, logs that end."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.template import TEMPLATE

# Read-only, and IAM knows no resource for them.
OF_THE_ACCOUNT = (["ses:GetAccount"],)
ROOT = Path(__file__).parents[2]
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
FUNCTIONS = {name: body for name, body in RESOURCES.items() if body["Type"] == "AWS::Serverless::Function"}
# The runtime gives these, or Powertools reads them.
GIVEN = {"AWS_ENDPOINT_URL", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"}


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, body in RESOURCES.items():
        properties = body.get("Properties", {})
        for policy in properties.get("Policies", ()):
            document = policy.get("PolicyDocument", policy)
            for statement in document["Statement"]:
                yield name, statement


def actions(statement: dict[str, Any]) -> list[str]:
    action = statement["Action"]
    return [action] if isinstance(action, str) else action


def test_every_function_and_machine_states_its_own_policy() -> None:
    owners = {name for name, _ in statements()}
    assert owners >= {*FUNCTIONS, "Pipeline", "Fleet", "FleetRulesRole"}


def test_no_policy_allows_an_action_by_wildcard_or_everything() -> None:
    for name, statement in statements():
        resources = statement["Resource"]
        assert not [action for action in actions(statement) if "*" in action], name
        if actions(statement) not in OF_THE_ACCOUNT:
            assert "*" not in ([resources] if isinstance(resources, str) else resources), name


def test_nothing_may_scan_and_nothing_does() -> None:
    assert not [name for name, statement in statements() if "dynamodb:Scan" in actions(statement)]
    sources = [*ROOT.glob("functions/**/*.py"), *ROOT.glob("layers/*/*/**/*.py")]
    assert not [path for path in sources if re.search(r"\.scan\(|[\"']scan[\"']", path.read_text())]


def environment(name: str) -> set[str]:
    own = FUNCTIONS[name]["Properties"].get("Environment", {}).get("Variables", {})
    return {*own, *TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]} - GIVEN


def reads(text: str) -> set[str]:
    pattern = r"""(?:required\(|environ(?:\.get\(|\[)|getenv\()\s*["']([A-Z_]+)["']"""
    return set(re.findall(pattern, text))


def test_every_variable_of_the_template_is_read_by_the_code() -> None:
    sources = [*ROOT.glob("functions/**/*.py"), *ROOT.glob("layers/*/*/**/*.py")]
    known = reads("\n".join(path.read_text() for path in sources))
    assert {variable for name in FUNCTIONS for variable in environment(name)} <= known


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_variable_that_a_function_requires_is_given(name: str) -> None:
    folder = ROOT / FUNCTIONS[name]["Properties"]["CodeUri"]
    required = {
        variable
        for path in folder.rglob("*.py")
        for variable in re.findall(r"""required\(\s*["']([A-Z_]+)["']""", path.read_text())
    }
    assert required <= environment(name)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_handler_exists(name: str) -> None:
    module, _, function = FUNCTIONS[name]["Properties"]["Handler"].rpartition(".")
    source = (ROOT / (module.replace(".", "/") + ".py")).read_text()
    assert re.search(rf"^(def {function}\(|{function} = )", source, re.MULTILINE)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_logs_into_a_group_that_forgets(name: str) -> None:
    group = FUNCTIONS[name]["Properties"]["LoggingConfig"]["LogGroup"]
    assert RESOURCES[group]["Properties"]["RetentionInDays"]


def test_only_health_and_unsubscribe_go_without_a_key() -> None:
    assert RESOURCES["CamApi"]["Properties"]["Auth"]["ApiKeyRequired"] is True
    events = FUNCTIONS["ApiFunction"]["Properties"]["Events"].values()
    open_paths = {
        event["Properties"]["Path"]
        for event in events
        if event["Properties"].get("Auth", {}).get("ApiKeyRequired") is False
    }
    assert open_paths == {"/api/v1/cam/health", "/u/{token+}"}


def test_the_fleet_runs_at_the_hours_of_the_contract() -> None:
    hours = {
        name: body["Properties"]["ScheduleExpression"]
        for name, body in RESOURCES.items()
        if body["Type"] == "AWS::Events::Rule"
    }
    assert {hours[f"{stage}Rule"] for stage in ("Harvest", "Score", "Qualify", "Route", "Nurture")} == {
        f"cron(0 {hour} * * ? *)" for hour in (2, 3, 4, 5, 6)
    }


def test_a_stack_without_a_mailbox_has_nothing_that_looks_into_it() -> None:
    own = {name for name, body in RESOURCES.items() if body.get("Condition") == "InboxIsOn"}
    assert own == {"InboxFunction", "InboxFails"}
    assert TEMPLATE["Parameters"]["ImapHost"]["Default"] == ""


def test_all_mail_that_came_in_is_forgotten_after_90_days() -> None:
    rules = RESOURCES["ImportsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    days = {rule.get("Prefix"): rule.get("ExpirationInDays") for rule in rules}
    assert (days["inbound/"], days["imap/"]) == (90, 90)


def test_what_holds_data_survives_the_stack() -> None:
    for name in ("CampaignsTable", "LeadsTable", "ImportsBucket"):
        assert RESOURCES[name]["DeletionPolicy"] == RESOURCES[name]["UpdateReplacePolicy"] == "Retain"


def test_ses_tracks_opens_and_clicks_only_for_those_who_ask_for_it() -> None:
    events = RESOURCES["MailEvents"]["Properties"]["EventDestination"]["MatchingEventTypes"]
    assert ["OpensAreTracked", "open", "AWS::NoValue"] in events
    assert ["ClicksAreTracked", "click", "AWS::NoValue"] in events
    assert not {"open", "click"} & {event for event in events if isinstance(event, str)}
    assert {TEMPLATE["Parameters"][name]["Default"] for name in ("TrackOpens", "TrackClicks")} == {"false"}


def test_mail_may_come_in_by_any_receipt_rule_set_of_the_account_and_of_no_other() -> None:
    (statement,) = RESOURCES["ImportsBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Condition"]["ArnLike"]["aws:SourceArn"].endswith(":receipt-rule-set/*")
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "AWS::AccountId"}
