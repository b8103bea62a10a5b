"""Archives of images that tests push, and the pushing of them by a client that waits for nothing."""

import gzip
import json
from contextlib import closing

import images
from gocontainer.cli.push_archive import opened
from gocontainer.cli.pushing import push_plan
from gocontainer.registry.push import Pusher
from gocontainer.sbom.formats import module_of
from hostile import client_of

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def layers_of(text):
    """A layer of a base, compressed, and two of the image's own, plain."""
    tars = [images.layer(images.entry(name, name.encode() * 999)) for name in ("base", "own", text)]
    return tars, [gzip.compress(tars[0], mtime=0), *tars[1:]]


def one(text="1"):
    """The files of the layout of an image."""
    return images.image(*layers_of(text))


def several(*architectures, text="1"):
    """Those of an index of images, which lies between index.json and their manifests."""
    files, children = {}, []
    for architecture in architectures:
        image = images.image(
            *layers_of(text + architecture), configuration={"architecture": architecture}
        )
        (named,) = json.loads(image["index.json"])["manifests"]
        platform = {"os": "linux", "architecture": architecture}
        children.append({**named, "platform": platform})
        files.update(image)
    nested = images.encoded({"schemaVersion": 2, "mediaType": INDEX, "manifests": children})
    files["blobs/" + images.digest(nested).replace(":", "/")] = nested
    top = {"schemaVersion": 2, "manifests": [images.descriptor(INDEX, nested)]}
    files["index.json"] = images.encoded(top)
    return files


def write(directory, files, references, name="api"):
    """A container's directory with the archive of an image and its plan; returns the plan's file."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{name}.tar").write_bytes(images.archive(files))
    plan = directory / "plan.json"
    plan.write_text(json.dumps({"name": name, "engine": "builtin", "push": references}))
    return plan


def attest(plan, text="1", parts=(), **members):
    """Write documents beside the plan, as the targets <name>-sbom and <name>-provenance do."""
    platforms = [dict(zip(("os", "architecture"), part.split("-"))) for part in parts]
    more = {"platforms": platforms} if parts else {}
    members = {"sbom": ["spdx", "cyclonedx"], "provenance": True, **more, **members}
    plan.write_text(json.dumps({**json.loads(plan.read_text()), **members}))
    built = built_digests(plan)
    for part in [*parts, ""] if parts else [""]:
        name = f"api-{part}" if part else "api"
        for form in members["sbom"]:
            suffix = module_of(form).SUFFIX
            document = {"form": form, "part": part, "text": text, "image": built[part]}
            (plan.parent / f"{name}.{suffix}").write_text(json.dumps(document))
        if members["provenance"] and (part or not parts):
            subject = [{"name": "api:latest", "digest": {"sha256": built[part]}}]
            document = {"subject": subject, "predicate": text}
            (plan.parent / f"{name}.provenance.json").write_text(json.dumps(document))
    return plan


def built_digests(plan):
    """The hexadecimal digests that the archive has, by the platform; of the image or the index by none."""
    with closing(opened(plan.with_name("api.tar"))) as source:
        (named,) = source.json("index.json")["manifests"]
        found = {"": named["digest"]}
        for child in source.document(named).get("manifests", []):
            found["-".join(child["platform"].values())] = child["digest"]
    return {part: digest.partition(":")[2] for part, digest in found.items()}


def push(*plans, environ=None, client=None, kept=None, **limits):
    """Push as one process does."""
    with client or client_of(environ or {}, **limits) as client:
        pusher = Pusher(client)
        for plan in plans:
            push_plan(plan, kept, pusher)


def pushed(plan):
    """What stands in pushed.json."""
    return json.loads((plan.parent / "pushed.json").read_text())["images"]
