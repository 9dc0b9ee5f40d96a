"""Serving for real: waitress in a process of its own, stopped by signals, refused a port or a data folder."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.web.words import WordEncoder
from web import opening, wsgi
from web.serving import CannotServe, only_server, take_port

PROGRAM = """
import sys, threading, time
from dataclasses import replace
from pathlib import Path
from tests.web.words import WordEncoder
from web import opening, serving
from web.config import read_config

opening.open_encoder = lambda config, say: WordEncoder()
config = read_config({}, data=sys.argv[1], port=int(sys.argv[2]), database_url=sys.argv[3])
store = opening.open_store(config)
make = opening.open_site

def slow(environ, start_response):
    print("started", flush=True)
    time.sleep(float(environ["QUERY_STRING"]))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"finished " * 100_000]

def site(config, store, finder):
    app = make(config, store, finder)
    pages = app.wsgi_app
    app.wsgi_app = lambda environ, start: (slow if environ["PATH_INFO"] == "/slow" else pages)(environ, start)
    return app

opening.open_site = site
try:
    tell = lambda *words: print(*words, flush=True)
    serving.serve(config, store, tell, opening.quiet, lambda address: tell("at", address))
except serving.CannotServe as error:
    sys.exit(f"quisait: {error}")
"""


class Served:
    def __init__(self, data: Path, port: int = 0, url: str = "") -> None:
        command = [sys.executable, "-c", PROGRAM, str(data), str(port), url]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, **pipes)  # type: ignore[call-overload]
        self.lines: list[str] = []
        self.address = ""

    def read_until(self, beginning: str) -> str:
        for line in self.process.stdout:
            self.lines.append(line.strip())
            if found := re.search(r"answers at (\S+)", line):
                self.address = found[1]
            if line.startswith(beginning):
                return str(line.strip())
        raise AssertionError(self.lines + [self.process.stderr.read()])

    def fetch(self, path: str) -> bytes:
        with urllib.request.urlopen(self.address + path, timeout=30) as answer:
            return bytes(answer.read())


@contextmanager
def serving(data: Path, port: int = 0, url: str = "") -> Iterator[Served]:
    served = Served(data, port, url)
    try:
        served.read_until("at ")
        yield served
    finally:
        served.process.kill()
        served.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_in_flight_is_finished_before_the_stop(tmp_path: Path, number: int) -> None:
    answers: list[bytes] = []
    with serving(tmp_path) as served:
        asking = threading.Thread(target=lambda: answers.append(served.fetch("/slow?1.5")))
        asking.start()
        served.read_until("started")
        served.process.send_signal(number)
        time.sleep(0.5)
        host, port = served.address.removeprefix("http://").split(":")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host, int(port)), timeout=1)
        asking.join(10)
        assert served.process.wait(10) == 0
    assert answers == [b"finished " * 100_000]


def test_an_idle_server_stops_at_once_even_with_a_connection_kept_open(tmp_path: Path, url: str) -> None:
    with serving(tmp_path, url=url) as served:
        host, port = served.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as kept:
            kept.sendall(b"GET /sign-in HTTP/1.1\r\nHost: x\r\n\r\n")
            assert kept.recv(100).startswith(b"HTTP/1.1 200")
            began = time.monotonic()
            served.process.send_signal(signal.SIGTERM)
            assert served.process.wait(10) == 0
            assert time.monotonic() - began < 3


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        threading.Thread(target=lambda: pytest.raises(OSError, served.fetch, "/slow?20"), daemon=True).start()
        served.read_until("started")
        served.process.send_signal(signal.SIGTERM)
        served.read_until("Stopping")
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(5) == 128 + signal.SIGTERM


def test_a_port_in_use_is_named_with_the_mend(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = Served(tmp_path, port)
        _, said = refused.process.communicate(timeout=30)
    assert refused.process.returncode == 1
    assert said.strip() == f"quisait: Port {port} is in use already. Choose another with --port (or QUISAIT_PORT)."


def test_one_data_folder_is_served_by_one_process(tmp_path: Path) -> None:
    with serving(tmp_path):
        second = Served(tmp_path)
        _, said = second.process.communicate(timeout=30)
        assert second.process.returncode == 1
        assert said.startswith("quisait: Another `quisait serve` is serving") and len(said.strip().splitlines()) == 1


def test_a_server_killed_leaves_the_folder_free(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        served.process.kill()
        served.process.wait()
    with only_server(tmp_path):
        pass


def test_a_port_is_free_again_right_after_a_stop(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        port = int(served.address.rpartition(":")[2])
        served.fetch("/sign-in")
        served.process.terminate()
        assert served.process.wait(10) == 0
    with serving(tmp_path, port) as again:
        assert again.address.endswith(f":{port}")


def test_an_address_that_is_not_of_this_machine_is_told() -> None:
    with pytest.raises(CannotServe, match="QUISAIT_HOST"):
        take_port("no.such.host.invalid", 0)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may take any port")
def test_a_port_for_root_only_is_told() -> None:
    with pytest.raises(CannotServe, match="above 1023"):
        take_port("127.0.0.1", 80)


def test_several_processes_serve_the_site_of_the_settings(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("QUISAIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("QUISAIT_DATA", str(tmp_path))
    monkeypatch.setenv("QUISAIT_DATABASE_URL", url)
    monkeypatch.setattr(opening, "open_encoder", lambda config, say: WordEncoder())
    app = wsgi.application()
    assert app.test_client().get("/sign-in").status_code == 200
    site_store = app.extensions["quisait"].store
    assert str(site_store.engine.url).rpartition("/")[2] == url.rpartition("/")[2]
    site_store.close()
