from govuk.typed import EvidenceField, FormKeyField, LongTextField
from induction.forms.checkpoint import (
    AnswerDropForm,
    CheckpointForm,
    ReadyForm,
    ReasonForm,
    SignatureForm,
    SignManyForm,
)
from induction.forms.plan import (
    AgreeForm,
    BuddyForm,
    CancelPauseForm,
    ExtendForm,
    MoveForm,
    NoteForm,
    PauseForm,
    ResumeForm,
)
from induction.forms.review import ReviewForm, ReviewSignForm

__all__ = [
    "AgreeForm",
    "AnswerDropForm",
    "BuddyForm",
    "CancelPauseForm",
    "CheckpointForm",
    "EvidenceField",
    "ExtendForm",
    "FormKeyField",
    "LongTextField",
    "MoveForm",
    "NoteForm",
    "PauseForm",
    "ReadyForm",
    "ReasonForm",
    "ResumeForm",
    "ReviewForm",
    "ReviewSignForm",
    "SignManyForm",
    "SignatureForm",
]
