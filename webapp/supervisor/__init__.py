"""What `./tuidan up` does: an embedded PostgreSQL, the browser's files, web and worker.

Nothing here runs in a production that starts web and worker itself.
"""
