"""Tells the CMake formatter the keywords of our public commands (an extension of gersemi)."""

command_definitions = {
    "add_go_container": {
        "front_positional_arguments": ["<name>"],
        "options": ["ALL"],
        "one_value_keywords": [
            *("SOURCE_DIR", "PACKAGE", "BASE", "BUILDER_IMAGE", "BINARY_NAME"),
            "COMPRESSION",
            "PACKAGES_LOCK",
            *("USER", "WORKDIR", "STOPSIGNAL", "HEALTHCHECK_INTERVAL", "HEALTHCHECK_TIMEOUT"),
            *("HEALTHCHECK_START_PERIOD", "HEALTHCHECK_RETRIES"),
            *("DESTINATION", "CHMOD", "CHOWN", "RENAME", "LICENSES", "PROVENANCE", "ATTEST"),
            *("RUNTIME_LIBRARIES", "HOST_BUILD", "PGO", "CGO", "GO_VERSION", "SSH"),
            *("VERSION", "VERSION_VARIABLE"),
            *("MAX_SIZE", "MAX_COMPRESSED_SIZE", "MAX_LAYER_SIZE", "MAX_GROWTH", "BASELINE"),
        ],
        "multi_value_keywords": [
            *("TAGS", "ENTRYPOINT", "CMD", "ENV", "EXPOSE", "LABELS", "VOLUMES", "HEALTHCHECK"),
            *("FILES", "BUILD_TAGS", "LDFLAGS", "GCFLAGS", "GO_FLAGS", "GO_ENV", "TESTS"),
            *("OVERLAY", "SECRETS", "LINK_LIBRARIES", "BUILDER_PACKAGES", "PACKAGES"),
            *(
                "VARIANTS",
                "STAMP",
                "PROGRAMS",
                "DIRECTORIES",
                "SYMLINKS",
                "USERS",
                "GROUPS",
                "DEPENDS",
            ),
            *(
                "FROM_IMAGE",
                "CAPABILITIES",
                "TIMEZONES",
                "SBOM",
                "SIGN_COMMAND",
                "CACHE_FROM",
                "CACHE_TO",
                "GO_CACHE",
            ),
        ],
    },
    "add_go_container_test": {
        "front_positional_arguments": ["<name>"],
        "options": [
            "ABSENT",
            "STATIC",
            "NO_SHELL",
            "NO_PACKAGE_MANAGER",
            "NO_SETUID",
            "NO_SECRETS",
            "REPRODUCIBLE",
            "VULNERABILITIES",
        ],
        "one_value_keywords": [
            *("FILE", "TYPE", "MODE", "OWNER", "SHA256", "SAME_AS"),
            *("EXIT_CODE", "USER", "STDIN", "TIMEOUT", "MAX_LAYERS", "METADATA"),
            *("EFFICIENCY", "MAX_WASTED", "DATABASE", "UNTIL", "REASON"),
        ],
        "multi_value_keywords": [
            *("MATCHES", "EXCLUDES", "RUN", "OUTPUT_MATCHES", "OUTPUT_EXCLUDES", "ERROR_MATCHES"),
            *("ENV", "ENTRYPOINT", "ONLY_FILES", "STRUCTURE_TEST", "WRITABLE", "CAPABILITIES"),
            "ALLOW",
        ],
    },
    "add_go_container_service": {
        "front_positional_arguments": ["<name>"],
        "options": ["READY_TCP"],
        "one_value_keywords": [
            *("PORT", "READY_HTTP", "READY_LOG", "TIMEOUT", "HOST_PORT", "NETWORK"),
        ],
        "multi_value_keywords": ["ARGS", "ENV", "MOUNTS", "SECRETS"],
    },
    "add_go_library": {
        "front_positional_arguments": ["<name>"],
        "options": ["STATIC", "SHARED"],
        "one_value_keywords": ["SOURCE_DIR", "PACKAGE", "PGO", "GO_VERSION"],
        "multi_value_keywords": [
            *("BUILD_TAGS", "LDFLAGS", "GCFLAGS", "GO_FLAGS", "GO_ENV", "LINK_LIBRARIES"),
        ],
    },
    "add_go_test": {
        "front_positional_arguments": ["<name>"],
        "one_value_keywords": ["SOURCE_DIR", "GO_VERSION", "CGO"],
        "multi_value_keywords": [
            *("PACKAGE", "TEST_FLAGS"),
            *("BUILD_TAGS", "LDFLAGS", "GCFLAGS", "GO_FLAGS", "GO_ENV", "LINK_LIBRARIES"),
        ],
    },
}

command_definitions["add_go_container_variant"] = {
    **command_definitions["add_go_container"],
    "front_positional_arguments": ["<name>", "<suffix>"],
}
