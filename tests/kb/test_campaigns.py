"""Asking people to acknowledge: whom, until when, once more after a major text and not after a minor one; who has not
yet; and each act on the audit trail."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kb import Store, approving, audit, availability, campaigns, drafting, notices, reviewing
from kb.acknowledging import Standing, concerned, stage
from kb.campaigns import Wish
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.model import Audience, Duty, NoticeKind, Person, Procedure, Revision
from kb.official import Campaign
from tests import official
from tests.official import KEY, TEXT, approved, in_force, who
from tests.people import COMMON, FINANCE, START, Clock

TODAY = START.date()
DEADLINE = TODAY + timedelta(days=30)
EVERYBODY = Wish(DEADLINE, spaces=(COMMON,))
READERS = {"alice", "bob", "carla", "dora", "erik"}


@pytest.fixture
def house(settled: Store) -> Store:
    official.found(settled)
    return settled


def started(store: Store, wish: Wish = EVERYBODY, by: str = "bob") -> Campaign:
    return campaigns.start(store, who(store, by), KEY, wish)


def say(store: Store, person: str, by_mail: bool = False) -> None:
    campaigns.acknowledge(store, who(store, person), KEY, in_force(store).name, by_mail)


def missing(store: Store, campaign: Campaign) -> set[str]:
    return {each.id for each in campaigns.coverage(store, who(store, "carla"), campaign.id).missing}


def asked(store: Store, person: str) -> list[tuple[Standing, date | None]]:
    return [(each.owed.standing, each.owed.due) for each in campaigns.asked_of(store, who(store, person))]


def told(store: Store, person: str) -> list[NoticeKind]:
    kinds = [each.notice.kind for each in notices.inbox(store, who(store, person))]
    return [each for each in kinds if each in campaigns.KINDS]


def publish(store: Store, major: bool) -> None:
    text = replace(TEXT, major=major, change="Fares" if not major else "Act 13", title=f"Travelling {major}")
    approved(store, text=text)
    approving.publish_due(store)


def test_everybody_who_reads_a_space_is_asked_and_one_act_is_enough(house: Store, clock: Clock) -> None:
    campaign = started(house)
    assert missing(house, campaign) == READERS
    assert asked(house, "alice") == [(Standing.ASKED, DEADLINE)] and asked(house, "charlie") == []
    say(house, "alice")
    say(house, "alice")
    assert missing(house, campaign) == READERS - {"alice"} and asked(house, "alice") == []
    own = campaigns.own(house, who(house, "alice"), KEY)
    assert own.asked is None and own.given is not None and own.given.sha256
    clock.forward(days=31)
    assert asked(house, "dora") == [(Standing.LATE, DEADLINE)]


@pytest.mark.parametrize(
    ("wish", "people"),
    [
        (Wish(DEADLINE, Audience(roles=("accountants",))), {"alice"}),
        (Wish(DEADLINE, Audience(units=("Sales",))), {"bob"}),
        (Wish(DEADLINE, Audience(units=("Sales",), sites=("Lyon",))), set()),
        (Wish(DEADLINE, Audience(units=("Sales",)), people=("dora",)), {"bob", "dora"}),
        (Wish(DEADLINE, spaces=(FINANCE,)), {"alice"}),
    ],
)
def test_an_audience_is_what_fits_all_that_is_named_and_the_names(house: Store, wish: Wish, people: set[str]) -> None:
    with house.write() as tx:
        tx.people.put([replace(tx.people.get("bob"), unit="Sales", site="Dublin")])
    keeper = who(house, "carla")
    if wish.spaces:  # only one's own spaces can be chosen
        with pytest.raises(Invalid):
            campaigns.foresee(house, keeper, KEY, wish)
        with house.write() as tx:
            tx.procedures.put([replace(tx.procedures.get(KEY), owner="alice")])
        keeper = who(house, "alice")
    if not people:
        with pytest.raises(Invalid, match="Nobody"):
            campaigns.foresee(house, keeper, KEY, wish)
    else:
        assert {each.id for each in campaigns.foresee(house, keeper, KEY, wish)} == people


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish(DEADLINE), "audience"),
        (Wish(TODAY - timedelta(days=1), spaces=(COMMON,)), "deadline"),
        (Wish(TODAY + timedelta(days=900), spaces=(COMMON,)), "deadline"),
        (Wish(DEADLINE, spaces=(COMMON,), renew_months=0), "renew_months"),
        (Wish(DEADLINE, people=("charlie",)), "people"),
        (Wish(DEADLINE, people=("fanny",)), "people"),
        (Wish(DEADLINE, spaces=("nowhere",)), "spaces"),
    ],
)
def test_a_campaign_that_could_not_be_followed_is_refused_beside_its_field(
    house: Store, wish: Wish, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        started(house, wish)
    assert refused.value.field == field


def test_keepers_start_one_and_others_are_told_who_may(house: Store) -> None:
    for person in ("alice", "erik"):
        with pytest.raises(Forbidden, match="compliance owners"):
            started(house, by=person)
    with pytest.raises(NotFound):
        started(house, by="charlie")
    for person in ("bob", "dora", "carla"):
        started(house, by=person)
    campaign = started(house)
    assert campaigns.coverage(house, who(house, "erik"), campaign.id).people, "an administrator oversees"
    with pytest.raises(Forbidden):
        campaigns.coverage(house, who(house, "alice"), campaign.id)
    with pytest.raises(Forbidden):
        campaigns.end(house, who(house, "alice"), campaign.id)
    assert campaigns.of_procedure(house, who(house, "alice"), KEY) == ()
    assert campaigns.kept_by(house, who(house, "alice")) == ()


def test_who_is_not_asked_says_nothing(house: Store) -> None:
    with pytest.raises(Forbidden, match="not asked"):
        say(house, "alice")
    started(house, Wish(DEADLINE, people=("bob",)))
    with pytest.raises(Forbidden, match="not asked"):
        say(house, "alice")
    with pytest.raises(NotFound):
        say(house, "charlie")


def test_a_major_text_asks_again_with_as_long_to_read_it(house: Store, clock: Clock) -> None:
    campaign = started(house)
    say(house, "alice")
    clock.forward(days=40)
    publish(house, major=True)
    assert asked(house, "alice") == [(Standing.ASKED, clock.now.date() + timedelta(days=30))]
    assert missing(house, campaign) == READERS
    with pytest.raises(Conflict):
        campaigns.acknowledge(house, who(house, "alice"), KEY, "en.1")
    say(house, "alice")
    assert asked(house, "alice") == []


def test_a_minor_text_asks_nobody_again_and_says_why(house: Store, clock: Clock) -> None:
    campaign = started(house)
    say(house, "alice")
    publish(house, major=False)
    assert asked(house, "alice") == [] and missing(house, campaign) == READERS - {"alice"}
    own = campaigns.own(house, who(house, "alice"), KEY)
    assert [(each.name, each.change) for each in own.spared] == [("en.2", "Fares")]
    publish(house, major=True)
    publish(house, major=False)
    assert asked(house, "alice") != [] and campaigns.own(house, who(house, "alice"), KEY).spared == ()


def test_reading_one_language_is_reading_it(house: Store) -> None:
    with house.write() as tx:
        tx.procedures.add_revisions([Revision(KEY, "fr", 1, "Voyager", "Qui voyage.", created=tx.now)])
    campaign = started(house)
    campaigns.acknowledge(house, who(house, "alice"), KEY, "fr.1")
    publish(house, major=True)  # of the English text, on the same day
    assert missing(house, campaign) == READERS - {"alice"}


@pytest.fixture
def two_languages(house: Store, clock: Clock) -> Campaign:
    """Alice has read the French text, which says what the English one says; days go by."""
    with house.write() as tx:
        duties = (Duty("1", "Voyageur", "Réserve le train sur le portail", "Act 12"),)
        tx.procedures.add_revisions([Revision(KEY, "fr", 1, "Voyager", "Qui voyage.", "", duties, created=tx.now)])
    campaign = started(house)
    campaigns.acknowledge(house, who(house, "alice"), KEY, "fr.1")
    clock.forward(days=40)
    return campaign


def test_other_duties_in_one_language_ask_the_readers_of_the_other_too(
    house: Store, clock: Clock, two_languages: Campaign
) -> None:
    publish(house, major=True)
    assert missing(house, two_languages) == READERS
    own = campaigns.own(house, who(house, "alice"), KEY)
    assert {name: each.name for name, each in own.outrun.items()} == {"fr.1": "en.2"}
    with pytest.raises(Conflict, match="another language"):
        campaigns.acknowledge(house, who(house, "alice"), KEY, "fr.1")
    campaigns.acknowledge(house, who(house, "alice"), KEY, "en.2")
    assert missing(house, two_languages) == READERS - {"alice"}
    clock.forward(days=9)
    following = drafting.begin(house, who(house, "bob"), KEY, "fr")
    assert not following.major, "a text that only follows the other language's is minor"
    approved(house, text=replace(drafting.text_of(following), change="As in English", title="V"), language="fr")
    approving.publish_due(house)
    assert missing(house, two_languages) == READERS - {"alice"}
    campaigns.acknowledge(house, who(house, "dora"), KEY, "fr.2")
    assert missing(house, two_languages) == READERS - {"alice", "dora"}


def test_a_major_text_with_the_same_duties_asks_only_its_own_readers_and_says_why(
    house: Store, two_languages: Campaign
) -> None:
    text = replace(TEXT, duties=in_force(house).duties, change="What it is for")
    approved(house, text=text)
    approving.publish_due(house)
    assert missing(house, two_languages) == READERS - {"alice"}
    own = campaigns.own(house, who(house, "alice"), KEY)
    assert [(each.name, each.change) for each in own.spared] == [("en.2", "What it is for")] and not own.outrun


def test_it_is_renewed_after_so_many_months(house: Store, clock: Clock) -> None:
    campaign = started(house, replace(EVERYBODY, renew_months=12))
    say(house, "alice")
    clock.forward(days=300)
    assert asked(house, "alice") == []
    clock.forward(days=40)
    assert asked(house, "alice") == [(Standing.RENEW, date(2027, 11, 23))]
    assert "alice" not in missing(house, campaign), "what was said still counts"
    clock.forward(days=40)
    assert asked(house, "alice") == [(Standing.LATE, date(2027, 11, 23))] and "alice" in missing(house, campaign)
    say(house, "alice")
    assert asked(house, "alice") == []


def test_whoever_joins_later_is_asked_and_has_as_long(house: Store, clock: Clock) -> None:
    started(house)
    clock.forward(days=100)
    with house.write() as tx:
        tx.people.put([Person("gina", "Gina New", created=tx.now)])
    assert asked(house, "gina") == [(Standing.ASKED, clock.now.date() + timedelta(days=30))]


def test_reminders_come_a_week_before_a_week_after_and_then_monthly() -> None:
    days = (-8, -7, 6, 7, 36, 37)
    assert [stage(DEADLINE, DEADLINE + timedelta(days=each)) for each in days] == [0, 1, 1, 2, 2, 3]


def test_each_is_told_once_then_reminded_and_nobody_who_said_so(house: Store, clock: Clock) -> None:
    started(house)
    assert campaigns.remind(house) == len(READERS) and campaigns.remind(house) == 0
    assert told(house, "alice") == [NoticeKind.TO_ACKNOWLEDGE]
    say(house, "bob")
    assert told(house, "bob") == []
    clock.forward(days=24)  # a Thursday, six days before
    assert campaigns.remind(house) == len(READERS) - 1
    assert told(house, "alice") == [NoticeKind.STILL_TO_ACKNOWLEDGE], "the first word gives way to the reminder"
    clock.forward(days=32)  # a Monday
    assert campaigns.remind(house, KEY) == len(READERS) - 1 and campaigns.remind(house, "OTHER") == 0


def test_nobody_is_told_while_away_nor_on_a_day_off(house: Store, clock: Clock) -> None:
    alice = who(house, "alice")
    availability.be_away(house, alice, "alice", TODAY, TODAY + timedelta(days=13))
    campaign = started(house)
    campaigns.remind(house)
    assert told(house, "alice") == [] and told(house, "dora") != []
    assert campaigns.coverage(house, who(house, "carla"), campaign.id).away == {"alice": TODAY + timedelta(days=13)}
    clock.forward(days=13)  # a Sunday
    assert campaigns.remind(house) == 0
    clock.forward(days=1)
    assert campaigns.remind(house) == 1 and told(house, "alice") == [NoticeKind.TO_ACKNOWLEDGE]


def test_an_ended_campaign_asks_nobody_and_keeps_what_was_said(house: Store) -> None:
    campaign = started(house)
    campaigns.remind(house)
    say(house, "alice")
    campaigns.end(house, who(house, "carla"), campaign.id)
    assert asked(house, "dora") == [] and told(house, "dora") == [] and campaigns.remind(house) == 0
    assert campaigns.own(house, who(house, "alice"), KEY).given is not None
    (shown,) = campaigns.of_procedure(house, who(house, "bob"), KEY)
    assert shown.campaign.ended is not None


def test_retiring_a_procedure_ends_what_it_asks(house: Store) -> None:
    started(house)
    reviewing.retire(house, who(house, "carla"), KEY, "Merged", None)
    assert asked(house, "alice") == [] and campaigns.kept_by(house, who(house, "carla")) == ()
    with pytest.raises(Conflict):
        started(house, by="carla")


def test_each_act_is_on_the_audit_trail(house: Store) -> None:
    campaign = started(house)
    campaigns.remind(house)
    say(house, "alice", by_mail=True)
    campaigns.end(house, who(house, "bob"), campaign.id)
    with house.read() as tx:
        entries = [each for each in tx.audit.stream() if each.id == KEY][-4:]
    assert [(each.actor, each.action) for each in entries] == [
        ("bob", "start campaign"), (None, "ask to acknowledge"), ("alice", "acknowledge"), ("bob", "end campaign"),
    ]  # fmt: skip
    assert entries[2].detail["by_mail"] is True and entries[2].detail["revision"] == "en.1"
    assert set(entries[1].detail["people"]) == READERS and entries[0].detail["count"] == len(READERS)  # type: ignore[call-overload]
    assert audit.verify(house).sound


def test_a_thousand_are_asked_as_well(new_store, clock: Clock) -> None:  # type: ignore[no-untyped-def]
    store = new_store("sqlite")
    from tests import people

    people.settle(store)
    official.found(store)
    with store.write() as tx:
        tx.people.put([Person(f"p{n}", f"P {n}", unit=f"Unit {n % 7}") for n in range(1_000)])
    campaign = started(store)
    assert campaigns.remind(store) == 1_000 + len(READERS)
    assert len(missing(store, campaign)) == 1_000 + len(READERS)


def test_only_who_may_read_it_is_concerned(house: Store) -> None:
    procedure = Procedure("X", FINANCE)
    campaign = Campaign("c", "X", DEADLINE, 30, people=("bob", "alice"), spaces=(COMMON,))
    assert concerned(campaign, procedure, who(house, "alice")) and not concerned(campaign, procedure, who(house, "bob"))
    assert not concerned(campaign, procedure, replace(who(house, "alice"), ended=START))
