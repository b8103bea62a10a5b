"""Tells the CMake formatter the keywords of our public commands (an extension of gersemi)."""

command_definitions = {
    "add_go_container": {
        "front_positional_arguments": ["<name>"],
        "one_value_keywords": [
            *("SOURCE_DIR", "PACKAGE", "BASE", "BUILDER_IMAGE", "BINARY_NAME"),
            *("USER", "WORKDIR", "STOPSIGNAL", "HEALTHCHECK_INTERVAL", "HEALTHCHECK_TIMEOUT"),
            *("HEALTHCHECK_START_PERIOD", "HEALTHCHECK_RETRIES"),
            *("DESTINATION", "CHMOD", "CHOWN"),
            *("PGO", "CGO", "GO_VERSION", "VERSION", "VERSION_VARIABLE"),
            "MAX_SIZE",
        ],
        "multi_value_keywords": [
            *("TAGS", "ENTRYPOINT", "CMD", "ENV", "EXPOSE", "LABELS", "VOLUMES", "HEALTHCHECK"),
            *("FILES", "BUILD_TAGS", "LDFLAGS", "GCFLAGS", "GO_FLAGS", "GO_ENV"),
        ],
    },
}
