"""A small IMAP server on this machine, as much of it as reading a mailbox needs (RFC 3501).

with Mailbox() as box:
    box.add(b"...")        a mail arrives
    box.flags              what was marked, by number
"""

from __future__ import annotations

import re
import socketserver
import threading
from types import TracebackType
from typing import BinaryIO, cast


class Mailbox:
    """`mails` hold numbers from 1 on; `password` is what LOGIN wants."""

    def __init__(self, password: str = "secret") -> None:
        self.password = password
        self.mails: list[bytes] = []
        self.flags: dict[int, set[str]] = {}
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Mailbox:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def add(self, mail: bytes) -> None:
        self.mails.append(mail)

    def unseen(self) -> list[int]:
        return [n for n in range(1, len(self.mails) + 1) if "\\Seen" not in self.flags.get(n, set())]

    def answer(self, words: str, out: BinaryIO) -> str:
        """What a command is answered, after the lines it writes to `out`."""
        upper = words.upper()
        if upper.startswith("CAPABILITY"):
            out.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif upper.startswith("LOGIN"):
            return "OK" if words.endswith(f'"{self.password}"') else "NO wrong password"
        elif upper.startswith("SELECT"):
            if "INBOX" not in upper:
                return "NO no such folder"
            out.write(f"* {len(self.mails)} EXISTS\r\n".encode())
        elif upper.startswith("UID SEARCH"):
            out.write(f"* SEARCH {' '.join(map(str, self.unseen()))}\r\n".encode())
        elif found := re.match(r"UID FETCH (\d+)", words, re.I):
            mail = self.mails[int(found[1]) - 1]
            out.write(f"* {found[1]} FETCH (UID {found[1]} BODY[] {{{len(mail)}}}\r\n".encode() + mail + b")\r\n")
        elif found := re.match(r"UID STORE (\d+) \+FLAGS \(([^)]*)\)", words, re.I):
            self.flags.setdefault(int(found[1]), set()).update(found[2].split())
        return "OK"


def _handler(box: Mailbox) -> type[socketserver.StreamRequestHandler]:
    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            while line := self.rfile.readline().decode("utf-8").strip():
                tag, _space, words = line.partition(" ")
                if words.upper() == "LOGOUT":
                    self.wfile.write(f"* BYE\r\n{tag} OK\r\n".encode())
                    return
                said = box.answer(words, cast(BinaryIO, self.wfile))
                self.wfile.write(f"{tag} {said} done\r\n".encode())

    return Conversation
