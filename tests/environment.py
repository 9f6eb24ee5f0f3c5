"""Loaded before Django's settings (see pyproject.toml): the whole suite runs in the portal's test mode."""

import os

os.environ["PORTAL_MODE"] = "test"
