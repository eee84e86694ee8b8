"""What stands below a mail and is not said in it: signatures, companies' disclaimers, newsletters' footers. Pure."""

from collections.abc import Iterator, Sequence

from inbound.closing_words import DISCLAIMERS, FAREWELLS, FOOTERS, POSTSCRIPTS, THANKS, TITLES
from inbound.plain_letters import fold

_LONGEST_FAREWELL = 60
_MOST_NAMES = 4
# Of these things a disclaimer speaks of two; one alone is what people say.
_LEAST = 2
_ENDS = " ,.!;:-_*~\t"


def without_closing(text: str) -> str:
    """A text without farewell and signature, disclaimers and footers; a postscript stays."""
    lines = text.split("\n")
    folded = [fold(line) for line in lines]
    end = next((number for number in range(1, len(lines)) if _says_farewell(folded, number)), len(lines))
    kept = "\n".join([*lines[:end], *_postscripts(lines, folded, end)])
    return "\n\n".join(one for one in _paragraphs(kept) if not _is_footer(fold(one))).strip()


def _says_farewell(lines: Sequence[str], number: int) -> bool:
    line = lines[number].strip(" *_\t")
    if not line or len(line) > _LONGEST_FAREWELL or not any(one.strip(_ENDS) for one in lines[:number]):
        return False
    if f"{line.rstrip(_ENDS)},".startswith(FAREWELLS):
        # "Regards" may begin a sentence, and so may "Gruß": a farewell does not end in the middle of one.
        return len(line.split()) <= 8 and not line.endswith("?")
    return line.strip(_ENDS) in THANKS and _is_name(lines, number + 1) and _after_more(lines, number)


def _is_name(lines: Sequence[str], number: int) -> bool:
    """Whether what follows until the next blank line is at most a name."""
    following = next((one for one in lines[number : number + 3] if one), "")
    return (
        bool(following) and len(following.split()) <= _MOST_NAMES and not following.rstrip().endswith((".", "!", "?"))
    )


def _after_more(lines: Sequence[str], number: int) -> bool:
    """Whether more than a greeting stands above: thanks at the beginning belong to what follows them."""
    return sum(len(one.split()) for one in lines[:number]) >= _MOST_NAMES


def _postscripts(lines: Sequence[str], folded: Sequence[str], end: int) -> Iterator[str]:
    number = next((n for n in range(end, len(lines)) if folded[n].startswith(POSTSCRIPTS)), len(lines))
    for line in lines[number:]:
        if not line:
            return
        yield line


def _paragraphs(text: str) -> Iterator[str]:
    lines: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line.strip():
            lines.append(line)
        elif lines:
            yield "\n".join(lines)
            lines = []


def _is_footer(paragraph: str) -> bool:
    """Whether a paragraph is a company's, and not the writer's."""
    flat = " ".join(paragraph.split()).lstrip(_ENDS)
    if flat.startswith((*TITLES, *FOOTERS)):
        return True
    return sum(any(words in flat for words in group) for group in DISCLAIMERS) >= _LEAST
