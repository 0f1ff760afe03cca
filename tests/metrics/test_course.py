"""Which way tickets take: straight, or by wrong places and second goes."""

from tests.lake.history import History
from tests.metrics.test_golden import said

HOUR = 3600


def test_flow_efficiency_is_our_turn_of_all_unsolved_time() -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 10:00", "PENDING").state("mon 13:00", "SOLVED")
    history.ticket("mon 9:00")
    assert said(history, "flow_efficiency_work") == 1
    assert said(history, "flow_efficiency_passed") == 4


def test_the_longest_wait_is_of_all_replies_until_the_solve() -> None:
    history = History()
    life = history.ticket("mon 9:00").reply("mon 10:00").customer("mon 11:00").customer("mon 12:00").reply("mon 15:00")
    life.state("mon 16:00", "SOLVED").reply("fri 9:00")
    assert said(history, "longest_wait_max") == 4 * HOUR
    assert said(history, "longest_wait_mean_median") == 2.5 * HOUR


def test_a_ticket_is_misrouted_that_is_solved_elsewhere_than_where_routing_left_it() -> None:
    history = History()
    history.ticket("mon 9:00").move("mon 9:00:30", "Technical").state("mon 10:00", "SOLVED")
    history.ticket("mon 9:00").move("mon 9:30", "Technical").state("mon 10:00", "SOLVED")
    assert said(history, "misroute_rate_misrouted") == 1
    assert said(history, "misroute_rate_n") == 2


def test_a_priority_that_was_raised_before_the_solve_is_an_escalation() -> None:
    history = History()
    history.ticket("mon 9:00").prioritise("mon 9:30", 4).prioritise("mon 9:40", 2).state("mon 10:00", "SOLVED")
    history.ticket("mon 9:00").state("mon 10:00", "SOLVED").prioritise("mon 11:00", 4)
    history.ticket("mon 9:00").prioritise("mon 9:30", 1).state("mon 10:00", "SOLVED")
    assert said(history, "escalation_rate_raised") == 1


def test_rework_is_our_turn_after_a_solve() -> None:
    history = History()
    history.ticket("mon 9:00").state("mon 12:00", "SOLVED").state("tue 9:00", "OPEN").state("tue 10:00", "SOLVED")
    assert [said(history, f"rework_share_{name}") for name in ("again", "hours")] == [1, 4]


def test_who_writes_by_mail_and_is_answered_by_web_switched() -> None:
    history = History()
    history.ticket("mon 9:00").reply("mon 9:30", channel="web").state("mon 10:00", "SOLVED")
    history.ticket("mon 9:00").reply("mon 9:30").state("mon 10:00", "SOLVED")
    assert said(history, "channel_switch_rate_switched") == 1


def test_who_asks_again_within_a_month_counts_once() -> None:
    history = History()
    for opened in ("mon 9:00", "tue 9:00", "wed 9:00"):
        history.ticket(opened)
    history.ticket("mon 9:00", requester="Nobody")
    assert [said(history, f"repeat_contact_rate_{name}") for name in ("again", "n")] == [1, 2]
