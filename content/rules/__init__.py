"""How a text falls into paragraphs and lists, and how words are compared by the search."""

from content.rules.searching import asked_words, normal, score
from content.rules.text import Block, blocks

__all__ = ["Block", "asked_words", "blocks", "normal", "score"]
