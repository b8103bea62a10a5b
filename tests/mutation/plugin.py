"""Mutation testing within one pytest: after each test has run once, and told which lines it runs, a process is
forked for each mutant, in which the tests of the changed statement run until one fails.

A function is changed where it is. What is done on import needs modules that are imported anew: such a mutant
gets a fork of the process as it was before it collected the tests.
"""

from __future__ import annotations

import gc
import json
import os
import random
import resource
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType, SimpleNamespace

import pytest
from mutants import Mutant, mutants_of

# Tests that want one of these start programs that read the image piece themselves, and see no mutant.
ELSEWHERE = {
    *("project", "project_at", "registry", "skopeo", "umoci"),
    *("docker", "docker_buildx", "podman", "buildah", "own_store"),
}
# A test that takes longer (seconds of a processor, with its lines noted) is not a fast one.
SLOW = 0.7
# What a test may take with a mutant: as many seconds of a processor, and as many times what it takes without.
LEAST, PATIENCE = 1.0, 5
# The seconds after which a mutant is one that waits for ever; others may be busy.
FOR_EVER = 600
LEAST_SCORE = 0.8
# The exit code of a process that did not get as far as its tests.
BROKEN = 3


def pytest_addoption(parser):
    parser.addoption("--mutate", action="append", type=Path, help="a module to be changed")
    parser.addoption("--sample", type=int, default=0, help="so many mutants, picked by chance")


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    config.pluginmanager.register(Mutation(config))


class Mutation:
    """One run. ``before`` leads to a process that has imported nothing yet; ``wanted`` are the tests of a
    process that does a mutant for it, and their seconds. ``seconds`` are those of each test, ``covers`` the
    tests of each line."""

    def __init__(self, config):
        mutants = [m for file in config.option.mutate for m in mutants_of(file.resolve())]
        random.Random(1).shuffle(mutants)
        mutants = mutants[: config.option.sample or None]
        self.mutants = sorted(mutants, key=lambda m: (str(m.file), m.lines.start))
        files = {mutant.file for mutant in mutants}
        self.files = {str(f): compile(f.read_text(), f, "exec", dont_inherit=True) for f in files}
        self.wanted: dict[str, float] = {}
        self.seconds: dict[str, float] = {}
        self.covers: dict[tuple[str, int], set[str]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session):
        self.before, there = socket.socketpair()
        if os.fork() == 0:
            self.before.close()
            self.serve(session, there)
        there.close()

    def serve(self, session, requests: socket.socket) -> None:
        """Fork for each mutant that is asked for; returns in such a process alone, which goes on with the
        collection."""
        with requests, requests.makefile("r") as lines:
            for line in lines:
                number, tests = json.loads(line)
                child = os.fork()
                if child == 0:
                    become_mutant(session)
                    if number is not None:
                        import_mutant(self.mutants[number])
                    session.config.args = sorted({test.partition("::")[0] for test in tests})
                    self.wanted = tests
                    return
                requests.sendall(bytes([os.waitpid(child, 0)[1] != 0]))
        os._exit(0)

    def pytest_collection_modifyitems(self, items):
        items[:] = [item for item in items if not ELSEWHERE.intersection(item.fixturenames)]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        start = processor_time()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = processor_time() - start

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        self.items = {item.nodeid: item for item in session.items}
        if self.wanted:
            with tempfile.TemporaryDirectory() as directory:
                failed = self.run_tests(session, self.wanted, Path(directory))
            os._exit(failed)
        self.learn(session)
        failing = "the tests fail without a mutant, so they say nothing"
        assert not self.is_noticed(session, None), failing
        assert not self.is_noticed_on_import(session, None), failing
        survived = 0
        for number, mutant in enumerate(self.mutants):
            if not self.notices(session, number):
                survived += 1
                print(f"\n{mutant.file.name}: {mutant.operator}\n{mutant.diff()}", flush=True)
            if number % 100 == 99:
                print(f"{number + 1} of {len(self.mutants)}", flush=True)
        assert not self.is_noticed(session, None), failing
        self.before.close()
        score = 1 - survived / len(self.mutants)
        noticed = f"{len(self.mutants) - survived} of {len(self.mutants)} mutants noticed"
        print(f"\nscore {score:.3f}: {noticed}", flush=True)
        session.testsfailed = int(score < LEAST_SCORE)
        return True

    def learn(self, session) -> None:
        """Run each test once."""
        for name, item in self.items.items():
            lines: set[tuple[str, int]] = set()
            with noted(self.files, lines):
                run_test(session, item)
            assert not session.testsfailed, f"{name} fails without a mutant"
            for line in lines:
                self.covers.setdefault(line, set()).add(name)
        print("\nnot used, as slow:", *(n for n, seconds in self.seconds.items() if seconds > SLOW))

    def notices(self, session, number: int) -> bool:
        """Does a test fail with that mutant?"""
        mutant = self.mutants[number]
        try:
            code = compile(mutant.source, mutant.file, "exec", dont_inherit=True)
            changes = list(changed_functions(self.files[str(mutant.file)], code))
        except (SyntaxError, ImportTimeChange):
            return self.is_noticed_on_import(session, number)
        return self.is_noticed(session, number, changes)

    def tests_of(self, number: int | None) -> dict[str, float]:
        """Those of the changed lines, or all; the quickest first."""
        names = set(self.items)
        if number is not None:
            file, lines = str(self.mutants[number].file), self.mutants[number].lines
            names = set().union(*(self.covers.get((file, line), set()) for line in lines))
        quick = sorted((self.seconds[name], name) for name in names if self.seconds[name] <= SLOW)
        return {name: seconds for seconds, name in quick}

    def is_noticed(self, session, number: int | None, changes=()) -> bool:
        tests = self.tests_of(number)
        with tempfile.TemporaryDirectory() as directory:
            child = os.fork()
            if child == 0:
                try:
                    become_mutant(session)
                    for old, new in changes:
                        put_in_place(old, new)
                    os._exit(self.run_tests(session, tests, Path(directory)))
                finally:
                    os._exit(BROKEN)
            status = os.waitpid(child, 0)[1]
        assert status != BROKEN << 8
        return status != 0

    def is_noticed_on_import(self, session, number: int | None) -> bool:
        request = json.dumps([number, self.tests_of(None)]) + "\n"
        self.before.sendall(request.encode())
        return self.before.recv(1) != b"\0"

    def run_tests(self, session, tests: dict[str, float], directory: Path) -> int:
        """1 where one fails."""
        session.config._tmp_path_factory._basetemp = directory
        for name, seconds in tests.items():
            signal.setitimer(signal.ITIMER_PROF, LEAST + PATIENCE * seconds)
            if name not in self.items:  # the mutant changed which tests there are
                return 1
            run_test(session, self.items[name])
            if session.testsfailed:
                return 1
        return 0


def run_test(session, item) -> None:
    """Run a test, and end what was set up for it alone: fixtures of a module stay, for the mutants to come."""
    around = SimpleNamespace(listchain=lambda: item.listchain()[:-1])
    item.ihook.pytest_runtest_protocol(item=item, nextitem=around)
    session._setupstate.stack.clear()


@contextmanager
def noted(files: dict[str, CodeType], lines: set[tuple[str, int]]) -> Iterator[None]:
    """Note the lines of the files that run meanwhile."""

    def trace(frame, event, argument) -> Callable | None:
        if frame.f_code.co_filename not in files:
            return None
        lines.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    threading.settrace(trace)
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]


def processor_time() -> float:
    """Seconds, those of child processes that ended included."""
    return sum(os.times()[:4])


class ImportTimeChange(Exception):  # noqa: N818
    """What is changed is done when the module is imported."""


def changed_functions(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The functions of a module, or the methods of a class, that are another in the new one.

    :raises ImportTimeChange: more than functions is changed.
    """
    if own(old) != own(new):
        raise ImportTimeChange
    for one, another in zip(nested(old), nested(new)):
        if not one.co_flags & 2:  # CO_NEWLOCALS, which a class has not
            yield from changed_functions(one, another)
        elif differ(one, another):
            if one.co_name.startswith("<") and one.co_name != "<lambda>":  # a comprehension
                raise ImportTimeChange
            yield one, another


def own(code: CodeType) -> str:
    return repr((code.co_code, code.co_names, [c for c in code.co_consts if c not in nested(code)]))


def nested(code: CodeType) -> list[CodeType]:
    return [c for c in code.co_consts if isinstance(c, CodeType)]


def differ(one: CodeType, another: CodeType) -> bool:
    if own(one) != own(another) or len(nested(one)) != len(nested(another)):
        return True
    return any(map(differ, nested(one), nested(another)))


def put_in_place(old: CodeType, new: CodeType) -> None:
    """Give each function of that code the new one."""

    def place(code: CodeType) -> tuple[str, str, int]:
        return code.co_filename, code.co_name, code.co_firstlineno

    functions = [thing for thing in gc.get_objects() if isinstance(thing, FunctionType)]
    for function in functions:
        if place(function.__code__) == place(old):
            function.__code__ = new


def import_mutant(mutant: Mutant) -> None:
    original = SourceFileLoader.source_to_code

    def source_to_code(self, data, path, **options):
        source = mutant.source if str(path) == str(mutant.file) else data
        return original(self, source, path, **options)

    SourceFileLoader.source_to_code = source_to_code  # type: ignore[method-assign]


def become_mutant(session) -> None:
    """Say nothing, and end soon, whatever happens: a mutant without an end is one that was noticed."""
    session.config.pluginmanager.unregister(name="terminalreporter")
    nothing = os.open(os.devnull, os.O_RDWR)
    for file in (0, 1, 2):
        os.dup2(nothing, file)
    for number in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(number, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, FOR_EVER)
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
