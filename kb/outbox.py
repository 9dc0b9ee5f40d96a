"""Mails as records, and the rules of when a notice goes out: without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.calendars import Calendar
from kb.model import Notice, NoticeKind


class MailChoice(StrEnum):
    """When a kind of notice is also sent by mail."""

    OFF = "off"
    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one person; `id` is in its Message-ID, so that a message sent twice is known as one. `digest`: it
    carries several notices. `done` without `sent`: nothing was left to say, or (`error`) it was given up."""

    id: str
    person: str
    digest: bool
    created: datetime
    due: datetime
    attempts: int = 0
    sent: datetime | None = None
    done: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What whoever keeps a space wrote to its members. `body` is Markdown."""

    id: str
    space: str
    subject: str
    body: str
    by: str
    sent: datetime


DEFAULTS: Mapping[NoticeKind, MailChoice] = {
    NoticeKind.INVITED: MailChoice.NOW,
    NoticeKind.ANSWERED: MailChoice.NOW,
    NoticeKind.COMMENTED: MailChoice.NOW,
    NoticeKind.MENTIONED: MailChoice.NOW,
    NoticeKind.TAKEN: MailChoice.NOW,
    NoticeKind.KNOWN: MailChoice.NOW,
    NoticeKind.REMINDED: MailChoice.NOW,
    NoticeKind.NOT_POSTED: MailChoice.NOW,
    NoticeKind.OUTCOME: MailChoice.NOW,
    NoticeKind.REMOVED: MailChoice.NOW,
    NoticeKind.SAID: MailChoice.NOW,
    NoticeKind.DENIED: MailChoice.NOW,
    NoticeKind.TO_MODERATE: MailChoice.NOW,
    NoticeKind.APPROVED: MailChoice.NOW,
    NoticeKind.NOT_APPROVED: MailChoice.NOW,
    NoticeKind.TO_APPROVE: MailChoice.NOW,
    NoticeKind.TO_RELEASE: MailChoice.NOW,
    NoticeKind.TO_ACKNOWLEDGE: MailChoice.NOW,
    NoticeKind.STILL_TO_ACKNOWLEDGE: MailChoice.NOW,
}  # what is addressed to you; all else comes in one mail a day
MANDATORY = frozenset({NoticeKind.TO_ACKNOWLEDGE, NoticeKind.STILL_TO_ACKNOWLEDGE})  # may be lowered, not refused


def choice_of(kind: NoticeKind, person: str, chosen: Mapping[tuple[str, NoticeKind], MailChoice]) -> MailChoice:
    return chosen.get((person, kind), DEFAULTS.get(kind, MailChoice.DAILY))


def when_due(
    notice: Notice, chosen: Mapping[tuple[str, NoticeKind], MailChoice], calendar: Calendar, now: datetime
) -> datetime | None:
    """The first moment in its reader's working time at which a mail may carry a notice; None: never."""
    match choice_of(notice.kind, notice.person, chosen):
        case MailChoice.OFF:
            return None
        case MailChoice.NOW:
            return calendar.next_open(max(notice.created, now))
        case MailChoice.DAILY:
            return calendar.next_day(notice.created)
        case MailChoice.WEEKLY:
            return calendar.next_week(notice.created)
