"""The image configuration (OCI image spec, config.md): what is declared over what the base says.

The rules are those of BuildKit, so that a plan gives the same configuration with every engine.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


DEFAULT_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
MERGED = ("ExposedPorts", "Labels", "Volumes")
REPLACED = ("User", "Entrypoint", "Cmd", "StopSignal", "Healthcheck")
# The rest that a base hands down. What old docker engines wrote besides (Hostname, Image, …) is
# about the container that the base was made in.
INHERITED = (*MERGED, *REPLACED, "Env", "WorkingDir", "Shell", "ArgsEscaped")


def inherit(base: dict[str, Any], declared: dict[str, Any]) -> dict[str, Any]:
    """The ``config`` member of an image: ``declared`` over that of the base's configuration,
    {} for scratch.

    Env is merged by name, in the base's order; ports, labels and volumes are added; all else is
    replaced. On scratch WorkingDir is / by default; a base that has none keeps none. A declared Entrypoint drops the base's Cmd, which was meant for another program. An
    empty Entrypoint or Cmd drops the base's.
    """
    old = base.get("config") or {}
    config = {key: old[key] for key in INHERITED if old.get(key) is not None}
    if "Entrypoint" in declared:
        config.pop("Cmd", None)
    config["Env"] = merge_env(config.get("Env", []), declared.get("Env", []))
    for key in MERGED:
        if key in declared:
            config[key] = {**config.get(key, {}), **declared[key]}
    config.update((key, declared[key]) for key in REPLACED if key in declared)
    of_base = config.get("WorkingDir") or ("" if base else "/")
    config["WorkingDir"] = working_directory(declared) or of_base
    return {key: value for key, value in config.items() if value not in ([], {}, "")}


def with_base_digest(declared: dict[str, Any], digest: str | None) -> dict[str, Any]:
    """What is declared, and the label that tells which base it was (OCI image spec,
    annotations.md), where the plan has none: the base is not pinned."""
    if digest is None:
        return declared
    labels = {"org.opencontainers.image.base.digest": digest, **declared.get("Labels", {})}
    return {**declared, "Labels": labels}


def merge_env(base: list[str], declared: list[str]) -> list[str]:
    """The variables, ``NAME=value``, with PATH always among them, as BuildKit has it."""
    merged = {variable.partition("=")[0]: variable for variable in base}
    merged.setdefault("PATH", DEFAULT_PATH)
    merged.update((variable.partition("=")[0], variable) for variable in declared)
    return list(merged.values())


def working_directory(declared: dict[str, Any]) -> str:
    """The declared WorkingDir in its shortest form, or nothing where there is none."""
    directory: str = declared.get("WorkingDir", "")
    return posixpath.normpath("/" + directory.lstrip("/")) if directory else ""


def image_config(
    plan: Plan,
    base: dict[str, Any],
    added: list[tuple[str, str]],
    created: str,
) -> dict[str, Any]:
    """The whole configuration.

    :param base: that of the base, {} for scratch.
    :param added: the new layers, as pairs of diff ID and of what made them.
    :param created: the time of all that is new, as RFC 3339 has it.
    """
    kept = {key: base[key] for key in ("author", "variant", "os.version") if base.get(key)}
    if "variant" in plan["platform"]:
        kept["variant"] = plan["platform"]["variant"]
    diff_ids = base.get("rootfs", {}).get("diff_ids", [])
    return {
        **kept,
        "created": created,
        "os": plan["platform"]["os"],
        "architecture": plan["platform"]["architecture"],
        "config": inherit(base, plan["config"]),
        "rootfs": {"type": "layers", "diff_ids": [*diff_ids, *(diff_id for diff_id, _ in added)]},
        "history": [
            *history_of(base, len(diff_ids)),
            *({"created": created, "created_by": maker} for _, maker in added),
        ],
    }


def history_of(base: dict[str, Any], layers: int) -> list[dict[str, Any]]:
    """The history of the base, with an entry for each of its layers.

    Bases that no Dockerfile made may have none, but a later entry would then be taken for theirs.
    """
    history: list[dict[str, Any]] = base.get("history") or []
    told = sum(not entry.get("empty_layer", False) for entry in history)
    return [*history, *({"comment": "a layer of the base"} for _ in range(told, layers))]
