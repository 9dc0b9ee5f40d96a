"""Webhooks and their deliveries, as records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class HookKind(StrEnum):
    """What reads it: a chat's incoming webhook, or a program that checks our signature (Standard Webhooks)."""

    SLACK = "slack"
    MATTERMOST = "mattermost"
    TEAMS = "teams"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Hook:
    id: str
    space: str
    kind: HookKind
    url: str = field(repr=False)
    secret: str = field(repr=False)
    events: tuple[str, ...]
    by: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """`id` is told to the receiver and is the same however often it is sent. `done` without `error`: it was taken."""

    id: str
    hook: str
    event: str
    question: str
    answer: str | None
    by: str | None
    created: datetime
    due: datetime
    attempts: int = 0
    status: int | None = None
    error: str | None = None
    done: datetime | None = None
