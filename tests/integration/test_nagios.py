"""A real Nagios sends its own notification mails through a real Postfix into the desk."""

import contextlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.postfix import DOMAIN, Postfix
from tests.integration.running_desk import ADDRESS, RunningDesk, until

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.waits]

PACKAGED = Path("/etc/nagios4/objects/commands.cfg")
SENDER = f"nagios@{DOMAIN}"
_MAIN = """
log_file={root}/nagios.log
cfg_file={root}/objects.cfg
object_cache_file={root}/objects.cache
status_file={root}/status.dat
state_retention_file={root}/retention.dat
lock_file={root}/nagios.pid
temp_file={root}/nagios.tmp
temp_path={root}
check_result_path={root}/results
command_file={root}/rw/nagios.cmd
query_socket={root}/rw/nagios.qh
nagios_user=nagios
nagios_group=nagios
check_external_commands=1
service_inter_check_delay_method=n
host_inter_check_delay_method=n
check_result_reaper_frequency=1
interval_length=1
enable_flap_detection=0
enable_notifications=1
illegal_macro_output_chars=`~$&|'"<>
use_syslog=0
"""
_OBJECTS = """
define timeperiod {{
  timeperiod_name always
  alias always
  monday 00:00-24:00
  tuesday 00:00-24:00
  wednesday 00:00-24:00
  thursday 00:00-24:00
  friday 00:00-24:00
  saturday 00:00-24:00
  sunday 00:00-24:00
}}
define command {{
  command_name state-of-the-test
  command_line {root}/check $ARG1$
}}
define contact {{
  contact_name desk
  email {to}
  host_notification_period always
  service_notification_period always
  host_notification_options d,u,r
  service_notification_options w,u,c,r
  host_notification_commands notify-host-by-email
  service_notification_commands notify-service-by-email
}}
define host {{
  host_name shop-db-1
  alias shop-db-1
  address 192.0.2.17
  check_command state-of-the-test!host
  check_interval 3600
  max_check_attempts 1
  check_period always
  contacts desk
  notification_period always
  notification_interval 0
}}
define service {{
  host_name shop-db-1
  service_description Disk /var
  check_command state-of-the-test!service
  check_interval 1
  retry_interval 1
  max_check_attempts 1
  check_period always
  contacts desk
  notification_period always
  notification_interval 0
}}
"""


class Nagios:
    """A Nagios in a folder of its own with one host and one service, whose states the test sets."""

    def __init__(self, root: Path, program: str, mail_port: int) -> None:
        self.root = root
        self._program = program
        for name in ("results", "rw"):
            (root / name).mkdir()
        hand_over = f"swaks -n --server 127.0.0.1:{mail_port} --from {SENDER} --to {ADDRESS} --data -"
        self._write("mailer", f"#!/bin/sh\nexec {hand_over} >> {root}/mailer.log 2>&1\n")
        self._write("mailrc", f"set sendmail={root}/mailer\n")
        self._write("check", f"#!/bin/sh\ncat {root}/said-$1\nexit $(cat {root}/state-$1)\n")
        self._write("nagios.cfg", _MAIN.format(root=root))
        self._write("objects.cfg", _OBJECTS.format(root=root, to=ADDRESS) + stock_commands())
        for name in ("mailer", "check"):
            (root / name).chmod(0o755)
        self.sets("host", 0, "PING OK - 0.4 ms")
        self.sets("service", 0, "DISK OK - free space: 61 %")

    def _write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def sets(self, what: str, state: int, said: str) -> None:
        """From now on the check of the host or the service ends so."""
        self._write(f"said-{what}", f"{said}\n")
        self._write(f"state-{what}", str(state))

    def start(self) -> subprocess.Popen[bytes]:
        user = pwd.getpwnam("nagios")
        for path in (self.root, *self.root.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid)
        with (self.root / "out.log").open("wb") as log:
            return subprocess.Popen(
                [self._program, str(self.root / "nagios.cfg")], stdout=log, stderr=log, user="nagios", group="nagios",
                env={"MAILRC": str(self.root / "mailrc"), "PATH": "/usr/bin:/bin", "HOME": str(self.root)},
            )  # fmt: skip

    def command(self, said: str) -> None:
        """What somebody does on its pages."""
        with (self.root / "rw" / "nagios.cmd").open("w") as pipe:
            pipe.write(f"[{int(time.time())}] {said}\n")


def stock_commands() -> str:
    """The two notification commands as Debian ships them."""
    found = re.findall(r"define command \{[^}]*notify-(?:host|service)-by-email[^}]*\}", PACKAGED.read_text("utf-8"))
    assert len(found) == 2
    return "\n".join(found)


@pytest.fixture
def nagios(postfix: Postfix, server_program: Callable[[str], str]) -> Iterator[Nagios]:
    program = server_program("nagios4")
    for needed in ("swaks", "bsd-mailx"):
        server_program(needed)
    root = Path(tempfile.mkdtemp(prefix="quietdesk-nagios-"))
    try:
        yield Nagios(root, program, postfix.port)
    finally:
        shutil.rmtree(root)


@contextlib.contextmanager
def running(nagios: Nagios) -> Iterator[None]:
    process = nagios.start()
    try:
        until(lambda: (nagios.root / "rw" / "nagios.cmd").exists())
        yield
    finally:
        process.terminate()
        process.wait(20)


def test_nagios_mails_open_acknowledge_and_end_one_incident(
    desk: RunningDesk, postfix: Postfix, nagios: Nagios
) -> None:
    postfix.person("nagios")
    postfix.start()
    desk.start()

    def conditions() -> list[tuple[object, ...]]:
        return list(desk.rows("SELECT tool, resource, title, status, severity FROM conditions"))

    with running(nagios):
        nagios.sets("service", 2, "DISK CRITICAL - free space: 1 %")
        until(lambda: [row for row in conditions() if row[3] == "firing"], 60)
        ((tool, resource, title, _, severity),) = conditions()
        assert (tool, resource, severity) == ("mail_nagios", "shop-db-1", "critical")
        assert "Disk /var" in str(title)
        ((number, kind),) = until(lambda: desk.rows("SELECT number, type FROM records"))
        assert kind == "incident"
        assert str(number).startswith("INC-")

        nagios.command("ACKNOWLEDGE_SVC_PROBLEM;shop-db-1;Disk /var;1;1;0;ada;I am on it")
        until(lambda: [row for row in conditions() if row[3] == "acknowledged"], 60)

        nagios.sets("service", 0, "DISK OK - free space: 58 %")
        until(lambda: [row for row in conditions() if row[3] == "resolved"], 60)
        until(lambda: desk.rows("SELECT 1 FROM records WHERE status = 'resolved'"), 60)

        nagios.sets("host", 2, "CRITICAL - Host Unreachable (192.0.2.17)")
        nagios.command(f"SCHEDULE_FORCED_HOST_CHECK;shop-db-1;{int(time.time())}")
        until(lambda: [row for row in conditions() if row[3] == "firing"], 60)

    assert len(conditions()) == 2, "the host is another condition than its disk"
    assert postfix.mailbox("nagios") == [], "a machine is not answered"
    assert SENDER not in {to for (to,) in desk.rows('SELECT "to" FROM outbox')}
