"""Something for somebody to look at: opened in the transaction of what it comes of, ended when it was done.

A person has one open task of a kind about a thing, however often it is asked for. Approvals and reviews are no tasks of
this kind: they are read off the procedures themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.advice import Practice, Task, TaskKind
from kb.errors import NotFound
from kb.model import Person, Procedure, Question, Role, new_id
from kb.permissions import Action, can, visible_spaces
from kb.storage import Store, Transaction

Thing = Practice | Procedure | Question


@dataclass(frozen=True, slots=True)
class Due:
    """A task with the thing it is about, as it is now."""

    task: Task
    about: Thing


def open_task(
    tx: Transaction, person: str, kind: TaskKind, about: Thing, params: Mapping[str, object], by: str | None = None
) -> Task:
    """Give `person` something to do about a practice, procedure or question; the one that is open when there is one."""
    of, subject = _named(about)
    for each in tx.tasks.open(person, kind, of, subject):
        if each.params == params or kind is TaskKind.DOUBTED:
            return each
    made = Task(new_id(), person, kind, of, subject, dict(params), by, tx.now)
    tx.tasks.add(made)
    return made


def end_tasks(
    tx: Transaction, kind: TaskKind, about: Thing, params: Mapping[str, object] | None = None
) -> None:
    """What was asked of anybody about it (with these facts, when given) is done."""
    of, subject = _named(about)
    found = tx.tasks.open(kind=kind, of=of, subject=subject)
    tx.tasks.finish([each.id for each in found if params is None or each.params == params])


def waiting_for(store: Store, person: Person) -> tuple[Due, ...]:
    """What waits for this person and is still about something they may read, the longest waiting first."""
    with store.read() as tx:
        found = tx.tasks.open(person.id)
        practices = tx.practices.list({each.subject for each in found if each.of == "practice"})
        procedures = tx.procedures.list({each.subject for each in found if each.of == "procedure"})
        questions = tx.questions.list({each.subject for each in found if each.of == "question"})
    listed: list[Thing] = [*practices, *procedures, *questions]
    things = {_named(each): each for each in listed}
    seen = {name: each for name, each in things.items() if can(person, Action.READ, each)}
    return tuple(Due(each, seen[each.of, each.subject]) for each in found if (each.of, each.subject) in seen)


def finish(store: Store, person: Person, id: str) -> None:
    """It is done; only whoever has it may say so."""
    with store.write() as tx:
        task = tx.tasks.get(id)
        if task.person != person.id:
            raise NotFound("task", id)
        tx.tasks.finish([id])


def keepers(tx: Transaction, practice: Practice) -> tuple[str, ...]:
    """Who looks after a practice: its keeper, else (gone, or no longer a reader) those who animate its space."""
    keeper = tx.people.find(practice.keeper) if practice.keeper else None
    if keeper is not None and keeper.ended is None and practice.space in visible_spaces(keeper):
        return (keeper.id,)
    roles = (Role.ANIMATOR, Role.COMPLIANCE_OWNER)
    return tuple(each.person for each in tx.spaces.members(practice.space) if each.role in roles)


def _named(about: Thing) -> tuple[str, str]:
    return ("procedure", about.key) if isinstance(about, Procedure) else (type(about).__name__.lower(), about.id)
