"""Why a lead has its verdict and its sequence, in sentences. Made when somebody reads; codes and numbers are stored."""

from cam.model.models import SIGNALS, Gate, Qualification, Routing, Step

_FAILED = {
    "missing_email": "The lead has no email address.",
    "role_account": "“{value}” is a role account, not a person.",
    "automated_address": "“{value}” marks an automated address: nobody reads its email.",
    "competitor": "{value} is one of the campaign's blocked domains.",
    "disposable_email": "{value} is a disposable domain.",
    "free_email": "{value} is a free-mail domain, and the campaign blocks those.",
    "no_mail_server": "According to DNS, {value} does not accept email.",
    "suppressed": "The address, its domain or the person is suppressed.",
    "rejected_in_review": "A person rejected the lead in review.",
}
_PASSED = {
    "missing_email": "The lead has an email address.",
    "invalid_email": "The address is valid (RFC 5321, RFC 6531).",
    "role_account": "The address does not begin with the name of a role account.",
    "automated_address": "No word before the @ marks an automated address.",
    "competitor": "The domain is not one of the campaign's blocked domains.",
    "disposable_email": "The domain is not on the list of disposable domains.",
    "free_email": "The domain is not on the list of free-mail domains.",
    "no_mail_server": "According to DNS, {value} accepts email.",
    "suppressed": "Neither the address nor its domain nor the person is suppressed.",
}
_EXCEPTED = {
    "role_account": "“{value}” is a role account, but the campaign allows it.",
    "automated_address": "“{value}” marks an automated address, but the campaign allows it.",
    "disposable_email": "The campaign allows {value}, even if it is a disposable domain.",
    "free_email": "The campaign allows {value}, even if it is a free-mail domain.",
}
_OFF = {
    "competitor": "Not checked: the campaign blocks no domains.",
    "disposable_email": "Not checked: disposable addresses are allowed.",
    "free_email": "Not checked: free-mail addresses are allowed.",
    "no_mail_server": "Not checked: check_mx is off.",
    "low_intent": "Not checked: review_low_intent is off.",
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
        return f"A provider reported the address as {gate.value}."
    if gate.gate == "invalid_email" and gate.limit == "bounced":
        return f"The address accepts no email: {gate.value}." if gate.value else "The address has bounced before."
    if gate.gate == "invalid_email" and not gate.passed:
        # Gates of before there were faults have the text of one as their value.
        fault = str(gate.fault or gate.value or "it breaks RFC 5321")
        return f"Not a valid email address: {fault.rstrip('.')}."
    if gate.gate == "suppressed" and gate.value == "do_not_contact":
        if gate.limit is not None:
            return f"The person must not be emailed: {gate.limit}."
        return "The person asked a provider not to be contacted."
    known = _EXCEPTED if gate.limit == "exception" else _PASSED if gate.passed else _FAILED
    text = known.get(gate.gate)
    return text.format(value=gate.value) if text else _plain(gate)


def _unasked(gate: Gate, verdict: Qualification) -> str:
    if gate.gate != "low_intent" and any(one.gate == "missing_email" and one.passed is False for one in verdict.gates):
        return "Not checked: there is no address."
    if gate.gate in ("low_intent", "no_mail_server") and any(one.passed is False for one in verdict.gates):
        return "Not checked: another gate already rejects the lead."
    return _OFF.get(gate.gate, "Not checked in this campaign.")


def _score(gate: Gate) -> str:
    if not isinstance(gate.value, int | float):
        return f"The lead has no score; the minimum is {_number(gate.limit)}."
    score, limit = _pair(gate.value, gate.limit)
    return f"The score, {score}, is {'at least' if gate.passed else 'below'} {limit}."


def _intent(gate: Gate, verdict: Qualification) -> str:
    if gate.passed and gate.value is None:
        return "None of the six buying signals is known, so the intent is unknown and the lead passes."
    intent, limit = _pair(gate.value if isinstance(gate.value, int | float) else verdict.intent, gate.limit)
    if not gate.passed:
        return f"The intent, {intent}, is below {limit}, and nothing shows that the person decides: sent to review."
    match gate.value:
        case "is_decision_maker":
            why = "the signal is_decision_maker is true"
        case "approved_in_review":
            why = "a person approved the lead in review"
        case "unknown":
            why = "the campaign treats unknown seniority as a decision maker"
        case str(word):
            why = f"“{word}” in the role or job level shows that the person decides"
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
        return f"{routing.sequence} was chosen because of {routing.reason}."
    floor = routing.ladder[-1].min_score
    signals = f"{routing.signals} of the {_ALL} signals {'is' if routing.signals == 1 else 'are'} true"
    effective, limit = _pair(routing.effective, floor)
    reached = f"{routing.sequence}, which begins at {limit}"
    if not routing.boosted:
        return f"The score, {effective}, reaches {reached}. {signals}, which adds nothing."
    score = round(routing.effective - routing.boost, 9)
    if not routing.boost:
        return f"The score, {_number(score)}, reaches {reached}. {signals}, but a score cannot exceed 1."
    # As many digits as make the sum right.
    digits = next(
        (
            few
            for few in range(len(effective.partition(".")[2]), 9)
            if f"{round(score, few) + round(routing.boost, few):.{few}f}" == f"{routing.effective:.{few}f}"
        ),
        9,
    )
    parts = [f"{number:.{digits}f}" for number in (score, routing.boost, routing.effective)]
    return f"The score, {parts[0]}, plus {parts[1]} because {signals}, is {parts[2]}. It reaches {reached}."


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
