"""The operator's page of data stores: values, who wrote them, and pages."""

from __future__ import annotations

from engine import tables
from engine.actors import SYSTEM
from engine.clock import FixedClock
from tests.diagrams import diagram, end, flows, script, start
from tests.integration.web.conftest import Person, Street
from tests.integration.web.test_pages import check

SHELF = diagram(
    "shelving",
    '<bpmn:dataStoreReference id="at_shelf" dataStoreRef="shelf"/>',
    start(),
    script(
        "put",
        "shelf = ['<b>' + word for word in words]",
        "<bpmn:dataOutputAssociation><bpmn:targetRef>at_shelf</bpmn:targetRef></bpmn:dataOutputAssociation>",
    ),
    end(),
    flows("start", "put", "end"),
    more='<bpmn:dataStore id="shelf" name="货架" capacity="99"/>',
)


def mend(operator: Person) -> None:
    """An operator looks at a value, sees what a new one changes, and gives it."""
    page = check(operator, "/operator/stores/shelf")
    assert "&lt;b&gt;a" in page
    assert operator.get("/operator/stores/none").status_code == 404
    assert operator.get("/operator/stores/a%00b").status_code == 404
    form = {"version": "1", "value": '["<i>c"]'}
    for wrong in ("nonsense", "5", '["<b>a", "<b>b"]'):
        assert "无法执行" in operator.post("/operator/stores/shelf/preview", form | {"value": wrong}).text
    seen = operator.post("/operator/stores/shelf/preview", form)
    assert "&lt;b&gt;a" in seen.text
    assert 'value="[&#34;&lt;i&gt;c&#34;]"' in seen.text
    stale = form | {"version": "0", "reason": "x"}
    assert "无法执行" in operator.post("/operator/stores/shelf/preview", stale).text
    assert operator.post("/operator/stores/shelf", stale).status_code == 409
    assert operator.post("/operator/stores/shelf", form).status_code == 400, "without a reason"
    assert operator.post("/operator/stores/shelf", form | {"reason": "放错了"}).status_code == 303
    page = check(operator, "/operator/stores")
    assert "&lt;i&gt;c" in page
    assert "运维人员" in page
    assert operator.post("/operator/stores/shelf", form | {"reason": "twice"}).status_code == 409


def test_stores_are_shown_with_who_wrote_them(street: Street, clock: FixedClock) -> None:
    operator, engine = street.person("ops1"), street.tuidan.engine
    assert "没有数据存储" in check(operator, "/operator/stores")
    with street.tuidan.transaction() as session:
        engine.definitions.deploy(session, {"shelving.bpmn": SHELF}, actor=SYSTEM, now=clock.now())
    assert "尚未写入" in check(operator, "/operator/stores")
    with street.tuidan.transaction() as session:
        words = {"words": ["a", "b"]}
        instance_id = engine.start(session, "shelving", business_key="K1", variables=words, actor=SYSTEM)
    page = check(operator, "/operator/stores")
    assert "货架" in page
    assert "最多 99 项" in page
    assert "&lt;b&gt;a" in page
    assert f"/operator/instances/{instance_id}" in page
    assert "已写入数据存储" in check(operator, f"/operator/instances/{instance_id}")
    mend(operator)
    with street.tuidan.transaction() as session:
        many = (
            tables.DataStore(id=f"s{n:03}", name=f"s{n:03}", version=0, value=["x" * 9000]) for n in range(30)
        )
        session.add_all(many)
    first = check(operator, "/operator/stores")
    assert "after=s019" in first
    assert len(first) < 100_000, "long values are cut"
    assert "s020" in check(operator, "/operator/stores?after=s019")
    check(operator, "/operator/stores?after=zzz%00")
    assert street.person("seller1").get("/operator/stores").status_code == 403
