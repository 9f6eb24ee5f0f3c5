"""What happens to the induction plans of invented people: each story ends in a state of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """When people of this story started, how many there are, and how their plan went."""

    name: str
    started_days_ago: tuple[int, int] = (0, 0)
    at_least: int = 3
    share: float = 0.0
    is_starter: bool = True
    has_no_manager: bool = False
    job_role: str = ""  # an adults' job role that this story needs
    leaves_days_ago: int | None = None

    def quota(self, size: int) -> int:
        return max(self.at_least, round(self.share * size))


LONG_SERVING = Story("long serving", at_least=0, is_starter=False)
MANAGERS_STORY = "on track"
# Among the reports of the demonstration's manager, so that the queue shows a real morning.
STORIES_OF_SHOWN_TEAM = ("behind", "half agreed", "behind", "on track")
# Among those of the manager for whom cover@ acts.
STORIES_OF_COVERED_TEAM = ("behind", "on track")

STORIES: dict[str, Story] = {
    story.name: story
    for story in (
        Story("to come", started_days_ago=(-42, -7), at_least=3, share=0.008),
        Story("to agree", started_days_ago=(0, 12), share=0.004),
        Story("half agreed", started_days_ago=(3, 20), share=0.004),
        Story("on track", started_days_ago=(25, 170), at_least=4, share=0.025),
        Story("behind", started_days_ago=(60, 165), share=0.01),
        Story("paused", started_days_ago=(70, 150), share=0.004),
        Story("extended", started_days_ago=(190, 215), share=0.003),
        Story("ending", started_days_ago=(176, 183), share=0.003),
        Story("completed", started_days_ago=(200, 330), share=0.02),
        Story("stopped", started_days_ago=(60, 200), share=0.003),
        Story("without a manager", started_days_ago=(5, 20), at_least=1, share=0.001, has_no_manager=True),
        Story("without a programme", started_days_ago=(5, 20), at_least=1, job_role="R04"),
        Story("leaver", at_least=1, share=0.01, is_starter=False, leaves_days_ago=9),
    )
}
