"""Chromium without a window, driven by the Chrome DevTools Protocol over a pipe, so that no package is needed."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

KEYS = {
    "Enter": 13,
    "Escape": 27,
    "ArrowLeft": 37,
    "ArrowUp": 38,
    "ArrowRight": 39,
    "ArrowDown": 40,
    "Tab": 9,
}


class PageError(Exception):
    """The page or the browser says that something is wrong."""


class Page:
    """A page. What its scripts complain about is in ``errors``, what it asked the network for in ``requests``."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self.to_browser = to_browser
        self.from_browser = from_browser
        self.numbers = itertools.count(1)
        self.session: str | None = None
        self.rest = b""
        self.errors: list[str] = []
        self.requests: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while True:
            found = self.read()
            if found.get("id") == number:
                if "error" in found:
                    raise PageError(f"{method}: {found['error']}")
                return found["result"]
            self.note(found)

    def read(self) -> dict[str, Any]:
        while b"\0" not in self.rest:
            data = os.read(self.from_browser, 1 << 20)
            if not data:
                raise PageError("the browser ended")
            self.rest += data
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)

    def note(self, event: dict[str, Any]) -> None:
        params = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            self.errors.append(str(params["exceptionDetails"]))
        elif event.get("method") == "Log.entryAdded":
            self.errors.append(params["entry"]["text"])
        elif event.get("method") == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def open(self, file: Path, width: int = 1280, dark: bool = False) -> None:
        """Show a file, and wait until its scripts ran."""
        self.look(width, dark)
        self.call("Page.navigate", url=file.as_uri())
        self.until("document.readyState === 'complete' && location.protocol === 'file:'")

    def look(self, width: int, dark: bool = False, print_it: bool = False) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)  # fmt: skip
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        media = "print" if print_it else "screen"
        self.call("Emulation.setEmulatedMedia", media=media, features=features)

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)  # fmt: skip
        if "exceptionDetails" in found:
            raise PageError(json.dumps(found["exceptionDetails"]))
        return found["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until it is true; a page that never gets there is ended by the time limit of the test."""
        while not self.ask(expression):
            time.sleep(0.02)

    def click(self, element: str) -> None:
        """A real click into the middle of an element, or of its first line; a JavaScript expression."""
        self.ask(f"({element}).scrollIntoView({{block: 'center'}})")
        x, y = self.ask(f"(r => [r.x + r.width / 2, r.y + r.height / 2])(({element}).getClientRects()[0])")  # fmt: skip
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str) -> None:
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=KEYS[key], **text)  # fmt: skip

    def screenshot(self, file: Path) -> None:
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        file.write_bytes(base64.b64decode(data))


@contextlib.contextmanager
def browser(directory: Path) -> Iterator[Page]:
    """A page of a browser with a profile of its own in the directory."""
    program = shutil.which("chromium")
    assert program, "there is no chromium"
    (to_read, to_browser), (from_browser, to_write) = os.pipe(), os.pipe()
    flags = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --remote-debugging-pipe"
    # A shell that knows numbers of two digits puts the pipe where the browser looks for it.
    script = f'exec "$0" {flags} --user-data-dir="$1" 3<&{to_read} 4>&{to_write}'
    words = ["bash", "-c", script, program, str(directory)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environ = {**os.environ, "HOME": str(directory)}
    process = subprocess.Popen(words, pass_fds=(to_read, to_write), env=environ, **quiet)
    os.close(to_read)
    os.close(to_write)
    try:
        yield Page(to_browser, from_browser)
    finally:
        process.kill()  # its profile is of no use any more
        process.wait()
        os.close(to_browser)
        os.close(from_browser)
