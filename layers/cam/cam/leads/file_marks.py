"""What a file says of its people's consent and addresses: how many, by which column, and what should be looked at."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from cam.leads import columns, csvfile, headers, opt_outs
from cam.leads.csvfile import FileFacts
from cam.leads.headers import Meanings
from cam.leads.opt_out_headers import Kind
from cam.leads.opt_outs import Said, Says
from cam.rules import deliverability
from cam.rules.deliverability import Deliverability
from cam.text import mojibake

# Kept with an import, and told: a file that calls every address something else has no status at all.
MOST_STRANGE = 20
_MOST_WARNINGS = 20
# Rows and distinct texts by which a column without a known header is judged.
LOOKED_AT = 500
_FEW = 20
_LONGEST_WORD = 60
# What a verifier's word for a bad address has in it. `No`, `failed` and `expired` are said of anything.
_VERIFIERS_WORD = re.compile("valid|válid|deliver|bounce|trap|mailbox|gültig|zustell|ongeldig|rebotad|rimbalz")


@dataclass(slots=True)
class Marks:
    """A count over rows. `stopped`: by `do_not_contact:<column>` or `bounced:<column>`; `words`: what verifiers say of
    the addresses.
    """

    stopped: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)

    def row(self, said: Said | None, email_status: str | None) -> None:
        """Count one row."""
        if said:
            self.stopped[f"{said.says}:{said.column}"] += 1
        if email_status:
            self.words[email_status] += 1

    @property
    def statuses(self) -> Counter[str]:
        """How many addresses verifiers call deliverable, risky, undeliverable and unknown."""
        found: Counter[str] = Counter()
        for word, times in self.words.items():
            found[deliverability.of(word)] += times
        return found

    @property
    def strange(self) -> tuple[str, ...]:
        """The verifiers' words that nobody knows, the first of them."""
        unknown = (word[:_LONGEST_WORD] for word in self.words if not deliverability.known(word))
        return tuple(islice(dict.fromkeys(unknown), MOST_STRANGE))


def summary(stopped: Mapping[str, int], statuses: Mapping[str, int], rows: int) -> list[str]:
    """How many of a file's people must not be written to, and which columns say so, in sentences."""
    columns = {says: opt_outs.by_column(stopped, says) for says in Says}
    texts = {Says.DO_NOT_CONTACT: "must not be written to", Says.BOUNCED: "have an address that takes no email"}
    told = [_sentence(columns[says], text, rows) for says, text in texts.items() if columns[says]]
    if bad := statuses.get(Deliverability.UNDELIVERABLE, 0):
        told.append(f"{bad:,} of {rows:,} addresses are undeliverable by what the file says of them.")
    return told


def _sentence(columns: Mapping[str, int], text: str, rows: int) -> str:
    several = len(columns) > 1
    names = ", ".join(f"{name} ({times:,})" if several else name for name, times in columns.items())
    return f"{sum(columns.values()):,} of {rows:,} people {text}: column{'s' if several else ''} {names}."


def strange_words(words: Sequence[str]) -> list[str]:
    """A warning about verifiers' words that nobody knows; empty when there are none."""
    if not words:
        return []
    named = ", ".join(f"“{word}”" for word in words)
    return [f"What the file says of addresses is not known and counts as unknown: {named}."]


def warnings(rows: Iterable[csvfile.Row], facts: FileFacts, own: Meanings | None) -> list[str]:
    """Columns that look as if they said who must not be written to, and are not read so. `rows`: the file's first.

    By their headers, or by the few words that their first 500 rows hold.
    """
    meaning = columns.mapping(facts.header, own)
    encoded = [_encoded_twice(facts.twice)] if facts.twice else []
    read = {column.place for column in meaning.stops}
    stated = {headers.key(name) for name in own or {}}
    found = []
    for place, header in enumerate(facts.header):
        if place not in read and opt_outs.looks_so(header):
            read.add(place)
            seems = f"Column {header} looks as if it says who must not be written to, but"
            if headers.key(header) in stated:
                found.append(f"{seems} your mapping gives it another meaning.")
            else:
                found.append(f"{seems} is not read so. If it does, map it: {_mapped(header)}.")
    places = [place for place, _ in meaning.others if place not in read]
    for place, seen in _texts(rows, places).items():
        header = facts.header[place]
        if opt_outs.about_email(header) and (word := _bad_address(seen)):
            says = f"whether addresses take email, map it: {_mapped(header, 'email_status')}"
        elif word := next((text for text in seen if opt_outs.read(Kind.OTHER_STATUS, text)), None):
            says = f"who must not be written to, map it: {_mapped(header)}"
        else:
            continue
        shown = " ".join(word.split())
        found.append(f"Column {header} holds “{shown}”, but is not read. If it says {says}.")
    return (encoded + found)[:_MOST_WARNINGS]


def _encoded_twice(text: str) -> str:
    """About text that was mangled before the upload, and is repaired."""
    repaired = mojibake.repaired(text)
    return (
        f"Some text was encoded twice before the upload, such as “{text}”: CAM reads it as “{repaired}”. "
        "Check it, and export the file again as UTF-8 if it is wrong."
    )


def _mapped(header: str, field: str = Says.DO_NOT_CONTACT) -> str:
    return json.dumps({header: field}, ensure_ascii=False)


def _texts(rows: Iterable[csvfile.Row], places: Sequence[int]) -> dict[int, list[str]]:
    """What columns with few different texts hold, without what is too long for a status."""
    texts: dict[int, dict[str, None]] = {place: {} for place in places}
    for row in islice(rows, LOOKED_AT):
        if row.error:
            continue
        for place, seen in [*texts.items()]:
            text = row.cells[place]
            if text and text not in seen:
                seen[text] = None
                if len(seen) > _FEW:
                    del texts[place]
    return {place: [text for text in seen if len(text) <= _LONGEST_WORD] for place, seen in texts.items()}


def _bad_address(texts: Sequence[str]) -> str | None:
    """A verifier's word for an address that takes no email, in a column that holds nothing but verifiers' words."""
    if not all(map(deliverability.known, texts)):
        return None
    return next((text for text in texts if _undeliverable(text)), None)


def _undeliverable(text: str) -> bool:
    bad = deliverability.of(text) is Deliverability.UNDELIVERABLE
    return bad and _VERIFIERS_WORD.search(text.casefold()) is not None
