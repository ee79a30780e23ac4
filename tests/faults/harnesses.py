"""What `make faults` runs: each harness, its size, its gate, and the control that must go red."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Harness:
    """An attack on the box at its full size.

    Parameters
    ----------
    what : the promise that is attacked
    file : the module, without folder and suffix
    holds : tests that hold the box against the attack
    size, gate : in words
    noticed : tests that show that a box made wrongly would be found out; they run whatever happens
    parts : into how many parts the tests in `holds` are cut; figures of parts are added up
    alone : it measures time, or loads the machine so that nothing else could be measured
    """

    what: str
    file: str
    holds: tuple[str, ...]
    size: str
    gate: str
    noticed: tuple[str, ...]
    parts: int = 1
    alone: bool = False


HARNESSES = (
    Harness(
        "State machine against a model",
        "test_box_machine",
        ("test_the_box_answers_as_the_model_says",),
        "2,000 × 50 steps, 8 seeds",
        "every answer as the model says; envelopes, turnout, root, tally agree",
        ("test_a_box_that_forgets_the_nonce_is_found_out",),
        parts=8,
    ),
    Harness(
        "System calls that fail or kill",
        "test_syscalls",
        ("test_nothing_acknowledged_is_lost_when_system_calls_fail",),
        "300 faults, 40 codes each",
        "0 lost, 0 doubled, all answered; more than half of the faults met",
        ("test_a_server_that_does_not_wait_for_its_disk_is_found_out",),
        parts=6,
    ),
    Harness(
        "Power cuts",
        "test_power_cuts",
        ("test_nothing_acknowledged_is_lost_in_a_power_cut",),
        "25 cuts, 150 codes each",
        "0 lost, comes up again each time",
        ("test_a_server_that_does_not_wait_for_its_disk_loses_ballots",),
    ),
    Harness(
        "Close races",
        "test_close_races",
        ("test_no_ballot_enters_after_the_close_and_none_acknowledged_is_missing",),
        "200 races, 8 voters",
        "0 late, 0 missing under the root, 0 after the close",
        ("test_without_the_barrier_ballots_come_late",),
    ),
    Harness(
        "Kills over HTTP",
        "test_web_kills",
        ("test_nothing_acknowledged_over_http_is_lost_when_everything_dies",),
        "35 kills, 16 browsers",
        "0 lost, 0 doubled, 0 two winners, 0 unresolved",
        ("test_over_http_too_ballots_are_lost_without_waiting_for_the_disk",),
    ),
    Harness(
        "Kills at the database",
        "test_kills",
        ("test_nothing_acknowledged_is_lost_when_processes_die",),
        "4 kills, 120 codes each",
        "0 lost, 0 doubled, 0 two winners, 0 unresolved",
        (
            "test_without_waiting_for_the_disk_acknowledged_ballots_are_lost",
            "test_a_box_that_looks_before_it_writes_takes_codes_twice",
            "test_an_answer_before_the_commit_promises_what_is_lost",
        ),
    ),
    Harness(
        "Unlinkability",
        "test_unlinkability",
        (
            "test_the_truth_is_known_of_every_ballot",
            "test_no_attacker_does_better_than_chance",
        ),
        "3,000 ballots, 60 groups, 5 attackers",
        "rightly linked ≤ chance + 3σ",
        ("test_without_padding_lengths_would_link", "test_a_naive_box_is_linked_whole"),
    ),
    Harness(
        "Times",
        "test_times",
        ("test_the_moment_of_a_code_does_not_name_its_ballot",),
        "160 ballots in ten days",
        "rightly linked, with officer B too, ≤ one for each value told + 5σ",
        ("test_exact_times_would_name_all_who_came_alone",),
    ),
    Harness(
        "Files before the opening",
        "test_leaks",
        ("test_whoever_steals_the_files_reads_no_ballot",),
        "3,000 ballots",
        "0 codes, nonces, comments, tags",
        ("test_the_same_search_finds_every_ballot_of_a_naive_box",),
    ),
    Harness(
        "Logs after provoked errors",
        "test_leaks",
        (
            "test_the_servers_log_quotes_nothing_it_stumbled_over",
            "test_the_applications_log_quotes_nothing_of_a_ballot_that_failed",
        ),
        "7 provocations × 2 roles; 3 ways to fail",
        "0 codes, comments, nonces, hashes",
        ("test_a_careless_servers_log_quotes_everything",),
    ),
    Harness(
        "Full disk",
        "test_full_disk",
        ("test_a_full_disk_loses_nothing_and_works_again",),
        "12,000 codes",
        "errors are clean, 0 lost, works again",
        ("test_thanking_before_storing_loses_what_the_disk_did_not_take",),
    ),
    Harness(
        "Restores",
        "test_restores",
        (
            "test_a_restored_box_holds_every_receipt_of_its_moment",
            "test_the_restored_end_gives_the_same_close_statement",
            "test_backup_and_log_hold_nothing_to_read",
        ),
        "1,000 ballots, 20 drills",
        "0 lost, the same close.json, 0 marks",
        ("test_a_backup_without_its_log_is_found_out",),
    ),
    Harness(
        "Jumping clocks",
        "test_clocks",
        (
            "test_a_closed_box_stays_closed_when_the_clock_jumps",
            "test_an_open_box_stays_open_until_it_is_closed_in_whatever_time",
            "test_a_batchs_window_follows_the_clock_but_reopens_no_closed_box",
        ),
        "12 cases and a batch's window",
        "nothing enters a closed box, an open one stays open",
        ("test_a_box_that_compares_times_takes_late_ballots",),
    ),
    Harness(
        "Guessing",
        "test_guessing",
        ("test_no_guessed_code_is_good",),
        "100,000 codes",
        "0 hits",
        ("test_a_code_that_was_handed_out_is_found",),
    ),
    Harness(
        "The web server's main process alone",
        "test_web_kills",
        ("test_a_server_whose_main_process_is_killed_leaves_the_port",),
        "two workers",
        "within 5 s nobody holds the port",
        # The same test runs with workers that do not ask for the kernel's signal.
        ("test_a_server_whose_main_process_is_killed_leaves_the_port",),
        alone=True,
    ),
    Harness(
        "Workers that die again and again",
        "test_web_kills",
        ("test_a_server_whose_workers_die_again_and_again_starts_anew",),
        "4 within 6 s",
        "the server answers again by itself",
        ("test_without_a_new_start_it_would_be_gone",),
        alone=True,
    ),
    Harness(
        "Load, a box that stands still, overload",
        "test_load",
        (
            "test_a_hall_that_sends_at_once_loses_nobody",
            "test_a_box_that_stands_still_asks_everybody_to_come_again",
            "test_overload_costs_less_than_a_third_of_the_rate",
        ),
        "2,000, 2,000, 5,000 phones",
        "0 lost, only 200 and 503, ≥ 70 % of the rate",
        ("test_a_narrow_door_is_noticed",),
        alone=True,
    ),
    Harness(
        "Time of an answer",
        "test_guessing",
        (
            "test_the_time_at_the_database_does_not_tell_what_a_code_is",
            "test_the_time_over_http_does_not_tell_what_a_code_is",
        ),
        "2,000 pairs, 3 kinds, 2 ways",
        "area under the curve < 0.55",
        ("test_a_millisecond_would_be_noticed",),
        alone=True,
    ),
)
