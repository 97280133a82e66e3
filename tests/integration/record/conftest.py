"""The record's pages are tested in the same street as the others."""

from tests.integration.web.conftest import street

__all__ = ["street"]
