"""Loading: procedures, people and communities from files, streamed, checked, merged.

    report = load(store, [Path("sample_procedures/procedures"), Path("sample_procedures/community")])
    report.counts["question"].added, report.problems

Rows are read one by one and staged beside the knowledge base (`reading`, `staging`), their references are checked
there with SQL (`references`), and what is new or different is merged in batches (`merge_*`). A bad row costs itself
alone; loading the same files again changes nothing; a load that was killed is finished by running it again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from kb.loading.fields import tidy_tags
from kb.loading.lines import Progress
from kb.loading.merge import Merge
from kb.loading.merge_people import merge_people, merge_spaces
from kb.loading.merge_practices import merge_confirmations, merge_practices
from kb.loading.merge_procedures import merge_procedures
from kb.loading.merge_threads import merge_threads
from kb.loading.reading import Reading
from kb.loading.references import References
from kb.loading.report import ClosedSpace, Count, LoadReport, Problem
from kb.loading.sources import STACK_EXCHANGE, find_sources
from kb.loading.spaces import Spaces
from kb.loading.stackexchange import read_stackexchange
from kb.loading.staging import Staging
from kb.storage import Store

__all__ = ["ClosedSpace", "Count", "LoadReport", "Problem", "Progress", "load", "load_stackexchange", "tidy_tags"]

Detect = Callable[[str], str]


def _french(text: str) -> str:
    return "fr"


def load(
    store: Store,
    paths: Sequence[Path],
    *,
    space: str | None = None,
    prefix: str = "",
    open_new_spaces: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    detect: Detect = _french,
) -> LoadReport:
    """Load everything the paths stand for: folders of Markdown procedures, community folders, single files.

    `space` takes questions and procedures that name none (otherwise a space named after their folder, made when new);
    a space that it or a row names, and that is described nowhere, is made for the authors alone unless
    `open_new_spaces` (the report's `closed`); `prefix` goes before every loaded id but people's; `detect` tells the
    language of a text whose row does not say.
    Raises Unreadable for a path that is not there or holds nothing to load, Unavailable when the disk is full."""
    report = LoadReport(dry_run)
    sources = find_sources(paths, report)
    with Staging() as staging:
        reading = Reading(staging, report, prefix, space, progress)
        for source in sources:
            if source.holds == STACK_EXCHANGE:
                read_stackexchange(reading, source.file, space or source.space)
            else:
                reading.read(source)
        spaces = Spaces(staging, report, space, open_new_spaces)
        _merge(store, reading, Merge(store, staging, report, spaces, detect, progress, dry_run))
    return report


def load_stackexchange(
    store: Store,
    folder: Path,
    *,
    space: str | None = None,
    open_new_spaces: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    detect: Detect = _french,
) -> LoadReport:
    """Load a Stack Exchange dump: the folder with Posts.xml and, beside it, Users, Comments, Votes and PostLinks.

    Ids become `SPACE-12` (posts), `SPACE-c12` (comments) and `SPACE-u12` (people). The space is `stackexchange`, open,
    when none is named; otherwise as for `load`. Raises Unreadable without Posts.xml."""
    report = LoadReport(dry_run)
    with Staging() as staging:
        reading = Reading(staging, report, "", space, progress)
        read_stackexchange(reading, folder, space or "stackexchange")
        spaces = Spaces(staging, report, space, open_new_spaces)
        _merge(store, reading, Merge(store, staging, report, spaces, detect, progress, dry_run))
    return report


def _merge(store: Store, reading: Reading, merge: Merge) -> None:
    reading.staging.finish()
    References(store, reading.staging, reading.report, reading.doubtful_spaces).settle(reading.prefix)
    merge_people(merge)
    merge_spaces(merge)
    merge_procedures(merge)
    merge_threads(merge)
    merge_practices(merge)
    merge_confirmations(merge)
