"""A headless Chromium that tests drive through a pipe, by its own protocol and without another package."""

import base64
import fcntl
import json
import os
import shutil
import subprocess
import time

PATH = shutil.which("chromium")
LIMIT = 30
"""Seconds that a page may take for one thing."""
KEYS = {"Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, ""), "Tab": ("Tab", 9, "")}


class Browser:
    """One page of a fresh profile."""

    def __init__(self, folder, width=1280, height=900):
        self.folder = folder
        reads, self._to = os.pipe()
        self._from, writes = os.pipe()
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "about:blank"]
        arguments += [f"--user-data-dir={folder / 'profile'}", f"--window-size={width},{height}"]
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (reads, writes)]  # out of the way of 3 and 4
        self._child = subprocess.Popen(
            [PATH, *arguments],
            pass_fds=(3, 4),
            preexec_fn=lambda: [os.dup2(end, number) for number, end in enumerate(ends, 3)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in ends:
            os.close(end)
        os.close(reads)
        os.close(writes)
        self._rest, self._number, self._session = b"", 0, None
        self.told = []
        self.errors = []
        target = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self._session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder), whole=True)

    def call(self, method, *, whole=False, **parameters):
        """Send a command and wait for its answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session and not whole:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != self._number:
            self._note(answer)
        if "error" in answer:
            raise LookupError(answer["error"])
        return answer["result"]

    def _read(self):
        while b"\0" not in self._rest:
            part = os.read(self._from, 1 << 20)
            assert part, "the browser is gone"
            self._rest += part
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def _note(self, event):
        self.told.append(event)
        if event.get("method") == "Runtime.exceptionThrown":
            self.errors.append(event["params"]["exceptionDetails"])
        if event.get("method") == "Log.entryAdded" and event["params"]["entry"]["level"] == "error":
            self.errors.append(event["params"]["entry"]["text"])

    def open(self, file):
        """Open a file, and wait until it is there."""
        self.call("Page.navigate", url=file.as_uri())
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def reload(self):
        """Load the page again."""
        self.run("window.old = true")
        self.call("Page.reload")
        self.until("!window.old && document.readyState === 'complete'")

    def run(self, script):
        """The value of an expression in the page."""
        done = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def until(self, script):
        """Wait until an expression is true."""
        end = time.monotonic() + LIMIT
        while not self._holds(script):
            assert time.monotonic() < end, f"{script} did not come true"
            time.sleep(0.05)

    def _holds(self, script):
        try:
            return self.run(script)
        except LookupError:  # a page that is being left
            return False

    def type(self, text):
        """Put text in where the focus is, as typing does."""
        self.call("Input.insertText", text=text)

    def press(self, *keys):
        """Press keys one after the other."""
        for key in keys:
            name, code, text = KEYS[key] if key in KEYS else (key, ord(key.upper()), key)
            event = {"key": name, "windowsVirtualKeyCode": code}
            self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **event)
            self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def picture(self, file):
        """Write what the page looks like to a PNG."""
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End the browser."""
        os.write(self._to, json.dumps({"id": 0, "method": "Browser.close"}).encode() + b"\0")
        self._child.wait(LIMIT)
        os.close(self._to)
        os.close(self._from)
