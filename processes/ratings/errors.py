"""Refusals about ratings. Nothing is changed when one is raised."""

from __future__ import annotations

from engine.errors import Kind, NotFound, TuidanError


class RatingNotFound(NotFound):
    """There is no such rating."""

    code = "rating.not_found"


class StarsInvalid(TuidanError):
    """A rating has from 1 to 5 stars."""

    code = "rating.stars_invalid"


class RatingTextTooLong(TuidanError):
    """The text has {given} characters; {maximum} are allowed."""

    code = "rating.text_too_long"


class RatingNotAsked(TuidanError):
    """The handling of this case can't be rated."""

    code = "rating.not_asked"
    kind = Kind.CONFLICT


class RatingFinal(TuidanError):
    """This rating can't be changed any more."""

    code = "rating.final"
    kind = Kind.CONFLICT


class RatingWordsMissing(TuidanError):
    """This needs words: an answer, or the reason for hiding a rating."""

    code = "rating.words_missing"


class RatingAnswered(TuidanError):
    """This rating was answered by {by} at {at}; one answer is all there is."""

    code = "rating.answered"
    kind = Kind.CONFLICT


class RatingHidden(TuidanError):
    """This rating was hidden at {at}."""

    code = "rating.hidden"
    kind = Kind.CONFLICT
