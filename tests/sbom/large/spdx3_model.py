"""What spdx3-validate says of a document of SPDX 3.0: the JSON schema, and the shapes of the model (SHACL).

Its command would fetch the model, the schema and the context from spdx.org each time, and wait for an answer without an
end. Here they are files of a directory:

    spdx-json-schema.json  https://spdx.org/schema/3.0.1
    spdx-model.ttl         https://spdx.org/rdf/3.0.1
    spdx-context.jsonld    https://spdx.org/rdf/3.0.1
"""

import json

VERSION = "3.0.1"


def model_errors(file, directory):
    """The errors in a document.

    :param directory: has the files.
    """
    from rdflib import Graph
    from spdx3_validate import core
    from spdx3_validate.spdx_versions import SPDX_VERSIONS

    (version,) = (each for each in SPDX_VERSIONS if each.pretty == VERSION)
    document = json.loads(file.read_text())
    schema = json.loads((directory / "spdx-json-schema.json").read_text())
    context = json.loads((directory / "spdx-context.jsonld").read_text())
    found = [
        f"{each.json_path}: {each.message[:200]}"
        for each in core.schema_validator(schema).iter_errors(document)
    ]
    graph, shapes = Graph(), Graph()
    graph.parse(data=json.dumps({**document, **context}), format="json-ld")
    shapes.parse(directory / "spdx-model.ttl")
    return found + core.check_graph(graph, shapes, version, True)
