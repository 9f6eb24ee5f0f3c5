"""The page that shows the council how things move is drawn from the tables themselves."""

import draw_states


def test_the_page_of_states_is_up_to_date() -> None:
    assert draw_states.TARGET.read_text() == draw_states.drawing()
