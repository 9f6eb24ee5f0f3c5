from django.apps import AppConfig


class InductionConfig(AppConfig):
    name = "induction"
    verbose_name = "Induction"

    def ready(self) -> None:
        from induction.services import held, still_asked  # noqa: PLC0415 - models are ready only now
        from notifications.delivery import register_refresher  # noqa: PLC0415

        for kind in ("induction.agreement_cleared", "induction.plan_dates_changed"):
            register_refresher(kind, held.refresh_plan_changes)
        register_refresher("induction.review_signature_cleared", held.refresh_cleared_reviews)
        for kind in still_asked.ASKED:
            register_refresher(kind, still_asked.refresher_of(kind))
