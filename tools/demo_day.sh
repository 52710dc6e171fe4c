# Sourced: the day that the sample data is told as of; demo and service begin on it.
# shellcheck shell=bash
demo_day=2026-11-20
export NODTRACK_NOW=${demo_day}T08:00:00Z
