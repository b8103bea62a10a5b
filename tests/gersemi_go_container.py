"""Tells the CMake formatter the keywords of our public commands (an extension of gersemi)."""

command_definitions = {
    "add_go_container": {
        "front_positional_arguments": ["<name>"],
        "one_value_keywords": [
            "SOURCE_DIR",
            "PACKAGE",
            "BASE",
            "BUILDER_IMAGE",
            "BINARY_NAME",
            "MAX_SIZE",
        ],
        "multi_value_keywords": ["TAGS", "CMD"],
    },
}
