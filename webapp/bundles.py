"""Reading a folder of diagrams, tables and forms into a bundle."""

from __future__ import annotations

from pathlib import Path

from engine.definitions import SUFFIXES
from engine.errors import TuidanError


class BundleUnreadable(TuidanError):
    """{path} can't be read as a bundle: {reason}."""

    code = "bundle.unreadable"


def read_bundle(path: Path) -> dict[str, str]:
    """Return the files of a folder, or the one file, by their names inside it.

    Args:
        path: A folder such as ``bpmn``, or a single file.

    Raises:
        BundleUnreadable: It isn't there, has nothing to deploy, or isn't text in UTF-8.
    """
    if not path.exists():
        raise BundleUnreadable(path=path, reason="there is no such folder or file")
    folder = path if path.is_dir() else path.parent
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    bundle = {}
    for file in found:
        if file.is_file() and file.suffix in SUFFIXES:
            name = file.relative_to(folder).as_posix()
            try:
                bundle[name] = file.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                raise BundleUnreadable(path=file, reason="it is not text in UTF-8") from None
            except OSError as error:
                raise BundleUnreadable(path=file, reason=error.strerror or error) from None
    if not bundle:
        raise BundleUnreadable(path=path, reason=f"there are no files named {', '.join(SUFFIXES)} in it")
    return bundle
