from content.services.index import Found, Source, refresh_index, search
from content.services.mistakes import report_mistake, set_mistake_state
from content.services.starter import load_pages

__all__ = ["Found", "Source", "load_pages", "refresh_index", "report_mistake", "search", "set_mistake_state"]
