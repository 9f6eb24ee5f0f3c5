from content.services.index import Found, Source, refresh_index, search
from content.services.starter import load_pages

__all__ = ["Found", "Source", "load_pages", "refresh_index", "search"]
