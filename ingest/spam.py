"""Is it spam? What a filter said: rspamd at the door (its verdict is in the envelope), or header fields that the
organisation's own mail server adds. Pure.

Fields are believed only where the administrator named them. Any occurrence that says spam counts: where a mail server
adds its verdict below the sender's own fields, a forged "No" above it must not hide it. A forged "Yes" harms nobody but
the mail that bears it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from ingest.event import Reading, Spam

KNOWN_FIELDS = ("x-spam-flag", "x-spam-status", "x-spam-score", "x-spam-level", "x-spamd-result", "x-spam")
_NUMBER = r"(-?[0-9]{1,6}(?:\.[0-9]{1,6})?)"
_YES = re.compile(r"\s*(?:yes|true|spam)\b", re.IGNORECASE)
_SCORE = re.compile(rf"\bscore\s*=\s*{_NUMBER}", re.IGNORECASE)
_REQUIRED = re.compile(rf"\brequired\s*=\s*{_NUMBER}", re.IGNORECASE)
_RESULT = re.compile(rf"\[\s*{_NUMBER}\s*/\s*{_NUMBER}\s*\]")
_LEADING = re.compile(rf"\s*{_NUMBER}")
_MOST = 20

Every = Callable[[str], Sequence[bytes]]


class _Said(Struct, frozen=True):
    spam: bool
    score: float | None = None
    required: float | None = None


def spam_of(every: Every, envelope: Mapping[str, Any], reading: Reading) -> Spam | None:
    """What is known of a mail; None where no filter was asked. A filter that was asked and did not answer says so.

    `every` gives all raw values of a header field. `envelope["spam"]` is what the door noted: `by`, and `action` with
    `score` and `required`, or `missing` with the reason.
    """
    noted = envelope.get("spam")
    asked = _asked(noted, reading) if isinstance(noted, Mapping) else None
    if asked is not None and asked.spam:
        return asked
    for name in reading.spam_headers:
        for value in every(name.lower())[:_MOST]:
            said = _field(name.lower(), value[:2_000].decode("utf-8", "replace"), reading.spam_score)
            if said is not None and said.spam:
                return Spam(by=name, spam=True, score=said.score, required=said.required)
    return asked


def _asked(noted: Mapping[str, Any], reading: Reading) -> Spam:
    by = str(noted.get("by") or "a filter")[:40]
    if noted.get("missing"):
        return Spam(by=by, spam=False, missing=str(noted["missing"])[:200])
    action = str(noted.get("action") or "")[:40].lower()
    return Spam(
        by=by, spam=action in reading.spam_actions, action=action,
        score=_float(noted.get("score")), required=_float(noted.get("required")),
    )  # fmt: skip


def _field(name: str, value: str, limit: float) -> _Said | None:
    """What one field says; None where it says nothing that is understood. A bare score is compared with `limit`."""
    if name == "x-spam-level":
        stars = len(value.strip()) - len(value.strip().lstrip("*"))
        return _Said(stars >= limit, float(stars), limit)
    if (result := _RESULT.search(value)) is not None:  # X-Spamd-Result: default: False [1.20 / 15.00]; …
        score, required = float(result[1]), float(result[2])
        verdict = re.search(r":\s*(true|false)\b", value, re.IGNORECASE)
        return _Said(verdict[1].lower() == "true" if verdict else score >= required, score, required)
    score_said, required_said = _SCORE.search(value), _REQUIRED.search(value)
    if name.endswith("score") and (leading := _LEADING.match(value)) is not None:
        score = float(leading[1])
        return _Said(score >= limit, score, limit)
    if not value.strip():
        return None
    return _Said(
        _YES.match(value) is not None,
        float(score_said[1]) if score_said else None,
        float(required_said[1]) if required_said else None,
    )


def _float(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
