"""A lead as it is stored, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

from cam.model.addresses import linkedin_page, namesake
from cam.model.models import (
    SIGNALS,
    Gate,
    Lead,
    LeadDraft,
    Part,
    Qualification,
    Routing,
    Scope,
    Step,
)
from cam.model.settings.scoring import Group
from cam.platform import keys, tables
from cam.text import clock


def parts_item(parts: Sequence[Part]) -> list[list[Any]]:
    """An explanation as it is stored: codes and numbers; sentences are made when it is read.

    With the scores and the decisions of Qualify and Route it takes no more than 1 KB: groups by their first letter,
    signals by their numbers, and what is None at the end of a row is left out.
    """
    return [_row(part) for part in parts]


_SIGNALS = "signals"
_GROUPS = {text: group.value for group in Group for text in (group.value[0], group.value)}


def _row(part: Part) -> list[Any]:
    lead_value = part.lead_value
    if part.part == _SIGNALS and isinstance(lead_value, str):
        lead_value = "".join(str(SIGNALS.index(name)) for name in lead_value.split(", "))
    row = [part.part, part.group[0], part.value, part.weight, part.code, lead_value, part.target]
    while row[-1] is None:
        row.pop()
    return row


def _part(row: Sequence[Any]) -> Part:
    part, group, value, weight, code, lead_value, target = [*row, None, None][:7]
    if part == _SIGNALS and lead_value:
        lead_value = ", ".join(SIGNALS[int(number)] for number in lead_value)
    return Part(
        part=part,
        group=_GROUPS[group],
        value=value,
        weight=weight,
        contribution=round(value * weight, 12),
        code=code,
        lead_value=lead_value,
        target=target,
    )


# Every lead has all gates. One that is not listed here is stored under its own name.
_GATE_CODES = {
    "low_score": "ls",
    "missing_email": "me",
    "invalid_email": "ie",
    "role_account": "ra",
    "automated_address": "aa",
    "competitor": "co",
    "disposable_email": "de",
    "free_email": "fe",
    "no_mail_server": "ms",
    "suppressed": "su",
    "rejected_in_review": "rr",
    "low_intent": "li",
}
_GATE_NAMES = {code: name for name, code in _GATE_CODES.items()}
_LONGEST_SHOWN = 60


def qualification_item(found: Qualification) -> dict[str, Any]:
    """A verdict as it is stored. A gate is `[code, 1 passed | 0 failed | null not checked, value, limit, fault]`.

    Nulls at the end are cut, and a gate that passed without any values is its code alone.
    """
    return {
        **found.model_dump(mode="json", exclude={"gates"}, exclude_none=True),
        "gates": [_gate_row(gate) for gate in found.gates],
    }


def _gate_row(gate: Gate) -> str | list[Any]:
    code = _GATE_CODES.get(gate.gate, gate.gate)
    if gate.passed and gate.value is None and gate.limit is None:
        return code
    passed = None if gate.passed is None else int(gate.passed)
    row = [code, passed, _capped(gate.value), _capped(gate.limit), _capped(gate.fault)]
    while row[-1] is None:
        row.pop()
    return row


def _capped[Value](value: Value) -> Value | str:
    """A text of an explanation, in the length in which it is kept: whole words as far as they go."""
    if not isinstance(value, str) or len(value) <= _LONGEST_SHOWN:
        return value
    cut = value[: _LONGEST_SHOWN - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def routing_item(found: Routing) -> dict[str, Any]:
    """A routing as it is stored, without what it does not have.

    The ladder is one flat list of sequences and floors, without its last sequence: that is the chosen one.
    """
    flat = [value for step in found.ladder for value in (step.sequence, step.min_score)]
    known = {
        **found.model_dump(mode="json", exclude={"ladder", "start_at", "scope"}),
        "scope": found.scope if found.scope is not Scope.BUILT_IN else None,
        "start_at": clock.iso(found.start_at) if found.start_at else None,
        "boost": found.boost or None,
        "ladder": [*flat[:-2], flat[-1]] if flat else None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _qualification(item: Mapping[str, Any]) -> dict[str, Any]:
    return {**item, "gates": [_gate(row) for row in item.get("gates", ())]}


def _gate(row: str | Sequence[Any]) -> Gate:
    if isinstance(row, str):
        return Gate(gate=_GATE_NAMES.get(row, row), passed=True)
    code = row[0]
    passed, value, limit, fault = (*row[1:], None, None, None, None)[:4]
    return Gate(
        gate=_GATE_NAMES.get(code, code),
        passed=None if passed is None else bool(passed),
        value=value,
        limit=limit,
        fault=fault,
    )


def _routing(item: Mapping[str, Any]) -> dict[str, Any]:
    flat = item.get("ladder") or ()
    names, floors = [*flat[:-1:2], item["sequence"]], [*flat[1:-1:2], *flat[-1:]]
    steps = [Step(sequence=name, min_score=floor) for name, floor in zip(names, floors, strict=False)]
    return {**item, "ladder": steps}


def lead_of(item: Mapping[str, Any]) -> Lead:
    fields = dict(item)
    if "pk" in item:
        fields["campaign_id"] = keys.campaign_of(item["pk"])
    if item.get("qualification"):
        fields["qualification"] = _qualification(item["qualification"])
    if item.get("routing"):
        fields["routing"] = _routing(item["routing"])
    fields["explanation"] = [_part(row) for row in item.get("explanation", ())]
    fields["history"] = [{"at": at, "event": event, "detail": detail} for at, event, detail in item.get("history", ())]
    fields["provenance"] = {
        name: {"source": source, "at": at, "detail": detail}
        for source, at, detail, names in item.get("origins", ())
        for name in names
    }
    return Lead.model_validate(fields)


def alike_keys(campaign_id: int, lead: Lead | LeadDraft) -> dict[str, str]:
    """The index keys under which leads of a campaign that may be the same person find each other."""
    who = {
        tables.LINKEDIN: linkedin_page(lead.linkedin_url),
        tables.NAMESAKE: namesake(lead.name, lead.company_domain),
    }
    return {index: keys.alike(campaign_id, one) for index, one in who.items() if one}


def readable(item: Mapping[str, Any]) -> Lead | None:
    """The lead of a stored item, whole or in part; None when it cannot be read as one."""
    try:
        return lead_of(item)
    except (ValueError, TypeError):
        return None


def unchanged(lead: Lead) -> dict[str, Any]:
    """The conditions under which a lead is what it was when it was read."""
    return {
        # Stages write the run's own time, which may be the same twice: what they change is compared as well.
        "equal": {
            "updated_at": clock.iso(lead.updated_at),
            "status": lead.status,
            **({"todo": lead.todo} if lead.todo else {}),
        },
        "missing": [] if lead.todo else ["todo"],
    }
