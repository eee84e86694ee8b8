"""Source `apollo`: people who fit the campaign's `icp`. Searching is free; only who can still qualify costs a credit.

The search's place and the people who wait for a credit survive the run. A person is asked for once per campaign.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cam.leads.intake import Refusal
from cam.model.errors import CamError, ProviderFailed, Throttled
from cam.model.models import LeadDraft, Run, Stage
from cam.platform import tables, tallies
from cam.providers import credits, providers, search_progress
from cam.providers.credits import Call, CallState, Spent
from cam.providers.providers import Provider
from cam.providers.search_progress import Place
from cam.text import clock
from functions.harvest import provider_responses, reachable_score
from functions.harvest.clients import apollo
from functions.harvest.clients.outcomes import Unsure
from functions.harvest.run_intake import Offer, RunIntake, Taken

if TYPE_CHECKING:
    from functions.harvest.clients.http import Line

_NAME = Provider.APOLLO
_MATCH, _POSTINGS = "match", "postings"
_ATTEMPTS = 5
# New people come to Apollo: a search that was read to its end begins anew after a week.
_AGAIN = timedelta(days=7)


def pull(run: Run, run_intake: RunIntake) -> Iterator[None]:
    """First what was paid for and not stored, then page after page. Raises ProviderFailed, Wait."""
    key = providers.secrets().get(_NAME)
    if key is None:
        raise ProviderFailed("Apollo's API key is missing")
    line = apollo.connect(key)
    # Companies before the people who wait to hear of them.
    for call in sorted(credits.open_calls(run.campaign_id, _NAME), key=lambda one: one.kind != _POSTINGS):
        if run_intake.full:
            return
        yield from _finish(line, run, run_intake, call)
    wanted = apollo.filters(run.settings.icp, run.settings.harvest.verified_only)
    place = _place(run, wanted)
    while not run_intake.full:
        if not place.waiting:
            if place.ended_at:
                return
            place = _search(line, run, run_intake, wanted, place)
            yield
            continue
        purse = credits.left(run)
        wish = min(apollo.MOST_MATCHES, len(place.waiting), run_intake.left if run_intake.left is not None else 10)
        number = min(wish, purse.left)
        if number < 1:
            _out_of_credits(run_intake, purse.tightest, len(place.waiting))
            return
        place = _match(line, run, run_intake, place, number)
        yield


def _out_of_credits(run_intake: RunIntake, budget: str, waiting: int) -> None:
    hint = f"No credits are left ({budget}): {waiting} people found by Apollo wait for the next run."
    tallies.note(run_intake.shard, Stage.HARVEST, f"hint.{_NAME}", hint)


def _place(run: Run, wanted: Sequence[tuple[str, str]]) -> Place:
    """Where the search goes on; at its beginning when the campaign looks for others now, or a week after its end."""
    place = search_progress.place(run.campaign_id, _NAME)
    mark = hashlib.sha256(json.dumps(list(wanted)).encode()).hexdigest()[:16]
    over = place.ended_at and clock.now() - place.ended_at >= _AGAIN
    if place.filters != mark or over:
        return Place(version=place.version, filters=mark)
    return place


def _search(line: "Line", run: Run, run_intake: RunIntake, wanted: Sequence[tuple[str, str]], place: Place) -> Place:
    """Read one page: who is new, has an address and can still reach `min_score` waits for a credit."""
    page = apollo.search(line, wanted, place.page)
    total = page.total if page.total is not None else place.total
    known = search_progress.known(run.campaign_id, _NAME, [one.person_id for one in page.people]) | _asked(run)
    now = run.now()
    counts: Counter[str] = Counter(searched=len(page.people))
    ranked: dict[str, float] = {}
    for one in page.people:
        points, reachable = reachable_score.candidate(one.role, one.company, run.settings, now)
        if one.person_id in known:
            counts["deduplicated"] += 1
        elif not one.has_email or not reachable:
            counts["passed_over"] += 1
        else:
            ranked[one.person_id] = points
    read = place.page * apollo.PER_PAGE
    last = len(page.people) < apollo.PER_PAGE if total is None else read >= total
    ended = not page.people or last or place.page >= apollo.MOST_PAGES
    after, action = search_progress.moved(
        run.campaign_id,
        _NAME,
        place,
        page=place.page + 1,
        total=total,
        # Sorting is stable: Apollo's own order decides between equals.
        waiting=tuple(sorted(ranked, key=lambda one: -ranked[one])),
        ended_at=clock.now() if ended else None,
    )
    run_intake.count(counts, [action])
    return after


def _asked(run: Run) -> set[str]:
    """The people of calls that are not over: nobody knows yet whether they were paid for."""
    calls = credits.open_calls(run.campaign_id, _NAME)
    return {str(one) for call in calls if call.kind == _MATCH for one in call.what}


def _match(line: "Line", run: Run, run_intake: RunIntake, place: Place, number: int) -> Place:
    """Pay for the first `number` of those who wait, and store them. They leave the line with the credits' claim."""
    ids = place.waiting[:number]
    after, action = search_progress.moved(run.campaign_id, _NAME, place, waiting=place.waiting[number:])
    try:
        call = credits.claim(run, _NAME, _MATCH, ids, number, [action])
    except Spent as error:
        raise Throttled("another worker used the remaining budget") from error
    try:
        answer = apollo.match(line, ids, lambda raw: provider_responses.keep(call, raw))
    except Unsure as error:
        credits.unsure(call, str(error), run_intake.shard)
        raise ProviderFailed(f"{error}: {number} people and credits are UNSURE, resolve them at …/calls") from error
    except CamError:  # nothing was spent
        _first_again(run, call)
        raise
    _apply(line, run, run_intake, call, answer.body)
    return after


def _first_again(run: Run, call: Call) -> None:
    """Close a call that was not carried out: its credits are free, its people the first of the line again."""
    for _ in range(_ATTEMPTS):
        place = search_progress.place(run.campaign_id, _NAME)
        waiting = tuple(dict.fromkeys([*map(str, call.what), *place.waiting]))
        _, back = search_progress.moved(run.campaign_id, _NAME, place, waiting=waiting)
        try:
            tables.transact([*credits.settled(call, 0, CallState.REFUSED), back])
            return
        except tables.Cancelled:  # somebody settled another call meanwhile
            continue
    raise Throttled("the queue of people is being changed by other workers")


def _finish(line: "Line", run: Run, run_intake: RunIntake, call: Call) -> Iterator[None]:
    """A call that an earlier worker did not finish: its answer is used if it was kept; else nobody knows."""
    if call.kind == _POSTINGS:
        body = provider_responses.kept(call)
        if body is None:
            _unknown(run_intake, call, "the worker stopped")
        else:
            _known(run_intake, call, apollo.posted(body))
        return
    body = provider_responses.kept(call)
    if body is None:
        if call.state is CallState.CLAIMED:
            credits.unsure(call, "the worker stopped before Apollo's response was stored", run_intake.shard)
        elif call.state is CallState.ANSWERED:
            # Counted when it came; who is still in it waits for a person.
            credits.unsure(call, "Apollo's response is no longer stored")
        return
    if call.state is CallState.UNSURE and not apollo.readable(body, len(call.what)):
        # It failed the source once, and must not do so again until a person has settled it.
        return
    _apply(line, run, run_intake, call, body)
    yield


def _apply(line: "Line", run: Run, run_intake: RunIntake, call: Call, body: Any) -> None:
    """Store the people of an answer, with what it cost, in one transaction. What the cap does not admit waits."""
    try:
        found = apollo.matches(body, len(call.what))
    except ValueError as error:
        if call.state is not CallState.CLAIMED:
            return  # it is unsure, and waits for a person
        credits.unsure(call, str(error), run_intake.shard)
        raise ProviderFailed(
            f"{error}: {len(call.what)} people and credits are UNSURE, resolve them at …/calls"
        ) from error
    now = run.now()
    people = list(zip(call.what, found.people, strict=True))[call.applied :]
    offers = [
        Offer(_draft(line, run, run_intake, person, now), f"Apollo, call {call.call_id}", credits=1)
        for _, person in people
        if person is not None
    ]
    missing = len(people) - len(offers)

    def move(taken: Taken) -> list[tables.Action]:
        whole = taken.consumed == len(offers)
        done = len(people) if whole else _place_of(people, taken.consumed)
        state = CallState.DONE if whole else CallState.ANSWERED
        seen = [search_progress.remember(run.campaign_id, _NAME, str(one), clock.now()) for one, _ in people[:done]]
        return [*credits.settled(call, found.credits, state, applied=call.applied + done), *seen]

    run_intake.take(_NAME, offers, move, _cost(call, found.credits, missing))


def _cost(call: Call, spent: int, missing: int) -> dict[str, int]:
    """What the answer adds to the run's counts: nothing when it was counted before."""
    if call.settled:
        return {}
    # An unsure call was counted as if all of it had been spent.
    before = call.credits if call.state is CallState.UNSURE else 0
    return {"credits_spent": spent - before, "credits_unsure": -before, "not_found": missing}


def _place_of(people: Sequence[tuple[Any, Any]], consumed: int) -> int:
    """How many entries of the answer the first `consumed` people found reach over."""
    found = [at for at, (_, person) in enumerate(people) if person is not None]
    return found[consumed] if consumed < len(found) else len(people)


def _draft(line: "Line", run: Run, run_intake: RunIntake, person: dict[str, Any], now: datetime) -> LeadDraft | Refusal:
    """A person as a lead, with whether the company hires where that can change the verdict."""
    draft = apollo.draft(person, now.date())
    if isinstance(draft, Refusal) or not run.settings.harvest.job_postings:
        return draft
    organisation = (draft.enrichment.model_extra or {}).get("apollo_organization_id")
    if not organisation or not reachable_score.hiring_matters(draft, run.settings, now):
        return draft
    hiring = _hiring(line, run, run_intake, str(organisation))
    if hiring is None:
        return draft
    return draft.model_copy(update={"enrichment": draft.enrichment.model_copy(update={"company_hiring": hiring})})


def _hiring(line: "Line", run: Run, run_intake: RunIntake, organisation: str) -> bool | None:
    """Whether a company hires: asked once in 30 days, for one credit, when there is one. None: not known."""
    asked, known = providers.organisation(_NAME, organisation)
    if asked or credits.left(run).left < 1:
        return known
    try:
        call = credits.claim(run, _NAME, _POSTINGS, [organisation], 1)
    except Spent:
        return None
    try:
        hiring = apollo.hires(line, organisation, lambda raw: provider_responses.keep(call, raw))
    except Unsure as error:
        _unknown(run_intake, call, str(error))
        return None
    except CamError as error:  # nothing was spent, and the person is worth having without it
        credits.refuse(call, str(error))
        return None
    _known(run_intake, call, hiring)
    return hiring


def _known(run_intake: RunIntake, call: Call, hiring: bool) -> None:
    """Keep what Apollo says of a company, and what it cost."""
    spent = tallies.actions(run_intake.shard, Stage.HARVEST, {"credits_spent": 1}) if hiring else []
    remembered = providers.remember(_NAME, str(call.what[0]), hiring, clock.now())
    credits.settle(call, int(hiring), CallState.DONE, [remembered, *spent])


def _unknown(run_intake: RunIntake, call: Call, message: str) -> None:
    """The credit may be gone, and nobody knows about the company: it is not worth another one for now."""
    spent = tallies.actions(run_intake.shard, Stage.HARVEST, {"credits_spent": call.credits})
    remembered = providers.remember(_NAME, str(call.what[0]), None, clock.now())
    credits.settle(call, call.credits, CallState.EXPIRED, [remembered, *spent], message=message)
