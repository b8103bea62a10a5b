"""A small Debian with a repository of tiny packages, from which its apt installs."""

from __future__ import annotations

import hashlib
import textwrap
from pathlib import Path

from harness import REPOSITORY, run

# Of each package: its control fields, its script after installing, its files with their modes.
PACKAGES = {
    "tiny": (
        {"Version": "1.0-1+b1", "Depends": "tiny-data (>= 2:1)"},
        """\
        useradd --system --home-dir /var/lib/tiny tiny
        install -d -o tiny -g tiny -m 2750 /var/lib/tiny
        date > /var/log/tiny.log
        rm -rf /srv/old /etc/of-the-base
        ln /usr/bin/tiny /usr/bin/tiny-too
        """,
        {"usr/bin/tiny": ("#!/bin/sh\necho tiny\n", 0o755), "etc/tiny.conf": ("x\n", 0o640)},
    ),
    "tiny-data": (
        {"Version": "2:1.5~rc1"},
        "",
        {"usr/share/tiny/data": ("data\n", 0o644), "usr/bin/tiny-root": ("#!/bin/sh\n", 0o4755)},
    ),
    "other": ({"Version": "3"}, "", {"usr/share/other": ("other\n", 0o644)}),
    "broken": ({"Version": "1"}, "echo it is broken; exit 7\n", {}),
}


def repository(directory: Path, packages=PACKAGES) -> None:
    """A flat repository for apt in the directory."""
    index = []
    for name, (fields, script, files) in packages.items():
        root = directory / "root"
        for path, (content, mode) in files.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
            file.chmod(mode)
        (root / "DEBIAN").mkdir(parents=True)
        control = {
            "Package": name,
            "Architecture": "all",
            "Maintainer": "t <t@example.com>",
            **fields,
        }
        lines = [f"{key}: {value}" for key, value in {**control, "Description": name}.items()]
        (root / "DEBIAN/control").write_text("\n".join(lines) + "\n")
        if script:
            (root / "DEBIAN/postinst").write_text("#!/bin/sh -e\n" + textwrap.dedent(script))
            (root / "DEBIAN/postinst").chmod(0o755)
        archive = directory / f"{name}.deb"
        run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", root, archive])
        run(["rm", "-r", root])
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        place = [
            f"Filename: ./{archive.name}",
            f"Size: {archive.stat().st_size}",
            f"SHA256: {digest}",
        ]
        index.append("\n".join([*lines, *place]) + "\n")
    (directory / "Packages").write_text("\n".join(index))


def debian_base(
    docker, registry, directory: Path, name="debian-packages:1", packages=PACKAGES
) -> str:
    """The reference of a Debian, in the tests' registry, whose apt knows these packages only."""
    run(["bash", REPOSITORY / "tests/bases/debian.sh"], patience=1200)
    (directory / "repository").mkdir()
    repository(directory / "repository", packages)
    (directory / "Dockerfile").write_text(
        textwrap.dedent(
            """\
            FROM debian:tests
            COPY repository /repository
            RUN rm -rf /etc/apt/sources.list* && mkdir -p /srv/old/deep && touch /srv/old/deep/file /etc/of-the-base \\
                && echo 'deb [trusted=yes] file:/repository ./' > /etc/apt/sources.list
            USER 7
            ENTRYPOINT ["/nothing"]
            """
        )
    )
    reference = f"{registry}/{name}"
    docker("build", "--tag", reference, directory, env={"DOCKER_BUILDKIT": "1"})
    docker("push", reference)
    return reference
