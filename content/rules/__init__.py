"""How a text falls into paragraphs and lists, and how words are compared by the search."""

from content.rules.mistakes import MOST_REPORTED, REPORTED_WITHIN, check_can_report
from content.rules.searching import asked_words, normal, score
from content.rules.text import Block, blocks

__all__ = [
    "MOST_REPORTED",
    "REPORTED_WITHIN",
    "Block",
    "asked_words",
    "blocks",
    "check_can_report",
    "normal",
    "score",
]
