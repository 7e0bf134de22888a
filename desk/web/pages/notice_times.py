"""When the staff hears of incidents: what is in force for each service and each source. It is changed in desk.toml."""

from fastapi import APIRouter
from starlette.responses import Response

from desk.hooks import Hooks
from desk.web.page import SignedIn
from desk.web.queries import counts, notice_times

router = APIRouter()


@router.get("/times")
def show(page: SignedIn) -> Response:
    services = page.services
    hooks = [hook.id for hook in Hooks(services.engine, services.clock).all()]
    with page.reading() as connection:
        policy = counts.policy(connection)
        return page.render(
            connection,
            "notice_times.html",
            services=notice_times.of_services(policy),
            sources=notice_times.of_sources(policy, hooks),
            chains=policy.escalations,
            in_force=policy,
        )
