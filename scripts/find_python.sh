#!/bin/sh
# Print the first Python on PATH that is 3.11 or later.
for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if command -v "$name" >/dev/null 2>&1 &&
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        command -v "$name"
        exit 0
    fi
done
echo "Python 3.11 or later was not found on PATH. Install it (python3 and python3-venv) and try again." >&2
exit 1
