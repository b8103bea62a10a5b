"""One declaration gives the same image on docker, podman, buildah, buildkit and builtin.

All declarations are built in one project for each engine, then compared: the config, and every path
with its type, mode, owner, link target and content. What may differ stands in DIFFERENCES and in
docs/explanation/same-image.rst, and nowhere else.
"""

import json
import re
import textwrap
from concurrent.futures import ThreadPoolExecutor

import pytest
from buildkit import BuildKit
from debian import debian_base
from gocontainer.read.layout import open_image
from harness import Project
from rootfs import entries

ENGINES = ["docker", "podman", "buildah", "builtin", "buildkit"]

# All of them build some twenty images.
pytestmark = pytest.mark.timeout(1500)

# The members of the config that are compared; the others are notes of the engines to themselves
# (docker's Hostname, ArgsEscaped and so on). A member that is empty is one that is not there, and
# the order of Env is free, as no name is there twice.
MEMBERS = [
    *("User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir", "Labels"),
    *("StopSignal", "Healthcheck"),
]

ODD = r"""a b "c" 'd' ; $HOME ${x} $<y> \ # [e] % ä→ @f@ \n && | > `g` *"""

EVERYTHING = f"""BASE {{alpine}} ENTRYPOINT /e CMD c ENV [===[A={ODD}]===] EXPOSE 1-3 LABELS a=b USER 1:2
    WORKDIR /w VOLUMES /v STOPSIGNAL SIGHUP HEALTHCHECK /h FILES conf DESTINATION /f VERSION 2"""

# Each is three builds in containers, so one that can be part of another one is.
DECLARATIONS = {
    "defaults": "BASE scratch",
    "pinned": "BASE {alpine_pinned} CMD",
    "distroless": "BASE {distroless}",
    "inherits": "BASE {full} CMD",
    "overrides": """BASE {full} ENV BASE_ENV=ours NEW=1 LABELS base=ours new=1 USER 7:8 WORKDIR /ours
        EXPOSE 81 VOLUMES /ours-volume STOPSIGNAL SIGINT HEALTHCHECK /ours ENTRYPOINT /e""",
    "healthcheck-none": "BASE {full} HEALTHCHECK NONE CMD one",
    "config": """BASE scratch BINARY_NAME server ENV A=1 B= C=a=b
        LABELS org.opencontainers.image.licenses=MIT com.example/x_y-z=1 EXPOSE 8080 53/udp 9000-9003 7/sctp USER root
        WORKDIR /srv/deep/er VOLUMES /data /var/lib/x STOPSIGNAL SIGQUIT
        HEALTHCHECK /usr/local/bin/healthcheck "a b" HEALTHCHECK_INTERVAL 1m30s HEALTHCHECK_TIMEOUT 500ms
        HEALTHCHECK_START_PERIOD 2h HEALTHCHECK_RETRIES 5
        TIMEZONES Europe/Berlin America/Argentina/Ushuaia UTC""",
    "config-odd": f"""BASE scratch CMD /x [===[{ODD}]===] [===[]===] [===[two\nlines\t]===]
        ENV [===[A={ODD}]===] [===[B= leading and trailing ]===] LABELS [===[odd={ODD}]===] USER 1000 STOPSIGNAL 3
        WORKDIR [===[/a b \"c\" $HOME ä\\d]===] VOLUMES [===[/a b \"c\" $HOME ä]===]""",
    "config-there": """BASE {alpine} ENV PATH=/opt/bin:/bin USER nobody:nobody WORKDIR /tmp VOLUMES /tmp
        TIMEZONES ON HEALTHCHECK SHELL [===[[ -f /x ] && a "b" 'c' ; $HOME ${x} $<y> \\ # [e] % ä→ @f@ \\n | > `g` *	z || exit 1]===]""",
    "files": """BASE scratch FILES conf/api.toml DESTINATION /opt/api FILES conf/run.sh conf/api.toml DESTINATION /opt
        FILES conf/api.toml DESTINATION /opt RENAME [===[a "b" $HOME ; \\ [ä] ]===]
        FILES conf DESTINATION /x CHMOD 0640 FILES conf DESTINATION /own CHOWN 65532 FILES conf/ DESTINATION /y CHOWN 1:2
        FILES odd/ DESTINATION [===[/a b \"c\" $HOME ä]===] ENTRYPOINT /e --flag CMD one two""",
    "files-on-base": """BASE {alpine} FROM_IMAGE {full} /base-tools/ DESTINATION /opt
        FROM_IMAGE {full} /base-tools FROM_IMAGE {full} /base-tools/link /bin/sh DESTINATION /x
        FILES conf/api.toml FILES tree conf/linked conf/to-run DESTINATION /opt
        FILES tree/ DESTINATION /usr/share/tree FILES conf/hostname DESTINATION /etc
        FILES conf/hostname DESTINATION /tmp""",
    "go": """BASE scratch BUILD_TAGS netgo LDFLAGS -X "main.motto=it's $x" GCFLAGS -l GO_FLAGS -p=1 VERSION 1.4.0
        GO_ENV GOAMD64=v2 STAMP [===[main.version=a, "b" = $c;]===] CMD /usr/local/bin/cmd serve
        FILES $<TARGET_FILE:importer> $<TARGET_FILE:core> DESTINATION /opt/lib RUNTIME_LIBRARIES ON""",
    "host-build-files": """BASE scratch HOST_BUILD ON LICENSES ON PROGRAMS .=/program ./again/tool ./cmd/tool/v2=/opt/tools/ FILES odd/ DESTINATION [===[/a b \"c\" $HOME ä]===]
        FILES tree conf DESTINATION /opt CHMOD 0640 CHOWN 1:2 FILES $<TARGET_FILE:importer>
        RUNTIME_LIBRARIES ON ENTRYPOINT /usr/local/bin/entrypoint""",
    "host-build-everything": "HOST_BUILD ON " + EVERYTHING,
    "made": f"""BASE {{alpine}} WORKDIR /srv/app/run FILES conf/api.toml DESTINATION /opt/setid CHMOD 6755 CHOWN 3:4
        DIRECTORIES /srv/app/run /var/lib/app /var/lib/app/cache /srv/none/deep CHOWN 65532
        DIRECTORIES /var/log /tmp CHMOD 2775 CHOWN 5:6 DIRECTORIES /tmp/mine CHMOD 1777
        DIRECTORIES /var/lib/app/theirs [===[/var/lib/app/{ODD.replace("/", "")}]===] /lib/own CHMOD 4700 CHOWN 7
        SYMLINKS /app=srv/app /bin/vi=/opt/vi /etc/deep/er/link=.. [===[/tmp/mine/l={ODD}]===]
        ENTRYPOINT [===[{ODD}]===] LABELS org.opencontainers.image.title=mine""",
    "host-build-made": """BASE {alpine} HOST_BUILD ON FILES conf/api.toml DESTINATION /opt/setid CHMOD 6755 CHOWN 3:4
        DIRECTORIES /srv/app /srv/app/data /none/deep CHOWN 65532 DIRECTORIES /tmp CHMOD 2775 CHOWN 5:6
        DIRECTORIES /tmp/mine CHMOD 1777 SYMLINKS /app=srv/app /bin/vi=/opt/vi /tmp/mine/l=..
        WORKDIR /srv/deep/er TIMEZONES UTC Asia/Tokyo""",
    "accounts": """BASE {alpine} CAPABILITIES /usr/local/bin/program=cap_net_bind_service,cap_checkpoint_restore=ep USERS app:1000 other:7:44:/home/o:/bin/sh GROUPS video:44:app nobody:65534:app USER app
        FILES conf DESTINATION /own CHOWN nobody:video DIRECTORIES /data CHOWN app DIRECTORIES /none CHOWN nobody""",
    "accounts-scratch": """BASE scratch USERS app:1000:50 GROUPS staff:50:app USER app:staff
        FILES conf DESTINATION /own CHOWN nonroot CMD""",
    "accounts-made": "BASE {distroless} USERS app:1000 USER app:app",
    "host-build-accounts": """BASE {full} HOST_BUILD ON ENTRYPOINT USERS app:1000 USER nobody CAPABILITIES /usr/local/bin/program=cap_syslog=p
        FILES conf DESTINATION /own CHOWN nobody:app""",
    "everything": EVERYTHING,
    "programs": """BASE {alpine} LICENSES ON PROGRAMS .=/program ./cmd/tool/v2=/opt/tools/ ./again/tool example.com/program=/opt/again
        WORKDIR /opt""",
    "programs-none": """BASE scratch PROGRAMS NONE FILES $<TARGET_FILE:importer> DESTINATION /opt CMD /opt/importer
        RUNTIME_LIBRARIES ON""",
    "packages": "BASE {debian} PACKAGES tiny other=3 USER tiny",
    "packages-of-apk": "BASE {apk} PACKAGES tini=0.19-r3 HOST_BUILD ON",
}  # fmt: skip

# Podman builds as buildah does: each has every other declaration, and both have "everything".
DAEMONLESS = [
    [name for number, name in enumerate(DECLARATIONS) if number % 2 == turn or name == "everything"]
    for turn in (0, 1)
]
# The engine buildkit builds as docker does, which is BuildKit, too: what it does otherwise is in these.
WITH_BUILDKIT = ["overrides", "config-odd", "files", "go", "host-build-files", "made", "everything"]
WITH_BUILDKIT += ["accounts", "packages"]
NAMES = dict(zip(ENGINES, [list(DECLARATIONS), *DAEMONLESS, list(DECLARATIONS), WITH_BUILDKIT]))
# Those whose images are archives.
STORELESS = ("builtin", "buildkit")

# (declaration, path or member) -> why the engines differ there
DIFFERENCES: dict[tuple[str, str], str] = {
    (name, f"/etc/{file}"): "podman and buildah leave an empty one in a base that has none"
    for name in ("packages", "packages-of-apk")
    for file in ("hosts", "hostname", "resolv.conf")
}


@pytest.fixture(scope="module")
def bases(docker, skopeo, registry, tmp_path_factory):
    """The bases by name, as references in the tests' registry."""
    directory = tmp_path_factory.mktemp("bases")
    (directory / "Dockerfile").write_text(
        textwrap.dedent(
            r"""
            FROM scratch AS distroless
            COPY Dockerfile /etc/os-release
            COPY Dockerfile /usr/local/lib/x
            USER 65532
            ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt

            FROM alpine AS apk
            COPY Dockerfile /usr/share/stand-in/tini/sbin/tini
            USER 65532

            FROM alpine AS full
            COPY --chown=7:8 Dockerfile /base-tools/sub/tool
            RUN ln -s sub/tool /base-tools/link && chmod 2770 /base-tools/sub && chmod 4750 /base-tools/sub/tool
            ENV BASE_ENV=base OTHER="a b"
            LABEL base=base other="a b"
            EXPOSE 80
            VOLUME /base-volume
            WORKDIR /base
            USER 5:6
            STOPSIGNAL SIGUSR1
            HEALTHCHECK --interval=10s CMD ["/base-health"]
            ENTRYPOINT ["/base-entrypoint"]
            CMD ["base-cmd"]
            """
        )
    )
    references = {"alpine": f"{registry}/alpine:latest"}
    for name in ("distroless", "full", "apk"):
        references[name] = f"{registry}/parity-{name}:1"
        build = ["build", "--target", name, "--tag", references[name], directory]
        docker(*build, env={"DOCKER_BUILDKIT": "1"})
        docker("push", references[name])
    inspect = ["inspect", "--tls-verify=false", "--format", "{{.Digest}}"]
    digest = skopeo(*inspect, f"docker://{references['alpine']}").stdout.strip()
    references["debian"] = debian_base(docker, registry, tmp_path_factory.mktemp("debian"))
    references["alpine_pinned"] = f"{registry}/alpine@{digest}"
    return references


@pytest.fixture(scope="module")
def images(bases, docker, tmp_path_factory, state, registry):
    """engine -> declaration -> (config, entries)"""
    buildkit = BuildKit(state, registry, tmp_path_factory.mktemp("buildkit"))
    host = {
        "GO_CONTAINER_BUILDKIT_HOST": buildkit.address,
        "GO_CONTAINER_BUILDER_IMAGE": f"{registry}/golang:alpine",
    }
    with ThreadPoolExecutor() as pool, buildkit.start("store"):
        builds = {
            engine: pool.submit(
                build, engine, bases, docker, tmp_path_factory, host if engine == "buildkit" else {}
            )
            for engine in ENGINES
        }
        return {engine: result.result() for engine, result in builds.items()}


def build(engine, bases, docker, tmp_path_factory, settings):
    project = Project(tmp_path_factory.mktemp(engine))
    write_sources(project)
    calls = [
        # One name for all programs, so that the engines compile one program only.
        f"add_go_container({name} TAGS parity-{engine}/{name} {arguments}"
        + ("" if re.search("BINARY_NAME|PROGRAMS", arguments) else " BINARY_NAME program")
        + ")"
        for name, arguments in declared(bases).items()
        if name in NAMES[engine]
    ]
    project.cmakelists(
        "enable_language(CXX)\nadd_executable(importer importer.cpp)\n"
        "add_library(core SHARED core.cpp)\n" + "\n".join(calls)
    )
    words = [word for key, value in settings.items() for word in ("-D", f"{key}={value}")]
    project.configure(*words, engine=engine, docker=docker)
    project.build("image")
    return {
        name: read(engine, project.binary / f"{name}.container", name) for name in NAMES[engine]
    }


def declared(bases):
    def fill(arguments):
        for name, reference in bases.items():
            arguments = arguments.replace("{" + name + "}", reference)
        return arguments

    return {name: fill(arguments) for name, arguments in DECLARATIONS.items()}


def write_sources(project):
    project.go_module(".", main="""
        package main

        var version, motto string

        func main() { println(version, motto) }
        """)  # fmt: skip
    project.write(
        "importer.cpp", "#include <vector>\nint main() { return std::vector<int>{}.size(); }\n"
    )
    project.write("License.md", "as you like it\n").chmod(0o600)
    project.write("again/NOTICE", "as you like it\n").chmod(0o700)
    for package in ("cmd/tool/v2", "again/tool"):
        project.write(
            f"{package}/main.go", f'package main\n\nfunc main() {{ println("{package}") }}\n'
        )
    project.write("core.cpp", "int core() { return 1; }\n")
    project.write("conf/api.toml", "motto = 'as you like it'\n").chmod(0o600)
    project.write("conf/run.sh", "#!/bin/sh\n").chmod(0o700)
    project.write("conf/hostname", "parity\n")
    project.write("tree/deep/er/file", "content\n")
    project.write("tree/empty/.keep", "")
    (project.source / "tree/link").symlink_to("deep/er/file")
    (project.source / "tree/dangling").symlink_to("/nowhere")
    (project.source / "tree/none").mkdir()
    (project.source / "conf/linked").symlink_to("../tree/deep")
    (project.source / "conf/to-run").symlink_to("run.sh")
    (project.source / "conf/run.sh").chmod(0o4700)
    (project.source / "tree/none").chmod(0o3775)
    for name in [
        "a b",
        "qu'o\"te",
        "$HOME",
        "semi;colon",
        "[x]",
        "ä",
        "#hash",
        "back\\slash",
        "-dash",
    ]:
        project.write(f"odd/{name}", name)
    project.write("odd/" + "long-" * 30 + "name/" + "x" * 120, "long\n")


def normalised(config, engine, name):
    """The members that are compared, but for what docs/explanation/same-image.rst says of them."""
    config = {k: config.get(k) for k in MEMBERS}
    config["Env"] = sorted(config["Env"])  # a variable that is overridden changes its place
    if engine == "builtin" and "_pinned" not in DECLARATIONS[name]:
        config["Labels"].pop("org.opencontainers.image.base.digest", None)
    return {k: v for k, v in config.items() if v}


def read(engine, directory, name):
    if engine in STORELESS:
        where = f"oci-archive:{directory / name}.tar"
    else:
        store = "docker-daemon" if engine == "docker" else "containers-storage"
        where = f"{store}:{(directory / 'image.id').read_text().strip()}"
    with open_image(where, None if engine in STORELESS else engine) as image:
        config = normalised(image.config["config"], engine, name)
        config.update(os=image.config["os"], architecture=image.config["architecture"])
        return config, entries(image)


@pytest.mark.parametrize(("name", "engine"), [(n, e) for e in ENGINES[1:] for n in NAMES[e]])
def test_same_image(images, name, engine):
    for ours, theirs in zip(images[engine][name], images["docker"][name]):
        differences = {
            key: (ours.get(key), theirs.get(key))
            for key in sorted({*ours, *theirs})
            if ours.get(key) != theirs.get(key) and (name, key) not in DIFFERENCES
        }
        assert not differences, f"{engine} and docker differ"


def test_the_inspectors_agree(images, bases, docker, podman, skopeo):
    """docker inspect, podman inspect and skopeo inspect --config of the same declaration."""
    (of_docker,) = json.loads(docker("image", "inspect", "parity-docker/everything").stdout)
    (of_podman,) = json.loads(podman("image", "inspect", "parity-podman/everything").stdout)
    stored = "containers-storage:localhost/parity-buildah/everything"
    of_skopeo = json.loads(skopeo("inspect", "--config", "--raw", stored).stdout)
    answers = [
        of_docker["Config"],
        # Podman shows the health check beside the config.
        {**of_podman["Config"], "Healthcheck": of_podman["Healthcheck"]},
        of_skopeo["config"],
    ]
    wanted = images["builtin"]["everything"][0]
    for answer in answers:
        found = {k: answer.get(k) for k in MEMBERS if answer.get(k)}
        found["Env"] = sorted(found["Env"])
        assert found == {k: wanted[k] for k in MEMBERS if k in wanted}
