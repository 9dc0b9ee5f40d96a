"""Serving with waitress, and stopping without dropping anybody: on SIGTERM, requests in flight are finished.

One process serves a data folder (a lock on it), with the worker in a thread beside the site. The port is taken before
the model is loaded, so that a port in use is told at once, and listened on after, so that nobody waits for a page that
cannot come yet.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from kb import Store
    from web.config import Config
    from web.opening import Progress, Say

THREADS = 8
PATIENCE = 25.0  # seconds that requests in flight get after SIGTERM
GRACE = 0.2  # seconds for what was sent just before the door closed
BODY_LIMIT = 32 * 1024 * 1024  # waitress's own limit; the site's is far below and says so on a page


class CannotServe(Exception):
    """The port or the data folder is not ours; the sentence says what to do."""


def take_port(host: str, port: int) -> socket.socket:
    """A socket on that port, not listening yet. CannotServe when it is in use or not allowed."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise CannotServe(f"QUISAIT_HOST is {host!r}, which is no address of this machine. Try 127.0.0.1.") from None
    taken = socket.socket(family, kind, protocol)
    try:
        if _answered(host, port):
            raise CannotServe(f"Port {port} is in use already. Choose another with --port (or QUISAIT_PORT).")
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
    except PermissionError:
        taken.close()
        raise CannotServe(f"Port {port} is not for this user. Choose one above 1023 with --port.") from None
    except OSError as error:
        taken.close()
        raise CannotServe(f"Port {port} cannot be taken ({error.strerror}). Choose another with --port.") from None
    except CannotServe:
        taken.close()
        raise
    return taken


def _answered(host: str, port: int) -> bool:
    """Whether somebody listens there (a port may be bound twice as long as nobody listens)."""
    if port == 0:
        return False
    there = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    with contextlib.suppress(OSError), socket.create_connection((there, port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def only_server(data: Path) -> Iterator[None]:
    """The right to serve this data folder; CannotServe when another process does. Freed by the system when we die."""
    handle = os.open(data / "serve.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotServe(
                f"Another `quisait serve` is serving {data} already. Stop it, or choose another --data."
            ) from None
        yield
    finally:
        os.close(handle)


def serve(
    config: Config, store: Store, say: Say, progress: Progress, listening: Callable[[str], None] | None = None
) -> None:
    """Serve until SIGTERM or Ctrl-C, then finish what is in flight. `listening` is told the address once pages can be
    had."""
    with contextlib.ExitStack() as stack:
        if config.database_url.startswith("sqlite"):
            stack.enter_context(only_server(config.data))
        door = stack.enter_context(take_port(config.host, config.port))
        _serve(config, store, door, say, progress, listening)


def _serve(
    config: Config, store: Store, door: socket.socket, say: Say, progress: Progress,
    listening: Callable[[str], None] | None,
) -> None:  # fmt: skip
    from indexer.language import detect
    from web import opening
    from web.reading import write_readings
    from web.worker import Worker

    say("Loading the model")
    encoder = opening.open_encoder(config, say)
    if not opening.catch_up(config, store, encoder, progress):
        say("Another process is writing the index; it is followed from here.")
    finder = opening.open_finder(config, store, encoder)
    encoder.encode_queries([str(detect("bonjour"))])  # what loads at its first use is loaded before the first visitor
    app = opening.open_site(config, store, finder)
    opening.stay()
    worker, stop = Worker(config, store, encoder, app, finder), threading.Event()
    wake_on_writes(app, worker.wake)
    thread = threading.Thread(target=worker.run, args=(stop,), name="worker", daemon=True)
    server = Server(app, door)
    host, port = door.getsockname()[:2]
    address = config.url or f"http://{f'[{host}]' if ':' in host else host}:{port}"
    thread.start()
    say(f"Quisait answers at {address} (Ctrl-C stops it)")
    begin = opening.first_address(app, store, address)
    if begin:
        say(f"Nobody is in it yet. Begin at {begin}")
    if listening is not None:
        listening(begin or address)
    try:
        server.run(say)
    finally:
        stop.set()
        worker.wake.set()
        write_readings(app)
        thread.join(PATIENCE)


def wake_on_writes(app: Flask, wake: threading.Event) -> None:
    """Set `wake` after every request that may have changed something."""
    from flask import Response, request

    def after(response: Response) -> Response:
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            wake.set()
        return response

    app.after_request(after)


class Server:
    """waitress on a socket that is ours already, with a stop that drains."""

    def __init__(self, app: Any, door: socket.socket, threads: int = THREADS) -> None:
        from waitress import create_server

        try:
            self._server: Any = create_server(
                app,
                sockets=[door],
                threads=threads,
                max_request_body_size=BODY_LIMIT,
                ident=None,
                clear_untrusted_proxy_headers=False,
            )
        except OSError as error:  # somebody listened on it meanwhile
            raise CannotServe(f"Port {door.getsockname()[1]} is in use already. Choose another with --port.") from error
        self._stopping = False

    def run(self, say: Say) -> None:
        """Until SIGTERM, SIGINT or `stop`; a second signal ends at once."""
        before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
        in_main = threading.current_thread() is threading.main_thread()
        for each in before if in_main else ():
            signal.signal(each, self._signalled)
        try:
            while not self._stopping:
                self._turn(5.0)
            self._drain(say)
        finally:
            for each, handler in before.items() if in_main else ():
                signal.signal(each, handler)

    def stop(self) -> None:
        """Stop serving, from any thread."""
        self._stopping = True
        self._server.pull_trigger()

    def _signalled(self, number: int, frame: object) -> None:
        if self._stopping:
            sys.exit(128 + number)
        self.stop()

    def _turn(self, timeout: float) -> None:
        self._server.asyncore.loop(timeout=timeout, map=self._server._map, count=1)

    def _drain(self, say: Say) -> None:
        """Take what waits at the door, close it, then turn until every answer is on its way."""
        from waitress import wasyncore

        self._turn(0.0)
        wasyncore.dispatcher.close(self._server)  # the door only: the channels that are open live on
        if self._busy():
            say("Stopping: finishing what is in flight")
        began = time.monotonic()
        while time.monotonic() - began < (PATIENCE if self._busy() else GRACE):
            self._turn(0.05)
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=1)
        wasyncore.close_all(self._server._map)

    def _busy(self) -> bool:
        return any(
            each.requests or each.request is not None or each.total_outbufs_len
            for each in list(self._server.active_channels.values())
        )
