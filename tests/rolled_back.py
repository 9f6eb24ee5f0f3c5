"""A database that forgets: what happens inside is rolled back, so that a module may load once for all its tests."""

from __future__ import annotations

from django.db import transaction


class RolledBack:
    """As Django's TestCase does, so that durable blocks are allowed inside."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic._from_testcase = True  # type: ignore[attr-defined]
        self.atomic.__enter__()

    def __exit__(self, *error: object) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
