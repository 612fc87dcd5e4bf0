"""The HTTP API: read the request, call one action, show. FastAPI is imported only here."""
