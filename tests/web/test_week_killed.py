"""Two days of the week of `test_week`, worked through by processes that are killed with -9 while they work."""

from __future__ import annotations

import os
import select
import signal
import time

from tests.smtp import MailServer
from tests.web.conftest import Town
from tests.web.test_week import Week
from web.config import Smtp
from web.mailing import Mailer

PATIENCE, LONGEST = 10.0, 0.03  # seconds to wait for a worker's first mail; at most from there to its death


def work_until_killed(week: Week, town: Town, idle: int) -> None:
    """In a process of its own: do what is due, say through `idle` when there is nothing. Never returns."""
    try:
        week.store.engine.dispose(close=False)  # the connections of the parent are the parent's
        site = town.app.extensions["quisait"]
        mailer = Mailer(site.config, site.store, town.app)
        while True:
            if not (week.job() or mailer.step()):
                os.write(idle, b".")
                time.sleep(1)
    finally:
        os._exit(1)


def killed_worker(week: Week, town: Town) -> None:
    """A worker that is killed soon after it sent its first mail (a death), or when it has nothing to do."""
    before, (heard, idle) = len(week.server.messages), os.pipe()
    child = os.fork()
    if child == 0:
        work_until_killed(week, town, idle)
    until = time.monotonic() + PATIENCE
    while len(week.server.messages) == before and time.monotonic() < until:
        if select.select([heard], [], [], 0.002)[0]:
            break
    else:
        time.sleep(week.luck.random() * LONGEST)
        week.deaths += 1
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the worker ended before it was killed"
    os.close(heard)
    os.close(idle)


def test_workers_killed_at_any_moment_lose_nothing_and_send_nothing_twice(town: Town) -> None:
    with MailServer() as server:
        posted = town.again(
            smtp=Smtp("127.0.0.1", server.port, "no"), mail_from="quisait@testville.example", url="https://q.example"
        )
        week = Week(posted, server, seed=11, deadly=0.0)
        clock = week.store.clock
        for hour in range(2 * 24):
            clock.forward(hours=1)  # type: ignore[attr-defined]
            if hour % 24 in (1, 5):
                week.ask()
                week.ask()
            if hour % 24 < 10:
                week.reply()
                killed_worker(week, posted)
        by_the_dead = len(server.messages)
        site = posted.app.extensions["quisait"]
        for _ in range(4):  # what the dead had leased is taken up
            clock.forward(minutes=20)  # type: ignore[attr-defined]
            week.work(Mailer(site.config, site.store, posted.app))
    assert week.deaths > 2 and by_the_dead > 5
    week.check_caps()
    week.check_ends()
    week.check_mails()
