"""One issue, several cases, or several issues."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import HOUR, IN, MINUTE
from siloscope.ops.simulate_scene import Kind, Scene, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


@fault("ticket_churn", "a second case on an issue whose first is still open")
def a_new_ticket_each_time(s: Scene) -> None:
    about = {"topic": "line.quality", "product": "office-line"}
    first = s.say(s.day(-5), "case_opened", "support", "phone", "case.line.quality", case_ref=f"{s.case}:a", **about)
    s.say(
        s.day(-4), "answer", "support", "phone", "case_answer", case_ref=f"{s.case}:a", staff_ref="support-1", **about
    )
    again = s.say(0, "case_opened", "support", "phone", "still_broken", case_ref=f"{s.case}:b", **about)
    s.label(f"{s.case}:a", first, again)


@fault("ticket_churn", "three conversations with three people on one issue")
def told_it_three_times(s: Scene) -> None:
    told = []
    for n, (after, channel) in enumerate(((s.day(-6), "chat"), (s.day(-2), "phone"), (0, "email"))):
        about = {"thread_ref": f"{s.case}:{channel}", "topic": "voicemail.silence"}
        told.append(s.say(after, "message", "support", channel, f"told_{n + 1}", direction=IN, **about))
        s.say(after + 30 * MINUTE, "answer", "support", channel, "told_answer", staff_ref=f"support-{n + 1}", **about)
    s.label("voicemail.silence", *told)


@fault("ticket_churn", "closed as solved, and reopened")
def not_solved_after_all(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "router.reset", "product": "router"}
    s.say(s.day(-3, 9), "case_opened", "support", "chat", "case.router.reset", **about)
    s.say(s.day(-3, 9.2), "answer", "support", "chat", "case_answer", staff_ref="support-7", **about)
    s.say(s.day(-2, 17), "case_closed", "support", "ticket", outcome="solved", **about)
    s.label(s.case, s.say(0, "case_reopened", "support", "chat", "still_broken", **about))
    s.say(s.worked(0, 6 * HOUR), "case_closed", "support", "ticket", outcome="solved", **about)


@fault("ticket_churn", "two cases in nearly the same words", confidence="suspected")
def the_same_words_in_two_cases(s: Scene) -> None:
    body = s.words("case.echo")
    first = s.say(s.day(-4), "case_opened", "support", "ticket", body=body, case_ref=f"{s.case}:a", topic="other")
    s.say(s.day(-3), "answer", "support", "email", "case_answer", case_ref=f"{s.case}:a")
    again = s.say(0, "case_opened", "sales", "ticket", body=f"{body} {s.words('again_please')}", case_ref=f"{s.case}:b")
    s.label(f"{s.case}:a", first, again)
    s.say(s.worked(0, HOUR), "answer", "sales", "email", "will_pass_on", case_ref=f"{s.case}:b")


@near_miss("ticket_churn", "the second case is about something else")
def another_issue(s: Scene) -> None:
    told = []
    for after, case, topic in ((s.day(-5), "a", "line.quality"), (0, "b", "login.access")):
        told.append(
            s.say(after, "case_opened", "support", "email", f"case.{topic}", case_ref=f"{s.case}:{case}", topic=topic)
        )
    s.label(f"{s.case}:a", *told)


@near_miss("ticket_churn", "the first case was closed more than 14 days before", lead=30)
def after_fifteen_days(s: Scene) -> None:
    a, b = ({"case_ref": f"{s.case}:{n}", "topic": "router.reset", "product": "router"} for n in "ab")
    first = s.say(s.day(-19), "case_opened", "support", "chat", "case.router.reset", **a)
    s.say(s.day(-15, 9), "case_closed", "support", "ticket", outcome="solved", **a)
    s.label(f"{s.case}:a", first, s.say(0, "case_opened", "support", "chat", "still_broken", **b))


@near_miss("ticket_churn", "two products, two issues")
def the_same_on_another_product(s: Scene) -> None:
    told = []
    for after, case, product in ((s.day(-5), "a", "router"), (0, "b", "headset")):
        about = {"case_ref": f"{s.case}:{case}", "topic": "device.restart", "product": product}
        told.append(s.say(after, "case_opened", "support", "ticket", f"restart.{product}", **about))
    s.label(f"{s.case}:a", *told)


@near_miss("ticket_churn", "one conversation over several days counts once")
def one_long_conversation(s: Scene) -> None:
    told = []
    about = {"thread_ref": f"{s.case}:thread", "topic": "voicemail.silence"}
    for n, after in enumerate((s.day(-6), s.day(-2), 0)):
        told.append(s.say(after, "message", "support", "email", f"told_{n + 1}", direction=IN, **about))
        s.say(after + 30 * MINUTE, "answer", "support", "email", "told_answer", staff_ref=f"support-{n + 1}", **about)
    s.label("voicemail.silence", *told)
