"""Words that a password of this portal must not be built on."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

from people.models import User

WORDS = ("bexley", "council", "portal", "socialcare", "learninganddevelopment")
MESSAGE = "Choose a password without your own name and without the name of the council or the portal."


class ContextWordValidator:
    """Refuses the council's name, the product's and the person's own: the first that a guesser tries."""

    def validate(self, password: str, user: User | None = None) -> None:
        letters = re.sub(r"[\W\d_]+", "", password.casefold())
        if any(word in letters for word in (*WORDS, *self._own(user))):
            raise ValidationError(MESSAGE, code="password_context_word")

    def get_help_text(self) -> str:
        return MESSAGE

    def _own(self, user: User | None) -> list[str]:
        if user is None:
            return []
        names = [user.email.split("@")[0]]
        if user.person:
            names += [user.person.given_name, user.person.family_name]
        parts = [part for name in names for part in re.split(r"[\W\d_]+", name.casefold())]
        return [part for part in parts if len(part) >= 4]
