"""Reading the files of the deploy form: chosen ones, a pasted one, and those sent back to be deployed."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import request
from werkzeug.datastructures import FileStorage

from engine.lint.findings import Finding
from engine.lint.source import make

NAME_MAXIMUM = 120


@dataclass(frozen=True, kw_only=True)
class Upload:
    """What was sent: texts by name, and what can't be a text at all."""

    files: Mapping[str, str]
    problems: tuple[Finding, ...]


def read_upload(known: Iterable[str]) -> Upload:
    """Read the request's files.

    Args:
        known: Names of the files in force; a file of the same base name takes the place of one.
    """
    places = {posixpath.basename(name): name for name in known}
    files: dict[str, str] = {}
    problems: list[Finding] = []
    for upload in request.files.getlist("files"):
        if not upload.filename:
            continue
        name = placed(upload.filename, places)
        text = _text(upload)
        if text is None:
            problems.append(make("file.binary", name))
        else:
            files[name] = text
    for name, text in zip(request.form.getlist("name"), request.form.getlist("text"), strict=False):
        if text.strip():
            files[placed(name or "process.bpmn", places)] = text.replace("\r\n", "\n")
    return Upload(files=files, problems=tuple(problems))


def placed(name: str, places: Mapping[str, str]) -> str:
    """Where a file of some name belongs in the bundle: forms have a folder of their own."""
    base = (
        posixpath.basename(name.replace("\\", "/").replace("\x00", "")).strip()[-NAME_MAXIMUM:]
        or "process.bpmn"
    )
    if base in places:
        return places[base]
    return f"forms/{base}" if base.endswith(".form") else base


def _text(upload: FileStorage) -> str | None:
    try:
        text = upload.stream.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text
