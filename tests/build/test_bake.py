"""GoContainer/docker-bake.json: bake makes the images of the target image."""

import json


def test_bake_makes_the_same_images(project, docker_buildx, monkeypatch):
    monkeypatch.setenv("GOPROXY", "off")
    project.go_module("api")
    project.go_module("web", greeting="hi")
    project.write("notes", "first\n")
    project.write("netrc", "machine git.example.com login ada password lovelace\n")
    project.cmakelists("""
        add_go_container(baked.api SOURCE_DIR api BASE scratch GO_ENV GOPROXY SECRETS id=netrc,src=netrc)
        add_go_container(baked-web SOURCE_DIR web BASE scratch HOST_BUILD ON FILES notes DESTINATION /opt)
        add_go_container(by-name SOURCE_DIR web USER nobody)
        add_go_container(both SOURCE_DIR web BASE scratch PLATFORMS linux/amd64 linux/arm64)
        """)
    project.configure(engine="docker", docker=docker_buildx)
    file = project.binary / "GoContainer/docker-bake.json"
    assert set(json.loads(file.read_text())["target"]) == {"baked_api", "baked-web", "both"}
    built = []
    for name in ("baked.api", "baked-web"):
        project.build(name)
        built.append((project.binary / f"{name}.container/image.id").read_text())
    docker_buildx("rmi", "--force", *built)
    docker_buildx(
        "buildx", "bake", "--file", file, "baked_api", "baked-web", cwd=project.source.parent
    )
    tags = ("baked.api:latest", "baked-web:latest")
    said = docker_buildx("image", "inspect", "--format", "{{.Id}}", *tags).stdout
    assert said.split() == built
