"""Files from the world, each sent through the deployed stack: what its preview says, what its people become, and the
email that each of them gets, or why they get none. `tests/cases/import/cases.json` says what is right.
"""

import json
import re
import uuid
from collections import defaultdict
from email.message import EmailMessage
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

from local.stack import Stack
from tests.e2e.client import OPEN, Api, Json, mails

CASES = Path(__file__).parents[1] / "cases" / "import"
FILES: list[Json] = json.loads((CASES / "cases.json").read_text("utf-8"))
# Everybody may be written to at once: what is tested is who is not.
EVERYBODY = {"qualification": {"min_score": 0.0, "review_low_intent": False}, "sending": OPEN}

BASIS = {"lawful_basis": "opt_in", "basis_note": "They asked for it."}


class Sent:
    """A file, uploaded to a campaign that has all of them, and what became of its people in a run."""

    def __init__(self, api: Api, campaign: int, case: Json) -> None:
        # Who was written to once is not written to again for days: each time the people are others.
        self.mark = f"w{uuid.uuid4().hex[:10]}"
        self._path = f"/campaigns/{campaign}/imports"
        codec = case.get("codec", "latin-1")
        data = (CASES / case["file"]).read_bytes().decode(codec)
        data = re.sub(r"(?<=@)([A-Za-z0-9-]+)\.example", rf"\1.{self.mark}.example", data)
        # At a host that many share, the name before the @ is another one.
        data = re.sub(r"(?=@[A-Za-z0-9-]+\.com)", f".{self.mark}", data)
        upload: Json = {
            "params": {"filename": case["file"], **BASIS, **case.get("parameters", {})},
            "content": data.encode(codec),
            "headers": {"content-type": "text/csv"},
        }
        self.preview = api.ask("POST", f"{self._path}/preview", **upload)
        self.import_id = api.ask("POST", self._path, 201, **upload)["import_id"]
        self.imported: Json = {}
        self.people: dict[str, Json] = {}
        self.emails: dict[str, list[EmailMessage]] = defaultdict(list)

    def look(self, api: Api, leads: list[Json], outbox: Path) -> None:
        """See what became of its people, after the run."""
        self.imported = api.ask("GET", f"{self._path}/{self.import_id}")
        self.people = {self._person(lead["email"]): lead for lead in leads if self.mark in str(lead["email"])}
        for mail in mails(outbox, self.mark):
            self.emails[self._person(str(mail["To"]).rpartition("<")[2])].append(mail)

    def _person(self, address: str) -> str:
        """Whose address it is: what the file has before the @."""
        return address.partition("@")[0].removesuffix(f".{self.mark}")


@pytest.fixture(scope="module")
def sent(api: Api, stack: Stack) -> dict[str, Sent]:
    """All files, by their names, after a run of their campaign."""
    campaign = api.campaign(settings=EVERYBODY)
    files = {case["file"]: Sent(api, campaign, case) for case in FILES}
    run = api.run(campaign)
    assert run["status"] == "COMPLETED", json.dumps(run["stages"])
    leads = list(api.pages(f"/campaigns/{campaign}/leads"))
    for file in files.values():
        file.look(api, leads, stack.outbox)
    return files


@pytest.fixture(scope="module")
def suppressed(api: Api, sent: dict[str, Sent]) -> set[str]:
    """The addresses that no campaign may write to."""
    return {one["address"] for one in api.pages("/suppressions")}


def at(value: Json, path: str) -> Any:
    """`enrichment.time_zone` of a lead."""
    return reduce(lambda found, name: found[name], path.split("."), value)


@pytest.mark.parametrize("case", FILES, ids=lambda case: case["file"])
def test_a_file_from_the_world_is_understood(case: Json, sent: dict[str, Sent]) -> None:
    found = sent[case["file"]]

    assert {name: found.preview[name] for name in case.get("preview", {})} == case.get("preview", {})
    assert {name: found.imported[name] for name in case.get("import", {})} == case.get("import", {})
    assert found.imported["status"] == "COMPLETED"
    for person, wanted in case["people"].items():
        lead = found.people[person]
        fields = {path: at(lead, path) for path in wanted if path != "email"}
        assert fields == {path: value for path, value in wanted.items() if path != "email"}, person


@pytest.mark.parametrize("case", FILES, ids=lambda case: case["file"])
def test_its_people_get_the_right_email_or_none(case: Json, sent: dict[str, Sent], suppressed: set[str]) -> None:
    found = sent[case["file"]]

    for person, wanted in case["people"].items():
        emails = found.emails[person]
        if wanted.get("email") is False:
            assert not emails, person
            assert found.people[person]["status"] in ("REJECTED", "INVALID", "UNSUBSCRIBED"), person
        elif greeting := wanted.get("email"):
            (mail,) = emails
            text = mail.get_body(("plain",))
            assert text is not None
            assert text.get_content().startswith(greeting), person
    for person in case.get("suppressed", ()):
        assert found.people[person]["email"].lower() in suppressed, person


def test_a_file_that_is_not_certain_is_read_right_or_asked_about(api: Api) -> None:
    for name, right in (("macroman.csv", "Jürgen"), ("cp1251.csv", "Иван Петров")):
        answer = api.post(
            f"/campaigns/{api.campaign()}/imports/preview", content=(CASES / name).read_bytes(),
            headers={"content-type": "text/csv"},
        )  # fmt: skip
        assert right in answer.text if answer.status_code == 200 else "encoding" in answer.text
