"""desk.toml: every setting is documented, every mistake gets a sentence that says what to do."""

import tomllib
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from classify import taxonomy as taxonomies
from classify import taxonomy_edits as edits
from correlate.policy import Policy, Service
from desk.calendars import read_team
from desk.config import ConfigError, Settings, read_secret
from desk.config_file import load_settings, parse_settings, sections_of, settings_of
from desk.config_trial import trials
from desk.config_writing import commented, reference
from desk.database import migrate, open_database
from desk.tables import state

ROOT = Path(__file__).parents[3]
EVERY = [(section.encode_name, field.name) for section in sections_of() for field, _ in settings_of(section.type)]


def problems(text: str, folder: Path = Path("/tmp")) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_settings(tomllib.loads(text), folder)
    return list(caught.value.problems)


def parsed(text: str) -> Settings:
    return parse_settings(tomllib.loads(text), Path("/etc/quietdesk"))


# --- documentation ------------------------------------------------------------------------------


@pytest.mark.parametrize(("section", "setting"), EVERY)
def test_every_setting_is_in_the_file_that_init_writes_and_in_the_docs(section: str, setting: str) -> None:
    written = commented({}).partition(f"\n[{section}]\n")[2].partition("\n[")[0]
    documented = (ROOT / "docs" / "administrator.md").read_text("utf-8")

    assert f"\n#{setting} = " in written
    assert f"| `{setting}` |" in documented.partition(f"### `[{section}]`")[2].partition("\n### ")[0]


def test_the_reference_in_the_docs_is_up_to_date() -> None:
    renew = "run: python -m desk.config_writing docs/administrator.md"

    assert reference().strip() in (ROOT / "docs" / "administrator.md").read_text("utf-8"), renew


def test_the_written_file_is_read_as_the_defaults() -> None:
    text = commented({})
    uncommented = "\n".join(
        line[1:] if line.startswith("#") and not line.startswith("# ") else line for line in text.splitlines()
    ).partition("[mailboxes")[0]

    assert tomllib.loads(text) == {section.encode_name: {} for section in sections_of()}
    assert parse_settings(tomllib.loads(uncommented), Path("/x")) == parse_settings({}, Path("/x"))


def test_what_is_chosen_is_written_as_toml() -> None:
    odd = 'a "quoted" \\ näme\x7f\n'

    text = commented({("desk", "name"): odd, ("desk", "addresses"): ["a@b.c"], ("smtp_in", "enabled"): False})

    raw = tomllib.loads(text)
    assert raw["desk"] == {"name": odd, "addresses": ["a@b.c"]}
    assert raw["smtp_in"] == {"enabled": False}


def test_every_field_of_the_policy_can_be_configured() -> None:
    told = parsed(
        '[desk]\nname = "n"\naddress = "A@B.example"\naddresses = ["c@b.example"]\nown_domains = ["b.example"]\n'
        'message_id_domain = "m.b.example"\nauthserv_ids = ["mx"]\nobserving = ["c@b.example"]\n'
        'timezone = "Europe/Paris"\nlanguage = "fr"\n'
        '[people]\nagents = ["k@b.example"]\nproblem_managers = ["p@b.example"]\nadministrators = ["a@b.example"]\n'
        '[policy]\ngroup_wait = "1m"\njoin_window = "1h"\nresolve_grace = 1\nreopen_for = "1w"\nclose_after = "1d"\n'
        'weights = { "mail.words" = 1.2 }\n'
        'condition_lifetime = "1h"\naddress_limits = ["3 in 1h"]\nrecord_limits = []\n'
        "strangers_per_hour = 9\nticket_days = 2\ndigest_weekday = 4\ndigest_hour = 8\n"
        'false_discovery_rate = 0.05\ncost_time_lost = 0.5\ncost_handling = 20\nmatrix = { "high/low" = "P2" }\n'
        "group_interval = '5m'\nrepeat_interval = '4h'\n"
        "settle = 5\nignored_severities = []\nopen_nonproduction = true\n"
        "rejoin_window = 1\nmail_window = 1\nquiet_after = 1\n"
        "change_windows = true\ninhibit_dependents = false\nwatchdog_after = '2h'\nstorm_incidents = 9\n"
        '[smtp_in]\nrelays = ["10.0.0.0/8"]\n'
        '[mappings.mine]\ntitle = "a.b"\n'
        '[windows.night]\nservices = "erp"\nschedule = "0 3 * * 0"\nduration = "2h"\n'
        '[inhibit.hosts]\nsource = "alertname=HostDown"\ntarget = "severity!=critical"\nequal = ["instance"]\n'
        '[heartbeats.backup]\nperiod = "1d"\n[hooks.nagios]\nlifetime = "1d"\nquiet_after = "2h"\n'
        '[routes.erp]\nservices = "erp"\nescalation = "erp"\n[teams.erp]\npeople = "a@b.c"\n'
        '[escalations.erp]\nlevels = [{ to = ["team:erp", "webhook:erp"] }]\n'
        '[webhooks.erp]\nurl = "https://erp.example/x"\nsecret_env = "X"\n'
        '[spam]\nheaders = ["X-Spam-Flag"]\nscore = 7\nactions = ["Reject"]\nopen_records = true\n'
        '[[rules]]\nname = "r"\nwhen = [["From", "is", "a@b.c"]]\nignore = true\n'
    )
    default = Policy()
    told = msgspec.structs.replace(told, services=(Service(name="s"),))

    policy = told.policy(["h"], epoch=3, teams=[read_team(team) for team in told.teams])

    same = [name for name in policy.__struct_fields__ if getattr(policy, name) == getattr(default, name)]
    assert set(same) <= {
        "page_rules",
        "page_mappings",
        "page_matrix",
        "taxonomy",
        "digest_stopped",
        "callings",
        "edges",
        "agents",
    }, "what people say to the desk itself is not in the file"
    assert policy.address == "a@b.example"
    assert policy.own_addresses == ("a@b.example", "c@b.example")
    assert policy.observing == ("c@b.example", "hook:h")
    assert (policy.group_wait, policy.reopen_for) == (60, 7 * 86400)


# --- mistakes -----------------------------------------------------------------------------------


MISTAKES = """
[desk] | adress = "a@b.c" => [desk]: there is no setting 'adress': did you mean 'address'?
[smtp_inn] | port = 1 => [smtp_inn]: there is no section 'smtp_inn': did you mean 'smtp_in'?
desk = 1 => [desk] is a section: write its settings below a line [desk].
[smtp_in] | port = "25" => [smtp_in] port: expected a whole number, got a text.
[smtp_in] | port = 99999 => [smtp_in] port: expected a whole number <= 65535.
[desk] | addresses = "a@b.c" => [desk] addresses: expected a list in brackets, got a text.
[delivery] | security = "ssl" => [delivery] security: 'ssl' is none of "starttls", "tls", "none".
[policy] | group_wait = "soon" => [policy] group_wait: 'soon' cannot be read: write a number of seconds, or "30s", "5m", "12h" or "14d".
[desk] | address = "desk" => [desk] address: 'desk' is no mail address: it needs a name, an @ and a domain.
[people] | agents = ["Kim <k@b.c>"] => [people] agents: 'Kim <k@b.c>' is no mail address: write the bare address.
[desk] | timezone = "Mars/Base" => [desk] timezone: 'Mars/Base' is not known: write it as in "Europe/Berlin" or "UTC".
[desk] | observing = ["x@b.c"] => [desk] observing: x@b.c is not an address of the desk: name it in addresses too.
[smtp_in] | tls_cert = "a.pem" => [smtp_in] tls_cert and tls_key belong together: set both or neither.
[smtp_in] | require_tls = true => [smtp_in] require_tls needs tls_cert and tls_key.
[smtp_in] | unlimited = ["10.1"] => [smtp_in] unlimited: '10.1' is no network: write it as in "10.0.0.0/8".
[deadman] | url = "hc-ping.com/x" => [deadman] url: 'hc-ping.com/x' is no URL: it begins with https:// (or http://).
[storage] | journal_url = "mysql://x/y" => [storage] journal_url: the desk knows sqlite and postgresql, not mysql.
[storage] | database_url = "postgresql://u:p@h/d" => [storage] database_url holds a password: put it into a file and name that as password_file.
[delivery] | host = "h" | maildir = "m" => [delivery] host and maildir: set one of them, mail can leave by one way only.
[delivery] | host = "h" | username = "u" => [delivery] username needs password_file or password_env.
[delivery] | dkim_domain = "d" => [delivery] dkim_domain, dkim_selector and dkim_key_file belong together: set all or none.
[delivery] | host = "h" | username = "u" | password_env = "X" | security = "none" => [delivery] security = "none" would send the password in the clear: use "starttls" or "tls".
[policy] | matrix = { "high/huge" = "P1" } => [policy] matrix: 'high/huge' is no cell: write impact/urgency, as in "high/low", or impact/urgency/criticality, as in "high/low/1".
[spam] | headers = ["X-Virus"] => [spam] headers: the desk cannot read 'X-Virus'; it knows x-spam-flag, x-spam-status, x-spam-score, x-spam-level, x-spamd-result, x-spam.
[spam] | actions = ["bin"] => [spam] actions: rspamd has no action 'bin'; it has no action, greylist, soft reject, add header, rewrite subject, quarantine, discard, reject.
[spam] | rspamd_url = "localhost" => [spam] rspamd_url: 'localhost' is no URL: it begins with http:// (or https://).
[rules] | a = 1 => [[rules]]: a rule begins with a line [[rules]], in two pairs of brackets.
[[rules]] | name = "n" => [[rules]] n: it needs "when".
[[rules]] | when = [["From", "is", "a@b"]] | stop = true => [[rules]] 1: it needs "name".
[mappings.x] | firing = ["hot"] => [mappings.x] firing: write it as one text in quotes: firing = "…".
[[rules]] | name = "n" | when = [["From", "is", "a@b"]] | prio = "P1" => [[rules]] n: there is no setting 'prio': did you mean 'priority'?
[[rules]] | name = "n" | when = [["From", "is", "a@b"]] | priority = "P9" => [[rules]] n: priority cannot be 'P9'; possible are: P1, P2, P3, P4, P5.
[[rules]] | name = "n" | when = [["From", "is"]] | stop = true => [[rules]] n: when is a list of conditions, each with three texts, as in ["Subject", "contains", "invoice"].
[[rules]] | name = "n" | when = [] | stop = true => [[rules]] n: without a condition it would hold for every mail. Write one, as in ["Subject", "contains", "x"].
[[rules]] | name = "n" | when = [["From", "is", "a@b"]] => [[rules]] n: it does nothing: say what follows from it, as in category, priority, tags, trust, ignore or stop.
[[rules]] | name = "n" | when = [["From", "equals", "a@b"]] | stop = true => [[rules]] n: ["From", "equals", "a@b"]: 'equals' is no comparison; possible are: is, is not, contains, contains not, starts with, ends with, matches, matches not, above, below.
[[rules]] | name = "n" | when = [["the sender", "is", "a@b"]] | stop = true => [[rules]] n: ["the sender", "is", "a@b"]: 'the sender' is no header field and none of envelope sender, recipient, route, body, attachment name, size, verified, written by, alert tool, alert hook, alert severity, alert resource, alert service, alert title, alert label ….
[[rules]] | name = "n" | when = [["Subject", "matches", "(a"]] | stop = true => [[rules]] n: ["Subject", "matches", "(a"]: this is no expression (RE2): missing ): (a.
[[rules]] | name = "n" | when = [["size", "above", "big"]] | stop = true => [[rules]] n: ["size", "above", "big"]: 'big' is no size: write it as in 500KB or 10MB.
[[rules]] | name = "n" | when = [["Subject", "above", "5"]] | stop = true => [[rules]] n: ["Subject", "above", "5"]: "above" and "below" go with "size", and "size" goes with them only.
[[rules]] | name = "n" | when = [["verified", "is", "maybe"]] | stop = true => [[rules]] n: ["verified", "is", "maybe"]: "verified" is "yes" or "no".
[[rules]] | name = "n" | when = [["Subject", "contains", ""]] | stop = true => [[rules]] n: ["Subject", "contains", ""]: say what to look for: every text contains nothing.
[[rules]] | name = "n" | when = [["From", "is", "a@b"]] | ignore = true | trust = "person" => [[rules]] n: it cannot both ignore a mail and trust it: take out one of the two.
[[rules]] | name = "n" | when = [["From", "is", "a@b"]] | tags = "vip" => [[rules]] n: tags is a list of texts, as in ["vip", "board"].
"""  # noqa: E501


@pytest.mark.parametrize(("text", "sentence"), [line.split(" => ") for line in MISTAKES.strip().splitlines()])
def test_each_mistake_has_its_sentence(text: str, sentence: str) -> None:
    assert problems(text.replace(" | ", "\n")) == [sentence]


def test_every_mistake_is_told_at_once() -> None:
    assert len(problems('[desk]\nadress = 1\ntimezone = 2\n[http]\nport = "x"\n[nothing]\n')) == 4


def test_a_file_that_is_no_toml_or_not_there_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text("[desk\naddress = x")
    (tmp_path / "latin.toml").write_bytes(b'[desk]\nname = "\xe4"')
    for name, words in (("desk.toml", "is not TOML"), ("latin.toml", "is not UTF-8"), ("no.toml", "cannot be read")):
        with pytest.raises(ConfigError, match=words):
            load_settings(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[service]]\nname = "a"\ndepends_on = ["db-mian"]\n[[service]]\nname = "db-main"', "did you mean 'db-main'?"),
        ('[[service]]\nname = "a"\n[[service]]\nname = "a"', "the service a is there twice"),
        ('[[service]]\nname = "a"\ncriticality = 9', "criticality is 1 (highest) to 4"),
        ('[[service]]\nname = "a"\nowners = "x"', "did you mean 'owner'?"),
        ('[service]\nname = "a"', "in two pairs of brackets"),
        ("[[services]]\n", "did you mean 'service'?"),
    ],
)
def test_each_mistake_in_the_services_has_its_sentence(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "services.toml").write_text(text)

    (problem,) = problems('[desk]\nservices_file = "services.toml"', tmp_path)

    assert words in problem


# --- values -------------------------------------------------------------------------------------


def test_without_a_file_the_desk_listens_on_loopback_only() -> None:
    settings = parse_settings({}, Path("/srv"))

    assert (settings.smtp_in.listen, settings.http.listen) == ("127.0.0.1", "127.0.0.1")
    assert settings.database_url() == "sqlite:////srv/desk-data/desk.db"
    assert settings.journal_url() == "sqlite:////srv/desk-data/journal.db"


def test_paths_are_relative_to_the_file() -> None:
    settings = parsed('[storage]\ndata_dir = "../data"\n[delivery]\ntemplates = "mail"\nmaildir = "/var/mail/x"')

    assert settings.storage.data_dir == "/etc/data"
    assert (settings.delivery.templates, settings.delivery.maildir) == ("/etc/quietdesk/mail", "/var/mail/x")


def test_sizes_and_durations_may_have_units() -> None:
    settings = parsed('[smtp_in]\nmax_size = "5MB"\ntimeout = "2m"\n[policy]\nreopen_for = "14d"')

    assert (settings.smtp_in.max_size, settings.smtp_in.timeout) == (5 * 1024 * 1024, 120)
    assert settings.policy().reopen_for == 14 * 86400


def test_an_empty_text_unsets() -> None:
    assert parsed('[delivery]\nhost = ""').delivery.host is None


def test_a_password_comes_from_a_file_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text("s3cret/with@signs\n")
    url = 'journal_url = "postgresql+psycopg://desk@db/desk"'

    from_file = parse_settings(tomllib.loads(f'[storage]\n{url}\npassword_file = "password"'), tmp_path)
    monkeypatch.setenv("DESK_DB", "other")
    from_environment = parse_settings(tomllib.loads(f'[storage]\n{url}\npassword_env = "DESK_DB"'), tmp_path)

    assert from_file.journal_url() == "postgresql+psycopg://desk:s3cret%2Fwith%40signs@db/desk"
    assert from_environment.journal_url() == "postgresql+psycopg://desk:other@db/desk"
    assert "s3cret" not in repr(from_file)


def test_a_password_that_cannot_be_had_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    for file, variable, words in (
        (str(tmp_path / "none"), None, "cannot be read: No such file"),
        (str(tmp_path / "empty"), None, "is empty"),
        (None, "NOT_SET_ANYWHERE", "the environment variable NOT_SET_ANYWHERE is not set"),
    ):
        with pytest.raises(ConfigError, match=words):
            read_secret(file, variable, "delivery")


# --- trying -------------------------------------------------------------------------------------


def found(text: str, folder: Path) -> dict[str, bool]:
    settings = parse_settings(tomllib.loads(f"[smtp_in]\nport = 0\n[http]\nport = 0\n{text}"), folder)
    return {finding.words: finding.fatal for finding in trials(settings)}


def test_a_port_in_use_is_a_warning_because_it_may_be_this_desk(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = parse_settings({"smtp_in": {"port": port}, "http": {"port": 0}}, tmp_path)
        words = [finding.words for finding in trials(settings) if "in use" in finding.words and not finding.fatal]

    assert words == [
        f"[smtp_in] port {port} is in use on 127.0.0.1: by this desk if it runs already, else choose another."
    ]


RULE = '[[rules]]\nname = "Cars"\nwhen = [["Subject", "contains", "car"]]\ncategory = "%s"\n'


def test_a_rule_may_name_the_categories_of_the_desk_and_is_told_their_new_names(tmp_path: Path) -> None:
    def said(category: str) -> dict[str, bool]:
        told = found(RULE % category, tmp_path)
        return {words: fatal for words, fatal in told.items() if "category" in words}

    ((words, fatal),) = said("fleet").items()
    assert words.startswith("[[rules]] Cars: there is no category 'fleet'; the desk knows: access rights, ")
    assert fatal
    desk = edits.renamed(edits.added(taxonomies.load(), "fleet"), "printing", "paper")
    engine = open_database(f"sqlite:///{tmp_path / 'desk-data' / 'desk.db'}")
    (tmp_path / "desk-data").mkdir()
    migrate(engine)
    with engine.begin() as connection:
        policy = msgspec.json.encode(Policy(taxonomy=desk)).decode()
        connection.execute(sa.insert(state).values(name="policy", value=policy))
    engine.dispose()
    assert said("fleet") == {}
    assert said("printing") == {"[[rules]] Cars: the category 'printing' is called paper now: name that.": False}
    assert list(said("flet").values()) == [True]


def test_a_mail_server_that_does_not_answer_is_a_warning(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    findings = found(f'[delivery]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"', tmp_path)

    (words,) = [words for words in findings if words.startswith("[delivery]")]
    assert words.startswith(f"[delivery] 127.0.0.1:{port} cannot be reached:")
    assert findings[words] is False


def test_files_that_cannot_be_used_are_errors(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("no certificate")
    (tmp_path / "key.pem").write_text("no key")
    (tmp_path / "key.pem").chmod(0o644)

    findings = found(
        '[model]\nfile = "model.skops"\n[delivery]\nhost = "127.0.0.1"\nca_file = "nothing.pem"\ntemplates = "none"\n'
        'dkim_domain = "d"\ndkim_selector = "s"\ndkim_key_file = "key.pem"\npassword_file = "none"\n',
        tmp_path,
    )

    told = "\n".join(words for words, fatal in findings.items() if fatal)
    for words in (
        "[model] file: there is no file", "[delivery] ca_file: there is no file", "none is not a directory",
        "holds no key that can sign", "[delivery] password_file:",
    ):  # fmt: skip
        assert words in told
    assert any("everybody on this machine can read" in words for words, fatal in findings.items() if not fatal)


def test_a_certificate_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("no certificate")
    settings = parse_settings(
        tomllib.loads('[smtp_in]\nport = 0\ntls_cert = "cert.pem"\ntls_key = "key.pem"\n[http]\nport = 0'), tmp_path
    )

    assert any(finding.fatal and "tls_cert" in finding.words for finding in trials(settings))


def test_listening_for_the_world_without_tls_is_a_warning(tmp_path: Path) -> None:
    settings = parse_settings(
        {"smtp_in": {"port": 0, "listen": "0.0.0.0"}, "http": {"port": 0, "listen": "0.0.0.0"}}, tmp_path
    )

    words = [finding.words for finding in trials(settings) if not finding.fatal]

    assert any(w.startswith("[smtp_in] listen lets other machines in without TLS") for w in words)
    assert any(w.startswith("[http] listen lets other machines in without TLS") for w in words)


def test_checking_makes_nothing(tmp_path: Path) -> None:
    settings = parse_settings({"smtp_in": {"port": 0}, "http": {"port": 0}}, tmp_path)

    assert [finding for finding in trials(settings) if finding.fatal] == []
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "desk-data").write_text("a file in the way")
    (finding,) = [finding for finding in trials(settings) if finding.fatal]
    assert finding.words.startswith("[storage] data_dir: nothing can be written to")
