"""The administrator's rules over mails, and spam: what each action does, and that a person has the last word."""

from datetime import timedelta
from typing import Any

import msgspec

from correlate.rules import Rule, rule_from
from tests.behaviour.harness import ADDRESS, Desk

ADA = "ada@fernhill.example"
BEN = "ben@fernhill.example"
EVE = "eve@elsewhere.test"
OWNER = "apps@fernhill.example"


def rule(name: str = "the rule", *conditions: tuple[str, str, str], **says: Any) -> Rule:
    return rule_from({"name": name, "when": [list(condition) for condition in conditions], **says})


def opened(desk: Desk, subject: str = "Toner", text: str = "The printer on floor 2 needs toner.", **more: Any) -> str:
    desk.mail(ADA, subject, text, **more)
    number = desk.expect_mail(ADA, "acknowledgement").about
    assert number is not None
    return number


def why(desk: Desk, number: str) -> str:
    return " ".join(desk.sentence(reason) for reason in desk.record(number).reasons)


# --- what a rule can do ---


def test_ignore_opens_nothing_answers_nobody_and_is_shown_with_its_reason(desk: Desk) -> None:
    desk.configure(rules=(rule("Offers", ("List-Id", "contains", "offers.shop.test"), ignore=True),))
    desk.mail(EVE, "Offers of the week", "Buy now.", headers={"List-Id": "<offers.shop.test>"})
    assert desk.records() == []
    (ignored,) = desk.ignored()
    assert (ignored.why, ignored.sender, ignored.subject) == ("rule", EVE, "Offers of the week")
    assert desk.sentence(ignored.reason) == "The rule “Offers” says that it is to be ignored."


def test_category_type_and_assignment_come_before_the_model(desk: Desk) -> None:
    told = rule(
        "Contracts", ("Subject", "starts with", "Contract"),
        category="access rights", type="change request", team="Legal", assignee="lea",
    )  # fmt: skip
    desk.configure(rules=(told,))
    number = opened(desk, "Contract 4711", "The printer prints nothing, everything is broken, help!")
    record = desk.record(number)
    assert number.startswith("REQ-")
    assert (record.category, record.type, record.team) == ("access rights", "change request", "Legal")
    assert (record.assignee, record.status) == ("lea", "assigned")
    assert {record.decided_by[field] for field in ("category", "type", "team", "assignee")} == {"rule"}
    assert "The rule “Contracts” holds for it: type change request, category access rights" in why(desk, number)


def test_a_rule_makes_an_incident_of_a_strangers_mail(desk: Desk) -> None:
    desk.configure(rules=(rule("Customers", ("From", "ends with", "@elsewhere.test"), type="incident"),))
    desk.mail(EVE, "Portal", "I would like to ask how to get to the portal?")
    assert desk.expect_mail(EVE, "acknowledgement").about == "INC-1"


def test_priority_is_what_the_rule_says(desk: Desk) -> None:
    desk.configure(rules=(rule("Board", ("From", "is", ADA), priority="P1"),))
    assert desk.record(opened(desk)).priority == "P1"


def test_priority_follows_from_the_impact_and_urgency_of_a_rule(desk: Desk) -> None:
    desk.configure(rules=(rule("Board", ("From", "is", ADA), impact="high", urgency="high"),))
    record = desk.record(opened(desk))
    assert (record.impact, record.urgency, record.priority) == ("high", "high", "P1")


def test_tags_of_several_rules_add_up_and_the_first_rule_decides_a_field(desk: Desk) -> None:
    desk.configure(
        rules=(
            rule("one", ("From", "is", ADA), tags=["board"], category="printing"),
            rule("two", ("Subject", "contains", "toner"), tags=["supplies", "board"], category="software"),
            rule("three", ("Subject", "contains", "beamer"), tags=["rooms"]),
        )
    )
    record = desk.record(opened(desk))
    assert record.tags == ("board", "supplies")
    assert record.category == "printing"


def test_stop_keeps_later_rules_from_being_tried(desk: Desk) -> None:
    desk.configure(
        rules=(rule("one", ("From", "is", ADA), stop=True), rule("two", ("From", "is", ADA), tags=["never"]))
    )
    assert desk.record(opened(desk)).tags == ()


def test_a_trusted_machine_is_taken_for_a_person_but_not_answered(desk: Desk) -> None:
    scanner = {"Auto-Submitted": "auto-generated"}
    text = "A visitor filled in the form: the door of building 4 does not open."
    desk.mail("forms@fernhill.example", "Form", text, headers=scanner)
    assert desk.records() == []
    desk.configure(rules=(rule("Forms", ("From", "is", "forms@fernhill.example"), trust="person"),))
    desk.mail("forms@fernhill.example", "Form 2", text, headers=scanner)
    (record,) = desk.records()
    assert record.requester == "forms@fernhill.example"
    assert record.model is not None, "the model was asked about it like about any person's mail"
    assert desk.withheld("forms@fernhill.example")


def test_a_trusted_tool_that_nobody_knows_opens_an_incident_and_ends_it(desk: Desk) -> None:
    desk.configure(rules=(rule("Backups", ("From", "is", "backup@fernhill.example"), trust="tool"),))
    for _ in range(2):
        desk.mail("backup@fernhill.example", "Backup of vault-3: CRITICAL failed", "Job 17 ended with 3 errors.")
        desk.advance(timedelta(minutes=10))
    (record,) = desk.records()
    assert (record.kind, record.origin, record.status) == ("incident", "alert", "new")
    desk.mail("backup@fernhill.example", "Backup of vault-3: OK", "Job 17 ended.")
    desk.advance(timedelta(hours=1))
    assert desk.record(record.number).status == "resolved"


def test_a_distrusted_sender_is_spam(desk: Desk) -> None:
    desk.configure(rules=(rule("Scam", ("Reply-To", "ends with", "@scam.test"), trust="spam"),))
    desk.mail(EVE, "Your invoice", "Pay now.", headers={"Reply-To": "pay@scam.test"})
    assert desk.records() == []
    assert desk.ignored()[0].why == "spam"


# --- on a record that exists, and against what a person set ---


def test_a_reply_raises_its_record_and_never_lowers_it(desk: Desk) -> None:
    number = opened(desk)
    first = desk.record(number)
    desk.configure(
        rules=(
            rule("urgent", ("Subject", "contains", "URGENT"), priority="P2", tags=["hot"], category="software"),
            rule("calm", ("Subject", "contains", "calm"), priority="P5", impact="low"),
        )
    )
    desk.mail(ADA, f"URGENT [{number}] Toner", "We cannot print anything at all any more.")
    raised = desk.record(number)
    assert (raised.priority, raised.tags) == ("P2", ("hot",))
    assert raised.category == first.category, "what the record is about was decided when it was opened"
    assert "The rule “urgent” holds for it" in why(desk, number)
    desk.mail(ADA, f"calm [{number}] Toner", "It is not so bad after all, we use the other printer.")
    assert desk.record(number).priority == "P2"


def test_what_a_person_set_is_never_changed_by_a_rule(desk: Desk) -> None:
    number = opened(desk)
    desk.command("set", "kim", number, field="priority", value="P4")
    desk.configure(rules=(rule("urgent", ("From", "is", ADA), priority="P1"),))
    desk.mail(ADA, f"[{number}] Toner", "We cannot print anything at all any more.")
    assert desk.record(number).priority == "P4"


def test_many_people_raise_a_record_above_its_rule_and_never_below(desk: Desk) -> None:
    desk.configure(rules=(rule("Board", ("From", "is", ADA), priority="P2"),))
    desk.mail(ADA, "ERP error", "The erp shows an error page whenever I post something.")
    number = desk.expect_mail(ADA, "acknowledgement").about
    for name in ("ben", "cyd", "dan", "eli"):
        desk.mail(f"{name}@fernhill.example", "ERP error", "The erp shows an error page, I cannot post anything.")
    desk.take_mail()
    assert desk.record(number).priority in ("P1", "P2")


# --- spam ---


def test_spam_by_a_believed_header_opens_nothing_and_is_kept(desk: Desk) -> None:
    desk.mail(EVE, "Cheap watches", "Buy now.", headers={"X-Spam-Status": "Yes, score=8.1 required=5.0"})
    desk.expect_mail(EVE, "acknowledgement")
    desk.configure(spam_headers=("X-Spam-Status",))
    desk.mail(EVE, "Cheap pills", "Buy now.", headers={"X-Spam-Status": "Yes, score=8.1 required=5.0"})
    assert len(desk.records()) == 1
    (ignored,) = desk.ignored()
    assert desk.sentence(ignored.reason) == (
        "It is spam by the word of X-Spam-Status (score 8.1 of 5): it opens nothing and is not answered."
    )


def test_spam_that_is_only_tagged_opens_a_record_and_is_not_answered(desk: Desk) -> None:
    desk.configure(spam_headers=("X-Spam-Flag",), spam_opens=True)
    desk.mail(EVE, "Cheap pills", "Buy now.", headers={"X-Spam-Flag": "YES"})
    (record,) = desk.records()
    assert record.tags == ("spam",)
    assert "It is spam by the word of X-Spam-Flag" in why(desk, record.number)
    assert desk.ignored() == []


def test_a_person_says_that_it_is_no_spam_and_it_is_processed_as_usual(desk: Desk) -> None:
    desk.configure(spam_headers=("X-Spam-Flag",))
    position = desk.mail(ADA, "Toner", "The printer on floor 2 needs toner.", headers={"X-Spam-Flag": "YES"})
    desk.process_ignored(position, "kim")
    number = desk.expect_mail(ADA, "acknowledgement").about
    assert number is not None
    assert "kim said that it is to be processed as usual" in why(desk, number)
    assert desk.ignored() == []
    assert "somebody has seen to it" in desk.refused("ignored-process", "kim", "", position=position)


def test_a_person_overrules_a_rule_that_ignores(desk: Desk) -> None:
    desk.configure(rules=(rule("too wide", ("Subject", "contains", "toner"), ignore=True),))
    position = desk.mail(ADA, "Toner", "The printer on floor 2 needs toner.")
    desk.process_ignored(position, "kim")
    assert desk.expect_mail(ADA, "acknowledgement").about


def test_the_doors_verdict_keeps_spam_out_and_a_silent_filter_lets_mail_in(desk: Desk) -> None:
    spam = {"by": "rspamd", "action": "reject", "score": 16.0, "required": 15.0}
    desk.raw_mail(b"From: eve@elsewhere.test\nSubject: Pills\n\nBuy now.", sender=EVE, envelope={"spam": spam})
    assert desk.records() == []
    silent = {"by": "rspamd", "missing": "it did not answer within 3 seconds"}
    raw = f"From: {ADA}\nTo: {ADDRESS}\nSubject: Toner\n\nThe printer needs toner.".encode()
    desk.raw_mail(raw, sender=ADA, envelope={"spam": silent})
    number = desk.expect_mail(ADA, "acknowledgement").about
    assert "did not say whether it is spam: it did not answer within 3 seconds" in why(desk, number or "")


def test_spam_in_the_name_of_a_tool_is_no_alert(desk: Desk) -> None:
    desk.configure(spam_headers=("X-Spam-Flag",))
    subject = "** PROBLEM Service Alert: erp-db-1/HTTP is CRITICAL **"
    text = "Notification Type: PROBLEM\nService: HTTP\nHost: erp-db-1\nState: CRITICAL\n"
    desk.mail("nagios@fernhill.example", subject, text, headers={"X-Spam-Flag": "YES"})
    desk.advance(timedelta(hours=1))
    assert desk.records() == []
    assert len(desk.ignored()) == 1


def test_a_participants_reply_that_is_taken_for_spam_shows_in_its_record(desk: Desk) -> None:
    desk.mail(ADA, "Toner", "The printer on floor 2 needs toner.")
    answer = desk.expect_mail(ADA, "acknowledgement")
    desk.configure(spam_headers=("X-Spam-Flag",))
    desk.reply(ADA, answer, "Cheap toner here, buy now.", headers={"X-Spam-Flag": "YES"})
    assert desk.ignored()[0].record == answer.about
    assert "It is spam by the word of X-Spam-Flag" in desk.decisions(answer.about or "")


def test_a_rule_trusts_a_sender_whom_the_filter_suspects(desk: Desk) -> None:
    desk.configure(
        spam_headers=("X-Spam-Flag",), rules=(rule("Partner", ("From", "ends with", "@partner.test"), trust="person"),)
    )
    desk.mail("pat@partner.test", "Offer", "Here is the offer you asked for.", headers={"X-Spam-Flag": "YES"})
    assert desk.expect_mail("pat@partner.test", "acknowledgement").about


def test_a_bounce_of_our_own_mail_is_filed_whatever_a_filter_says_of_it(desk: Desk) -> None:
    desk.mail(ADA, "Toner", "The printer on floor 2 needs toner.")
    answer = desk.expect_mail(ADA, "acknowledgement")
    desk.configure(spam_headers=("X-Spam-Flag",))
    bounce = (
        f"From: MAILER-DAEMON@fernhill.example\nTo: {ADDRESS}\nSubject: Undelivered Mail Returned to Sender\n"
        "X-Spam-Flag: YES\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt could not be delivered.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        f"Final-Recipient: rfc822; {ADA}\nAction: failed\nStatus: 5.1.1\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: {answer.header('Message-ID')}\nSubject: x\n\nx\n--b--\n"
    )
    desk.raw_mail(bounce.encode(), sender="")
    assert desk.ignored() == []
    assert "It could not be delivered" in desk.timeline(answer.about)


# --- rules that are edited on a page ---


def test_page_rules_hold_from_their_input_on_survive_configuration_and_restart(desk: Desk) -> None:
    vip = rule("VIP", ("From", "is", ADA), tags=["vip"])
    desk.edit_rule("save", rule=vip)
    assert desk.record(opened(desk)).tags == ("vip",)
    desk.configure(close_after=86_400)
    desk.restart()
    assert desk.record(opened(desk, "Beamer", "The beamer in room 5 stays dark.")).tags == ("vip",)
    desk.edit_rule("switch off", "VIP")
    assert desk.record(opened(desk, "Badge", "My badge does not open the garage.")).tags == ()


def test_page_rules_are_added_changed_moved_and_removed_and_mistakes_are_refused(desk: Desk) -> None:
    one, two = rule("one", ("From", "is", ADA), tags=["1"]), rule("two", ("From", "is", ADA), tags=["2"])
    for each in (one, two):
        assert desk.edit_rule("save", rule=each) is None
    desk.edit_rule("move up", "two")
    assert desk.page_rules() == ["two", "one"]
    desk.edit_rule("move up", "two")
    assert desk.page_rules() == ["two", "one"]
    desk.edit_rule("move down", "two")
    desk.edit_rule("save", "two", msgspec.structs.replace(two, name="second"))
    assert desk.page_rules() == ["one", "second"]
    assert desk.edit_rule("save", rule=one) == "There is a rule “one” already: choose another name."
    assert "There is no rule “two”" in (desk.edit_rule("remove", "two") or "")
    bad = rule("bad", ("Subject", "matches", "("), tags=["x"])
    assert "no expression" in (desk.edit_rule("save", rule=bad) or "")
    desk.edit_rule("remove", "one")
    assert desk.page_rules() == ["second"]


def test_a_rule_in_the_file_comes_first_and_hides_the_pages_rule_of_its_name(desk: Desk) -> None:
    desk.edit_rule("save", rule=rule("VIP", ("From", "is", ADA), tags=["page"]))
    desk.configure(rules=(rule("VIP", ("From", "is", ADA), tags=["file"]),))
    assert desk.record(opened(desk)).tags == ("file",)


# --- rules over alerts ---


def test_an_alert_that_a_rule_ignores_opens_nothing_and_says_why(desk: Desk) -> None:
    desk.configure(rules=(rule("Batch hosts", ("alert resource", "starts with", "erp-app-"), ignore=True),))
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(hours=1))
    assert desk.records() == []
    assert "The rule “Batch hosts” says that it is to be ignored" in desk.conditions_said()
    desk.configure(rules=())
    desk.fire("HighErrorRate", "erp-app-2")
    desk.advance(timedelta(hours=1))
    assert len(desk.records()) == 1
    desk.expect_mail(OWNER, "staff")


def test_an_incident_of_alerts_is_what_the_rules_say(desk: Desk) -> None:
    told = rule(
        "Errors", ("alert tool", "is", "alertmanager"), ("alert label alertname", "matches", "^high.*rate$"),
        priority="P4", category="software", team="Web", tags=["web"],
    )  # fmt: skip
    graver = rule("Impact", ("alert title", "contains", "HighErrorRate"), impact="high", tags=["grave"])
    desk.configure(rules=(told, graver))
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(hours=1))
    (record,) = desk.records()
    assert (record.priority, record.category, record.team) == ("P4", "software", "Web")
    assert (record.impact, record.tags) == ("high", ("web", "grave"))
    assert "The rule “Errors” holds for it" in why(desk, record.number)
    desk.expect_mail(OWNER, "staff")


def test_rules_over_alerts_say_nothing_of_mails_and_the_other_way_round(desk: Desk) -> None:
    desk.configure(
        rules=(
            rule("alerts", ("alert tool", "is not", "nagios"), ignore=True),
            rule("mails", ("X-Anything", "is not", "x"), priority="P5", tags=["mail"]),
        )
    )
    assert desk.record(opened(desk)).tags == ("mail",)
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(hours=1))
    assert len(desk.records()) == 1
