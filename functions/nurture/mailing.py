"""The touches of one worker: who may be written to now, and the ledger around each mail (claim, send, record)."""

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Self

from cam.campaigns import campaigns
from cam.leads import lead_queue
from cam.leads.lead_queue import Decided, Due
from cam.mail import caps, contacts, engagement, ledger, rate, render, suppression, touch_timing, unconfirmed
from cam.mail.caps import Caps
from cam.mail.contacts import Bar, Known
from cam.mail.engagement import Event, EventType
from cam.mail.ledger import BUSY, Touch
from cam.mail.rate import Pace
from cam.mail.sequences import variant_of
from cam.mail.skip_reasons import Skip
from cam.mail.touch_timing import Turn, Why
from cam.model.errors import Throttled
from cam.model.models import Lead, LeadStatus, Run, SendStatus, Stage
from cam.model.settings.sending import Sending
from cam.platform import keys, tallies, telemetry, tokens
from cam.platform.environment import required
from cam.rules import outcomes
from cam.runs import worker
from cam.text import clock
from functions.nurture import addressing, message, obstacles, transports
from functions.nurture.transports import Sender
from functions.nurture.transports.errors import Deferred, Refused, Unavailable, Unsure

# Seconds after which a group that still mails looks again whether it may.
_LOOK_AGAIN = 10
_REFUSED_IN_A_ROW = 3
# A deferred mail waits 15 minutes, then twice as long each time, a day at most: about five days in all, as mail servers
# wait for each other (RFC 5321 §4.5.4.1). Greylisting lets in who comes back after a few minutes.
_DEFERRALS = 11
_DEFERRED_FOR = timedelta(minutes=15)
_OVER = {
    Why.SUPPRESSED: ("stopped", "suppressed", LeadStatus.UNSUBSCRIBED, "suppressed"),
    Why.ENDED: ("completed", "the sequence has ended", LeadStatus.COMPLETED, "completed"),
    Why.ANSWERED: ("stopped", "somebody at the same company replied", LeadStatus.COMPLETED, "company_replied"),
}
_STOPPED = "The transport rejected several emails in a row. For the reasons, see GET …/sends?status=FAILED."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one touch: what to settle for its lead (None: it moved, or stays due), and whether it used a place.

    `busy`: the transport asks to slow down. `stop`: it takes nothing more from us, and why; `waits`: for now.
    """

    decided: Decided | None
    mailed: bool = False
    busy: Throttled | None = None
    stop: str | None = None
    waits: str | None = None


@dataclass(slots=True)
class Mailing:
    """One worker's mails: identity, transport and caps are those of its run."""

    shard: keys.Shard
    run: Run
    sending: Sending
    sender: str
    campaign: render.CampaignView
    transport: Sender
    pace: Pace
    # Seconds that it may still wait for the transport's rate; `out_of_time` when that was too little.
    patience: Callable[[], float]
    out_of_time: bool = False
    looked_at: float = 0.0
    vouched_for: bool = False
    caps: Caps | None = None
    refusals: int = 0
    # Whom the present group is for, and who of them was suppressed since it began.
    addresses: Sequence[str] = ()
    stopped: set[str] = field(default_factory=set)
    # How far apart emails to one person have to be, and when those of the present group were last written to.
    gap: timedelta = timedelta()
    known: Mapping[str, Sequence[Known]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, shard: keys.Shard, run: Run, patience: Callable[[], float]) -> Self:
        """The mailing of a run that has a sender (Begin gives no shards to others)."""
        sending = run.settings.sending
        campaign = render.view(campaigns.read(shard.campaign_id))
        return cls(
            shard,
            run,
            sending,
            message.mailbox(sending.sender_email or ""),
            campaign,
            transports.connect(sending.transport, required("CONFIGURATION_SET")),
            transports.pace(sending.transport),
            patience,
        )

    def send(self, group: Sequence[Due], now: datetime) -> bool:
        """Settle a group of due leads: mail them, or say why not. False: no more may leave in this run.

        Raises Throttled when the transport or DynamoDB is busy; what left is settled, the rest stays due.
        """
        if (obstacle := self._obstacle([due.lead for due in group if due.lead])) is not None:
            self._hint(obstacle)
            return False
        candidates, decided = self._sort(group, now)
        places = self._places(len(candidates), now)
        self.pace.expected = places
        self.addresses, self.stopped = [lead.email for _, lead in candidates if lead.email], set()
        used, busy, stop, waits = 0, None, None, None
        for due, lead in candidates[:places]:
            # A place is free again only when it is certain that nothing left.
            used += 1
            try:
                outcome = self._touch(due, lead, now)
            except Throttled as error:
                busy = error
                break
            used -= not outcome.mailed
            busy, stop, waits = outcome.busy, outcome.stop, outcome.waits
            decided += [outcome.decided] if outcome.decided else []
            if busy or stop or waits is not None or self.out_of_time:
                break
        try:
            if decided:
                lead_queue.settle(self.shard, Stage.NURTURE, decided, now)
        finally:
            if self.caps:
                self.caps.give_back(places - used)
        if busy:
            raise busy
        if stop:
            tallies.note(self.shard, Stage.NURTURE, "note", stop)
            return False
        if waits is not None or self.out_of_time:
            self._hint(waits)
            return False
        if places < len(candidates):
            self._hint(self._capped())
            return False
        return True

    def _obstacle(self, group: Sequence[Lead] = ()) -> str | None:
        """Why no mail may leave at this moment (`obstacles.look`); the sender's domain is looked at once.

        Read with it: when the persons of a group were last written to.
        """
        self.looked_at = self.pace.now()
        look = obstacles.look(self.shard, None if self.vouched_for else self.sending, contacts.wanted(group))
        self.vouched_for = self.vouched_for or look.obstacle is None
        self.gap = look.gap
        self.known = contacts.known(group, look.found) if group else self.known
        return look.obstacle

    def _hint(self, text: str | None) -> None:
        if text:
            tallies.note(self.shard, Stage.NURTURE, "hint", text)

    def _capped(self) -> str:
        daily = self.caps.daily if self.caps else 0
        ours = f", and {self.caps.run} for this run" if self.caps and self.caps.run is not None else ""
        return f"A cap is reached ({daily} emails a day for the campaign and for its sender{ours}). Other touches wait."

    def _sort(self, group: Sequence[Due], now: datetime) -> tuple[list[tuple[Due, Lead]], list[Decided]]:
        """Who may be mailed now, and what is decided about the others."""
        known = [due.lead for due in group if due.lead]
        suppressed = suppression.suppressed(lead.email for lead in known if lead.email)
        answered = self._answered(known)
        candidates: list[tuple[Due, Lead]] = []
        decided: list[Decided] = []
        for due in group:
            lead = due.lead
            if not touch_timing.able(lead):
                decided.append(worker.failed(due, Stage.NURTURE, _unable(lead)))
                continue
            bar = contacts.bar(self.known[lead.id], lead, self.gap)
            free_from = bar.free_from if bar else None
            turn = touch_timing.turn(lead, now, self.sending, lead.email in suppressed, lead.id in answered, free_from)
            if turn.why is None:
                candidates.append((due, lead))
            elif turn.why is Why.CONTACTED and bar:
                decided.append(self._spaced(due, lead, turn, bar))
            else:
                decided.append(_not_mailed(due, turn))
        return candidates, decided

    def _spaced(self, due: Due, lead: Lead, turn: Turn, bar: Bar) -> Decided:
        """The touch waits: the person got an email of another lead within the gap."""
        assert turn.until
        found = contacts.contacted(bar, turn.until)
        if not self.counts[Why.CONTACTED]:
            days = f"{self.gap.days} day{'' if self.gap.days == 1 else 's'}"
            text = f"Touches that wait because the same person got another email within {days}: {{{Why.CONTACTED}}}."
            tallies.note(self.shard, Stage.NURTURE, "hint.contacted", text)
        self.counts[Why.CONTACTED] += 1
        return Decided(
            due,
            _waits(due, turn.until),
            "held",
            f"touch {lead.step + 1}: {contacts.sentence(found, lead.campaign_id)}",
            put={
                "held": turn.hold,
                "contacted": {
                    "campaign_id": found.campaign_id,
                    "at": clock.iso(found.at),
                    "by": found.by,
                    "until": clock.iso(found.until),
                },
            },
            counts={"held": 1, Why.CONTACTED: 1},
        )

    def _outrun(self, due: Due, lead: Lead, now: datetime) -> Outcome:
        """Another email to the person was claimed since the group was looked at: the touch waits, or for the next run.

        One read.
        """
        bar = contacts.bar(contacts.read([lead])[lead.id], lead, self.gap)
        turn = touch_timing.turn(lead, now, self.sending, False, False, bar.free_from if bar else None)
        return Outcome(self._spaced(due, lead, turn, bar) if turn.why is Why.CONTACTED and bar else None)

    def _answered(self, known: Sequence[Lead]) -> set[str]:
        """Ids of those of whose company somebody has replied in this campaign, if that is to stop them. One read."""
        if not self.sending.stop_on_company_reply:
            return set()
        return engagement.companies_replied(self.shard.campaign_id, known, self._free)

    def _colleagues(self, lead: Lead) -> Sequence[keys.Key]:
        """Where a reply of somebody of the lead's company would be written down, if that is to stop its mail."""
        if not self.sending.stop_on_company_reply:
            return ()
        return engagement.company_replies(self.shard.campaign_id, lead, self._free)

    @property
    def _free(self) -> Sequence[str]:
        """Domains that the campaign takes for free mail: they say nothing about a company."""
        return self.run.settings.qualification.free_mail_domains.add

    def _places(self, wanted: int, now: datetime) -> int:
        """How many of `wanted` mails the caps admit; the places are taken."""
        if not wanted:
            return 0
        today, sender_day = now.astimezone(self.sending.zone(None)).date(), now.astimezone(UTC).date()
        if self.caps is None or (self.caps.day, self.caps.sender_day) != (today, sender_day):
            limit = worker.cap(self.run, Stage.NURTURE)
            self.caps = Caps(
                campaign_id=self.run.campaign_id,
                sender=self.sender,
                day=today,
                sender_day=sender_day,
                daily=caps.todays_cap(self.sender, sender_day, self.sending),
                run_key=limit.key if limit else None,
                run=limit.limit if limit else None,
            )
        return self.caps.take(wanted)

    def _touch(self, due: Due, lead: Lead, now: datetime) -> Outcome:
        """Claim, send and record one touch. Raises Throttled when DynamoDB is busy: nobody knows how far it came."""
        assert lead.email
        assert lead.routing
        touch = Touch(self.shard, lead.id, lead.step)
        sequence = touch_timing.of(lead).name
        variant = self._variant(lead, lead.step)
        try:
            to, subject, raw = self._write(lead, variant, now)
        except Skip as skip:
            before = ledger.record_skipped(touch, lead.email, sequence, skip.reason, now)
            return Outcome(
                self._recovered(due, lead, touch, before, now) if before else self._skipped(due, lead, skip, now)
            )
        except Throttled as busy:  # what is read for it, such as the secret of its links, is there again later
            return Outcome(None, busy=busy)
        except Exception as error:  # one lead must not stop a shard
            telemetry.unexpected("an email could not be rendered", error, lead_id=lead.id)
            return Outcome(worker.failed(due, Stage.NURTURE, "its email could not be rendered"))
        try:
            self.out_of_time = not self.pace.wait(self.patience())
        except rate.Spent as spent:
            return Outcome(None, waits=str(spent))
        except Throttled as busy:
            return Outcome(None, busy=busy)
        if self.out_of_time:
            return Outcome(None)
        # A slow transport makes a group last: whoever stops the mail meanwhile must not wait for its end.
        if self.pace.now() - self.looked_at > _LOOK_AGAIN:
            if (obstacle := self._obstacle()) is not None:
                return Outcome(None, waits=obstacle)
            self.stopped = suppression.suppressed(self.addresses)
        if lead.email in self.stopped:
            # The next run takes it out of its sequence.
            return Outcome(None)
        cohort = () if touch.step else outcomes.cohort(lead)
        edition = f"{lead.routing.scope}.{lead.routing.version}"
        own_id = self.transport.own_id(raw)
        known = self.known[lead.id]
        claim = ledger.claim(
            touch, due.todo, to, sequence, subject, now, cohort, variant, edition, own_id, self._colleagues(lead),
            known, self.gap,
        )  # fmt: skip
        if claim.contacted:
            return self._outrun(due, lead, now)
        if not claim.won:
            return Outcome(self._recovered(due, lead, touch, claim.before, now) if claim.before else None)
        try:
            message_id = self.transport.send(raw, self.sender, to, touch.send_id)
        except Throttled as busy:
            ledger.mark_failed(touch, BUSY, now, known=known)
            return Outcome(None, busy=busy)
        except Unavailable as unavailable:
            ledger.mark_failed(touch, BUSY, now, known=known)
            return Outcome(None, stop=f"The transport does not accept email from {self.sender}: {unavailable.reason}")
        except Deferred as deferred:
            ledger.mark_failed(touch, deferred.reason, now, known=known)
            return Outcome(self._deferred(due, lead, deferred.reason, claim.attempt, now))
        except Refused as refused:
            self.refusals += 1
            stop = _STOPPED if self.refusals >= _REFUSED_IN_A_ROW else None
            if refused.bounced:
                self._bounced(touch, claim.attempt, refused.reason, now, known)
                return Outcome(None, stop=stop)
            ledger.mark_failed(touch, refused.reason, now, known=known)
            return Outcome(self._refused(due, lead, refused.reason, claim.attempt, now), stop=stop)
        except Unsure as unsure:
            stands = ledger.mark_unconfirmed(touch, unsure.reason, now)
            decided = self._recovered(due, lead, touch, stands, now) if stands else None
            return Outcome(decided or self._unconfirmed(due, touch, unsure.reason, now), mailed=True)
        self.refusals = 0
        was = ledger.mark_sent(touch, message_id, now, claim.counted)
        if was is None and (stands := ledger.entry(touch)) and stands.status is SendStatus.FAILED:
            # The provider took it and has rejected it already.
            return Outcome(self._recovered(due, lead, touch, stands, now), mailed=True)
        self.counts["sent"] += 1
        advanced = self._advance(due, lead, now, message_id, subject)
        if was is SendStatus.UNCONFIRMED:
            self._found_out(touch, advanced, message_id, now)
            return Outcome(None, mailed=True)
        return Outcome(advanced, mailed=True)

    def _found_out(self, touch: Touch, advanced: Decided, message_id: str, now: datetime) -> None:
        """Another worker took this one for dead, and puts the lead aside, or is about to: it goes on at once."""
        applied, _ = lead_queue.settle(self.shard, Stage.NURTURE, [advanced], now)
        if not applied:
            unconfirmed.left(touch, message_id, now, now)

    def _variant(self, lead: Lead, step: int) -> str:
        """Which variant of a touch the lead gets."""
        return variant_of(self.shard.campaign_id, touch_timing.of(lead), step, lead.id)

    def _write(self, lead: Lead, variant: str, now: datetime) -> tuple[str, str, bytes]:
        """The lead's next mail: its bare address, the subject, the bytes. Raises Skip when it cannot be written."""
        assert lead.email
        reference = tokens.lead_reference(self.shard.campaign_id, self.shard.number, lead.id, lead.step)
        tag = tokens.reply_tag(self.shard.campaign_id, self.shard.number, lead.id, lead.step)
        link = f"{required('PUBLIC_URL')}/u/{reference}"
        to = message.mailbox(lead.email)
        sequence = touch_timing.of(lead)
        first = self._variant(lead, 0)
        mail = render.render(sequence, lead.step, lead, self.campaign, self.sending, link, variant, first)
        raw = message.build(
            mail,
            self._answered_to(tag),
            lead.email,
            lead.name,
            link,
            reference,
            now,
            # The name of the configuration set is the stack's own, and long enough.
            message.feedback_id(self.shard.campaign_id, sequence.name, lead.step, required("CONFIGURATION_SET")),
            lead.thread.message_id if lead.thread else None,
            tag,
        )
        return to, mail.subject, raw

    def _answered_to(self, tag: str) -> Sending:
        """The sending settings, with a reply address that names the touch when its domain's mail comes to CAM."""
        address = addressing.reply_address(
            self.sending.reply_to or self.sending.sender_email or "",
            os.environ.get("INBOUND_DOMAIN") or "",
            tag,
        )
        return self.sending.model_copy(update={"reply_to": address}) if address else self.sending

    def _advance(self, due: Due, lead: Lead, at: datetime, message_id: str | None = None, subject: str = "") -> Decided:
        """The lead waits for its next touch, or for the end of its sequence.

        `message_id` and `subject` of a mail that left: the first is kept, so that later ones can follow it.
        """
        todo, put = ledger.onward(lead, at, self.sending, message_id, subject)
        return Decided(due, todo, "", put=put)

    def _skipped(self, due: Due, lead: Lead, skip: Skip, now: datetime) -> Decided:
        """This touch is left out, the sequence goes on; the lead keeps its status, as nothing was sent."""
        self.counts["skipped"] += 1
        return self._passed_over(
            due, lead, "skipped", skip.reason, now, {"skipped": 1, skip.reason.partition(":")[0]: 1}
        )

    def _passed_over(
        self, due: Due, lead: Lead, event: str, reason: str, now: datetime, counts: dict[str, int]
    ) -> Decided:
        advanced = self._advance(due, lead, now)
        kept = {**advanced.put, "status": lead.status}
        return replace(advanced, put=kept, event=event, detail=f"touch {lead.step + 1}: {reason}", counts=counts)

    def _refused(self, due: Due, lead: Lead, reason: str, attempt: int, now: datetime) -> Decided:
        """Definitely not sent: again tomorrow; after a few attempts the sequence goes on without this touch."""
        if attempt >= touch_timing.ATTEMPTS:
            return self._passed_over(due, lead, "refused", f"{reason}; given up", now, {"refused": 1, "given_up": 1})
        waits = _waits(due, self._tomorrow(lead, now))
        return Decided(due, waits, "refused", f"touch {lead.step + 1}: {reason}", counts={"refused": 1})

    def _deferred(self, due: Due, lead: Lead, reason: str, attempt: int, now: datetime) -> Decided:
        """Definitely not sent, perhaps later: after some days of trying the sequence goes on without this touch."""
        if attempt >= _DEFERRALS:
            return self._passed_over(due, lead, "deferred", f"{reason}; given up", now, {"deferred": 1, "given_up": 1})
        pause = min(_DEFERRED_FOR * 2 ** (attempt - 1), timedelta(days=1))
        detail = f"touch {lead.step + 1}: {reason}"
        return Decided(due, _waits(due, now + pause), "deferred", detail, counts={"deferred": 1})

    def _bounced(self, touch: Touch, attempt: int, reason: str, now: datetime, known: Sequence[Known]) -> None:
        """There is no such mailbox: a hard bounce (spec §6), by which the lead is INVALID and its address suppressed.

        A worker that dies in between leaves the touch FAILED and the lead due: the server will say the same again.
        """
        ledger.mark_failed(touch, reason, now, {"processed": 1, "refused": 1, "bounced": 1}, known)
        event = Event(
            f"{engagement.OWN}refused-{touch.step}-{attempt}", EventType.BOUNCED, now, touch.step, f"hard: {reason}"
        )
        engagement.record(self.shard.campaign_id, self.shard.number, touch.lead_id, event, now)
        self.counts["bounced"] += 1

    def _unconfirmed(self, due: Due, touch: Touch, reason: str, now: datetime) -> Decided:
        """Nobody knows whether it left: the lead waits until the outcome is known."""
        self.counts["unconfirmed"] += 1
        waits = keys.todo("unconfirmed", now, due.lead_id)
        return Decided(due, waits, "unconfirmed", f"touch {touch.step + 1}: {reason}")

    def _recovered(self, due: Due, lead: Lead, touch: Touch, before: ledger.Send, now: datetime) -> Decided:
        """What an attempt that died left in the ledger, where it is counted already."""
        if before.status is SendStatus.SKIPPED:
            return self._skipped(due, lead, Skip(before.reason or "skipped"), now)
        if before.status is SendStatus.SENT:
            return self._advance(due, lead, before.sent_at or now, before.message_id, before.subject)
        if before.status is SendStatus.FAILED:
            return self._refused(due, lead, before.reason or "the transport rejected the email", before.attempts, now)
        if before.status is SendStatus.CLAIMED:
            known = ledger.mark_unconfirmed(touch, "another worker claimed it", now)
            if known and known.status is not SendStatus.UNCONFIRMED:
                return self._recovered(due, lead, touch, known, now)
        return self._unconfirmed(due, touch, before.reason or "the worker stopped while sending", now)

    def _tomorrow(self, lead: Lead, now: datetime) -> datetime:
        return touch_timing.again(lead, now, self.sending)


def _unable(lead: Lead | None) -> str:
    """Why a lead can get no mail at all."""
    if lead is None or not lead.email or lead.routing is None:
        return worker.UNREADABLE_LEAD
    routing = lead.routing
    return f"its sequence {routing.sequence} (version {routing.version}, {routing.scope}) cannot be read"


def _not_mailed(due: Due, turn: Turn) -> Decided:
    """What is decided about a lead that gets no mail now."""
    if turn.until is not None:
        waits = _waits(due, turn.until)
        if turn.why is Why.CLOSED:
            return Decided(due, waits, "", counts={"postponed": 1})
        return Decided(due, waits, "", put={"held": turn.hold}, counts={"held": 1, str(turn.hold): 1})
    assert turn.why
    event, detail, status, count = _OVER[turn.why]
    return Decided(due, None, event, detail, put={"status": status}, counts={count: 1})


def _waits(due: Due, moment: datetime) -> str:
    return keys.todo(Stage.NURTURE, moment, due.lead_id)
