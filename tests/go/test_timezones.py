"""TIMEZONES: taken out of the archive of this machine's Go, and kept where nothing changed."""

import os
import shutil

import pytest
from gocontainer.checks import CheckError, check_of
from gocontainer.go.build import GoError
from gocontainer.go.timezones import stage_timezones
from image_in_memory import check_on, image_of

GO = shutil.which("go", path=os.environ["PATH"] + ":/usr/local/go/bin")


def staged(directory, *zones):
    plan = {
        "name": "api",
        "timezones": list(zones),
        "source": str(directory),
        "platform": {"architecture": "amd64"},
        "go": {"env": []},
    }
    stage_timezones(plan, GO, directory)
    top = directory / "context/zoneinfo"
    return {str(path.relative_to(top)): path.stat() for path in top.rglob("*")}


def test_what_is_staged(tmp_path):
    (tmp_path / "context").mkdir()
    umask = os.umask(0o077)
    try:
        first = staged(tmp_path, "Europe/Berlin", "UTC")
    finally:
        os.umask(umask)
    assert {path: status.st_mode & 0o7777 for path, status in first.items()} == {
        "Europe": 0o755,
        "Europe/Berlin": 0o644,
        "UTC": 0o644,
    }
    again = staged(tmp_path, "UTC", "America/Argentina/Ushuaia")
    assert again["UTC"].st_mtime_ns == first["UTC"].st_mtime_ns
    assert set(again) == {"UTC", "America", "America/Argentina", "America/Argentina/Ushuaia"}
    assert len(staged(tmp_path, "*")) > 500
    with pytest.raises(GoError, match='TIMEZONES "Europe/Berln" is not a time zone of'):
        staged(tmp_path, "Europe/Berln")


def of_image(directory, zones, tz):
    """The check of an image that has UTC, and a text in place of a time zone."""
    place = "usr/share/zoneinfo"
    files = {place: None, f"{place}/UTC": b"TZif2" + bytes(40), f"{place}/Text": b"none"}
    image = image_of(files, config={"Env": [f"TZ={tz}"]})
    directory = directory / f"{zones[0].strip('*')}.{tz}"
    directory.mkdir()
    return check_of("timezones")(check_on(directory, "timezones", image, timezones=zones))


def test_the_time_zones_of_an_image(tmp_path, golden):
    for tz in (":UTC", "", "CET-1CEST", "EST5EDT"):
        assert of_image(tmp_path, ["UTC"], tz) == "2 in /usr/share/zoneinfo"
    said = []
    for zones, tz in ((["Tokyo"], ""), (["Text"], ""), (["*"], "Tokyo")):
        with pytest.raises(CheckError) as error:
            of_image(tmp_path, zones, tz)
        said.append(f"{error.value}\n")
    golden.check("checks/timezones.txt", "=====\n".join(said))
