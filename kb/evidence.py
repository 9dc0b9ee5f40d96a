"""Evidence: the dated facts that tie a person to subjects, read from what happened, never stored twice."""

from __future__ import annotations

from kb.model import Evidence, EvidenceKind, Person, ProcedureStatus
from kb.permissions import Action, require, visible_spaces
from kb.routing import SubjectUse
from kb.storage import Store


def of_person(store: Store, reader: Person, id: str) -> tuple[Evidence, ...]:
    """What ties the person to subjects, as far as `reader` may read it: newest first, declared skills last. Others do
    not see subjects that the person wants neither shown nor asked about."""
    spaces = visible_spaces(reader)
    found: list[Evidence] = []
    with store.read() as tx:
        person = tx.people.get(id)
        require(reader, Action.READ, person)
        chosen = {} if reader.id == id else tx.subjects.choices([id]).get(id, {})
        hidden = {name for name, use in chosen.items() if use is SubjectUse.NEITHER}
        answers = tx.answers.list(author=id)
        questions = {each.id: each for each in tx.questions.list({each.question for each in answers})}
        for answer in answers:
            question = questions[answer.question]
            if hidden.intersection(question.tags):
                continue
            kind = (
                EvidenceKind.ACCEPTED
                if answer.accepted
                else EvidenceKind.UPVOTED
                if answer.score > 0
                else EvidenceKind.ANSWERED
            )
            found.append(Evidence(id, kind, question.id, question.title, question.space, answer.created))
        for question in tx.questions.list(author=id):
            found.append(
                Evidence(id, EvidenceKind.ASKED, question.id, question.title, question.space, question.created)
            )
        for procedure in tx.procedures.list(spaces=spaces):
            kept = procedure.revisions and procedure.status is not ProcedureStatus.RETIRED
            if kept and id in (procedure.owner, procedure.deputy):
                text = procedure.revisions[0]
                found.append(Evidence(id, EvidenceKind.OWNS, procedure.key, text.title, procedure.space, text.created))
        for practice in tx.practices.list(spaces=spaces):
            if practice.verified and not practice.ended and not hidden.intersection(practice.tags):
                kind = EvidenceKind.PRACTICE if id in practice.authors else EvidenceKind.VERIFIED
                if id in (*practice.authors, practice.verifier):
                    facts = (practice.id, practice.title, practice.space, practice.verified)
                    found.append(Evidence(id, kind, *facts))
    found = [each for each in found if each.space in spaces]
    found.sort(key=lambda each: each.at.timestamp() if each.at else 0.0, reverse=True)
    shown = [skill for skill in person.skills if skill.casefold() not in hidden]
    declared = (Evidence(id, EvidenceKind.DECLARED, skill, skill, None, None) for skill in shown)
    return (*found, *declared)
