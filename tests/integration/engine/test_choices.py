"""What somebody may start has a row as long as it can be started, and is started once."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine import Actor, Engine, tables
from engine.ad_hoc import ActivityNotEnabled, BegunMeanwhile, ChoiceNotFound
from engine.commands.cancel import cancel_instance
from engine.commands.fencing import WouldFail
from engine.commands.restart import restart_instance
from engine.commands.variables import edit_variables
from engine.errors import TuidanError
from engine.failures import InstanceSuspended
from engine.spiff.modifying import TokenChange
from engine.values import Variables
from tests.diagrams import diagram, element, end, flows, start, user
from tests.integration.engine.conftest import SELLER, STRANGER
from tests.integration.engine.reviewing import begin, complete, deploy, instance_of, task_of
from tests.integration.engine.test_modifying import apply, at, preview
from tests.integration.engine.test_suspending import resume, suspend
from tests.integration.engine.versions import outcomes, plan, run
from tests.racing import race, rounds

COLLEAGUE = Actor(id="9", name="李店员", groups=frozenset({"shop:1"}))
SHOP = "'shop:' + shop"


def desk(*inner: str, ordering: str = "Parallel", process_id: str = "desk_work") -> str:
    body = "".join(inner) + "<bpmn:completionCondition>done</bpmn:completionCondition>"
    return diagram(
        process_id,
        start(),
        element("adHocSubProcess", "desk", body, ordering=ordering),
        user("after", SHOP),
        end(),
        flows("start", "desk", "after", "end"),
    )


BESIDE = desk(user("call", SHOP), user("write", SHOP))
ONE_BY_ONE = desk(user("call", SHOP), user("write", SHOP), ordering="Sequential")


def offered(engine: Engine, group: str = "shop:1") -> dict[str, tables.ActivityChoice]:
    """What a group finds in its list."""
    choice = tables.ActivityChoice
    with engine.transaction() as session:
        query = sa.select(choice).where(choice.candidate_group == group, choice.enabled, ~choice.held)
        return {row.element_id: row for row in session.scalars(query)}


def choose(
    engine: Engine, choice: tables.ActivityChoice, actor: Actor = SELLER, begun: int | None = None
) -> tuple[uuid.UUID, ...]:
    with engine.transaction() as session:
        return engine.start_choice(session, choice.id, begun=begun, actor=actor)


def test_it_is_offered_as_long_as_it_can_be_started(engine: Engine) -> None:
    deploy(engine, ONE_BY_ONE)
    instance_id = begin(engine, "desk_work", done=False)
    assert {name: row.begun for name, row in offered(engine).items()} == {"call": 0, "write": 0}
    assert {row.business_key for row in offered(engine).values()} == {"K1"}
    since = offered(engine)["write"].offered_at
    (task_id,) = choose(engine, offered(engine)["call"])
    assert (task_of(engine, instance_id).id, offered(engine)) == (task_id, {}), "one at a time"
    complete(engine, task_id, done=False)
    assert {name: row.begun for name, row in offered(engine).items()} == {"call": 1, "write": 0}
    assert offered(engine)["write"].offered_at >= since
    suspend(engine, instance_id)
    assert offered(engine) == {}
    resume(engine, instance_id)
    (task_id,) = choose(engine, offered(engine)["write"])
    complete(engine, task_id, done=True)
    assert offered(engine) == {}
    assert task_of(engine, instance_id).element_id == "after"


def test_whose_it_is_not_finds_nothing_and_who_comes_too_late_is_told_who_was_faster(engine: Engine) -> None:
    deploy(engine, ONE_BY_ONE)
    begin(engine, "desk_work", done=False)
    choice = offered(engine)["call"]
    nothing = tables.ActivityChoice(id=uuid.uuid4())
    for actor, wanted in ((STRANGER, choice), (STRANGER, nothing), (SELLER, nothing)):
        with pytest.raises(ChoiceNotFound):
            choose(engine, wanted, actor)
    choose(engine, choice, COLLEAGUE)
    with pytest.raises(BegunMeanwhile) as told:
        choose(engine, choice)
    assert (told.value.params["by"], told.value.params["name"]) == ("李店员", "call")
    with pytest.raises(ChoiceNotFound):
        choose(engine, choice, STRANGER)


def test_beside_each_other_it_can_be_started_again_but_not_by_the_same_click(engine: Engine) -> None:
    deploy(engine, BESIDE)
    begin(engine, "desk_work", done=False)
    choice = offered(engine)["call"]
    choose(engine, choice, begun=0)
    with pytest.raises(BegunMeanwhile):
        choose(engine, choice, begun=0)
    choose(engine, choice, begun=1)
    choose(engine, offered(engine)["write"], begun=0)
    assert {name: row.begun for name, row in offered(engine).items()} == {"call": 2, "write": 1}
    with engine.transaction() as session:
        assert len(session.scalars(sa.select(tables.UserTask)).all()) == 3


@pytest.mark.parametrize(("text", "second"), [(ONE_BY_ONE, "write"), (BESIDE, "call")])
def test_of_two_who_start_at_once_one_wins(engine: Engine, text: str, second: str) -> None:
    deploy(engine, text)
    number = rounds(40)
    for key in range(number):
        begin(engine, "desk_work", key=f"K{key}", done=False)
    with engine.transaction() as session:
        found = session.scalars(sa.select(tables.ActivityChoice)).all()
    first = {row.business_key: row for row in found if row.element_id == "call"}
    other = {row.business_key: row for row in found if row.element_id == second}
    results = race(
        [
            [
                functools.partial(choose, engine, first[key], SELLER, 0),
                functools.partial(choose, engine, other[key], COLLEAGUE, 0),
            ]
            for key in first
        ]
    )
    winners = set()
    for one in results:
        won = [number for number, outcome in enumerate(one) if not isinstance(outcome, TuidanError)]
        (lost,) = [outcome for outcome in one if isinstance(outcome, TuidanError)]
        assert len(won) == 1
        assert isinstance(lost, BegunMeanwhile)
        assert lost.params["by"] == (SELLER, COLLEAGUE)[won[0]].name
        winners.add(won[0])
    with engine.transaction() as session:
        assert len(session.scalars(sa.select(tables.UserTask)).all()) == number
        assert session.scalars(sa.select(tables.Incident)).all() == []


def test_it_goes_with_its_instance_and_comes_with_a_restart(engine: Engine) -> None:
    deploy(engine, BESIDE)
    instance_id = begin(engine, "desk_work", done=False)
    with engine.transaction() as session:
        cancel_instance(engine, session, instance_id, reason="误建", actor=SELLER)
    assert offered(engine) == {}
    variables = instance_of(engine, instance_id).variables or {}
    with engine.transaction() as session:
        restart_instance(
            engine,
            session,
            instance_id,
            ("desk_work", "desk"),
            variables=variables,
            reason="重来",
            actor=SELLER,
        )
    assert set(offered(engine)) == {"call", "write"}


def test_an_instance_from_before_there_were_rows_gets_them_with_its_next_step(engine: Engine) -> None:
    deploy(engine, BESIDE)
    instance_id = begin(engine, "desk_work", done=False)
    (task_id,) = choose(engine, offered(engine)["call"])
    with engine.transaction() as session:
        session.execute(sa.delete(tables.ActivityChoice))
    complete(engine, task_id)
    assert {name: row.begun for name, row in offered(engine).items()} == {"call": 1, "write": 0}

    def edit(values: Variables, version: int) -> None:
        with engine.transaction() as session:
            edit_variables(
                engine, session, instance_id, values=values, version=version, reason="转店", actor=SELLER
            )

    edit({"shop": "2"}, 3)
    assert (offered(engine), set(offered(engine, "shop:2"))) == ({}, {"call", "write"})
    with pytest.raises(WouldFail):
        edit({"shop": 2}, 4)


def test_it_comes_and_goes_with_tokens_that_are_moved_even_while_suspended(engine: Engine) -> None:
    deploy(engine, BESIDE)
    instance_id = begin(engine, "desk_work", done=False)
    away = [TokenChange(at(engine, instance_id, "desk"), ("desk_work", "after"))]
    seen = preview(engine, instance_id, away)
    assert set(offered(engine)) == {"call", "write"}, "a preview changes nothing"
    apply(engine, instance_id, away, seen.version)
    assert offered(engine) == {}
    suspend(engine, instance_id)
    back = [TokenChange(at(engine, instance_id, "after"), ("desk_work", "desk"))]
    apply(engine, instance_id, back, preview(engine, instance_id, back).version)
    assert offered(engine) == {}
    with engine.transaction() as session:
        held = session.scalars(sa.select(tables.ActivityChoice)).all()
    with pytest.raises(InstanceSuspended):
        choose(engine, held[0])
    resume(engine, instance_id)
    assert set(offered(engine)) == {"call", "write"}


def test_a_migrated_instance_offers_what_its_new_version_draws(
    engine: Engine, work: Callable[[], int]
) -> None:
    deploy(engine, BESIDE)
    instance_id = begin(engine, "desk_work", done=False)
    (task_id,) = choose(engine, offered(engine)["call"])
    complete(engine, task_id)
    senior = "'shop:' + shop + ':senior'"
    deploy(engine, desk(user("phone", senior), user("write", SHOP), user("visit", SHOP)))
    migration_id = plan(engine, {"desk": {"call": "phone"}}, "desk_work")
    work()
    run(engine, migration_id)
    work()
    assert outcomes(engine, migration_id) == {instance_id: "moved"}
    assert set(offered(engine)) == {"write", "visit"}
    (phone,) = offered(engine, "shop:1:senior").values()
    assert (phone.element_id, phone.begun) == ("phone", 1)
    choose(engine, offered(engine)["visit"])
    assert task_of(engine, instance_id).element_id == "visit"


def test_who_chooses_follows_the_variables_and_costs_no_further_statement(
    engine: Engine, database: sa.Engine
) -> None:
    names = [f"call{number}" for number in range(30)]
    deploy(engine, desk(user("one", SHOP)))
    deploy(engine, desk(*(user(name, SHOP) for name in names), process_id="many"))
    statements: list[str] = []
    sa.event.listen(database, "before_cursor_execute", lambda *args: statements.append(args[2]))
    counts = []
    for process_id, activity in (("desk_work", "one"), ("many", "call7")):
        instance_id = begin(engine, process_id, done=False)
        choice = offered(engine)[activity]
        statements.clear()
        choose(engine, choice)
        counts.append(len(statements))
        complete(engine, task_of(engine, instance_id).id, shop="2")
        assert activity in offered(engine, "shop:2")
        assert activity not in offered(engine)
        with engine.transaction() as session:
            cancel_instance(engine, session, instance_id, reason="完", actor=SELLER)
    assert counts[0] == counts[1]


def test_after_the_condition_holds_nothing_is_offered_while_the_rest_is_awaited(engine: Engine) -> None:
    body = user("call", SHOP) + "<bpmn:completionCondition>done</bpmn:completionCondition>"
    waiting = element("adHocSubProcess", "desk", body, cancelRemainingInstances="false")
    deploy(engine, diagram("desk_work", start(), waiting, end(), flows("start", "desk", "end")))
    instance_id = begin(engine, "desk_work", done=False)
    choice = offered(engine)["call"]
    (one,) = choose(engine, choice)
    (other,) = choose(engine, choice)
    complete(engine, one, done=True)
    assert offered(engine) == {}
    with pytest.raises((BegunMeanwhile, ActivityNotEnabled)):
        choose(engine, choice)
    complete(engine, other)
    assert instance_of(engine, instance_id).status == "completed"
