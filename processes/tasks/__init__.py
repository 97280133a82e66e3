"""People's tasks in any process, those among them that no cancellation case stands behind."""
