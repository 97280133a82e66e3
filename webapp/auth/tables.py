"""Failed sign-ins, counted so that guessing passwords is slow."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class SignInFailures(Base):
    """How often sign-in failed for a key since an instant.

    Attributes:
        key: A hash of a login, or of a login and a network address.
        failures: Since ``since``; a sign-in that succeeds forgets them.
    """

    __tablename__ = "sign_in_failures"

    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    since: Mapped[dt.datetime] = mapped_column(index=True)
