"""A failed check names the line of the reference that describes its option."""

import pytest
from gocontainer.checks import CHECKS
from gocontainer.checks.see import REFERENCE, see
from messages import described

OF_IMAGE, OF_TEST, OF_SERVICE = "add_go_container", "add_go_container_test", "add_go_container_service"  # fmt: skip
CASES = {
    "budget": (OF_IMAGE, "size", "MAX_SIZE 1MB, 1,000,000 bytes", "MAX_SIZE"),
    "problem": (OF_IMAGE, "size", "the unpacked image is larger than MAX_SIZE", "MAX_SIZE"),
    "no-option": (OF_IMAGE, "binary", "/usr/local/bin/api", "TESTS"),
    "value": (OF_IMAGE, "cmd", 'CMD ["USER"]', "CMD"),
    "only-a-value": (OF_IMAGE, "labels", '{"USER": "LABELS"}', "LABELS"),
    "check": (OF_TEST, "no-setuid", "/bin/su", "NO_SETUID"),
    "same-name": (OF_TEST, "run", "RUN tell, USER 7", "RUN"),
    "nested": (OF_TEST, "file", "SAME_AS go.mod", "SAME_AS"),
    "service": (OF_SERVICE, "start", "PORT 8080 READY_TCP", "PORT"),
    "unknown": (OF_SERVICE, "stop", "", OF_SERVICE),
}


@pytest.mark.parametrize("case", CASES)
def test_the_place_is_that_of_the_option(case):
    command, check, text, word = CASES[case]
    place = see(command, check, [text])
    assert described(f"See {place}") == word
    section = REFERENCE.read_text().splitlines()[: int(place.rpartition(":")[2])]
    assert [line for line in section if line.startswith(".. command::")][-1].endswith(f" {command}")


def test_every_check_has_a_place():
    for check in CHECKS:
        for command in (OF_IMAGE, OF_TEST, OF_SERVICE):
            described(f"See {see(command, check, [])}")


def test_without_the_reference_there_is_none(tmp_path):
    assert see(OF_IMAGE, "size", ["MAX_SIZE"], tmp_path / "none") is None
