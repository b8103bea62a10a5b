"""A module proxy of files, and a module cache of its own (go help goproxy)."""

import json
import os
import zipfile


def module_proxy(directory, modules):
    """The environment in which the go command has these modules, and no others.

    :param modules: of each, as <path>@<version>, its files by name.
    """
    for name, files in modules.items():
        path, _, version = name.partition("@")
        place = directory / "proxy" / path / "@v"
        place.mkdir(parents=True, exist_ok=True)
        (place / "list").write_text(f"{version}\n")
        (place / f"{version}.info").write_text(json.dumps({"Version": version}))
        (place / f"{version}.mod").write_text(files["go.mod"])
        with zipfile.ZipFile(place / f"{version}.zip", "w") as packed:
            for file, text in files.items():
                packed.writestr(f"{name}/{file}", text)
    return {
        **os.environ,
        "GOPROXY": f"file://{directory}/proxy",
        "GOSUMDB": "off",
        "GOMODCACHE": str(directory / "modules"),
        "GOFLAGS": "-modcacherw",
    }
