"""The touches of one worker: who may be written to now, and the ledger around each mail (claim, send, record)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from cam import campaigns, keys, leads, outbox, pacing, suppression, tallies, tokens, worker
from cam.environment import required
from cam.errors import Throttled
from cam.leads import Decided, Due
from cam.models import LawfulBasis, Lead, LeadStatus, Run, SendStatus, Stage
from cam.outbox import BUSY, Caps, Touch
from cam.sequences import LIBRARY
from cam.sequences import Sequence as Touches
from cam.settings import Sending
from cam.settings import Transport as TransportName
from functions.nurture import message, render, transports
from functions.nurture.skips import Skip
from functions.nurture.transports import Transport
from functions.nurture.transports.errors import Refused, Unsure

# Settled together. Claims and outcomes are written one by one: a crash leaves one touch unsure, whatever the group.
GROUP = 10
_ATTEMPTS = 3
_REFUSED_IN_A_ROW = 3
_STOPPED = "The transport refused several mails in a row; the sends say why."
_ASKED_FOR = frozenset({LawfulBasis.OPT_IN, LawfulBasis.EXISTING_CUSTOMER})


@dataclass(slots=True)
class Mailing:
    """One worker's mails: identity, transport and caps are those of its run."""

    shard: keys.Shard
    run: Run
    sending: Sending
    sender: str
    campaign: render.CampaignView
    transport: Transport
    caps: Caps | None = None
    refusals: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, shard: keys.Shard, run: Run) -> Self:
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
        )

    def send(self, group: Sequence[Due], now: datetime) -> bool:
        """Settle a group of due leads: mail them, or say why not. False: a cap is reached, or the transport refuses us.

        Raises Throttled when the transport is busy; what left is settled, the rest stays due.
        """
        candidates, decided = self._sort(group, now)
        places = self._places(len(candidates), now)
        used, busy = 0, None
        for due, lead in candidates[:places]:
            try:
                decision, mailed = self._touch(due, lead, now)
            except Throttled as error:
                busy = error
                break
            used += mailed
            if decision:
                decided.append(decision)
            if self.refusals >= _REFUSED_IN_A_ROW:
                break
        if decided:
            leads.settle(self.shard, Stage.NURTURE, decided)
        if self.caps:
            self.caps.give_back(places - used)
        if busy:
            raise busy
        if self.refusals >= _REFUSED_IN_A_ROW:
            tallies.note(self.shard, Stage.NURTURE, "note", _STOPPED)
            return False
        return places == len(candidates)

    def _sort(self, group: Sequence[Due], now: datetime) -> tuple[list[tuple[Due, Lead]], list[Decided]]:
        """Who may be mailed now, and what is decided about the others."""
        known = [due.lead for due in group if due.lead]
        suppressed = suppression.suppressed(lead.email for lead in known if lead.email)
        candidates: list[tuple[Due, Lead]] = []
        decided: list[Decided] = []
        for due in group:
            lead = due.lead
            if lead is None or not lead.email or lead.routing is None or lead.routing.sequence not in LIBRARY:
                decided.append(worker.failed(due, Stage.NURTURE, "the stored lead cannot be read"))
            elif (decision := self._held(due, lead, suppressed, now)) is not None:
                decided.append(decision)
            else:
                candidates.append((due, lead))
        return candidates, decided

    def _held(self, due: Due, lead: Lead, suppressed: set[str], now: datetime) -> Decided | None:
        """Why this lead gets no mail now; None when it does."""
        zone = lead.enrichment.time_zone
        if lead.email in suppressed:
            return Decided(
                due, None, "stopped", "suppressed", put={"status": LeadStatus.UNSUBSCRIBED}, counts={"suppressed": 1}
            )
        if lead.step >= len(_touches(lead).days):
            return Decided(
                due,
                None,
                "completed",
                "the sequence has ended",
                put={"status": LeadStatus.COMPLETED},
                counts={"completed": 1},
            )
        if not pacing.inside(now, self.sending, zone):
            opening = pacing.next_opening(now, self.sending, zone)
            return Decided(due, _waits(due, opening), "", counts={"postponed": 1})
        cold = lead.lawful_basis not in _ASKED_FOR
        if cold and self.sending.transport is TransportName.SES and not self.sending.allow_cold_on_ses:
            # Looked at again every day: a basis may be recorded, or the owner may decide.
            return Decided(
                due,
                _waits(due, self._tomorrow(lead, now)),
                "",
                put={"held": "basis_not_allowed_on_ses"},
                counts={"held": 1, "basis_not_allowed_on_ses": 1},
            )
        return None

    def _places(self, wanted: int, now: datetime) -> int:
        """How many of `wanted` mails the caps admit; the places are taken."""
        if not wanted:
            return 0
        today = now.astimezone(self.sending.zone(None)).date()
        if self.caps is None or self.caps.day != today:
            limit = worker.cap(self.run, Stage.NURTURE)
            self.caps = Caps(
                campaign_id=self.run.campaign_id,
                sender=self.sender,
                day=today,
                daily=outbox.todays_cap(self.sender, today, self.sending),
                run_key=limit.key if limit else None,
                run=limit.limit if limit else None,
            )
        return self.caps.take(wanted)

    def _touch(self, due: Due, lead: Lead, now: datetime) -> tuple[Decided | None, bool]:
        """Claim, send and record one touch: what to settle (None: the lead moved), and whether a place was used."""
        assert lead.email
        touch = Touch(self.shard, lead.id, lead.step)
        sequence = _touches(lead).name
        reference = tokens.lead_reference(self.shard.campaign_id, self.shard.number, lead.id, lead.step)
        link = f"{required('PUBLIC_URL')}/u/{reference}"
        try:
            to = message.mailbox(lead.email)
            mail = render.render(sequence, lead.step, lead, self.campaign, self.sending, link)
            raw = message.build(mail, self.sending, lead.email, lead.name, link, reference, now)
        except Skip as skip:
            return self._skipped(due, lead, touch, skip.reason, now), False
        claim = outbox.claim(touch, due.todo, to, sequence, mail.subject, now)
        if not claim.won:
            return (self._recovered(due, lead, touch, claim.before, now) if claim.before else None), False
        attempt = claim.before.attempts + 1 if claim.before and claim.before.reason != BUSY else 1
        try:
            message_id = self.transport.send(raw, self.sender, to, touch.send_id)
        except Throttled:
            outbox.mark_failed(touch, BUSY, now)
            raise
        except Refused as refused:
            self.refusals += 1
            outbox.mark_failed(touch, refused.reason, now)
            return self._refused(due, lead, refused.reason, attempt, now), False
        except Unsure as unsure:
            return self._unconfirmed(due, touch, unsure.reason, now), True
        self.refusals = 0
        outbox.mark_sent(touch, message_id, now)
        return self._sent(due, lead, now), True

    def _sent(self, due: Due, lead: Lead, at: datetime) -> Decided:
        self.counts["sent"] += 1
        return replace(
            self._advance(due, lead, at),
            event="sent",
            detail=f"touch {lead.step + 1} of {_touches(lead).name}",
            counts={"sent": 1},
        )

    def _advance(self, due: Due, lead: Lead, at: datetime) -> Decided:
        """The lead waits for its next touch, or for the end of its sequence."""
        touches = _touches(lead)
        days = (*touches.days, touches.length_days)
        assert lead.routing
        next_due = pacing.next_touch(
            at,
            lead.routing.start_at or at,
            days[lead.step],
            days[lead.step + 1],
            self.sending,
            lead.enrichment.time_zone,
        )
        put = {"status": LeadStatus.CONTACTED, "step": lead.step + 1, "held": None}
        return Decided(due, _waits(due, next_due), "", put=put)

    def _skipped(self, due: Due, lead: Lead, touch: Touch, reason: str, now: datetime) -> Decided:
        """This touch is left out, the sequence goes on; the lead keeps its status, as nothing was sent."""
        advanced = self._advance(due, lead, now)
        kept = {**advanced.put, "status": lead.status}
        entry = outbox.skipped(touch, lead.email or "", _touches(lead).name, reason, now)
        self.counts["skipped"] += 1
        return replace(
            advanced,
            put=kept,
            event="skipped",
            detail=f"touch {lead.step + 1}: {reason}",
            counts={"skipped": 1, reason.partition(":")[0]: 1},
            also=(entry,),
        )

    def _refused(self, due: Due, lead: Lead, reason: str, attempt: int, now: datetime) -> Decided:
        """Definitely not sent: again tomorrow, a few times."""
        again = attempt < _ATTEMPTS
        detail = f"touch {lead.step + 1}: {reason}" + ("" if again else "; given up")
        waits = _waits(due, self._tomorrow(lead, now)) if again else None
        return Decided(due, waits, "refused", detail, counts={"refused": 1})

    def _unconfirmed(self, due: Due, touch: Touch, reason: str, now: datetime) -> Decided:
        """Nobody knows whether it left: never again by itself, listed until the outcome is known."""
        self.counts["unconfirmed"] += 1
        return Decided(
            due,
            keys.todo("unconfirmed", now, due.lead_id),
            "unconfirmed",
            f"touch {touch.step + 1}: {reason}",
            counts={"unconfirmed": 1},
            also=(outbox.unconfirmed(touch, reason, now),),
        )

    def _recovered(self, due: Due, lead: Lead, touch: Touch, before: outbox.Send, now: datetime) -> Decided:
        """What an attempt that died left in the ledger."""
        if before.status is SendStatus.SENT:
            return self._sent(due, lead, before.sent_at or now)
        if before.status is SendStatus.CLAIMED:
            return self._unconfirmed(due, touch, "the worker died while it was sending", now)
        if before.status is SendStatus.UNCONFIRMED:
            return Decided(due, keys.todo("unconfirmed", now, due.lead_id), "", counts={"unconfirmed": 1})
        return self._advance(due, lead, now)

    def _tomorrow(self, lead: Lead, now: datetime) -> datetime:
        return pacing.next_touch(now, now, 0, 1, self.sending, lead.enrichment.time_zone)


def _touches(lead: Lead) -> Touches:
    assert lead.routing
    return LIBRARY[lead.routing.sequence]


def _waits(due: Due, moment: datetime) -> str:
    return keys.todo(Stage.NURTURE, moment, due.lead_id)
