"""The API: the same records and the same actions as on the pages, as JSON, with a bearer token."""

from fastapi import APIRouter

from desk.web.api import acting, alerts, model, reading
from desk.web.api.schema import describe

router = APIRouter()
router.include_router(reading.router)
router.include_router(alerts.router)
router.include_router(model.router)
router.include_router(acting.router)

__all__ = ["describe", "router"]
