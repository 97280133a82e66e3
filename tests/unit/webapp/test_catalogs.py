"""Every text that a reader can meet has its Chinese, and every code has its words."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import engine
import processes
import webapp
from engine.errors import TuidanError
from processes.cases.reasons import REASONS, REFUSALS
from processes.cases.rules import CaseStatus, Flow, Outcome
from processes.cases.timeline import KINDS
from processes.catalog.rules import CATEGORIES
from processes.notifications.templates import TEMPLATES
from processes.orders.rules import TENDERS, OrderState
from processes.people.roles import Role
from processes.shipping.rules import ShipmentState
from webapp.cases import timeline
from webapp.errors import texts
from webapp.i18n import TRANSLATIONS
from webapp.people.notifications import SENTENCES
from webapp.wording import WORDS
from webapp.wording.tones import TONES

WEBAPP = Path(webapp.__file__).parent
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)")

# Shown by the command line only, to whoever installs the product, in English.
COMMAND_LINE = ("webapp.settings", "webapp.supervisor", "webapp.cli", "webapp.checks", "webapp.migrations")


def _texts() -> set[str]:
    found = extract_from_dir(
        WEBAPP, METHODS, keywords=KEYWORDS, directory_filter=lambda d: "node_modules" not in d
    )
    found_texts = (message for _, _, message, _, _ in found if message)
    return {_first(message) for message in found_texts}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    with (TRANSLATIONS / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


def _first(text: str | Sequence[str] | None) -> str:
    """The singular of a text that may have a plural."""
    return text if isinstance(text, str) else next(iter(text or [""]))


def _pairs(catalog: Catalog) -> Iterator[tuple[str, str]]:
    for message in catalog:
        if message.id:
            yield _first(message.id), _first(message.string)


def test_every_text_is_translated(catalog: Catalog) -> None:
    translated = {source for source, chinese in _pairs(catalog) if chinese}
    assert sorted(_texts() - translated) == []


def test_the_catalog_holds_nothing_that_is_no_longer_used(catalog: Catalog) -> None:
    assert sorted({source for source, _ in _pairs(catalog)} - _texts()) == []


def test_translations_name_no_placeholder_that_the_source_lacks(catalog: Catalog) -> None:
    for source, chinese in _pairs(catalog):
        assert set(PLACEHOLDER.findall(chinese)) <= set(PLACEHOLDER.findall(source)), source


def _errors(base: type[TuidanError] = TuidanError) -> Iterator[type[TuidanError]]:
    for error in base.__subclasses__():
        yield error
        yield from _errors(error)


def test_every_refusal_that_a_page_can_show_has_its_text() -> None:
    for package in (engine, processes, webapp):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(("__main__", ".env")) and ".versions" not in module.name:
                importlib.import_module(module.name)
    missing = {
        error.code
        for error in _errors()
        if error.__module__.startswith(("engine.", "processes.", "webapp."))
        and not error.__module__.startswith(COMMAND_LINE)
        and error.code not in texts.MESSAGES
    }
    assert sorted(missing - {"bundle.unreadable"}) == []


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        ("order_state", list(OrderState)),
        ("case_status", list(CaseStatus)),
        ("outcome", list(Outcome)),
        ("flow", list(Flow)),
        ("flow_hint", list(Flow)),
        ("reason", list(REASONS)),
        ("evidence", [reason.evidence for reason in REASONS.values()]),
        ("refusal_code", list(REFUSALS)),
        ("tender", list(TENDERS)),
        ("shipment_state", list(ShipmentState)),
        ("category", list(CATEGORIES)),
        ("role", list(Role)),
    ],
)
def test_every_code_has_words(table: str, codes: list[str]) -> None:
    assert [code for code in codes if str(code) not in WORDS[table]] == []


def test_every_status_has_a_look() -> None:
    assert [code for code in (*OrderState, *CaseStatus) if str(code) not in TONES] == []


def test_every_notification_has_a_sentence() -> None:
    assert SENTENCES.keys() == TEMPLATES


def test_every_event_of_a_case_has_a_sentence_or_is_silent_on_purpose() -> None:
    worded = timeline.SILENT | timeline.SENTENCES.keys()
    split = {
        "decision_recorded", "return_inspected", "statement_made", "ruling_made", "status_changed",
        "offer_made", "refusal_lapsed",
    }  # fmt: skip
    split |= {"ruling_accepted", "appeal_made", "parcel_ruled"}
    assert sorted(KINDS - worded - split) == []
