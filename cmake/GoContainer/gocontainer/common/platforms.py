"""The platforms of a plan: for several, each has a plan of its own, which is all that one for a single platform is."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from gocontainer.common.plan import Plan


def platform_name(platform: dict[str, str]) -> str:
    """It as PLATFORMS has it, such as linux/arm/v7."""
    parts = [platform.get("os", "?"), platform.get("architecture", "?"), platform.get("variant")]
    return "/".join(filter(None, parts))


def plans_of(plan: Plan) -> list[Plan]:
    """A plan for each platform; the plan itself where there is one platform only."""
    if "platforms" not in plan:
        return [plan]
    return [plan_for(plan, platform) for platform in plan["platforms"]]


def plan_for(plan: Plan, platform: dict[str, str]) -> Plan:
    """The plan of one of several platforms. The files of its programs begin with ``<os>/<architecture>[/<variant>]/``,
    which BuildKit calls TARGETPLATFORM."""
    name = platform_name(platform)
    found: Plan = {
        **plan,
        "platform": platform,
        "part": name.replace("/", "-"),
        "programs": [
            {**each, "file": f"{name}/{each['file']}"} for each in plan.get("programs", [])
        ],
    }
    del found["platforms"]
    if "go" in plan:
        compilers = plan["go"].get("compilers", {}).get(name, {})
        settings = [*setting_of(platform), *map("=".join, compilers.items())]
        found["go"] = {**plan["go"], "env": [*plan["go"]["env"], *settings]}
    return found


def setting_of(platform: dict[str, str]) -> list[str]:
    """What the go command must know of a variant, such as GOARM=6."""
    variant = platform.get("variant", "")
    if platform["architecture"] == "arm" and variant:
        return ["GOARM=" + variant[1:]]
    return ["GOAMD64=" + variant] if platform["architecture"] == "amd64" and variant else []


def choose_platform(plan: Plan, name: str | None) -> Plan:
    """The plan of the platform of that name, by default of the plan's own.

    :raises ValueError: the plan has no such platform.
    """
    if name is None:
        return plan_for(plan, plan["platform"]) if "platforms" in plan else plan
    wanted = name_in_full(name)
    for each in plans_of(plan):
        if name_in_full(platform_name(each["platform"])) == wanted:
            return each
    names = ", ".join(platform_name(each["platform"]) for each in plans_of(plan))
    raise ValueError(f"{plan['name']} is for {names}, not for {name}. Give one of these.")


def platform_of(name: str) -> dict[str, str]:
    """The platform that a name stands for: os/architecture[/variant].

    :raises ValueError: it is no such name.
    """
    parts = name.split("/")
    if len(parts) not in (2, 3) or not all(parts):
        raise ValueError(
            f"{name!r} is not a platform. Write it as linux/<architecture>[/<variant>], such as linux/arm/v7."
        )
    return dict(zip(("os", "architecture", "variant"), parts))


# The variants that are meant where none is named (OCI image spec, image-index.md).
VARIANTS = {"amd64": "v1", "arm": "v7", "arm64": "v8"}


def variant_of(platform: dict[str, str]) -> str:
    return platform.get("variant") or VARIANTS.get(platform.get("architecture", ""), "")


def name_in_full(name: str) -> str:
    platform = platform_of(name)
    return platform_name({**platform, "variant": variant_of(platform)})
