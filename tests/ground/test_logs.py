"""What the log may hold of an address."""

import pytest

from bexley_ld.logs import without_secrets


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/calendar/TOKEN.ics", "/calendar/…"),
        ("/calendar//TOKEN.ics", "/calendar/…"),
        ("//calendar/TOKEN.ics", "/calendar/…"),
        ("/Calendar/TOKEN.ics", "/Calendar/…"),
        ("/calendar/../TOKEN.ics", "/calendar/…"),
        ("/calendar/\nTOKEN.ics", "/calendar/…"),
        ("GET /account/password/reset/key/3-TOKEN/", "GET /account/password/reset/key/…"),
        ("/calendar/", "/calendar/"),
        ("/people/", "/people/"),
    ],
)
def test_a_secret_link_is_not_written_down_however_it_is_spelled(path: str, written: str) -> None:
    assert without_secrets(path) == written
