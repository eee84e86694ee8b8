"""Where answers go: an address of the sender's own that names the touch, so that a reply finds its lead."""

from cam.model.addresses import email_domain

# RFC 5321 §4.5.3.1.1
_LONGEST_LOCAL_PART = 64


def reply_address(address: str, inbound_domain: str, tag: str) -> str | None:
    """`sam@replies.example` as `sam+<tag>@replies.example`; None when the address must stay as it is.

    It stays when its domain is not the one whose mail comes to CAM, or when there is no room for the tag. Then replies
    are found by the signed link of the mail that they quote.
    """
    local, _, host = address.rpartition("@")
    if not local or not inbound_domain or email_domain(address) != inbound_domain.strip().lower():
        return None
    tagged = f"{local.partition('+')[0]}+{tag}"
    return f"{tagged}@{host}" if len(tagged) <= _LONGEST_LOCAL_PART else None
