"""Mails as office programs write them, no two alike: what benchmarks read."""

import random

DESK = "servicedesk@example.com"
THINGS = (
    "badge reader", "label printer", "beamer", "headset", "docking station", "payroll export", "travel portal",
    "fax gateway", "parking gate", "whiteboard", "key cabinet", "coffee machine", "barcode scanner", "time clock",
    "plotter", "tablet", "turnstile", "intercom", "microphone", "thin client", "handheld", "weighing scale",
)  # fmt: skip
TROUBLES = (
    "shows only stripes", "asks for a pin", "is very slow", "does not start", "loses its settings", "reboots",
    "makes a noise", "cannot be reached", "prints garbage", "has the wrong language", "does not charge",
)  # fmt: skip
VOCABULARY = (
    "morning colleague window keyboard cable button manual invoice folder meeting customer supplier contract holiday "
    "kitchen elevator battery adapter monitor drawer basement driver update version license account calendar archive "
    "warehouse shipment order receipt budget quarter report template signature photo video sound light paper toner "
    "we you it was is not the a of to and then after before again still never always since with without from into"
)
WORDS = VOCABULARY.split()


def mail(number: int) -> bytes:
    """A mail of 3 KB as office programs write it: plain text and HTML, each with a few sentences."""
    person = f"person{number % 97}@example.com"
    thing, trouble = THINGS[number % len(THINGS)], TROUBLES[number * 7 % len(TROUBLES)]
    matter = f"The {thing} in room {number} {trouble} since {number % 12 + 1} o'clock."
    chance = random.Random(number)
    said = [f"{' '.join(chance.choices(WORDS, k=9)).capitalize()}.".ljust(60) for _ in range(8)]
    text = f"Hello,\r\n\r\n{matter}\r\n" + "\r\n".join(said) + f"\r\n\r\nRegards,\r\nPerson {number % 97}\r\n"
    html = "=\r\n".join(["<html><body><p>Hello,</p>", f"<p>{matter}</p>", *(f"<p>{line}</p>" for line in said)])
    hops = "".join(
        f"Received: from mx{hop}.example.com (mx{hop}.example.com [192.0.2.{hop}])\r\n"
        f"\tby relay{hop}.example.com (Postfix) with ESMTPS id {number:08X}{hop}\r\n"
        f"\tfor <{DESK}>; Mon, 2 Mar 2026 08:00:0{hop} +0000 (UTC)\r\n"
        for hop in range(4)
    )
    return (
        f"Return-Path: <{person}>\r\n{hops}"
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=mail;\r\n"
        f"\th=from:to:subject:date:message-id:mime-version; bh={number:044d};\r\n\tb={number:086d}\r\n"
        f"From: Person {number % 97} <{person}>\r\nTo: Service Desk <{DESK}>\r\n"
        f"Subject: {thing.capitalize()} {trouble} ({number})\r\n"
        f"Message-ID: <bench-{number}@mail.example.com>\r\nDate: Mon, 2 Mar 2026 08:00:00 +0000\r\n"
        "Accept-Language: en-GB\r\nContent-Language: en-GB\r\nX-Mailer: Office 16.0\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="=_b"\r\n\r\n'
        f"--=_b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}"
        "--=_b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        f"{html}=\r\n</body></html>\r\n--=_b--\r\n"
    ).encode()
