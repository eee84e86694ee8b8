"""A connection to a mail server over IMAP that reads within limits, whatever the server sends."""

import imaplib
import time

# For one command: seconds until its last response, and bytes of all of them.
_MOST_SECONDS = 45.0
_MOST_BYTES = 100_000_000
# Of one line: the numbers of a million emails.
_MOST_OF_LINE = 8_000_000
_AT_ONCE = 262_144


class Imap(imaplib.IMAP4):
    """imaplib's own reading waits for as long as a byte comes now and then, and takes a literal of any length.

    Of a literal only the first `most_of_literal` bytes are kept. Raises IMAP4.abort beyond the other limits.
    """

    most_of_literal = 2_000_000
    _buffer: bytearray
    _buffered: object = None
    # None until the first response, the greeting, is waited for.
    _deadline: float | None = None
    _left = 0

    def send(self, data: bytes) -> None:  # type: ignore[override]
        """Send a command, and begin to count for it."""
        self._allow()
        super().send(data)

    def read(self, size: int) -> bytes:
        """A literal; its beginning when it is long."""
        kept = bytearray()
        while size > 0:
            if not self._received() and not self._receive():
                raise self.abort("the connection ended within a literal")
            piece = self._received()[:size]
            del self._received()[: len(piece)]
            size -= len(piece)
            kept += piece[: self.most_of_literal - len(kept)]
        return bytes(kept)

    def readline(self) -> bytes:
        """A line with its end; empty at the end of the connection."""
        looked = 0
        while (end := self._received().find(b"\n", looked) + 1) == 0:
            looked = len(self._received())
            if looked > _MOST_OF_LINE:
                raise self.abort("the line is too long")
            if not self._receive():
                end = looked
                break
        line = bytes(self._received()[:end])
        del self._received()[:end]
        return line

    def _allow(self) -> None:
        self._deadline = time.monotonic() + _MOST_SECONDS
        self._left = _MOST_BYTES

    def _received(self) -> bytearray:
        """What has come and is not read. What came before TLS began is not taken for what came after it."""
        if self._buffered is not self.sock:
            self._buffer, self._buffered = bytearray(), self.sock
        return self._buffer

    def _receive(self) -> bool:
        """Wait for more; False at the end of the connection."""
        if self._deadline is None:
            self._allow()
        elif time.monotonic() > self._deadline:
            raise self.abort("the response takes too long")
        more = self.sock.recv(_AT_ONCE)
        self._left -= len(more)
        if self._left < 0:
            raise self.abort("the response is too long")
        self._received().extend(more)
        return bool(more)


class ImapOverTls(Imap, imaplib.IMAP4_SSL):
    """The same over TLS from the first byte."""
