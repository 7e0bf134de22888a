"""One sentence for every named reason: on pages, in the API, in mails and in the log."""

from collections.abc import Mapping
from typing import Any

from correlate.records import Reason

SENTENCES: Mapping[str, str] = {
    # mails
    "a mail of our own": "The desk itself sent this mail.",
    "a mail of ours came back": "It reports on a mail that the desk sent.",
    "automatic mail": "A machine wrote it ({kind}), so it opens nothing and is not answered.",
    "nobody to answer": "It names no sender who could be answered.",
    # who wrote a mail
    "dmarc passed": "Our mail server {server} found the sender's domain {domain} proven (DMARC).",
    "dkim passed": "Our mail server {server} found it signed by the sender's domain {domain} (DKIM).",
    "spf passed": "Our mail server {server} found it sent by a server of the sender's domain {domain} (SPF).",
    "no server is believed": "No mail server is named whose word on senders is believed ([desk] authserv_ids).",
    "no results": "Our mail servers wrote nothing about its sender into it (Authentication-Results).",
    "came past the mail server": "It was handed in by {server}, which is none of our mail servers.",
    "results cannot be read": "What it says of its sender's proof cannot be read.",
    "results of another server": "What it says of its sender's proof is by {server}, whom the desk does not believe.",
    "not one sender": "It does not have exactly one sender.",
    "dmarc failed": "Our mail server {server} found that it is not from {domain} (DMARC).",
    "nothing proves the sender": "Our mail server {server} found no proof that it is from {domain}.",
    "mail too large": "It is larger than the desk takes: its sender is told.",
    "forwarded by a colleague": "A colleague passed it on.",
    "named by an unverified forward": "A mail whose sender is not proven named them as the writer.",
    "its key": "It bears the key of a mail of {record}, which only its recipient had.",
    # agents by mail
    "written by an agent": "An agent wrote it: it was carried out as on the page.",
    "words of an agent who is not verified": "It bears an agent's address, which is not proven: its words were added, "
    "nobody was answered and no command was carried out.",
    "commands that were not carried out": "Something in its commands was wrong: nothing of it was carried out.",
    "files are not sent": "Your words were sent, and the files with them were not: they are kept in the record.",
    "commands without a record": "It has commands and belongs to no record: reply to a mail about the record, or put "
    "its number into the subject.",
    "no such mail command": "There is no command “{word}”; known are: {known}.",
    "mail command needs more": "“{word}” needs more: write {form}.",
    "word too many": "“{word}” stands alone on its line: “{said}” is too much.",
    "no such agent": "The desk knows no agent and no team “{name}”; known are: {known}.",
    "an outsider of a joined record": "They are not of the organisation, and their matter was joined to others'.",
    "told what was not taken": "Its sender is told that it was not taken.",
    "refused today already": "They have had a notice for the same reason today.",
    "done by a ticket": "It bore a ticket for this, which is good for nothing more.",
    "ticket of somebody else": "It bears a ticket that was made for {person}.",
    "ticket used": "The link in the desk's mail has been used already.",
    "ticket expired": "The link in the desk's mail was good for {days} days.",
    "may not decide": "Only problem managers decide on suggestions.",
    "nothing to confirm": "There is no earlier mail of yours that it would confirm.",
    # rules and spam
    "a rule applied": "The rule “{name}” holds for it: {set}.",
    "ignored by a rule": "The rule “{name}” says that it is to be ignored.",
    "distrusted by a rule": "The rule “{name}” says that it is spam.",
    "spam": "It is spam by the word of {by} ({said}): it opens nothing and is not answered.",
    "spam, tagged only": "It is spam by the word of {by} ({said}): it is not answered.",
    "spam filter did not answer": "The spam filter {by} did not say whether it is spam: {why}.",
    "taken for no spam by a person": "{actor} said that it is to be processed as usual.",
    "not among the ignored": "Input {position} is not among what is ignored: somebody has seen to it already.",
    "processed after all": "{actor} had it processed as usual, as input {again}.",
    "rule edited": "The rule “{name}” was {done} by {actor}.",
    "no such rule": "There is no rule “{name}” on this page any more.",
    "rule of this name exists": "There is a rule “{name}” already: choose another name.",
    "rule cannot be used": "This rule cannot be used: {why}",
    "the same mail again": "The same mail has come before.",
    "new matter": "It belongs to no record that is known: a new one was opened.",
    "from outside the organisation": "Its sender is not of the organisation: it was not joined to others' incidents.",
    "reply in its thread": "It replies to a mail of {record}.",
    "number in the subject, from a participant": "Its subject names {record}, and its sender takes part in it.",
    "one thing by two names": "People wrote of the same thing ({thing}) under another name.",
    "the same words at the same time": "People wrote of it in the same words at the same time.",
    "others have it as well": "Others wrote that they have the same: it is a trouble, not a request.",
    "the same subject from the same person": "The same person wrote before under the subject “{subject}”.",
    "mail about an open incident": "It speaks of what is open there (evidence {score}).",
    "reply to a resolved record": "A reply came after it was resolved.",
    "the awaited answer came": "The answer that was waited for came.",
    "asked for the status": "Its writer asked how things stand.",
    "number of people": "{people} people write about it.",
    # answers
    "first mail of a person": "It is this person's first mail about it.",
    "told that it is over": "Whoever wrote about it is told that it is over.",
    "must not be answered": "A mail of this kind must not be answered (RFC 3834).",
    "our own address": "It would have gone to the desk's own address.",
    "source is observed only": "Its source is only observed: the mail is held until somebody lets it out.",
    "too many mails to one address": "This address has had too many automatic mails: {limit} in {minutes} minutes.",
    "too many mails about one record": "They have had too many automatic mails about it: {limit} in {minutes} minutes.",
    "too many strangers": "More than {limit} unknown outsiders were to be answered within the hour: "
    "the mail is held until somebody lets it out.",
    "service has no owner": "The service {service} has no owner who could be told.",
    "group wait is over": "Time to gather alerts is over: the owner is told.",
    "gathers alerts before its owner is told": "Alerts are gathered for a moment before the owner is told.",
    "watched until it is over": "It is watched until it is over.",
    "has stayed over": "It has stayed over for a while.",
    "tells people when it has stayed over": "People are told once it has stayed over for a while.",
    "mail given up": "A mail was given up: {answer}",
    "delivery reported": "The mail server's final answer: {result}.",
    # alerts
    "repeat": "The same condition was reported again.",
    "repeat that says something anew": "It was reported again, with a later beginning or for another time.",
    "one of its rules is over": "Its rule for {level} is over; what still fires: {left}.",
    "holds until it is repeated": "It is over unless it is repeated in time.",
    "not repeated in time": "It was not repeated for {seconds} seconds: so it is over.",
    "began before it was resolved": "The notice is older than the end that is already known.",
    "resolved already": "It is resolved already.",
    "resolve of what never fired": "It says that something is over which never began here.",
    "resolve of an earlier time": "It ends an earlier firing than the present one.",
    "resolved by its tool": "Its tool says that it is over.",
    "acknowledged in its tool": "Somebody acknowledged it in its tool.",
    "status changes nothing": "Its status ({status}) says nothing new.",
    "severity changed": "Its severity changed from {from} to {to}.",
    "severity of an alert": "An alert is {severity}.",
    "no alert": "It is no alert ({kind}).",
    "flaps": "It changed {changes} times within a short while: it comes and goes.",
    "calm again": "It has not changed for a while: it has calmed down.",
    "waits whether it lasts": "It may be over in a moment, so it is watched before it opens anything.",
    "such alerts come and go": "Alerts like “{kind}” came {came} times and were part of a trouble {grew} times.",
    "over before it opened anything": "It was over before it opened anything.",
    "over before it was heard of": "It was over before the desk heard of it.",
    "not heard of for its lifetime": "It has not been heard of for as long as such an alert lasts.",
    # who is to be heard of
    "waited for": "It is waited for.",
    "heard of": "It was heard of.",
    "heard of again": "It is heard of again.",
    "not heard of": "{name} has not been heard of since {since}.",
    "nobody waits for it": "Nobody waits for this check-in: name its hook in a section [heartbeats.NAME].",
    "no longer waited for": "It is no longer waited for.",
    "could not be heard while the doors were closed": "The desk's doors were closed: nobody could be heard then.",
    "the doors are closed": "The desk's doors are closed.",
    # what is not told
    "informational": "It only informs (severity {severity}), so it opens nothing by itself.",
    "not production": "It is not about production, so it opens nothing by itself.",
    "what explains it is open": "{by} explains it.",
    "silenced": "{id} holds it back until {until} ({author}: {comment})",
    "maintenance": "{id} is maintenance until {until} ({author}: {comment})",
    "inhibited": "{source} on {on} explains it (rule {by}).",
    "depends on what is down": "{of} depends on {service}, which is down: {record}.",
    "what held it back is over": "What held it back is over.",
    "its time is over": "Its time is over.",
    "comes round again": "It comes round again.",
    "no such silence": "There is no silence {id} in force or to come.",
    # storms
    "storm": "{source} opened about {incidents} incidents in a minute, and usually opens {usual}.",
    "part of a storm": "It came in a storm of alerts.",
    "asks whether the storm goes on": "It is asked now and then whether the storm goes on.",
    "storm so far": "The storm has {alerts} alerts so far.",
    "storm is over": "The storm from {source} is over; it had {alerts} alerts.",
    # which incident
    "same service": "An incident on the service {service} was open.",
    "related service": "An incident on {service}, which it depends on or which depends on it, was open.",
    "back while its incident is open": "The same condition belongs to this open incident.",
    "back soon after its incident was resolved": "The same condition was over for {seconds} seconds only.",
    "several alerts at once": "Several alerts came at once and none of the open incidents is related.",
    "lasting alert": "The alert lasts, and none of the open incidents is related.",
    "people report the same service": "People report trouble with {service} at the same time.",
    "one trouble after all": "It turned out to be one trouble with {into}.",
    "asks whether it is one with another": "It is asked again whether it is one trouble with another.",
    "its alerts began anew": "Its end was never reported, and the same alerts began anew as another incident.",
    "every alert is over": "Every alert of it is over.",
    "most alerts are over and the rest is quiet": "Most of its alerts are over and the rest has been quiet.",
    "closes after some days": "Resolved records are closed after some days.",
    # changes and steering
    "change announced": "A change was announced.",
    "change shortly before": "The change {change} ({title}) began {minutes} minutes before.",
    "configured": "The configuration changed.",
    "configuration does not fit": "The configuration could not be used: {error}",
    "model in force": "Another model classifies from here on.",
    "model promoted": "A model of the desk's own labels, trained for {actor}, classifies from here on. {why}",
    "model taken back": "{actor} went back to the model that classified before.",
    "model tried": "A model was trained and judged: {outcome}. {why}",
    "taxonomy changed": "{actor} changed the categories: {name} {done}.",
    "taxonomy cannot be changed so": "{why}",
    "examples added": "{actor} added {count} labelled texts ({source}).",
    "labels judged": "{actor} looked at {count} doubtful labels: they are {verdict}.",
    "learning input cannot be read": "This cannot be learned from: {why}",
    # history
    "imported history": "It was imported as history, so nobody is told of it.",
    "imported reply": "It was imported as history, and replies to a mail of {record}.",
    # the desk itself
    "mailbox cannot be read": "A mailbox could not be read for a while.",
    "mailbox can be read again": "A mailbox that could not be read can be again.",
    "nobody administers the desk": "Nobody is named who could be told of the mailbox {mailbox}.",
    # what could not be read
    "unreadable": "It could not be read: {why}",
    "set aside": "Its reading was tried {attempts} times in vain: {why}",
    "deadline passed": "What was due has been dealt with.",
    "deadline failed": "What was due could not be decided: {why}",
    # problems
    "searched for what recurs": "Every night the past is searched for what recurs.",
    "recurs more often than chance": "It happened {times} times in {days} days ({pattern}): more than chance explains.",
    "weekly digest": "The weekly digest was due.",
    "digest subscription": "{address} {done} the weekly digest.",
    "no such suggestion": "There is no suggestion {id}.",
    "suggestion is settled": "{id} is {status} already.",
    "no such problem": "There is no problem {number}.",
    "not a member": "{number} is not among the incidents of {id}.",
    "date not in the future": "Give a date in the future, as in 2027-01-31.",
    "nothing to change": "Nothing of {number} was to be changed.",
    "problem cannot become so": "{number} is {status}: it cannot become {wanted} from there.",
    # people
    "done by a person": "Somebody did it.",
    "written by a person": "An agent wrote it.",
    "corrected by a person": "Somebody corrected it.",
    "split off by a person": "Somebody said that it is a trouble of its own.",
    "no such record": "There is no record {number}.",
    "not in this state": "{why}",
    "taken already": "{number} is yours already.",
    "argument missing": "The action needs “{name}”.",
    "nobody wrote": "Nobody has written about {number}: there is nobody to answer.",
    "joined to itself": "{number} cannot be joined to itself.",
    "items missing": "None of these messages and alerts belongs to {number}.",
    "unknown field": "The desk knows no field “{name}” that could be corrected.",
    "value not allowed": "“{value}” is no value for {name}; possible are: {allowed}.",
    "type of the other kind": "{number} cannot become “{value}”: incidents and requests are counted apart.",
    "unknown action": "The desk knows no action called “{action}”.",
    "mail is not held": "This mail is not held (it is {status}).",
    "released by a person": "{actor} let it out.",
    "dropped by a person": "{actor} dropped it.",
    "not in quarantine": "Input {position} does not wait in quarantine: somebody has seen to it already.",
    "read again by a person": "{actor} had it read again, as input {again}.",
    "dismissed by a person": "{actor} dismissed it.",
}


class _Evidence(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def sentence(reason: Reason) -> str:
    """The reason in a sentence. A rule without one (of another version of the desk) is shown by its name."""
    template = SENTENCES.get(reason.rule)
    if template is None:
        return f"{reason.rule[:1].upper()}{reason.rule[1:]}."
    shown = {name: _plain(value) for name, value in reason.evidence.items()}
    return template.format_map(_Evidence(shown))


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return "?" if value is None else str(value)
