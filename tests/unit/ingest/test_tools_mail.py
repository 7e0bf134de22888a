"""Notification mails: the stock mails of the tools, and mails that look like them and are not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.alert_mail import alerts_in_mail
from ingest.event import Alert, Mail, Reading
from ingest.mail import read_mail
from ingest.tools.mail_readers import READERS
from tests.processor_time import takes_less_than

SENT = datetime(2025, 3, 4, 9, 0, 3, tzinfo=UTC)


def mail(subject: str, text: str) -> Mail:
    head = f"From: Probe <probe@mon.example.net>\nTo: desk@example.org\nSubject: {subject}\n"
    return read_mail(f"{head}Date: Tue, 04 Mar 2025 09:00:03 +0000\n\n{text}".encode(), Reading(), {})


def only(subject: str, text: str) -> Alert:
    (alert,) = alerts_in_mail(mail(subject, text), Reading())
    return alert


NAGIOS = """***** Nagios *****

Notification Type: {type}

Service: Replication / lag
Host: db7.example.net
Address:
State: {state}

Date/Time: Tue Mar 4 09:00:00 UTC 2025

Additional Info:

{state} - 1200 s behind
"""


def nagios(kind: str, state: str) -> Alert:
    subject = f"** {kind} Service Alert: db7.example.net/Replication / lag is {state} **"
    return only(subject, NAGIOS.format(type=kind, state=state))


def test_nagios_service_mail() -> None:
    alert = nagios("PROBLEM", "CRITICAL")
    assert (alert.tool, alert.status, alert.severity) == ("mail_nagios", "firing", "critical")
    assert (alert.resource, alert.service) == ("db7.example.net", "Replication / lag")
    assert alert.title == "db7.example.net/Replication / lag is CRITICAL"
    assert alert.started_at == datetime(2025, 3, 4, 9, tzinfo=UTC)
    assert alert.description is not None
    assert "1200 s behind" in alert.description


@pytest.mark.parametrize(
    ("kind", "state", "status"),
    [
        ("RECOVERY", "OK", "resolved"),
        ("ACKNOWLEDGEMENT", "CRITICAL", "acknowledged"),
        ("FLAPPINGSTART", "WARNING", "unknown"),
    ],
)
def test_nagios_type_decides_and_the_condition_stays(kind: str, state: str, status: str) -> None:
    alert = nagios(kind, state)
    assert alert.status == status
    assert alert.fingerprint == nagios("PROBLEM", "CRITICAL").fingerprint


def test_nagios_host_mail() -> None:
    alert = only(
        "** PROBLEM Host Alert: gate1 is DOWN **",
        "***** Nagios *****\n\nNotification Type: PROBLEM\nHost: gate1\nState: DOWN\nAddress: 192.0.2.1\nInfo: lost\n",
    )
    assert (alert.resource, alert.service, alert.severity, alert.status) == ("gate1", None, "critical", "firing")


def test_icinga_2_mails_of_both_ages() -> None:
    new = only(
        "[PROBLEM] http on shop1.example.net is WARNING!",
        "***** Service Monitoring on icinga.example.net *****\n\nhttp on shop1.example.net is WARNING!\n\n"
        "Info:    4 s\n\nWhen:    2025-03-04 10:00:01 +0100\nService: http\nHost:    shop1.example.net\n",
    )
    old = only(
        "RECOVERY - shop1.example.net - http is OK",
        "***** Icinga  *****\n\nNotification Type: RECOVERY\n\nService: http\nHost: shop1.example.net\nAddress: \n"
        "State: OK\n\nDate/Time: 2025-03-04 10:05:00 +0100\n\nAdditional Info: fine\n\nComment: []\n",
    )
    assert [alert.tool for alert in (new, old)] == ["mail_icinga2", "mail_icinga2"]
    assert [alert.status for alert in (new, old)] == ["firing", "resolved"]
    assert new.fingerprint == old.fingerprint
    assert new.started_at == datetime(2025, 3, 4, 9, 0, 1, tzinfo=UTC)
    assert old.ended_at == datetime(2025, 3, 4, 9, 5, tzinfo=UTC)


def test_icinga_2_host_mail() -> None:
    alert = only(
        "[PROBLEM] Host gate1 is DOWN!",
        "***** Host Monitoring on icinga.example.net *****\n\nGate 1 is DOWN!\n\nInfo: lost\n\nHost: gate1\n",
    )
    assert (alert.resource, alert.service, alert.status) == ("gate1", None, "firing")


def test_zabbix_mails_of_both_ages() -> None:
    body = "Problem name: Load is high (over 90% for 5m)\nHost: app3\nSeverity: High\nOriginal problem ID: 88\n"
    fired = only("Problem: Load is high (over 90% for 5m)", f"Problem started at 09:00:00 on 2025.03.04\n{body}")
    over = only(
        "Resolved in 5m 3s: Load is high (over 90% for 5m)",
        f"Problem has been resolved at 09:05:03 on 2025.03.04\n{body}",
    )
    assert (fired.status, over.status) == ("firing", "resolved")
    assert fired.fingerprint == over.fingerprint
    assert (fired.resource, fired.severity, fired.title) == ("app3", "major", "Load is high (over 90% for 5m)")
    old = only(
        "OK: Disk is full",
        "Trigger: Disk is full\nTrigger status: OK\nTrigger severity: Average\n\n1. Free (store1:vfs.free): 0\n",
    )
    assert (old.status, old.resource, old.severity) == ("resolved", "store1", "minor")


def test_checkmk_mails() -> None:
    body = "Host:     store2 (store2)\nService:  Filesystem /var\nEvent:    {event}\nSummary:  Used: 97 %\n"
    fired = only("Checkmk: store2/Filesystem /var OK -> CRIT", body.format(event="OK -> CRIT"))
    over = only("Checkmk: store2/Filesystem /var CRIT -> OK", body.format(event="CRIT -> OK"))
    acknowledged = only("Checkmk: store2/Filesystem /var Acknowledged", body.format(event="Acknowledged"))
    assert [alert.status for alert in (fired, over, acknowledged)] == ["firing", "resolved", "acknowledged"]
    assert len({alert.fingerprint for alert in (fired, over, acknowledged)}) == 1
    assert (fired.resource, fired.service, fired.severity) == ("store2", "Filesystem /var", "critical")


def test_monit_mails() -> None:
    body = (
        "{event} Service nginx \n\n\tDate:        Tue, 04 Mar 2025 10:00:00\n\tAction:      restart\n"
        "\tHost:        web9\n"
        "\tDescription: none\n\nYour faithful employee,\nMonit\n"
    )
    fired = only("monit alert --  Connection failed nginx", body.format(event="Connection failed"))
    over = only("monit alert --  Connection succeeded nginx", body.format(event="Connection succeeded"))
    other = only("monit alert --  Resource limit matched nginx", body.format(event="Resource limit matched"))
    started = only("monit alert --  Instance changed nginx", body.format(event="Instance changed"))
    assert (fired.status, over.status, started.kind) == ("firing", "resolved", "control")
    assert fired.fingerprint == over.fingerprint != other.fingerprint
    assert (fired.resource, fired.service) == ("web9", "nginx")


def test_cron_mails() -> None:
    first, second = (
        only("Cron <root@web9> /usr/local/bin/backup --daily", text) for text in ("refused", "refused again")
    )
    assert (first.status, first.resource, first.service) == ("firing", "web9", "cron")
    assert first.fingerprint == second.fingerprint
    assert first.started_at == SENT


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Re: ** PROBLEM Service Alert: db7/lag is CRITICAL **",
            "I look into it.\n\n> Notification Type: PROBLEM\n> Host: db7",
        ),
        ("Fwd: [PROBLEM] http on shop1 is WARNING!", "Can somebody help?\n\nHost: shop1\nService: http\n"),
        ("Problem: I cannot print", "Hello,\n\nmy printer is dead.\n\nHost: pc17\n"),
        ("OK: holidays", "Date: tomorrow\n"),
        ("The host is down", "***** please *****\n\nHost: mine\n"),
        ("Cron", "Cron <root@web9> said something"),
        ("", ""),
    ],
)
def test_mails_of_people_stay_mails(subject: str, text: str) -> None:
    assert alerts_in_mail(mail(subject, text), Reading()) == ()


def test_a_reader_can_be_named() -> None:
    written = mail(
        "** PROBLEM Host Alert: gate1 is DOWN **",
        "***** Nagios *****\n\nNotification Type: PROBLEM\nHost: gate1\nState: DOWN\n",
    )
    assert alerts_in_mail(written, Reading(), "mail_nagios")
    assert not alerts_in_mail(written, Reading(), "mail_zabbix")
    assert set(READERS) == {
        "mail_nagios",
        "mail_icinga2",
        "mail_zabbix",
        "mail_checkmk",
        "mail_monit",
        "mail_cron",
        "mail_generic",
    }


def test_icinga_names_without_their_display_names() -> None:
    text = (
        "***** Icinga 2 Service Monitoring on icinga.example.net *****\n\n"
        "==> lists on mx.example.net is {state}! <==\n\n"
        'Info: x\n\nWhen: 2025-03-04 10:00:01 +0100\nService: lists (Display Name: "Block lists")\n'
        'Host: mx.example.net (Display Name: "Mail")\n'
    )
    fired = only("[PROBLEM] lists on mx.example.net is CRITICAL!", text.format(state="CRITICAL"))
    over = only("[PROBLEM] lists on mx.example.net is OK!", text.format(state="OK"))
    assert (fired.resource, fired.service) == ("mx.example.net", "lists")
    assert (fired.status, over.status) == ("firing", "resolved")
    assert fired.fingerprint == over.fingerprint


def test_a_template_without_a_banner() -> None:
    alert = only(
        "*** PROBLEM *** db1 / Tablespace is CRITICAL",
        "--SERVICE-ALERT---\n- Hostname:    db1\n- Service:     Tablespace\n- State:       CRITICAL\n"
        "- Output:      97 %\n",
    )
    assert (alert.resource, alert.service, alert.severity) == ("db1", "Tablespace", "critical")


SENSOR = (
    "New Status at 2026-03-02 03:13:17: {state}\nSensor: Response Time (SSH Script)\nDevice: lxofmp001\n"
    "Group: offers\nProbe: Local Probe\nLast Message: {said}\n"
)


def unknown_tool(state: str, said: str, sender: str = "Netwatch <sensors@mon.example.net>", more: str = "") -> Mail:
    head = f"From: {sender}\nTo: desk@example.org\nSubject: lxofmp001 Response Time {state} ({said})\n{more}"
    return read_mail(f"{head}\n{SENSOR.format(state=state, said=said)}".encode(), Reading(), {})


def test_a_tool_that_nobody_knows_is_understood_by_its_lines() -> None:
    (fired,) = alerts_in_mail(unknown_tool("Down", "p99 9.2 s"), Reading())
    (over,) = alerts_in_mail(unknown_tool("Up", "p99 0.2 s"), Reading())
    assert (fired.resource, fired.service, fired.title) == ("lxofmp001",) + ("Response Time (SSH Script)",) * 2
    assert (fired.status, over.status) == ("firing", "resolved")
    assert fired.fingerprint == over.fingerprint
    assert "p99 9.2 s" in (fired.description or "")


def test_of_such_a_tool_a_change_is_its_last_state() -> None:
    more = "Auto-Submitted: auto-generated\n"
    (alert,) = alerts_in_mail(unknown_tool("Down -> Up", "fine", "Sam <sam@example.net>", more), Reading())
    assert alert.status == "resolved"


@pytest.mark.parametrize("sender", ["Sam Field <sam.field@example.net>", "Simone Noce <simone.noce@example.net>"])
def test_a_person_who_fills_in_a_form_is_no_tool(sender: str) -> None:
    assert alerts_in_mail(unknown_tool("Down", "p99 9.2 s", sender), Reading()) == ()


def test_a_watching_sender_who_writes_prose_is_no_tool() -> None:
    written = mail("Server down", "Hello,\n\nHost: web1 is down again.\nCan you look?\n\nThanks, the NOC\n")
    assert alerts_in_mail(written, Reading()) == ()


PIECES = st.sampled_from(
    [
        "** PROBLEM Service Alert: a/b is CRITICAL **",
        "[PROBLEM] a on b is DOWN!",
        "***** Nagios *****",
        "Host:",
        "Host: a",
        "Problem: x",
        "Problem name: x",
        "monit alert --  Timeout a",
        "Timeout Service a",
        "Checkmk: a/b OK -> CRIT",
        "Cron <a@b> c",
        "Notification Type: RECOVERY",
        "Service: (Display Name: ",
        "When: 2025-99-99",
        "*" * 300,
        "State: OK",
        "Event: OK -> ?",
        " " * 2000,
        "a:" * 500,
        "�",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=40), max_size=12), PIECES | st.text(max_size=80))
def test_any_mail_is_read_without_a_fault(lines: list[str], subject: str) -> None:
    written = Mail(sender=None, subject=subject, text="\n".join(lines))
    assert all(isinstance(alert, Alert) for alert in alerts_in_mail(written, Reading()))


LONG = ["a: " * 200_000, "*" * 500_000, "Host:\n" * 100_000, " " * 500_000, "(Display Name: " * 50_000]


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_long_mails_are_read_soon(text: str) -> None:
    subject = f"** PROBLEM Host Alert: {'a ' * 5000}is DOWN **"
    mail = Mail(sender=None, subject=subject, text=text)
    assert takes_less_than(100, len(text), lambda: alerts_in_mail(mail, Reading()))


def test_icinga_names_hosts_as_people_call_them() -> None:
    body = """***** Service Monitoring on mon01 *****

http on web01 is CRITICAL!

Info:    HTTP CRITICAL

When:    2025-03-04 09:00:00 +0000
Service: http (Display Name: "Shop front")
Host:    web01 (Display Name: "Web server 1")
"""
    alert = only("[PROBLEM] Shop front on Web server 1 is CRITICAL!", body)
    assert (alert.tool, alert.status, alert.resource, alert.service) == ("mail_icinga2", "firing", "web01", "http")
    assert alert.fingerprint == only("[RECOVERY] http on web01 is OK!", body.replace("CRITICAL", "OK")).fingerprint


def test_a_nagios_subject_with_the_word_alert_is_titled_without_it() -> None:
    alert = only("PROBLEM alert - db7/Load is CRITICAL", NAGIOS.format(type="PROBLEM", state="CRITICAL"))
    assert alert.title == "db7/Load is CRITICAL"
