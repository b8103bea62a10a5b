"""A short part of the fuzzing that tests/fuzz.sh does for as long as one likes; always the same inputs."""

import pytest
from changes import changed
from hypothesis import HealthCheck, given, settings
from readers import READERS, read, seeds_of

# These write files, and are slower.
SLOW = {"layer", "stored", "archive", "documents"}


@pytest.mark.parametrize("name", READERS)
def test_reader(name):
    for data in seeds_of(name):
        read(name, data)

    @settings(
        max_examples=15 if name in SLOW else 60,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(changed(seeds_of(name), READERS[name].mend))
    def gives_an_answer_or_its_error(data):
        read(name, data)

    gives_an_answer_or_its_error()
