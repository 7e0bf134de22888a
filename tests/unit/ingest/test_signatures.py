"""Signed posts: each scheme, and everything that must not pass."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from ingest.signatures import SCHEMES, Signature, fault, proof, secret_problem, sign
from ingest.sns_signatures import (
    Certificates,
    ForgedError,
    NoCertificateError,
    certificate_address,
    check,
    is_sns_host,
    subscribe_address,
    told_apart,
)

NOW = 1_772_440_000.0
BODY = b'{"title": "Disk full"}'
SECRET = b"a-secret-of-the-tool"


def headers(scheme: Signature, secret: bytes = SECRET, body: bytes = BODY, at: float = NOW) -> dict[bytes, str]:
    moment = str(int(at))
    given = {b"webhook-id": "msg_1"}
    if scheme.timestamp:
        given[scheme.timestamp.lower().encode()] = moment
    timed = scheme.timestamp or scheme.timestamp_prefix
    given[scheme.header.lower().encode()] = sign(scheme, secret, given, body, moment if timed else "")
    return given


@pytest.mark.parametrize("name", SCHEMES)
def test_what_is_signed_passes_and_nothing_else(name: str) -> None:
    scheme = SCHEMES[name]
    secret = b"whsec_" + base64.b64encode(SECRET) if scheme.written == "base64" else SECRET
    other = b"whsec_" + base64.b64encode(b"another secret!!") if scheme.written == "base64" else b"another secret"
    good = headers(scheme, secret)

    assert fault(scheme, [secret], good, BODY, NOW) is None
    assert fault(scheme, [other, secret], good, BODY, NOW) is None, "an old secret and a new one"
    assert fault(scheme, [other], good, BODY, NOW)
    assert fault(scheme, [], good, BODY, NOW)
    assert fault(scheme, [secret], good, BODY + b" ", NOW)
    assert fault(scheme, [secret], {}, BODY, NOW)
    if scheme.timestamp or scheme.timestamp_prefix:
        assert fault(scheme, [secret], good, BODY, NOW + scheme.window) is None
        assert "ago" in (fault(scheme, [secret], good, BODY, NOW + scheme.window + 2) or "")
        assert "ago" in (fault(scheme, [secret], good, BODY, NOW - scheme.window - 2) or "")


def test_the_schemes_are_those_of_the_tools() -> None:
    """Written out by hand from the tools' documentation."""
    made = hmac.new(SECRET, BODY, hashlib.sha256).hexdigest()
    timed = hmac.new(SECRET, b"v0:1772440000:" + BODY, hashlib.sha256).hexdigest()
    stripe = hmac.new(SECRET, b"1772440000." + BODY, hashlib.sha256).hexdigest()

    for name, given in {
        "github": {b"x-hub-signature-256": f"sha256={made}"},
        "pagerduty": {b"x-pagerduty-signature": f"v1=00,v1={made}"},
        "sentry": {b"sentry-hook-signature": made},
        "slack": {b"x-slack-signature": f"v0={timed}", b"x-slack-request-timestamp": "1772440000"},
        "stripe": {b"stripe-signature": f"t=1772440000,v1={stripe},v0=1"},
    }.items():
        assert fault(SCHEMES[name], [SECRET], given, BODY, NOW) is None, name


_SLACK = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
    b"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com"
    b"%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121."
    b"803a0bc887a14d10d2c447fce8b6703c"
)
PUBLISHED = {
    "github": (
        b"It's a Secret to Everybody",
        b"Hello, World!",
        {b"x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
        NOW,
    ),
    "slack": (
        b"8f742231b10e8888abcd99yyyzzz85a5",
        _SLACK,
        {
            b"x-slack-request-timestamp": "1531420618",
            b"x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
        },
        1_531_420_618,
    ),
    "standard": (
        b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        b'{"test": 2432232314}',
        {
            b"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
            b"webhook-timestamp": "1614265330",
            b"webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        },
        1_614_265_330,
    ),
}
"""What GitHub, Slack and Standard Webhooks give as examples in their documentation and tests."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_examples_that_the_tools_publish_pass(name: str) -> None:
    secret, body, given, at = PUBLISHED[name]
    assert fault(SCHEMES[name], [secret], given, body, at) is None
    assert fault(SCHEMES[name], [secret], given, body + b"!", at)


@pytest.mark.parametrize("moment", ["", "x", "-1", "1e9", "9" * 40, "１７７２４４００００"])
def test_a_time_that_is_none_is_not_believed(moment: str) -> None:
    scheme = SCHEMES["slack"]
    given = {b"x-slack-request-timestamp": moment}
    given[b"x-slack-signature"] = sign(scheme, SECRET, given, BODY, moment)

    assert fault(scheme, [SECRET], given, BODY, NOW) is not None


@pytest.mark.parametrize("stated", ["", "sha256=", "sha256=é", "sha256=" + "0" * 64, "=", "," * 5000, "md5=abc"])
def test_nonsense_in_the_header_is_refused(stated: str) -> None:
    assert fault(SCHEMES["github"], [SECRET], {b"x-hub-signature-256": stated}, BODY, NOW)


def test_a_secret_that_cannot_be_one_is_told() -> None:
    assert secret_problem(SCHEMES["github"], b"short")
    assert secret_problem(SCHEMES["standard"], b"not base64 at all!")
    assert secret_problem(SCHEMES["standard"], b"whsec_" + base64.b64encode(SECRET)) is None


# --- Amazon SNS ----------------------------------------------------------------------------------

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(until: datetime = AT + timedelta(days=1)) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder(name, name, KEY.public_key(), 7, AT - timedelta(days=9), until)
    return made.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def message(version: str = "1", **changes: str) -> dict[str, str]:
    said = {
        "Type": "Notification", "MessageId": "m-1", "TopicArn": "arn:aws:sns:eu-west-1:1:alarms", "Subject": "ALARM",
        "Message": "{}", "Timestamp": "2026-03-02T09:00:00.000Z", "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE, **changes,
    }  # fmt: skip
    names = ("Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
    text = "".join(f"{name}\n{said[name]}\n" for name in names if name in said)
    algorithm: hashes.HashAlgorithm = hashes.SHA1() if version == "1" else hashes.SHA256()
    said["Signature"] = base64.b64encode(KEY.sign(text.encode(), padding.PKCS1v15(), algorithm)).decode()
    return said


@pytest.mark.parametrize("version", ["1", "2"])
def test_what_sns_signed_passes(version: str) -> None:
    check(message(version), lambda _: pem(), AT)


@pytest.mark.parametrize(
    "change",
    [
        {"Message": '{"AlarmName": "another"}'}, {"Subject": "OK"}, {"TopicArn": "arn:aws:sns:eu-west-1:2:theirs"},
        {"Signature": "AAAA"}, {"Signature": "not base64"}, {"SignatureVersion": "3"}, {"SignatureVersion": "2"},
        {"Type": "Other"}, {"Type": "SubscriptionConfirmation"},
    ],
)  # fmt: skip
def test_what_was_changed_does_not(change: dict[str, str]) -> None:
    with pytest.raises(ForgedError):
        check(message() | change, lambda _: pem(), AT)


@pytest.mark.parametrize("body", [None, [], "x", 7, {}, {"Type": ["Notification"]}, {"Type": "Notification"}])
def test_what_is_no_message_does_not(body: object) -> None:
    with pytest.raises(ForgedError):
        check(body, lambda _: pem(), AT)


def test_a_certificate_that_is_over_proves_nothing() -> None:
    with pytest.raises(ForgedError):
        check(message(), lambda _: pem(AT - timedelta(days=1)), AT)
    with pytest.raises(NoCertificateError):
        check(message(), lambda _: b"<html>", AT)


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0123456789abcdef.pem",
        "https://evil.example/sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
        "https://evil.example@sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0123456789abcdef.pem",
        "https://s3.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-west-1.amazonaws.com/../bucket/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem?x=1",
        "https://sns.eu-west-1.amazonaws.com\\@evil.example/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.amazonaws.com/x.pem", "file:///etc/passwd", "", "https://[::1", None, 7,
    ],
)  # fmt: skip
def test_certificates_lie_at_sns_only(url: object) -> None:
    with pytest.raises(ForgedError):
        certificate_address({"SigningCertURL": url})


@pytest.mark.parametrize("host", ["sns.us-gov-west-1.amazonaws.com", "sns.cn-north-1.amazonaws.com.cn"])
def test_every_part_of_aws_is_known(host: str) -> None:
    assert is_sns_host(f"https://{host}/?Action=ConfirmSubscription&Token=1")
    assert subscribe_address({"SubscribeURL": f"https://{host}/?Action=ConfirmSubscription&Token=1"})
    with pytest.raises(ForgedError):
        subscribe_address({"SubscribeURL": f"https://{host}/?Action=DeleteTopic"})


def test_a_certificate_is_fetched_once_and_a_failure_not_at_once_again() -> None:
    asked: list[str] = []
    seconds = [0.0]

    def fetch(url: str) -> bytes:
        asked.append(url)
        if len(asked) == 1:
            raise OSError("no route")
        return pem()

    certificates = Certificates(fetch, lambda: seconds[0])
    for _again in range(2):
        with pytest.raises(NoCertificateError):
            certificates(CERTIFICATE)
    seconds[0] = 60.0
    assert [certificates(CERTIFICATE), certificates(CERTIFICATE)] == [pem(), pem()]
    assert len(asked) == 2


def test_a_scheme_of_ones_own_is_checked() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"header": "X-Sig\\r\\nevil"}', type=Signature)
    own = msgspec.json.decode(
        b'{"header": "X-Sig", "algorithm": "sha512", "encoding": "base64", "signed": "{x-id}.{body}"}', type=Signature
    )
    expected = base64.b64encode(hmac.new(SECRET, b"7." + BODY, hashlib.sha512).digest()).decode()
    assert fault(own, [SECRET], {b"x-sig": expected, b"x-id": "7"}, BODY, NOW) is None


def test_a_signed_post_is_told_from_every_other_where_its_time_is_signed() -> None:
    timed = SCHEMES["slack"]
    first = proof(timed, headers(timed), BODY)
    assert first is not None
    assert first == proof(timed, headers(timed), BODY)
    assert first != proof(timed, headers(timed, at=NOW + 1), BODY)
    assert first != proof(timed, headers(timed, body=BODY + b" "), BODY + b" ")
    assert proof(SCHEMES["github"], headers(SCHEMES["github"]), BODY) is None, "the same body may be news again"


def test_what_is_signed_is_not_cut_elsewhere() -> None:
    """id.time.body: a body that holds a later time must not be taken for one that was signed then."""
    scheme = SCHEMES["standard"]
    secret = b"whsec_" + base64.b64encode(SECRET)
    later = str(int(NOW) + 9_000)
    body = f'{{"title": "see build.{later}.{{}}'.encode()
    good = headers(scheme, secret, body)
    assert fault(scheme, [secret], good, body, NOW) is None
    moved = good | {b"webhook-id": f'msg_1.{int(NOW)}.{{"title": "see build', b"webhook-timestamp": later}
    said = fault(scheme, [secret], moved, b"{}", NOW + 9_000)
    assert said is not None
    assert "webhook-id" in said


@pytest.mark.parametrize("moment", ["2026-03-02T06:59:59.000Z", "2026-03-02T11:00:01.000Z", "yesterday", ""])
def test_a_message_of_sns_that_is_old_is_not_taken(moment: str) -> None:
    with pytest.raises(ForgedError, match="long ago"):
        check(message(Timestamp=moment), lambda _: pem(), AT)
    check(message(Timestamp="2026-03-02T07:30:00.000Z"), lambda _: pem(), AT)


def test_the_same_message_of_sns_is_known_again_whatever_is_written_around_it() -> None:
    assert told_apart(message()) == told_apart(message() | {"UnsubscribeURL": "x", "Signature": "y"})
    assert told_apart(message()) != told_apart(message(MessageId="m-2"))


def test_what_is_no_certificate_is_asked_for_again() -> None:
    seconds, found = [0.0], [b"<html>", pem()]
    certificates = Certificates(lambda _url: found.pop(0), lambda: seconds[0])
    with pytest.raises(NoCertificateError):
        certificates(CERTIFICATE)
    seconds[0] = 60.0
    assert certificates(CERTIFICATE) == pem()
