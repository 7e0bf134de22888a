"""Categories change while the desk runs; labels keep their worth, and what the model cannot know is not decided."""

from datetime import timedelta

from classify.taxonomy import Taxonomy
from correlate.reasons import sentence
from correlate.rules import Rule
from correlate.taxonomies import in_force
from ingest.rule import Condition
from tests.behaviour.harness import Desk

ADA = "ada@fernhill.example"
JAM = ("Printer", "The printer on the second floor has a paper jam and prints nothing.")


def change(desk: Desk, what: str, name: str = "", **given: object) -> None:
    desk.command("taxonomy", "root", name, what=what, **given)


def categories(desk: Desk) -> Taxonomy:
    return in_force(desk.policy())


def category_of(desk: Desk, subject: str, text: str) -> str | None:
    desk.mail(ADA, subject, text)
    return desk.record(desk.expect_mail(ADA, "acknowledgement").about).category


def test_a_renamed_and_merged_category_is_known_by_its_new_name_at_once(desk: Desk) -> None:
    change(desk, "rename", "printing", to="printers and copiers")
    change(desk, "merge", names=["printers and copiers", "hardware"], into="devices")
    assert category_of(desk, *JAM) == "devices"
    assert categories(desk).meant("printing") == ("devices",)
    desk.restart()
    assert categories(desk).meant("hardware") == ("devices",)


def test_a_category_that_was_taken_away_is_never_answered_again(desk: Desk) -> None:
    change(desk, "remove", "printing")
    assert category_of(desk, *JAM) != "printing"
    assert "There is no category 'printing'" in desk.refused("taxonomy", "root", "printing", what="rename", to="x")


def test_a_category_that_was_split_is_proposed_and_its_labels_wait_to_be_told_apart(desk: Desk) -> None:
    change(desk, "split", "printing", into=["label printers", "office printers"])
    desk.mail(ADA, *JAM)
    record = desk.record(desk.expect_mail(ADA, "acknowledgement").about)
    assert record.category in ("label printers", "office printers")
    assert categories(desk).meant("printing") == ("label printers", "office printers")


def test_a_new_configuration_leaves_the_categories_alone(desk: Desk) -> None:
    change(desk, "add", "purchasing", parent="applications")
    desk.configure(desk_name="Another name")
    assert "purchasing" in categories(desk).categories()
    assert categories(desk).area_of("purchasing") == "applications"


def test_an_agents_mail_may_say_the_category_in_plain_words_and_by_an_earlier_name(desk: Desk) -> None:
    desk.configure(authserv_ids=("mx.fernhill.example",))
    change(desk, "rename", "telephony", to="phones")
    desk.mail(ADA, "Headset", "My headset is broken.")
    acknowledged = desk.expect_mail(ADA, "acknowledgement")
    proof = {"Authentication-Results": "mx.fernhill.example; dmarc=pass header.from=fernhill.example"}
    desk.mail("kim@fernhill.example", f"Re: [{acknowledged.about}]", "category: Telephony\n#note\nIt is one of ours.",
              headers=proof)  # fmt: skip
    assert desk.record(acknowledged.about).category == "phones"
    assert [label.value for label in desk.labels(acknowledged.about)] == ["phones"]


def test_open_records_go_along_with_the_name_and_rules_may_use_the_old_one(desk: Desk) -> None:
    desk.mail(ADA, *JAM)
    first = desk.record(desk.expect_mail(ADA, "acknowledgement").about)
    assert first.category == "printing"
    change(desk, "rename", "printing", to="paper")
    assert desk.record(first.number).category == "paper"
    subject = Condition("Subject", "contains", "badge")
    assert desk.edit_rule("save", rule=Rule(name="Badges", when=(subject,), category="printing")) is None
    assert category_of(desk, "My badge", "The badge does not open the door of the archive any more.") == "paper"
    ruled = next(record for record in desk.records() if record.number != first.number)
    assert not any("because of these words" in sentence(why) for why in ruled.reasons)
    change(desk, "split", "paper", into=["copiers", "labels"])
    assert desk.record(first.number).category == "paper"  # which part it is, a person says


def test_rules_of_the_configuration_outlive_every_change_of_the_category_that_they_name(desk: Desk) -> None:
    rule = Rule(name="Badges", when=(Condition("Subject", "contains", "badge"),), category="printing")

    def filed_under(who: str, subject: str, text: str) -> str | None:
        desk.mail(f"{who}@fernhill.example", subject, text)
        opened = max(desk.records(), key=lambda record: record.opened_by)
        desk.command("resolve", "kim", opened.number, resolution="Let in by the porter.")
        desk.advance(timedelta(hours=2))
        desk.take_mail()
        return opened.category

    desk.configure(mail_window=0, rules=(rule,))
    assert filed_under("ada", "My badge", "The badge does not open the archive any more.") == "printing"
    change(desk, "rename", "printing", to="paper")
    assert filed_under("bo", "Second badge", "A visitor is not let in by the gate.") == "paper"
    change(desk, "merge", names=["paper", "hardware"], into="devices")
    desk.configure(desk_name="Another name", mail_window=0, rules=(rule,))
    assert filed_under("cy", "Third badge", "It was bent in the turnstile of the canteen.") == "devices"
    change(desk, "remove", "devices")
    assert filed_under("di", "Fourth badge", "It beeps twice at the lift.") not in ("printing", "paper", "devices")
    assert len(desk.records()) == 4
