"""The pages and the API: they read the tables, and whatever they change enters through the journal."""

from desk.web.app import create_app
from desk.web.services import WebServices

__all__ = ["WebServices", "create_app"]
