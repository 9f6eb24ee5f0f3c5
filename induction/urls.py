from django.urls import path

from induction.views import checkpoint, dates, overview, plan, programme, review, sign_off

app_name = "induction"

urlpatterns = [
    path("", plan.plan_mine, name="plan_mine"),
    path("plans/<int:pk>/", plan.plan_detail, name="plan_detail"),
    path("plans/<int:pk>/record/", plan.plan_record, name="plan_record"),
    path("plans/<int:pk>/history/", plan.plan_history, name="plan_history"),
    path("plans/<int:pk>/notes/", plan.plan_notes, name="plan_notes"),
    path("plans/<int:pk>/agree/", plan.plan_agree, name="plan_agree"),
    path("plans/<int:pk>/buddy/", plan.plan_buddy, name="plan_buddy"),
    path("plans/<int:pk>/buddy/remove/", plan.plan_buddy_remove, name="plan_buddy_remove"),
    path("plans/<int:pk>/pause/", dates.plan_pause, name="plan_pause"),
    path("plans/<int:pk>/pause/cancel/", dates.plan_pause_cancel, name="plan_pause_cancel"),
    path("plans/<int:pk>/resume/", dates.plan_resume, name="plan_resume"),
    path("plans/<int:pk>/extend/", dates.plan_extend, name="plan_extend"),
    path("plans/<int:pk>/move/", dates.plan_move, name="plan_move"),
    path("plans/<int:pk>/add/", checkpoint.checkpoint_add, name="checkpoint_add"),
    path("notes/<int:pk>/share/", plan.note_share, name="note_share"),
    path("checkpoints/sign-off/", sign_off.checkpoints_sign_off, name="checkpoints_sign_off"),
    path("checkpoints/<int:pk>/", checkpoint.checkpoint_detail, name="checkpoint_detail"),
    path("checkpoints/<int:pk>/change/", checkpoint.checkpoint_change, name="checkpoint_change"),
    path("checkpoints/<int:pk>/undo/", checkpoint.checkpoint_act, {"act": "undo"}, name="checkpoint_undo"),
    path(
        "checkpoints/<int:pk>/propose-to-leave-out/",
        checkpoint.checkpoint_act,
        {"act": "propose_drop"},
        name="checkpoint_propose_drop",
    ),
    path("checkpoints/<int:pk>/leave-out/", checkpoint.checkpoint_act, {"act": "drop"}, name="checkpoint_drop"),
    path("checkpoints/<int:pk>/disagree/", checkpoint.checkpoint_act, {"act": "disagree"}, name="checkpoint_disagree"),
    path("checkpoints/<int:pk>/answer/", checkpoint.checkpoint_answer_drop, name="checkpoint_answer_drop"),
    path("programmes/<slug:code>/", programme.programme_detail, name="programme_detail"),
    path("overview/", overview.overview, name="overview"),
    path("overview/plans.csv", overview.overview_csv, name="overview_csv"),
    path("reviews/<int:pk>/", review.review_detail, name="review_detail"),
    path("reviews/<int:pk>/sign/", review.review_sign, name="review_sign"),
]
