"""What a stranger, a careless link and a hostile mail can not do."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.pages_desk import PASSWORD, PagesDesk, a_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def mail(subject: str, *parts: str) -> bytes:
    kind = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b"
    head = f"From: eve@example.com\r\nSubject: {subject}\r\n{kind}\r\n"
    return "\r\n".join([head, *(f"--b\r\n{part}" for part in parts), "--b--", ""]).encode()


# --- coming in ---


def test_nobody_sees_anything_without_a_login(desk: PagesDesk) -> None:
    browser = desk.browser()
    for path in ("/", "/queue", "/records/INC-1", "/suggestions", "/mail/1/html", "/inputs/1/raw", "/live", "/api"):
        answer = browser.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/login"), path


def test_the_login_leads_to_where_one_wanted_to_go_but_never_elsewhere(desk: PagesDesk) -> None:
    browser = desk.browser()
    browser.follow("/queue?status=closed")
    browser.post(str(browser.page.url), login="ann", password=PASSWORD)
    assert str(browser.page.url).endswith("/queue?status=closed")
    for target in ("//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"):
        browser = desk.browser()
        browser.get("/login", params={"next": target})
        form = re.search(r'<form method="post" action="([^"]+)"', browser.page.text)
        assert form is not None
        assert "evil" not in form.group(1)
        browser.post(f"/login?next={target}", login="ann", password=PASSWORD)
        assert browser.page.url.host == "desk.example.com"


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(desk: PagesDesk) -> None:
    browser = desk.browser()
    browser.get("/login")
    data = {"csrf": browser.token(), "login": "ann", "password": PASSWORD}
    answer = desk.runner.run(browser.client.post("/login", data=data))
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("desk_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_a_wrong_password_tells_nothing_and_too_many_must_wait(desk: PagesDesk) -> None:
    browser = desk.browser()
    assert browser.sign_in("ann", "wrong").status_code == 401
    known = browser.text
    assert browser.sign_in("nobody", "wrong").status_code == 401
    assert browser.text == known
    for _ in range(5):
        browser.sign_in("ann", "wrong")
    answer = browser.sign_in("ann", PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    desk.pass_time(minutes=16)
    assert browser.sign_in("ann").status_code == 200


def test_signing_out_ends_the_session(desk: PagesDesk) -> None:
    browser = desk.browser("ann")
    browser.get("/queue")
    session = browser.client.cookies["desk_session"]
    browser.post("/logout")
    browser.client.cookies.set("desk_session", session, domain="desk.example.com")
    assert browser.get("/queue").status_code == 303


# --- acting ---


def test_a_form_without_its_token_changes_nothing(desk: PagesDesk) -> None:
    number = desk.request()
    browser = desk.browser("ann")
    for path in (f"/records/{number}/take", "/queue", "/mail/held", "/suggestions/SUG-1/accept", "/login"):
        assert browser.post(path, csrf="").status_code == 403, path
        assert browser.post(path, csrf="x" * 32).status_code == 403, path
    assert desk.rows("SELECT assignee FROM records") == [(None,)]


def test_a_token_of_somebody_else_does_not_help(desk: PagesDesk) -> None:
    number = desk.request()
    ann, bob = desk.browser("ann"), desk.browser("bob")
    bob.get("/queue")
    assert ann.post(f"/records/{number}/take", csrf=bob.token()).status_code == 403


def test_roles_are_checked_on_the_server(desk: PagesDesk) -> None:
    name = desk.suggestion(desk.incident("shop-1"))
    broken = desk.journal.head().position
    browser = desk.browser("ann")
    for path in (
        f"/suggestions/{name}/accept",
        f"/suggestions/{name}/decline",
        "/problems/PRB-1",
        f"/quarantine/{broken}/replay",
    ):
        browser.get("/")
        assert browser.post(path, reason="no").status_code == 403, path
    assert desk.rows("SELECT status FROM suggestions") == [("proposed",)]


def test_a_page_that_is_only_looked_at_decides_nothing(desk: PagesDesk) -> None:
    number, name = desk.request(), desk.suggestion(desk.incident("shop-1"))
    head = desk.journal.head().position
    browser = desk.browser("ada")
    for path in (f"/records/{number}/take", f"/suggestions/{name}/accept", "/logout", "/mail/held"):
        assert browser.get(path).status_code in {404, 405, 422}, path
    assert desk.journal.head().position == head


def test_a_form_that_is_too_large_is_refused(desk: PagesDesk) -> None:
    number = desk.request()
    browser = desk.browser("ann")
    browser.get(f"/records/{number}")
    assert browser.post(f"/records/{number}/note", text="x" * 1_100_000).status_code == 413
    browser.get(f"/records/{number}")
    assert browser.post(f"/records/{number}/note", text="x" * 200_000).status_code == 413


# --- what comes from outside ---


def test_every_page_forbids_what_it_does_not_need(desk: PagesDesk) -> None:
    browser = desk.browser("ann")
    for path in ("/", "/queue", "/nothing-here", "/login"):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_pages_have_no_script_style_or_resource_of_elsewhere_in_them(desk: PagesDesk) -> None:
    number, name = desk.request(), desk.suggestion(desk.incident("shop-1"))
    browser = desk.browser("ada")
    fingerprint = desk.value("SELECT fingerprint FROM conditions")
    for path in ("/", "/queue", f"/records/{number}", f"/suggestions/{name}", "/mail", "/sources", "/health", "/api",
                 "/alerts", f"/alerts/{fingerprint}", "/silences", "/on-call", "/times"):  # fmt: skip
        text = browser.get(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text), path
        assert not re.search(r'(?:src|srcset)="(?!/)', text), path


def test_words_from_outside_are_never_markup(desk: PagesDesk) -> None:
    number = desk.request("<script>alert(1)</script>", "<img src=x onerror=alert(1)>\r\n\"'><b>bold</b>")
    browser = desk.browser("ann")
    for path in (
        "/",
        "/queue",
        f"/records/{number}",
        "/mail",
        "/mail/1",
        "/search?q=script",
        "/search?q=<b>",
        "/inputs/2",
    ):
        text = browser.get(path).text
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        assert "<b>bold" not in text, path


def test_an_attachment_is_a_download_of_a_harmless_kind(desk: PagesDesk) -> None:
    number = desk.raw_mail(
        mail(
            "Files",
            "Content-Type: text/plain\r\n\r\nSee attached.",
            'Content-Type: text/html\r\nContent-Disposition: attachment; filename="../../x\u202egpj.html"\r\n\r\n'
            "<script>1</script>",
            'Content-Type: image/svg+xml\r\nContent-Disposition: attachment; filename="a.svg"\r\n\r\n'
            '<svg onload="alert(1)"/>',
            'Content-Type: image/png\r\nContent-Disposition: attachment; filename="b.png"\r\n\r\nPNG',
        )
    )
    browser = desk.browser("ann")
    links = re.findall(r'href="(/inputs/\d+/parts/\d+[^"]*)"', browser.get(f"/records/{number}").text)
    assert len(links) == 3
    for link in links:
        answer = browser.get(link.replace("&amp;", "&"))
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert "/" not in answer.headers["content-disposition"].partition("filename=")[2].replace("''", "")
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    kinds = {browser.get(link.replace("&amp;", "&")).headers["content-type"] for link in links}
    assert kinds == {"application/octet-stream", "image/png"}
    shown = browser.get(links[1].partition("?")[0] + "?show=1")
    assert shown.headers["content-disposition"].startswith("attachment;"), "an SVG is a program, never a picture"


def test_the_html_of_a_mail_runs_nothing_and_fetches_nothing(desk: PagesDesk) -> None:
    desk.raw_mail(
        mail(
            "Offer",
            "Content-Type: text/html\r\n\r\n<p onclick=x() style='background:url(http://e.example/a)'>Hello</p>"
            "<script>alert(1)</script><img src=http://e.example/t.gif><form action=http://e.example><input></form>"
            "<iframe src=http://e.example></iframe><a href='javascript:alert(1)'>here</a>"
            "<link rel=stylesheet href=//e.example>",
        )
    )
    browser = desk.browser("ann")
    answer = browser.get(f"/inputs/{desk.journal.head().position}/html")
    assert "Hello" in answer.text
    assert "e.example" not in answer.text
    assert not re.search(r"<script|<form|<iframe|onclick|javascript:|<link", answer.text)
    policy = answer.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy


def test_an_erased_input_shows_only_its_mark(desk: PagesDesk) -> None:
    number = desk.request("Secret", "My password is 1234.")
    position = desk.journal.head().position
    assert desk.journal.erase(position, "asked by its sender", desk.clock())
    browser = desk.browser("ann")
    assert "was erased" in browser.get(f"/inputs/{position}").text
    assert browser.get(f"/inputs/{position}/raw").status_code == 410
    assert browser.get(f"/records/{number}").status_code == 200
