"""The web application, the HTTP API and the command line: the only layer that knows Flask."""
