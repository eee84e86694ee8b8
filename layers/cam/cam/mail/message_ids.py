"""Threads: which mail the later ones of a lead refer to, by the Message-ID that its readers see."""

import os


def header_id(message_id: str) -> str:
    """The Message-ID that readers of a mail see, by the id that its transport returned: what a reply refers to.

    SMTP delivers the one that the mail was built with. SES writes its own over it: `<id@email.amazonses.com>`, outside
    us-east-1 `<id@region.amazonses.com>`.
    """
    if "@" in message_id:
        return f"<{message_id}>"
    region = os.environ.get("AWS_REGION") or "us-east-1"
    return f"<{message_id}@{'email' if region == 'us-east-1' else region}.amazonses.com>"
