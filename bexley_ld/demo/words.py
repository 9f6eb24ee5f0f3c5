"""What invented people write: plain sentences about nobody in particular."""

READY_NOTES = (
    "Done. I have written down two questions for our next supervision.",
    "I did this with a colleague and we talked it through afterwards.",
    "Finished on Tuesday. The certificate is in my training folder.",
    "I found the second half hard and would like to go over it together.",
    "Done, and I have added the links to my own notes.",
    "I joined two visits and wrote half a page on what I noticed.",
)
MANAGER_NOTES = (
    "We met and went through this together.",
    "Arranged, and the dates are in both calendars.",
    "Talked through in supervision.",
)
SIGN_OFF_COMMENTS = (
    "",
    "",
    "Thank you, this is clear.",
    "Well thought through. Bring it to the month 3 review.",
    "Agreed. You asked good questions.",
)
HAND_BACK_REASONS = (
    "Please add what you would do differently next time, then mark it as ready again.",
    "The module is half done: the last unit is still open.",
    "Let us talk about this first. I have put it on the agenda for our next supervision.",
)
DROP_REASONS = (
    "I did this in my last job and have the certificate.",
    "This is not part of the work of our team.",
    "The course is not running this half-year.",
)
DISAGREEMENTS = (
    "I think that the shadowing was enough; my manager would like one more visit.",
    "We see the amount of practice differently and will come back to it at the review.",
)
PERSON_COMMENTS = (
    "I feel at home in the team and know whom to ask. I would like more practice with recording.",
    "The shadowing helped most. Chronologies still take me a long time.",
    "It has been a lot at once, and it is getting easier.",
)
MANAGER_COMMENTS = (
    "A steady start. Asks early and listens well.",
    "Good contact with people and families; next we work on writing shorter.",
    "Reliable and thoughtful. We agreed what comes next.",
)
NEXT_STEPS = (
    "Two joint visits before the next review; read the recording guide.",
    "Book the two open e-learning modules; keep Thursday mornings free for writing.",
    "Take on a first piece of work alone, with a talk before and after.",
)
STOP_REASON = "Has taken another post and leaves the service."
EXTEND_REASONS = {
    "part_time": "Part-time hours: the same steps, over a longer time.",
    "absence": "Was away for some weeks.",
    "adjustment": "An agreed adjustment: shorter steps.",
}
PAUSE_REASON = "Away from work. We start again on the return."
NOTES = (
    ("We agreed to keep Thursday mornings free for reading.", True),
    ("Ask about the parking permit.", False),
)
OWN_ITEMS = (
    ("Meet the welfare rights team", "Many people we support ask about money first."),
    ("Visit the day centre for a morning", "It helps to know the places that people talk about."),
    ("Sit in on a duty morning", "The calls show what the rest of the week brings."),
)
