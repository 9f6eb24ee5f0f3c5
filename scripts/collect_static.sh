#!/bin/sh
# Collect, hash and compress the static files when anything they are made from is newer than the last time.
stamp=staticfiles/.stamp
# Apps have static folders too; nothing in them has a space in its name.
for source in static/build/.stamp requirements/runtime.txt bexley_ld/settings.py $(find ./*/static -type f); do
    if [ ! -e "$stamp" ] || [ "$source" -nt "$stamp" ]; then
        PORTAL_MODE=demo .venv/bin/python manage.py collectstatic --clear --noinput --verbosity 0 && touch "$stamp"
        exit $?
    fi
done
