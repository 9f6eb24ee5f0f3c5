"""Sign-in, one's own pages and those of everyone."""

from __future__ import annotations

from tests.journeys.pages.seen import Seen, person, reset_link, second_factor, second_factor_wrong, send, write

ENTRANCE = [
    Seen("account_login", "account/login.html"),
    Seen("account_login", "account/login.html", state="in error", act=send("Sign in"), in_error=True),
    Seen(
        "account_login",
        "account/login.html",
        state="wrong password",
        act=write({"login": "nobody@people.example", "password": "wrong-passphrase"}, "Sign in"),
        in_error=True,
    ),
    Seen("account_logout", "account/logout.html", "colleague"),
    Seen("account_inactive", "account/account_inactive.html"),
    Seen("account_reset_password", "account/password_reset.html"),
    Seen("account_reset_password", "account/password_reset.html", state="in error", act=send(), in_error=True),
    Seen("account_reset_password_done", "account/password_reset_done.html"),
    Seen("account_reset_password_from_key", "account/password_reset_from_key.html", args=reset_link),
    Seen(
        "account_reset_password_from_key",
        "account/password_reset_from_key.html",
        args=reset_link,
        state="in error",
        act=send(),
        in_error=True,
    ),
    Seen(
        "account_reset_password_from_key",
        "account/password_reset_from_key.html",
        args=lambda scene: {"uidb36": "zz", "key": "used-already"},
        state="used",
    ),
    Seen("account_reset_password_from_key_done", "account/password_reset_from_key_done.html"),
    Seen("account_change_password", "account/password_change.html", "second"),
    Seen(
        "account_change_password",
        "account/password_change.html",
        "second",
        state="in error",
        act=send(),
        in_error=True,
    ),
    Seen("account_reauthenticate", "account/reauthenticate.html", "second"),
    Seen(
        "account_reauthenticate", "account/reauthenticate.html", "second", state="in error", act=send(), in_error=True
    ),
    Seen("mfa_authenticate", "mfa/authenticate.html", state="asked", act=second_factor),
    Seen("mfa_authenticate", "mfa/authenticate.html", state="wrong", act=second_factor_wrong, in_error=True),
    Seen("mfa_reauthenticate", "mfa/reauthenticate.html", "higher"),
    Seen("mfa_index", "mfa/index.html", "second", state="without"),
    Seen("mfa_index", "mfa/index.html", "higher", state="with"),
    Seen("mfa_activate_totp", "mfa/totp/activate_form.html", "second"),
    Seen("mfa_activate_totp", "mfa/totp/activate_form.html", "second", state="in error", act=send(), in_error=True),
    Seen("mfa_deactivate_totp", "mfa/totp/deactivate_form.html", "higher"),
    Seen("mfa_view_recovery_codes", "mfa/recovery_codes/index.html", "higher"),
    Seen("mfa_generate_recovery_codes", "mfa/recovery_codes/generate.html", "higher"),
]

EVERYONE = [
    Seen("home", "bexley_ld/home.html", "starter"),
    Seen("home", "bexley_ld/home.html", "manager"),
    Seen("home", "bexley_ld/home.html", "learning"),
    Seen("home", "bexley_ld/home.html", "head"),
    Seen("home", "bexley_ld/home.html", "buddy"),
    Seen("home", "bexley_ld/home.html", "colleague", state="with nothing"),
    Seen("accessibility", "bexley_ld/accessibility.html"),
    Seen("privacy", "bexley_ld/privacy.html"),
    Seen("govuk:gallery", "govuk/gallery.html", "colleague", is_gallery=True),
    Seen("/team/", "403.html", "colleague", state="refused"),
    Seen("/no-such-page/", "404.html", "colleague", state="not found"),
    Seen("people:me", "people/me.html", "starter"),
    Seen("people:me", "people/me.html", "manager", state="with cover"),
    Seen("reminders:calendar", "reminders/calendar.html", "starter"),
    Seen("reminders:calendar", "reminders/calendar.html", "second", state="made", act=send("Make my calendar link")),
    Seen("people:me_history", "people/me_history.html", "starter"),
    Seen("people:me_history", "people/me_history.html", "colleague", state="empty"),
    Seen("people:cover_add", "people/cover_add.html", "second"),
    Seen("people:cover_add", "people/cover_add.html", "second", state="found", query=lambda scene: "?q=test"),
    Seen("people:cover_add", "people/cover_add.html", "second", state="nobody found", query=lambda scene: "?q=xyzzy"),
    Seen(
        "people:cover_add",
        "people/cover_add.html",
        "second",
        state="in error",
        query=lambda scene: "?q=test",
        act=send("Name cover"),
        in_error=True,
    ),
    Seen("people:cover_add_for", "people/cover_add.html", "learning", args=person("manager")),
    Seen("people:manager_change", "people/manager_change.html", "learning", args=person("starter")),
    Seen(
        "people:manager_change",
        "people/manager_change.html",
        "learning",
        args=person("starter"),
        state="in error",
        query=lambda scene: "?q=test",
        act=send(),
        in_error=True,
    ),
    Seen("people:person_search", "people/person_search.html", "colleague"),
    Seen(
        "people:person_search", "people/person_search.html", "colleague", state="found", query=lambda scene: "?q=test"
    ),
    Seen(
        "people:person_search", "people/person_search.html", "colleague", state="none", query=lambda scene: "?q=xyzzy"
    ),
    Seen("people:person_detail", "people/person_detail.html", "colleague", args=person("starter")),
    Seen("people:person_detail", "people/person_detail.html", "manager", args=person("starter")),
    Seen("people:person_detail", "people/person_detail.html", "learning", args=person("starter")),
    Seen("notifications:mail_list", "notifications/mail_list.html", "starter"),
    Seen("notifications:mail_list", "notifications/mail_list.html", "head", state="empty"),
    Seen(
        "notifications:mail_detail",
        "notifications/mail_detail.html",
        "starter",
        args=lambda scene: {"mail_id": scene.mail.pk},
    ),
]
