"""One module per subject, each with a `router`."""

from desk.web.pages import (
    alerts,
    card,
    categories,
    content,
    health,
    ignored,
    lab,
    login,
    mail,
    mappings,
    model,
    notice_times,
    on_call,
    overview,
    problems,
    quarantine,
    queue,
    record,
    rules,
    search,
    services,
    silences,
    sources,
    suggestions,
    unsubscribe,
)

ROUTERS = (
    health.router, login.router, overview.router, queue.router, record.router, content.router, suggestions.router,
    problems.router, mail.router, sources.router, quarantine.router, search.router,
    unsubscribe.router, card.router, rules.router, mappings.router, lab.router, services.router,
    ignored.router, silences.router, alerts.router,
    on_call.router, notice_times.router, model.router, categories.router,
)  # fmt: skip
