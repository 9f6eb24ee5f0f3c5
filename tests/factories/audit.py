"""Plain stand-ins for who does something, as the audit app sees them."""

from dataclasses import dataclass


@dataclass
class Someone:
    pk: int = 1
    full_name: str = "Ada Test-Sample"
