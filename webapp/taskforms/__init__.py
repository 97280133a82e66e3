"""Forms of user tasks: read from the form-js schema, drawn on the server, parsed from a request.

The engine checks what is submitted by the same schema; nothing here decides anything.
"""

from webapp.taskforms.schema import Condition, Field, Option, fields_of
from webapp.taskforms.values import values_from

__all__ = ["Condition", "Field", "Option", "fields_of", "values_from"]
