"""A real Postfix with its own configuration, queue and ports: a mail server for the people of one domain.

It takes mail at `port` as the domain's MX does, and at `submission` from whoever logs in over TLS. People have
Maildirs; mail for the desk's address (and `address+anything`) is relayed to the desk. The authority that signed its
certificate is `ca`.
"""

import contextlib
import email
import os
import pwd
import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path

from tests.free_ports import free_port
from tests.integration.running_desk import until

DOMAIN = "fernhill.example"
LOGIN, PASSWORD = f"desk@{DOMAIN}", "through-the-smarthost"
_SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=check_recipient_access,texthash:{root}/refused,permit_sasl_authenticated,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """`start` and `stop` it as often as needed; the queue stays. `relay_to` is the port of the desk's SMTP door.

    Who is there and who is refused is read at the start.
    """

    def __init__(self, root: Path, relay_to: int) -> None:
        self.root = root
        self.port = free_port()
        self.submission = free_port()
        self.ca = root / "ca.pem"
        self._config = root / "config"
        self._relay_to = relay_to
        self._set_up()

    def _set_up(self) -> None:
        root, user = self.root, pwd.getpwnam("postfix")
        for name in ("config", "config/sasl", "queue", "data", "mail"):
            (root / name).mkdir(exist_ok=True)
        for name in ("data", "mail"):
            os.chown(root / name, user.pw_uid, user.pw_gid)
        _certificates(root)
        run("saslpasswd2", "-p", "-c", "-f", str(root / "sasldb"), "-u", DOMAIN, "desk", said=PASSWORD)
        os.chown(root / "sasldb", user.pw_uid, user.pw_gid)
        (self._config / "sasl" / "smtpd.conf").write_text(
            f"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\nsasldb_path: {root}/sasldb\n"
        )
        (root / "people").write_text("")
        (root / "refused").write_text("")
        (root / "transport").write_text(f"help@{DOMAIN} smtp:[127.0.0.1]:{self._relay_to}\n")
        (self._config / "master.cf").write_text(_SERVICES.format(port=self.port, submission=self.submission, root=root))
        settings = {
            "compatibility_level": "3.6", "queue_directory": f"{root}/queue", "data_directory": f"{root}/data",
            "myhostname": f"mail.{DOMAIN}", "mydestination": "", "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4", "mynetworks": "", "recipient_delimiter": "+",
            "maillog_file": f"{root}/log", "maillog_file_prefixes": "/tmp", "alias_maps": "",
            "virtual_mailbox_domains": DOMAIN, "virtual_mailbox_base": f"{root}/mail",
            "virtual_mailbox_maps": f"texthash:{root}/people", "transport_maps": f"texthash:{root}/transport",
            "virtual_uid_maps": f"static:{user.pw_uid}", "virtual_gid_maps": f"static:{user.pw_gid}",
            # Who is unknown is told by a bounce, not at once: as behind most MX hosts.
            "virtual_minimum_uid": "1", "smtpd_reject_unlisted_recipient": "no",
            "smtpd_relay_restrictions": "reject_unauth_destination", "smtpd_tls_cert_file": f"{root}/cert.pem",
            "smtpd_tls_key_file": f"{root}/key.pem", "smtpd_tls_security_level": "may",
            "smtpd_sasl_path": "smtpd", "cyrus_sasl_config_path": f"{self._config}/sasl",
            "smtpd_sasl_local_domain": DOMAIN, "minimal_backoff_time": "1s", "maximal_backoff_time": "2s",
            "queue_run_delay": "1s", "smtpd_client_connection_rate_limit": "0",
        }  # fmt: skip
        (self._config / "main.cf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))

    def start(self) -> None:
        run("postfix", "-c", str(self._config), "start")
        until(lambda: _answers(self.port) and _answers(self.submission))

    def stop(self) -> None:
        run("postfix", "-c", str(self._config), "stop")

    def log(self) -> str:
        log = self.root / "log"
        return log.read_text("utf-8", "replace") if log.exists() else ""

    # --- people ---

    def person(self, *names: str) -> None:
        """Give somebody at the domain a mailbox."""
        with (self.root / "people").open("a") as file:
            file.writelines(f"{name}@{DOMAIN} {name}/\n" for name in names)

    def refuse(self, address: str, answer: str) -> None:
        """Refuse this recipient at once."""
        with (self.root / "refused").open("a") as file:
            file.write(f"{address} {answer}\n")

    def mailbox(self, name: str) -> list[EmailMessage]:
        """What somebody has got, as it was delivered; the oldest first."""
        files = sorted((self.root / "mail" / name).glob("new/*"), key=lambda file: file.stat().st_mtime_ns)
        return [email.message_from_bytes(file.read_bytes(), EmailMessage, policy=policy.default) for file in files]

    def raw_mail(self, name: str) -> bytes:
        """The bytes of the only mail that somebody has got, without what the delivery put in front."""
        (file,) = (self.root / "mail" / name).glob("new/*")
        return file.read_bytes()

    def send(self, *mails: EmailMessage) -> None:
        """Hand in mails as another MX of the world does."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as connection:
            for mail in mails:
                connection.send_message(mail)


def a_mail(sender: str, to: str, subject: str, text: str, **fields: str) -> EmailMessage:
    """A mail of a person; `fields` are further header fields, with _ for -."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = f"<{abs(hash((sender, subject, text)))}@{sender.partition('@')[2].strip('>')}>"
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


@contextlib.contextmanager
def a_postfix(relay_to: int) -> Iterator[Postfix]:
    """Postfix in a folder that its own user can enter, not started yet; stopped and removed at the end."""
    root = Path(tempfile.mkdtemp(prefix="quietdesk-postfix-"))
    root.chmod(0o755)
    server = Postfix(root, relay_to)
    try:
        yield server
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):  # a test may have stopped it
            server.stop()
        shutil.rmtree(root)


def run(*command: str, said: str | None = None) -> str:
    done = subprocess.run(command, input=said, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return done.stdout


def _answers(port: int) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as connection:
            return connection.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _certificates(root: Path) -> None:
    """An authority, and a certificate for localhost that it signed."""

    def openssl(*words: str) -> None:
        run("openssl", *words)

    openssl(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Fernhill CA",
        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign",
        "-keyout", f"{root}/ca.key", "-out", f"{root}/ca.pem",
    )  # fmt: skip
    openssl(
        "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
        "-keyout", f"{root}/key.pem", "-out", f"{root}/request.pem",
    )  # fmt: skip
    openssl(
        "x509", "-req", "-in", f"{root}/request.pem", "-CA", f"{root}/ca.pem", "-CAkey", f"{root}/ca.key",
        "-CAcreateserial", "-days", "2", "-copy_extensions", "copyall", "-out", f"{root}/cert.pem",
    )  # fmt: skip
