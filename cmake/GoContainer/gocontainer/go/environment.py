"""The environment of the machine's go command."""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from collections.abc import Iterator

    from gocontainer.common.plan import Plan

# What `go env` knows that says where things are, not what is built.
MACHINE_SETTINGS = (
    *("GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH"),
    *("GOCACHE", "GOMODCACHE", "GOPATH", "GOTMPDIR", "GOTOOLCHAIN"),
)
# What it lets say of processors; `go env` tells that of one architecture only.
PROCESSOR_SETTINGS = (
    *("GO386", "GOAMD64", "GOARM", "GOARM64", "GOMIPS", "GOMIPS64", "GOPPC64", "GORISCV64"),
)
# What `go env` does not know, but the compiler.
COMPILER_SETTINGS = ("GOCOMPILEDEBUG", "GOCLOBBERDEADHASH", "GOSSAFUNC", "GOSSADIR")


def environment_of(plan: Plan, settings: dict[str, str]) -> dict[str, str]:
    """The environment of the go command of a plan.

    Everything that could change the program comes from the plan: what the shell or ``go env -w`` say of it (GOFLAGS,
    GOAMD64, GOEXPERIMENT, …) is dropped, as a container would not see it either, unless the plan passes it on. Where
    modules come from and caches are stays as this machine has it.

    :param settings: what ``go env`` says, except what is empty.
    :raises ValueError: GOFLAGS has what only the call may have.
    """
    dropped = {*settings, *PROCESSOR_SETTINGS, *COMPILER_SETTINGS}
    variables = {name: value for name, value in os.environ.items() if name not in dropped}
    variables.update((name, settings[name]) for name in MACHINE_SETTINGS if name in settings)
    if variables.get("GOCACHE") == "off" and os.environ.get("GOCACHE") != "off":
        del variables["GOCACHE"]  # it knows no place for it, and tells why
    # With PWD, go takes the way to the module as it is written, where links are part of it.
    architecture = plan["platform"]["architecture"]
    variables.update(GOENV="off", PWD=plan["source"], GOARCH=architecture)
    variables["GOWORK"] = plan["go"].get("workspace", "off")
    passed = plan["go"].get("passEnv", [])
    variables.update((name, os.environ[name]) for name in passed if name in os.environ)
    if "GOFLAGS" in passed and "GOFLAGS" in variables:
        from gocontainer.go.explicit_flags import refusal  # which few need

        if wrong := refusal(plan["name"], variables["GOFLAGS"]):
            raise ValueError(wrong)
    variables.update(dict(variable.split("=", 1) for variable in plan["go"]["env"]))
    variables.update(secret_variables(plan))
    return variables


def toolchain_of_environment(plan: Plan, settings: dict[str, str]) -> str:
    """What is to be said where the environment, or ``go env -w``, chooses another Go than the machine's: the program is
    another one then. Empty where it does not.

    :param settings: what ``go env`` says.
    """
    toolchain = settings.get("GOTOOLCHAIN", "")
    said = [variable.partition("=")[0] for variable in plan["go"]["env"]]
    if "GOTOOLCHAIN" in [*said, *plan["go"].get("passEnv", [])]:
        return ""
    if not re.match("go[0-9]|path", toolchain):
        return ""
    return f"GOTOOLCHAIN={toolchain} of the environment chooses Go; GO_VERSION in the call says which one everywhere"


def unasked(settings: dict[str, str]) -> str:
    """What is to be said where the checksum database is not asked about modules that go.sum does not have yet.

    :param settings: what ``go env`` says.
    """
    names = [name for name in ("GOPRIVATE", "GONOSUMDB", "GOINSECURE") if name in settings]
    if settings.get("GOSUMDB") == "off":
        names.append("GOSUMDB=off")
    if not names:
        return ""
    return f"{', '.join(names)}: the checksum database is not asked about some modules; their checksums must be in go.sum"


def secret_variables(plan: Plan) -> Iterator[tuple[str, str]]:
    """The variables of the go command among SECRETS; its files are found as this machine is set up.

    :raises OSError: the file of one can't be read.
    """
    for secret in plan.get("secrets", []):
        if not re.fullmatch("[A-Z][A-Z0-9_]*", secret["id"]):
            continue
        if "src" in secret:
            with open(secret["src"], encoding="utf-8") as stream:
                yield secret["id"], stream.read().rstrip("\n")
        elif secret["env"] in os.environ:
            yield secret["id"], os.environ[secret["env"]]
