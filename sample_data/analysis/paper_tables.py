#!/usr/bin/python3
"""paper_tables.py EXPORT TABLES: a paper's tables from an export of nodtrack (as recorded or de-identified), by pandas:
growth_curves.csv, time_to_board.csv, adherence.csv and policy.csv in TABLES, and the first rows of each on the screen."""
import pathlib
import sys

import pandas as pd

export, tables = (pathlib.Path(argument) for argument in sys.argv[1:3])
tables.mkdir(exist_ok=True)

def read(name, *dates):
    return pd.read_csv(export / f"{name}.csv", parse_dates=list(dates), dtype={"patient_id": str, "nodule_id": str})

def write(name, table):
    table.to_csv(tables / f"{name}.csv", index=False)
    print(f"== {name}: {len(table)} rows\n{table.head(5).to_string(index=False)}\n")

history = read("history", "scan_date")
answers = read("recommendations", "scan_date", "now_due_date").sort_values(["patient_id", "scan_date"])
decisions = read("decisions", "decided_on")
events = read("events", "date")
follow_up = read("follow_up", "first_nodule_on", "last_contact_on")

# Growth curves: the long axis of each nodule that was measured twice, against its first value.
measured = history.dropna(subset=["long_axis_mm"]).sort_values(["patient_id", "nodule_id", "scan_date"])
nodules = measured.groupby(["patient_id", "nodule_id"])
curves = measured.assign(percent_of_first=(100 * measured.long_axis_mm / nodules.long_axis_mm.transform("first")).round(1))
curves = curves[nodules.scan_id.transform("size") > 1]
write("growth_curves", curves[["patient_id", "nodule_id", "days_since_first_seen", "long_axis_mm", "percent_of_first",
                               "on_systemic_therapy", "growth_state", "vdt_days"]])

# Time to board: from the first nodule to the first time that the board decided, or, by the policy, was to be asked.
boards = pd.concat([decisions[decisions.board == "yes"][["patient_id", "decided_on"]].set_axis(["patient_id", "on"], axis=1),
                    events[events.kind == "board_baseline"][["patient_id", "date"]].set_axis(["patient_id", "on"], axis=1)])
board = follow_up.dropna(subset=["first_nodule_on"])[["patient_id", "first_nodule_on", "last_contact_on"]]
board = board.merge(boards.groupby("patient_id").on.min().rename("board_on").reset_index(), how="left")
asked = answers[answers.now_action == "TUMOUR_BOARD"].groupby("patient_id").scan_date.min().rename("asked_on")
board = board.merge(asked.reset_index(), how="left")
board["event"] = board.board_on.notna().astype(int)  # else censored at the last contact
board["days"] = (board.board_on.fillna(board.last_contact_on) - board.first_nodule_on).dt.days
write("time_to_board", board)

# Adherence: whether the next CT came by the day that the answer asked for, with two weeks of grace.
answers["next_ct_on"] = answers.groupby("patient_id").scan_date.shift(-1)
due = answers[answers.now_action.isin(["CONTINUE_SURVEILLANCE", "SHORT_INTERVAL_CT"])].dropna(subset=["now_due_date"])
due = due.merge(follow_up[["patient_id", "last_contact_on"]])
due = due[due.next_ct_on.notna() | (due.now_due_date < due.last_contact_on)]
due["days_late"] = (due.next_ct_on - due.now_due_date).dt.days
due["in_time"] = due.days_late.le(14)
write("adherence", due.groupby("now_action").agg(answers=("scan_id", "size"), in_time=("in_time", "sum"),
                                                 median_days_late=("days_late", "median")).reset_index())

# The policy: which version answered, and in how many CTs today's answer is another one than the answer of that day.
then = answers.fillna({"then_policy_version": "", "then_action": ""})
then["differs"] = then.then_action.ne("") & then.then_action.ne(then.now_action)
write("policy", then.groupby(["now_policy_id", "now_policy_version", "then_policy_version"]).agg(
    cts=("scan_id", "size"), answers_that_differ=("differs", "sum")).reset_index())
