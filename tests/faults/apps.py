"""Moves the clock of a process, kills it at a given point, or takes one protection away: the damage must show."""

import os

import time_machine
from django.apps import AppConfig


class FaultsConfig(AppConfig):
    name = "tests.faults"
    label = "faults"

    def ready(self) -> None:
        from tests.faults import switches  # noqa: PLC0415 - it needs the models

        if clock := os.environ.get("FAULT_CLOCK"):
            time_machine.travel(clock, tick=True).start()
        for name in filter(None, os.environ.get("FAULT_WITHOUT", "").split(",")):
            switches.WITHOUT[name]()
        for name in filter(None, os.environ.get("FAULT_AT", "").split(",")):
            switches.AT[name]()
