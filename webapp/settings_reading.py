"""Reading settings: typed values out of strings, and refusals that name the setting and never a secret."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.errors import Kind, TuidanError

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"", "0", "false", "no", "off"})


class SettingInvalid(TuidanError):
    """{name} is {value!r}: {remedy}."""

    code = "settings.invalid"


class SettingMissing(TuidanError):
    """{name} is not set, and production needs it: {remedy}."""

    code = "settings.missing"


class NotForProduction(TuidanError):
    """{what} is not for production: {remedy}."""

    code = "settings.not_for_production"
    kind = Kind.FORBIDDEN


class Reader:
    """Reads typed values from a mapping of strings."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str) -> str:
        """Return a text, or the default for an empty one."""
        return self._environ.get(name, "").strip() or default

    def secret(self, name: str) -> str:
        """Return a secret: the variable's, or the content of the file that ``<name>_FILE`` names.

        Raises:
            SettingInvalid: Both are set, or the file can't be read.
        """
        named = self.text(f"{name}_FILE", "")
        if not named:
            return self.text(name, "")
        if self.text(name, ""):
            raise SettingInvalid(
                name=f"{name}_FILE", value=named, remedy=f"set either it or {name}, not both"
            )
        try:
            return Path(named).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingInvalid(
                name=f"{name}_FILE", value=named, remedy="it has to be a file that this account can read"
            ) from None

    def folder(self, name: str, default: Path) -> Path:
        """Return an absolute path."""
        return Path(self.text(name, str(default))).expanduser().resolve()

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        """Return a whole number within limits.

        Raises:
            SettingInvalid: It is no number, or outside them.
        """
        text = self.text(name, str(default))
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise SettingInvalid(name=name, value=text, remedy=f"set it to a number from {low} to {high}")
        return int(text)

    def words(self, name: str, *, known: tuple[str, ...]) -> tuple[str, ...]:
        """Return words that are separated by commas, each of them a known one.

        Raises:
            SettingInvalid: One of them is unknown.
        """
        words = tuple(word.strip() for word in self.text(name, "").split(",") if word.strip())
        if set(words) - set(known):
            raise SettingInvalid(
                name=name, value=",".join(words), remedy="separate by commas some of " + ", ".join(known)
            )
        return words

    def flag(self, name: str, default: bool) -> bool:
        """Return whether something is switched on.

        Raises:
            SettingInvalid: It is neither ``0`` nor ``1``.
        """
        text = self.text(name, "1" if default else "0").lower()
        if text not in _TRUE | _FALSE:
            raise SettingInvalid(name=name, value=text, remedy="set it to 1 or 0")
        return text in _TRUE
