"""Verifiers' words: what each says of an address."""

from pathlib import Path

import pytest

from cam.rules import deliverability
from cam.rules.deliverability import SOURCES, Deliverability

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("verifier", "words"), [(verifier, words) for verifier, _, words in SOURCES])
def test_every_word_of_the_table_is_known_in_any_spelling(
    verifier: str, words: dict[Deliverability, tuple[str, ...]]
) -> None:
    for listed in words.values():
        for word in listed:
            for spelling in (word, word.upper(), word.replace("_", " ").title(), word.replace("_", "-"), f" {word} "):
                assert deliverability.known(spelling), (verifier, spelling)


@pytest.mark.parametrize(
    "word",
    ["undeliverable", "spamtrap", "do_not_mail", "Bounced", "Spam-Trap", "Spam Trap", "abuse", "invalid", "Invalid@pro",
     "bad", "rejected_email", "syntax error", "Hard bounce", "ungültig", "NICHT ZUSTELLBAR", "invalide", "inválido",
     "Invalid - mailbox not found", "invalid (no MX)", "email_disabled", "cleaned", "FALSE"],
)  # fmt: skip
def test_an_address_that_takes_no_mail(word: str) -> None:
    assert deliverability.of(word) is Deliverability.UNDELIVERABLE


@pytest.mark.parametrize("word", ["valid", "Verified", "DELIVERABLE", "ok", "good", "nominative@pro", "Valid (98%)",
                                  "Safe to Send", "gültig"])  # fmt: skip
def test_an_address_that_somebody_vouches_for(word: str) -> None:
    assert deliverability.of(word) is Deliverability.DELIVERABLE


@pytest.mark.parametrize("word", ["catch-all", "catch_all", "CatchAll", "Accept All (Unverifiable)", "ok_for_all",
                                  "role", "risky", "Guessed", "webmail", "catch_all@pro"])  # fmt: skip
def test_an_address_that_may_take_mail(word: str) -> None:
    assert deliverability.of(word) is Deliverability.RISKY


@pytest.mark.parametrize("word", ["unknown", "Unverified", "User Managed", "timeout", "greylisted"])
def test_a_word_for_not_knowing(word: str) -> None:
    assert (deliverability.of(word), deliverability.known(word)) == (Deliverability.UNKNOWN, True)


@pytest.mark.parametrize("word", ["banana", "??", "42", "mostly harmless"])
def test_a_word_that_nobody_knows_says_nothing(word: str) -> None:
    assert (deliverability.of(word), deliverability.known(word)) == (Deliverability.UNKNOWN, False)


def test_no_word_says_nothing():
    assert deliverability.of(None) is deliverability.of("") is Deliverability.UNKNOWN


def test_a_throw_away_address_is_left_to_its_own_gate():
    assert deliverability.disposable("Disposable")
    assert not deliverability.disposable("valid")
    assert not deliverability.disposable(None)
    assert deliverability.of("disposable") is Deliverability.RISKY


def test_of_two_verifiers_words_the_one_that_refuses_counts():
    for verifier, _, words in SOURCES:
        for word in words.get(Deliverability.UNDELIVERABLE, ()):
            assert deliverability.of(word) is Deliverability.UNDELIVERABLE, (verifier, word)


def test_the_documents_list_every_verifier_with_its_documentation():
    page = (ROOT / "docs" / "sources.md").read_text("utf-8")
    for verifier, documentation, _ in SOURCES:
        assert f"| {verifier} | {documentation} |" in page


@pytest.mark.parametrize(
    ("number", "says"), [("1", "deliverable"), ("-1", "undeliverable"), ("-3", "risky"), ("12", "unknown")]
)
def test_numbers_are_those_of_instantly(number: str, says: str) -> None:
    assert deliverability.known(number)
    assert deliverability.of(number) == says
