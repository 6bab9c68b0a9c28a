"""What people read: the most important first, in their language, with nothing that ought not to be there."""

from __future__ import annotations

import json
import re
from email import message_from_bytes, policy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.board_tools import incident
from tests.deliver_tools import BOARD, digest, notice, one, warning
from tests.unit.alert_tools import alert

from siloscope.deliver.links import Links
from siloscope.deliver.message import Message, notice_id
from siloscope.deliver.messages.blocks import BLOCKS, HEADER, TEXT, blocks, fitting
from siloscope.deliver.messages.body import body
from siloscope.deliver.messages.card import MOST, cards
from siloscope.deliver.messages.mail import html, mail
from siloscope.deliver.messages.plain import SHOWN, plain
from siloscope.deliver.messages.words import ENGLISH, GERMAN

LINKS = Links(BOARD)
MESSAGES = [
    one(), one(what="worse"), one(what="ended"), one(what="retracted"), one(what="accepted", by="ana"),
    one(warning()), one(warning(), "overdue", unaccepted=30), one(warning(), "accepted"), one(warning(), "closed"),
    one(incident()), one(incident(), "ended"), digest(2), digest(SHOWN + 10),
]  # fmt: skip


def test_a_handoff_says_first_what_to_begin_with_then_what_would_hurt() -> None:
    text = plain(one(warning()), LINKS)
    order = ["hands her over", "Begin with her complaint", ENGLISH.do_not, ENGLISH.promises, ENGLISH.already_given,
             ENGLISH.answers_given, ENGLISH.open_alerts, ENGLISH.open_cases, ENGLISH.recent]  # fmt: skip
    places = [text.index(each) for each in order]
    assert places == sorted(places)


def test_an_alert_says_what_to_do_before_what_it_rests_on() -> None:
    text = plain(one(), LINKS)
    assert text.index("Sales: do this now.") < text.index("why a") < text.index("what a says")


def test_each_line_of_a_brief_leads_to_its_touchpoint() -> None:
    (card,) = cards(one(warning()), LINKS)
    lines = [line for part in card.parts for line in part.lines if part.heading != ENGLISH.already_given]
    assert all(line.link and line.link.endswith(f"#t-{line.touchpoint.replace(':', '%3A')}") for line in lines)
    page = html(one(warning()), LINKS)
    assert f'<a href="{BOARD}/customers/c-1042/journey#t-desk%3A4711-3" title="desk:4711-3">↗</a>' in page


def test_what_is_over_is_one_sentence_without_a_brief_and_without_buttons() -> None:
    for message in (one(what="ended"), one(warning(), "closed"), one(warning(), "accepted", by="ana")):
        (card,) = cards(message, LINKS)
        assert (card.parts, card.acts, card.tone) == ((), False, "over")
    assert "ana has taken over" in plain(one(warning(), "accepted", by="ana"), LINKS)


def test_who_is_told_because_nobody_accepted_is_told_so() -> None:
    assert "Nobody has accepted this within 30 minutes" in plain(one(warning(), "overdue", unaccepted=30), LINKS)


def test_what_was_handed_on_is_for_the_other_department_and_says_for_whom_it_was_written() -> None:
    handed = one(warning(), handed_to="legal", handed_by="ana")
    chat = json.dumps(blocks(handed, LINKS, True), ensure_ascii=False)
    for text in (plain(handed, LINKS), html(handed, LINKS), chat):
        assert "for legal · urgent" in text
        assert "Handed on to legal by ana. What follows was written for finance." in text
    told = json.loads(body(handed, LINKS))
    assert (told["handed_to"], told["handed_by"]) == ("legal", "ana")
    over = plain(one(warning(), "closed", handed_to="legal", handed_by="ana"), LINKS)
    assert "for legal" in over and "written for" not in over


@pytest.mark.parametrize("message", MESSAGES)
def test_the_frame_of_a_message_is_in_the_receivers_language(message: Message) -> None:
    german = plain(Message(message.id, message.kind, "desk", message.notices, "de"), LINKS)
    english = plain(message, LINKS)
    assert german != english
    for name in ("owner", "customer", "since", "item", "board"):
        words = re.sub(r"\{.*?\}", "", getattr(ENGLISH, name)).strip()
        if f"{words} " in english and len(words) > 5:
            assert f"{words} " not in german


def test_both_languages_fill_the_same_gaps() -> None:
    for name in ENGLISH._fields:
        assert _gaps(getattr(ENGLISH, name)) == _gaps(getattr(GERMAN, name)), name


def _gaps(words: Any) -> Any:
    return {k: _gaps(v) for k, v in words.items()} if isinstance(words, dict) else sorted(re.findall(r"\{\w*\}", words))


def test_ids_that_are_addresses_or_numbers_of_hers_are_masked() -> None:
    told = one(alert("a", customer_id="anna@example.com", case_ref="+49 170 1234567"))
    for text in (plain(told, Links(None)), html(told, Links(None)), str(blocks(told, Links(None), True))):
        assert "anna@example.com" not in text and "1234567" not in text


def test_a_mail_keeps_its_id_and_answers_the_mail_about_the_opening() -> None:
    opening = mail(one(), LINKS, "siloscope@example.com", ("desk@example.com",))
    follows = one(what="ended", opening=notice_id("a", "opening", "desk"))
    ended = mail(follows, LINKS, "siloscope@example.com", ("desk@example.com",))
    assert ended["In-Reply-To"] == ended["References"] == opening["Message-ID"]
    assert bytes(opening) == bytes(mail(one(), LINKS, "siloscope@example.com", ("desk@example.com",)))
    assert opening["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("message", MESSAGES)
def test_a_mail_is_whole_as_text_and_as_page(message: Message) -> None:
    made = message_from_bytes(bytes(mail(message, LINKS, "s@example.com", ("d@example.com",))), policy=policy.default)
    text, page = made.get_body(("plain",)), made.get_body(("html",))
    assert text is not None and page is not None
    assert text.get_content().replace("\r\n", "\n") == plain(message, LINKS)
    assert page.get_content().count("<h1>") == 1
    assert all(len(line) <= 998 for line in bytes(made).splitlines())


def test_a_subject_line_is_one_line_whatever_the_title() -> None:
    hostile = one(alert("a", title="Told\r\nBcc: everybody@example.com\r\n\r\nbody " + "x" * 500))
    made = bytes(mail(hostile, LINKS, "s@example.com", ("d@example.com",)))
    assert b"\nBcc:" not in made.split(b"\r\n\r\n")[0]
    assert message_from_bytes(made, policy=policy.default)["To"] == "d@example.com"


def test_a_page_shows_what_a_customer_wrote_as_text() -> None:
    page = html(one(alert("a", title="<script>alert(1)</script>", explanation='"><img src=x onerror=y>')), LINKS)
    assert "<script" not in page and "<img" not in page


def test_a_page_loads_nothing_from_anywhere() -> None:
    for message in MESSAGES:
        assert not re.search(r"<(img|link|script|iframe)|@import|url\(", html(message, LINKS))


def test_a_digest_begins_with_the_most_urgent_and_ends_with_what_is_over() -> None:
    subjects = [notice(what="ended"), notice(alert("b")), notice(alert("c", severity="critical")), notice(warning())]
    told = cards(Message("d", "digest", "desk", tuple(subjects)), LINKS)
    assert [each.subject for each in told] == ["c", "b", "w-1", "a"]


def test_long_digests_show_the_first_and_say_how_many_more() -> None:
    text = plain(digest(SHOWN + 10), LINKS)
    assert f"title of a{SHOWN - 1}\n" in text and f"title of a{SHOWN}\n" not in text
    assert "… and 10 more on the board" in text


def test_long_evidence_shows_the_first_and_says_how_many_more() -> None:
    text = plain(one(alert("a", *(f"t{each}" for each in range(MOST + 3)))), LINKS)
    assert f"[t{MOST - 1}]" in text and f"[t{MOST}]" not in text and "… and 3 more" in text


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("links", [LINKS, Links(None)])
def test_blocks_are_within_slacks_limits(message: Message, links: Links) -> None:
    sound(blocks(message, links, buttons=True))


@given(st.text(max_size=8_000), st.text(max_size=400), st.integers(1, 30))
def test_blocks_are_within_slacks_limits_whatever_is_told(text: str, short: str, number: int) -> None:
    told = alert("a", *(f"{short}{each}" for each in range(number)), title=text, explanation=text,
                 suggested_action=text, customer_id=short)  # fmt: skip
    sound(blocks(one(told), LINKS, buttons=True))
    sound(blocks(digest(3, title=text, suggested_action=text), LINKS, buttons=True))


@given(st.text(alphabet=st.sampled_from("ab<>&😀@!"), max_size=60), st.integers(1, 60))
def test_what_is_cut_for_slack_is_never_cut_within_an_escape(text: str, most: int) -> None:
    cut = fitting(text, most)
    assert len(cut) <= most
    assert "<" not in cut and ">" not in cut
    assert not re.search(r"&(?!amp;|lt;|gt;)", cut)


def test_nobody_is_mentioned_in_slack_by_what_a_customer_wrote() -> None:
    assert "<!channel>" not in str(blocks(one(alert("a", explanation="<!channel> <@U1> <http://x|y>")), LINKS, True))


def test_buttons_stand_where_there_is_something_to_accept() -> None:
    assert buttons(one()) == ["accept", "snooze", "useful", "false", "open"]
    assert buttons(one(warning())) == ["accept", "snooze", "useful", "false", "open"]
    assert buttons(one(what="ended")) == buttons(one(incident())) == buttons(digest(2)) == ["open"]
    assert buttons(one(), on=False) == ["open"]


def buttons(message: Message, on: bool = True) -> list[str]:
    found = blocks(message, LINKS, on)["blocks"]
    return [each["action_id"] for block in found if block["type"] == "actions" for each in block["elements"]]


def sound(post: dict[str, Any]) -> None:
    """Slack's own limits, as its reference has them."""
    assert 0 < len(post["blocks"]) <= BLOCKS
    assert len(post["text"]) <= 40_000
    for block in post["blocks"]:
        match block["type"]:
            case "header":
                assert block["text"]["type"] == "plain_text" and 0 < len(block["text"]["text"]) <= HEADER
            case "section":
                assert 0 < len(block["text"]["text"]) <= TEXT
            case "context":
                assert len(block["elements"]) <= 10 and all(0 < len(e["text"]) <= TEXT for e in block["elements"])
            case "actions":
                ids = [each["action_id"] for each in block["elements"]]
                assert 0 < len(ids) <= 25 and len(set(ids)) == len(ids)
                for each in block["elements"]:
                    assert len(each["text"]["text"]) <= 75 and len(each["value"]) <= 2_000
                    assert len(each.get("url", "")) <= 3_000
            case other:
                raise AssertionError(other)
