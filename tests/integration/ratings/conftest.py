"""Ratings are tested in the same street as the other pages."""

from tests.integration.web.conftest import street

__all__ = ["street"]
