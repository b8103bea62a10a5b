"""The JSON schemas of the OCI image specification, as its Go module carries them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import jsonschema
import referencing.jsonschema
from harness import run

MODULE = "github.com/opencontainers/image-spec@v1.1.1"


class Schemas:
    def __init__(self):
        with tempfile.TemporaryDirectory() as empty:
            answer = run(["go", "mod", "download", "-json", MODULE], cwd=empty).stdout
        self.registry = referencing.Registry().with_resources(
            (path.name, referencing.jsonschema.DRAFT4.create_resource(self._load(path)))
            for path in (Path(json.loads(answer)["Dir"]) / "schema").glob("*.json")
        )

    @staticmethod
    def _load(path: Path):
        # Their ids are not file names, but their references are.
        def without_id(node):
            return {
                k: v
                for k, v in node.items()
                if not (k == "id" and str(v).startswith("https://opencontainers.org/"))
            }

        return json.loads(path.read_text(), object_hook=without_id)

    def check(self, name: str, document: bytes | str) -> None:
        """Is the document (JSON) right by the schema in that file, such as config-schema.json?"""
        validator = jsonschema.Draft4Validator({"$ref": name}, registry=self.registry)
        validator.validate(json.loads(document))
