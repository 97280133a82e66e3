"""What shops' systems ask for by the HTTP API: their cases and tasks, and requests that may come twice."""
