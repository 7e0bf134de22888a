"""Who is on call now and next, which chains there are, and how the webhooks are."""

from fastapi import APIRouter
from starlette.responses import Response

from desk.web.page import SignedIn
from desk.web.queries import counts, staff

router = APIRouter()


@router.get("/on-call")
def show(page: SignedIn) -> Response:
    with page.reading() as connection:
        policy = counts.policy(connection)
        return page.render(
            connection,
            "on_call.html",
            rotas=staff.rotas(policy, page.now),
            chains=staff.uses(policy),
            plain=[route for route in policy.routes if route.escalation is None],
            webhooks=staff.lines(connection, page.services.settings.webhooks),
            in_force=policy,
        )
