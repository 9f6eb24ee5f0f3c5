"""What apps above add to the pages about a person; registered by the project package, so that people knows none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from people.models import Person, User


@dataclass(frozen=True)
class Viewer:
    """Someone who can see a person's record now, and what of it."""

    who: str
    sees: str
    until: dt.date | None = None


@dataclass(frozen=True)
class Panel:
    """A line about a person on their page, with a link to more."""

    title: str
    text: str
    url: str = ""


viewers: list[Callable[[Person, dt.date], list[Viewer]]] = []
warnings: list[Callable[[Person], list[str]]] = []
"""What a person has to know and do about, at the top of their own page."""
panels: list[Callable[[Person, User, dt.date], list[Panel]]] = []
