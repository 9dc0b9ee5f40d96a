"""Jobs: leased by one worker at a time, done once, taken over from a worker that died."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from kb import Store
from kb.storage.jobs import ATTEMPTS
from tests.people import START, Clock

HOLD = """
import sys, time
from datetime import datetime
from kb import Store
store = Store(sys.argv[1], clock=lambda: datetime.fromisoformat(sys.argv[2]))
with store.write() as tx:
    job, lease = tx.jobs.lease(60)
print(job.id, flush=True)
time.sleep(600)
"""


def test_a_job_joins_the_transaction_that_adds_it(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as tx:
        tx.jobs.add("mail", {})
        raise RuntimeError
    with store.write() as tx:
        assert tx.jobs.lease() is None
        tx.jobs.add("mail", {"to": ["é"]})
    with store.write() as tx:
        leased = tx.jobs.lease()
    assert leased is not None and leased[0].payload == {"to": ["é"]} and leased[0].attempts == 1


def test_a_job_waits_for_its_moment(store: Store, clock: Clock) -> None:
    with store.write() as tx:
        tx.jobs.add("later", {}, START + timedelta(hours=1))
        tx.jobs.add("sooner", {}, START + timedelta(minutes=1))
        assert tx.jobs.lease() is None and tx.jobs.waiting() == 2
    clock.forward(hours=2)
    with store.write() as tx:
        kinds = [leased[0].kind for leased in (tx.jobs.lease(), tx.jobs.lease()) if leased]
    assert kinds == ["sooner", "later"]


def test_a_job_named_once_is_not_added_twice_nor_begun_again(store: Store) -> None:
    with store.write() as tx:
        tx.jobs.add("route", {"n": 1}, once="route q")
        leased = tx.jobs.lease()
        tx.jobs.add("route", {"n": 2}, once="route q")
        assert tx.jobs.waiting() == 1 and tx.jobs.lease() is None
        assert leased is not None and tx.jobs.finish(leased[0].id, leased[1])
        tx.jobs.add("route", {"n": 3}, once="route q")
        assert tx.jobs.waiting() == 0 and tx.jobs.lease() is None


def test_a_worker_whose_lease_ran_out_may_not_finish_what_another_has(store: Store, clock: Clock) -> None:
    with store.write() as tx:
        tx.jobs.add("mail", {})
        first = tx.jobs.lease(60)
    clock.forward(seconds=61)
    with store.write() as tx:
        second = tx.jobs.lease(60)
    assert first is not None and second is not None and first[0].id == second[0].id
    with store.write() as tx:
        assert not tx.jobs.finish(first[0].id, first[1])
        tx.jobs.fail(first[0].id, first[1], "late", START)  # changes nothing
        assert tx.jobs.finish(*((second[0].id, second[1])))
        assert not tx.jobs.finish(second[0].id, second[1])


def test_a_job_that_fails_is_tried_again_later_and_given_up_in_the_end(store: Store, clock: Clock) -> None:
    with store.write() as tx:
        tx.jobs.add("mail", {})
    for attempt in range(1, ATTEMPTS + 1):
        with store.write() as tx:
            leased = tx.jobs.lease()
            assert leased is not None and leased[0].attempts == attempt
            assert tx.jobs.failed() == [] and tx.jobs.waiting() == 1  # also while it is tried for the last time
            tx.jobs.fail(leased[0].id, leased[1], f"no. {attempt}", tx.now + timedelta(minutes=1))
            assert tx.jobs.lease() is None
        clock.forward(minutes=1)
    with store.write() as tx:
        assert tx.jobs.lease() is None and tx.jobs.waiting() == 0
        assert [(job.kind, error) for job, error in tx.jobs.failed()] == [("mail", f"no. {ATTEMPTS}")]


def test_two_workers_in_parallel_do_no_job_twice(store: Store) -> None:
    with store.write() as tx:
        for number in range(60):
            tx.jobs.add("count", {"number": number})

    def work(_worker: int) -> list[int]:
        done = []
        while True:
            with store.write() as tx:
                leased = tx.jobs.lease()
            if leased is None:
                return done
            with store.write() as tx:
                if tx.jobs.finish(leased[0].id, leased[1]):
                    done.append(int(str(leased[0].payload["number"])))

    with ThreadPoolExecutor(4) as pool:
        done = Counter(number for each in pool.map(work, range(4)) for number in each)
    assert done == Counter(range(60))


def test_the_job_of_a_killed_worker_is_taken_by_another_when_its_lease_runs_out(
    store: Store, url: str, clock: Clock
) -> None:
    with store.write() as tx:
        tx.jobs.add("mail", {})
    command = [sys.executable, "-c", HOLD, url, START.isoformat()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as worker:
        try:
            assert worker.stdout is not None
            held = int(worker.stdout.readline())
        finally:
            worker.send_signal(signal.SIGKILL)
    clock.forward(seconds=59)
    with store.write() as tx:
        assert tx.jobs.lease() is None
    clock.forward(seconds=2)
    with store.write() as tx:
        leased = tx.jobs.lease()
        assert leased is not None and (leased[0].id, leased[0].attempts) == (held, 2)
        assert tx.jobs.finish(leased[0].id, leased[1])
