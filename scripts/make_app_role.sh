#!/bin/sh
# Runs once, when the database is first made: the application's own role, which owns nothing.
# What it may do is granted after each migration by `manage.py grant_application_role portal_app`.
set -eu
psql --quiet --set ON_ERROR_STOP=1 --set app_password="$APP_PASSWORD" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE portal_app LOGIN PASSWORD :'app_password';
SQL
