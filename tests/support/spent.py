"""--spent: the processor time of tests, which a machine that has other things to do does not change much."""

from __future__ import annotations

import os

import pytest

SHOWN = 40


def seconds() -> float:
    """What this process, and those it waited for, computed. What daemons do for it is not there."""
    return sum(os.times()[:4])


class Spent:
    """Notes what each phase of a test takes, and tells of those that take the most."""

    def __init__(self):
        self.rows: list[tuple[float, float, str]] = []  # processor seconds, seconds, phase and test

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self.before = seconds()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item):
        report = yield
        before, self.before = self.before, seconds()
        report.spent = self.before - before  # goes from a worker to the process that tells
        return report

    def pytest_runtest_logreport(self, report):
        spent = getattr(report, "spent", 0.0)  # a worker that crashed tells nothing
        self.rows.append((spent, report.duration, f"{report.when} {report.nodeid}"))

    def pytest_terminal_summary(self, terminalreporter):
        terminalreporter.section("processor seconds, and seconds")
        for row in sorted(self.rows, reverse=True)[:SHOWN]:
            terminalreporter.write_line("{:8.1f} {:8.1f}  {}".format(*row))
        files: dict[str, float] = {}
        for spent, _, test in self.rows:
            name = test.split(" ", 1)[1].split("::")[0]
            files[name] = files.get(name, 0) + spent
        terminalreporter.section(f"files: {sum(files.values()):.0f} processor seconds")
        for name, spent in sorted(files.items(), key=lambda row: -row[1])[:SHOWN]:
            terminalreporter.write_line(f"{spent:8.1f}  {name}")
