"""What reaches staff, as the processes count it: deliveries, the board, preflight; a part of *Pipeline health*."""

from __future__ import annotations

from typing import Final

from deploy.grafana.source import colours
from deploy.grafana.source.asking import quantile, rate
from deploy.grafana.source.panels import Said, course, levels, number
from deploy.grafana.source.targets import now, rates

NO_DELIVER: Final = "Nothing yet: no process `siloscope deliver` is scraped. Prometheus asks its metrics port."
NO_BOARD: Final = "Nothing yet: no process `siloscope board` is scraped. Prometheus asks its metrics port."
NO_PREFLIGHT: Final = "Nothing yet: nothing was asked of `siloscope preflight --serve`, or it is not scraped."

STAFF: Final = (
    number(
        "How many deliver too many or too few?",
        Said("One process delivers, others stand by: 0. None, or two: for seconds while one takes over.", NO_DELIVER,
             "runbooks/SiloscopeDeliveryUnled.md"),
        now("abs(sum(siloscope_deliver_leads) - 1)"), limits=colours.rising(None, 1),
    ),
    number(
        "How many receivers take nothing?",
        Said("Receivers whose last message was not taken. What is for them waits; the others are told.", NO_DELIVER,
             "runbooks/SiloscopeDeliveryFailing.md"),
        now("sum(siloscope_deliver_failing_since_timestamp_seconds > bool 0)"), limits=colours.rising(1, 3),
    ),
    number(
        "How late is the latest notice?",
        Said("How long ago the oldest notice fell due that its receiver does not have yet.", NO_DELIVER,
             "runbooks/SiloscopeDeliveryBehind.md"),
        now("max(siloscope_deliver_behind_seconds)"), unit="s", limits=colours.rising(60, 600), decimals=0,
    ),
    number(
        "How many pages of the board are open?",
        Said("Pages of one board that get live updates. It serves some 200; a second board takes more.", NO_BOARD,
             "board.md"),
        now("max(siloscope_board_connections)"), limits=colours.rising(200, 400),
    ),
    number(
        "How far is the board behind?",
        Said("Records that were told and that a board has not read. Some for seconds after a start.", NO_BOARD,
             "runbooks/SiloscopeBoardStale.md"),
        now("max(siloscope_board_lag_records)"), limits=colours.rising(100, 1_000),
    ),
    number(
        "How far is preflight behind?",
        Said("Records of state that it has not read: it judges by what was. After a start it reads all of them.",
             NO_PREFLIGHT, "runbooks/SiloscopePreflightStale.md"),
        now("max(siloscope_preflight_lag_records)"), limits=colours.rising(1_000, 100_000),
    ),
    course(
        "How soon is staff told?",
        Said("From the broker's time of an alert or warning until the receiver has it; 99 of 100 are faster. Digests "
             "and what waits for working hours do not count.", "Nobody was told at once in this time.", "delivery.md"),
        rates((quantile(0.99, "siloscope_deliver_seconds", "receiver"), "{{receiver}}")),
        unit="s", limits=colours.rising(60, 300),
    ),
    course(
        "How soon do open pages show it?",
        Said("From the broker's time of a record until open pages of the board are sent it. Half are faster than the "
             "lower line, 99 of 100 than the upper one.", "No page was open in this time.", "board.md"),
        rates((quantile(0.5, "siloscope_board_shown_seconds"), "half"),
              (quantile(0.99, "siloscope_board_shown_seconds"), "99 of 100")),
        unit="s", limits=colours.rising(1, 5),
    ),
    course(
        "How much is told to whom?",
        Said("Notices per minute that receivers have taken.", "Nothing was told in this time.", "delivery.md"),
        rates((f"{rate('siloscope_deliver_sent_total', 'receiver')} * 60", "{{receiver}}")), unit="cpm", stacked=True,
        width=8,
    ),
    course(
        "How much waits for its receiver?",
        Said("Notices that are due and not sent.", NO_DELIVER, "runbooks/SiloscopeDeliveryBehind.md"),
        rates(('sum by (receiver) (siloscope_deliver_waiting{when="due"})', "{{receiver}}")), width=8,
    ),
    course(
        "What do staff do?",
        # Not a rate: to Prometheus a counter begins with its first action, which is then no increase.
        Said("Actions since the board was started, by kind, on the board, in Slack or by other tools. Each step is an "
             "action.", NO_BOARD, "board.md"),
        rates(("sum by (kind) (siloscope_board_actions_total)", "{{kind}}")), unit="suffix: actions", stacked=True,
        width=8,
    ),
    course(
        "How long does the board take to answer?",
        Said("Half of the requests are faster than the lower line, 99 of 100 than the upper one.", NO_BOARD,
             "runbooks/SiloscopeBoardFailing.md"),
        rates((quantile(0.5, "siloscope_board_request_seconds"), "half"),
              (quantile(0.99, "siloscope_board_request_seconds"), "99 of 100")),
        unit="s", limits=colours.rising(1, 5), width=8,
    ),
    levels(
        "What did preflight say?",
        Said("Verdicts in the time shown. Hold: it would hurt; caution: look first; clear: nothing is known against "
             "it; refused: no touchpoint of a customer.", NO_PREFLIGHT, "preflight.md"),
        now("sum by (verdict) (increase(siloscope_preflight_verdicts_total[$__range]))", "{{verdict}}"),
        limits=colours.plain(), width=8, by_rows=False,
    ),
    levels(
        "How did the board answer?",
        Said("Requests in the time shown. Refused: not allowed, or not there; failed: a mistake of ours, or the broker "
             "is away.", NO_BOARD, "runbooks/SiloscopeBoardFailing.md"),
        now("sum by (outcome) (increase(siloscope_board_requests_total[$__range]))", "{{outcome}}"),
        limits=colours.plain(), width=8, by_rows=False,
    ),
)  # fmt: skip
