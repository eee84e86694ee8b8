"""A score's explanation in sentences. They are made when somebody reads; what is stored are codes and numbers."""

from cam.model.models import Part
from cam.rules import evaluator

_FACTS = {
    ("size", "equal"): "The company's size, {lead}, is the target",
    ("size", "near"): "The company's size, {lead}, is one step from the target, {target}",
    ("size", "far"): "The company's size, {lead}, is two or more steps from the target, {target}",
    ("industry", "equal"): "The industry, “{lead}”, is the target",
    ("industry", "contains"): "The industry, “{lead}”, and the target, “{target}”, have the same words",
    ("industry", "other"): "The industry, “{lead}”, is not the target, “{target}”",
    ("revenue", "inside"): "The annual revenue, {lead}, is within the target, {target}",
    ("revenue", "below"): "The annual revenue, {lead}, is below the target, {target}",
    ("revenue", "above"): "The annual revenue, {lead}, is above the target, {target}",
    ("location", "equal"): "The location, “{lead}”, is the target",
    ("location", "contains"): "The location, “{lead}”, is within the target, “{target}”",
    ("location", "other"): "The location, “{lead}”, is not in the target, “{target}”",
    ("title", "untargeted"): "The role is “{lead}”; the campaign has no target roles",
    ("title", "equal"): "The role, “{lead}”, is a target",
    ("title", "contains"): "The role, “{lead}”, and the target “{target}” have the same words",
    ("title", "other"): "The role, “{lead}”, is not one of the targets ({target})",
    ("seniority", "role"): "The role, “{lead}”, contains “{target}”",
    ("seniority", "job_level"): "The job level, “{lead}”, contains “{target}”",
    ("seniority", "unknown"): "Neither the role nor the job level shows how senior the person is",
    ("signals", "unknown"): "No buying signal is known",
    ("signals", "none"): "None of the known buying signals is true",
    ("signals", "true"): "Buying signals: {lead}",
}
# Of a campaign's own parts, by the code alone.
_OWN = {
    "equal": "“{lead}” is the target, “{target}”",
    "contains": "“{lead}” contains the words “{target}”",
    "other": "“{lead}” is not one of the targets ({target})",
    "inside": "{lead} is within the target, {target}",
    "below": "{lead} is below the target, {target}",
    "above": "{lead} is above the target, {target}",
    "known": "the lead has a value",
    "absent": "the lead has no value",
    "unknown": "the lead has no value that can be compared with the target, {target}",
}
_NAMES = {
    "size": "company size",
    "industry": "industry",
    "revenue": "annual revenue",
    "location": "location",
    "title": "role",
}


def sentence(part: Part) -> str:
    """Why this part has its value, and what it adds to the score: "…: 0.80 of 1, weight 0.15, adds 0.1200."."""
    lead, target = evaluator.written(part.lead_value), evaluator.written(part.target)
    if part.part == "signals":
        lead = lead.replace("_", " ")
    if (part.part, part.code) in _FACTS:
        text = _FACTS[part.part, part.code].format(lead=lead, target=target)
    elif part.part in _NAMES or part.code not in _OWN:
        text = _unknown(part, lead)
    else:
        text = f"Part “{part.part}”: " + _own(part, lead, target)
    return f"{text}: {_value(part.value)} of 1, weight {part.weight:g}, adds {part.contribution:.4f}."


def _own(part: Part, lead: str, target: str) -> str:
    text = _OWN[part.code].format(lead=lead, target=target)
    said = lead and part.code in ("known", "unknown")
    return f"{text} (“{lead}”)" if said else text


def _value(value: float) -> str:
    """At least two decimals, at most four: what a campaign sets may have more than the defaults."""
    return f"{value:.2f}" if round(value, 2) == round(value, 4) else f"{value:.4f}".rstrip("0")


def _unknown(part: Part, lead: str) -> str:
    name = _NAMES.get(part.part, part.part)
    if part.target is None and part.part != "title":
        return f"The campaign has no target {name}"
    if lead:
        return f"The {name}, “{lead}”, cannot be compared"
    return f"The {name} is not known"
