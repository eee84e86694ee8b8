"""Hosts of private mailboxes: the kept list `mail_hosts.tsv`, whose head says where it is from. Read on first use."""

from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_suffix(".tsv")
_BELOW = "*."


def known(domain: str) -> bool:
    """Whether private people have their mailboxes at a domain (lower-case ASCII)."""
    whole, below = _hosts()
    parent = domain
    while parent:
        parent = parent.partition(".")[2]
        if parent in below:
            return True
    return domain in whole


def domains() -> frozenset[str]:
    """All of them but those that are somebody's subdomain."""
    return _hosts()[0]


@cache
def _hosts() -> tuple[frozenset[str], frozenset[str]]:
    """The domains, and those whose subdomains belong to users."""
    lines = _TABLE.read_text("utf-8").splitlines()
    entries = {one for line in lines if not line.startswith("#") for one in line.partition("\t")[2].split()}
    below = {one.removeprefix(_BELOW) for one in entries if one.startswith(_BELOW)}
    return frozenset(one for one in entries if not one.startswith(_BELOW)), frozenset(below)
