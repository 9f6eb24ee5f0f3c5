"""A part of the portal that exists only in tests: it adds a kind of deadline by declaring it in its own `due.py`."""
