"""Other desks' exports are recognised by their columns; what cannot be learned from is left out and counted."""

from pathlib import Path

import pytest

from desk.history_table import TableError, read_history

OSTICKET = """"Ticket Number","Date Created","Subject","From","From Email","Priority","Department","Help Topic"
"100001","03/01/2024 09:10","Printer jam","Eve","eve@example.com","Normal","Support","Printing"
"100002","03/01/2024 09:20","Printer jam again","Bo","bo@example.com","Normal","Support","Printing"
"100003","03/01/2024 09:30","Toner","Bo","bo@example.com","Normal","Support","Printing"
"100004","03/01/2024 09:40","Odd matter","Bo","bo@example.com","Normal","Support","Once"
"""
RT = "id\tSubject\tStatus\tQueueName\tRequestors\tCreated\tCF.{Category}\n" + "".join(
    f"{n}\tNo access to share {n}\tresolved\tServers\teve@example.com\tFri Mar 01 09:10:00 2024\tAccess\n"
    for n in range(3)
)
JIRA = "Issue key,Summary,Issue Type,Component/s,Component/s,Description,Created,Reporter\n" + "".join(
    f"HD-{n},Payslip {n} missing,Service Request,,Payroll,<p>Mine is <b>gone</b>.</p>,12/Jan/24 9:03 AM,eve\n"
    for n in range(3)
)
ZAMMAD = """[{"number": "1", "title": "VPN", "group": "Network", "customer": "eve@example.com", "tags": ["remote"],
"created_at": "2024-03-01T09:10:00Z", "articles": [{"body": "It drops.", "from": "Eve <eve@example.com>"}]},
{"number": "2", "title": "VPN", "group": {"name": "Network"}, "customer": "bo@example.com", "tags": ["remote"],
"created_at": "2024-03-02T09:10:00Z", "articles": [{"body": "It drops too."}]},
{"number": "3", "title": "VPN 3", "group": "Network", "customer": "bo@example.com", "tags": ["remote"]},
{"number": "3", "title": "VPN 3", "group": "Network", "customer": "bo@example.com", "tags": ["remote"]}]"""


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def test_osticket_has_its_topics_and_departments_and_a_category_of_one_row_is_left_out(tmp_path: Path) -> None:
    found = read_history(written(tmp_path, "tickets.csv", OSTICKET))
    assert found.columns.desk == "osticket"
    assert found.classes("category") == {"Printing": 3}
    assert found.classes("assignment_group") == {"Support": 4}
    assert found.skipped == {"categories with fewer than 3 rows": 1}
    assert found.rows[0].sender == "eve@example.com"
    assert str(found.rows[0].at) == "2024-03-01 09:10:00+00:00"


def test_request_tracker_has_tabs_queues_and_custom_fields_in_whatever_encoding(tmp_path: Path) -> None:
    found = read_history(written(tmp_path, "Results.tsv", RT, "utf-16"))
    assert found.columns.desk == "rt"
    assert found.rows[0].labels == {"category": "Access", "assignment_group": "Servers"}


def test_jira_repeats_columns_and_writes_markup(tmp_path: Path) -> None:
    found = read_history(written(tmp_path, "jira.csv", JIRA))
    assert found.columns.desk == "jira"
    assert found.rows[0].labels == {"category": "Payroll", "type": "service request"}
    assert found.rows[0].body == "Mine is gone."


def test_zammad_gives_tickets_with_articles_and_what_comes_twice_is_taken_once(tmp_path: Path) -> None:
    found = read_history(written(tmp_path, "tickets.json", ZAMMAD))
    assert found.columns.desk == "zammad"
    assert found.rows[1].labels == {"category": "remote", "assignment_group": "Network"}
    assert found.rows[0].body == "It drops."
    assert found.skipped == {"the same text with the same labels again": 1}


def test_jira_service_management_has_its_fields_with_their_own_words_for_impact(tmp_path: Path) -> None:
    names = "Summary,Issue key,Issue Type,Components,Components,Description,Custom field (Affected services),"
    names += "Custom field (Impact),Custom field (Urgency)\n"
    rows = "".join(
        f"Till {n} is down,IT-{n},[System] Incident,,Tills,{{color:#ff0000}}Red{{color}} !shot.png|width=300! light,"
        f"Shop,{impact},Critical\n"
        for n, impact in enumerate(("Extensive / Widespread", "Significant / Large", "Minor / Localized"))
    )
    found = read_history(written(tmp_path, "jira.csv", names + rows))
    assert [row.labels["impact"] for row in found.rows] == ["high", "high", "low"]
    assert found.rows[0].labels == {
        "category": "Tills", "type": "incident", "service": "Shop", "impact": "high", "urgency": "high",
    }  # fmt: skip
    assert (found.rows[0].body or "").split() == ["Red", "light"]


def test_zammad_answers_a_search_with_what_tickets_name_by_number(tmp_path: Path) -> None:
    tickets = ", ".join(
        f'"{n}": {{"id": {n}, "number": "22{n}", "title": "VPN {n}", "group_id": 2, "customer_id": 7, '
        f'"created_at": "2024-03-01T09:1{n}:00Z"}}'
        for n in range(3)
    )
    answer = (
        f'{{"tickets": [0, 1, 2], "assets": {{"Ticket": {{{tickets}}}, "Group": {{"2": {{"name": "Network"}}}}, '
        '"User": {"7": {"email": "eve@example.com"}}, '
        '"TicketArticle": {"9": {"ticket_id": 1, "body": "No."}, "8": {"ticket_id": 1, "body": "It drops."}}}}'
    )
    found = read_history(written(tmp_path, "search.json", answer))
    assert found.columns.desk == "zammad"
    assert found.classes("assignment_group") == {"Network": 3}
    assert [(row.sender, row.body) for row in found.rows] == [
        ("eve@example.com", None), ("eve@example.com", "It drops."), ("eve@example.com", None),
    ]  # fmt: skip


def test_zammads_sheet_saved_as_csv_has_customers_and_not_the_kind_of_sender(tmp_path: Path) -> None:
    sheet = "#;Title;State;Group;Customer;Create Channel;Sender;Created At\n"
    sheet += "".join(f"22{n};VPN {n};closed;Network;eve@example.com;email;Customer;03/01/2024\n" for n in range(3))
    found = read_history(written(tmp_path, "sheet.csv", sheet))
    assert found.columns.desk == "zammad"
    assert found.rows[0].sender == "eve@example.com"


def test_request_tracker_5_is_recognised_too(tmp_path: Path) -> None:
    tsv = "id\tSubject\tStatus\tQueue\tRequestor\tCF.{Category}\n" + "1\tDown\topen\tGeneral\te@example.com\tMail\n"
    found = read_history(written(tmp_path, "Results.tsv", tsv))
    assert found.columns.desk == "rt"
    assert found.columns.targets["category"] == ("CF.{Category}",)


def test_dates_of_one_column_are_read_in_one_way(tmp_path: Path) -> None:
    rows = "".join(f"VPN {place},Network,{day}\n" for place, day in enumerate(("05/03/2024 09:00", "13/03/2024 09:00")))
    found = read_history(written(tmp_path, "export.csv", f"Subject,Group,Created\n{rows}"))
    assert [str(row.at)[:10] for row in found.rows] == ["2024-03-05", "2024-03-13"]


def test_a_header_without_rows_is_said(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no rows below its header"):
        read_history(written(tmp_path, "export.csv", "Subject,Category\n"))


def test_columns_can_be_named_by_hand_and_what_is_missing_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, "own.csv", "was;wohin\nDrucker kaputt;A\nDrucker aus;A\nToner leer;A\n")
    with pytest.raises(TableError, match="--text-column"):
        read_history(path)
    found = read_history(path, {"text": "was", "category": "wohin"})
    assert found.classes("category") == {"A": 3}
    with pytest.raises(TableError, match="no column 'nix'"):
        read_history(path, {"text": "nix"})


@pytest.mark.parametrize("text", ["[" * 100_000, '{"tickets": ' * 2_000, '[{"title": ' + "9" * 5_000 + "}]"])
def test_json_that_cannot_be_read_is_a_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(TableError, match="is not JSON"):
        read_history(written(tmp_path, "export.json", text))


def test_lists_within_lists_are_no_label(tmp_path: Path) -> None:
    deep = "[" * 900 + '"x"' + "]" * 900
    rows = ", ".join(
        f'{{"title": "VPN {n}", "group": {deep if n else chr(34) + "Network" + chr(34)}}}' for n in range(4)
    )
    assert len(read_history(written(tmp_path, "export.json", f"[{rows}]")).rows) == 1


def test_a_time_that_cannot_be_counted_is_none(tmp_path: Path) -> None:
    moments = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9" * 30)
    rows = "".join(f"VPN {place},Network,{moment}\n" for place, moment in enumerate(moments))
    history = read_history(written(tmp_path, "export.csv", f"Subject,Category,Created\n{rows}"))
    assert [row.at for row in history.rows] == [None, None, None]
