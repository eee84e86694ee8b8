"""Why a lead has its verdict and its sequence, in sentences. Made when somebody reads; codes and numbers are stored."""

from cam.model.models import SIGNALS, Gate, Qualification, Routing, Step

_FAILED = {
    "missing_email": "The lead has no e-mail address.",
    "role_account": "“{value}” is a role account: mail to it reaches nobody in particular.",
    "automated_address": "“{value}” names a machine: nobody reads mail to this address.",
    "competitor": "{value} is one of the campaign's blocked domains.",
    "disposable_email": "{value} is a disposable domain.",
    "free_email": "{value} is a free-mail domain, and the campaign blocks those.",
    "no_mail_server": "By DNS, {value} takes no mail.",
    "suppressed": "The address, its domain or the person must not be written to.",
    "rejected_in_review": "A person rejected the lead in review.",
}
_PASSED = {
    "missing_email": "The lead has an e-mail address.",
    "invalid_email": "The address can be one (RFC 5321, RFC 6531).",
    "role_account": "The address does not begin with the name of a role account.",
    "automated_address": "No word before the @ names a machine.",
    "competitor": "The domain is none of the campaign's blocked domains.",
    "disposable_email": "The domain is not on the list of disposable domains.",
    "free_email": "The domain is not on the list of free-mail domains.",
    "no_mail_server": "By DNS, {value} takes mail.",
    "suppressed": "Neither the address nor its domain nor the person is suppressed.",
}
_EXCEPTED = {
    "role_account": "“{value}” is a role account, but the campaign lets it in.",
    "automated_address": "“{value}” names a machine, but the campaign lets it in.",
    "disposable_email": "The campaign lets {value} in, whatever the list of disposable domains says.",
    "free_email": "The campaign lets {value} in, whatever the list of free-mail domains says.",
}
_OFF = {
    "competitor": "Not asked: the campaign blocks no domains.",
    "disposable_email": "Not asked: the campaign lets disposable domains in.",
    "free_email": "Not asked: the campaign lets free mail in.",
    "no_mail_server": "Not asked: the campaign does not ask DNS about domains.",
    "low_intent": "Not asked: the campaign does not review low intent.",
}
_ALL = len(SIGNALS)


def gate_sentence(gate: Gate, verdict: Qualification) -> str:
    """Why this gate of the verdict let the lead pass or did not: the fact, and what it was held against."""
    if gate.passed is None:
        return _unasked(gate, verdict)
    match gate.gate:
        case "low_score":
            return _score(gate)
        case "low_intent":
            return _intent(gate, verdict)
    if gate.limit == "email_status":
        return f"A provider calls the address {gate.value}."
    if gate.gate == "invalid_email" and not gate.passed:
        return f"This is no e-mail address: {gate.value or 'it breaks RFC 5321'}"
    if gate.gate == "suppressed" and gate.value == "do_not_contact":
        return "The person has asked a provider not to be contacted."
    known = _EXCEPTED if gate.limit == "exception" else _PASSED if gate.passed else _FAILED
    text = known.get(gate.gate)
    return text.format(value=gate.value) if text else _plain(gate)


def _unasked(gate: Gate, verdict: Qualification) -> str:
    if gate.gate != "low_intent" and any(one.gate == "missing_email" and one.passed is False for one in verdict.gates):
        return "Not asked: there is no address to look at."
    if gate.gate in ("low_intent", "no_mail_server") and any(one.passed is False for one in verdict.gates):
        return "Not asked: another gate rejects the lead already."
    return _OFF.get(gate.gate, "Not asked in this campaign.")


def _score(gate: Gate) -> str:
    if not isinstance(gate.value, int | float):
        return f"The lead has no score; {_number(gate.limit)} is needed."
    score, limit = _pair(gate.value, gate.limit)
    return f"The score, {score}, is {'at least' if gate.passed else 'below'} {limit}."


def _intent(gate: Gate, verdict: Qualification) -> str:
    if gate.passed and gate.value is None:
        return "None of the six buying signals is known, so the intent is unknown and nothing is held against the lead."
    intent, limit = _pair(gate.value if isinstance(gate.value, int | float) else verdict.intent, gate.limit)
    if not gate.passed:
        return (
            f"The intent, {intent}, is below {limit}, and nothing says that the person decides: a person looks at it."
        )
    match gate.value:
        case "is_decision_maker":
            why = "the signal is_decision_maker is true"
        case "approved_in_review":
            why = "a person approved the lead in review"
        case "unknown":
            why = "the campaign takes an unknown seniority for a decision maker"
        case str(word):
            why = f"“{word}” in the role or job level says that the person decides"
        case _:
            return f"The intent, {intent}, is at least {limit}."
    return f"The intent, {intent}, is below {limit}, but {why}."


def _plain(gate: Gate) -> str:
    said = "" if gate.value is None else f" for {gate.value}"
    held = "" if gate.limit is None else f" (limit {gate.limit})"
    return f"{'Passed' if gate.passed else 'Failed'}: {gate.gate.replace('_', ' ')}{said}{held}."


def route_sentence(routing: Routing) -> str:
    """Why the lead has this sequence: the score, what the signals add to it, and the rung that it reaches."""
    if routing.effective is None or not routing.ladder:
        return f"{routing.sequence} was chosen by {routing.reason}."
    floor = routing.ladder[-1].min_score
    signals = f"{routing.signals} of the {_ALL} signals {'is' if routing.signals == 1 else 'are'} true"
    effective, limit = _pair(routing.effective, floor)
    reached = f"{routing.sequence}, which begins at {limit}"
    if not routing.boosted:
        return f"The score, {effective}, reaches {reached}. {signals}, which adds nothing."
    score = _number(round(routing.effective - routing.boost, 9))
    if not routing.boost:
        return f"The score, {score}, reaches {reached}. {signals}, but no score is more than 1."
    return (
        f"The score, {score}, and {_number(routing.boost)} because {signals}, make {effective}: that reaches {reached}."
    )


def step_sentence(step: Step, routing: Routing) -> str:
    """Whether the effective score reaches this rung of the ladder."""
    effective, limit = _pair(routing.effective, step.min_score)
    return f"{effective} is {'at least' if reached(step, routing) else 'below'} {limit}, where {step.sequence} begins."


def reached(step: Step, routing: Routing) -> bool:
    """Whether the effective score is at least that of the rung."""
    return routing.effective is not None and routing.effective >= step.min_score


def _pair(value: float | None, limit: str | float | None) -> tuple[str, str]:
    """Two numbers with two digits behind the point, or as many as show which one is greater, at most nine."""
    if value is None or not isinstance(limit, int | float):
        return _number(value), _number(limit)
    digits = next((few for few in range(2, 9) if value == limit or f"{value:.{few}f}" != f"{limit:.{few}f}"), 9)
    return f"{value:.{digits}f}", f"{limit:.{digits}f}"


def _number(value: str | float | None) -> str:
    if value is None:
        return "unknown"
    return value if isinstance(value, str) else f"{value:.2f}"
