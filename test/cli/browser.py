"""A real browser for tests of pages: Chromium without a window, driven through its DevTools protocol over a pair of pipes."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WAIT_S = 60


class Browser:
    """One running browser. Messages are JSON that ends in a zero byte; descriptor 3 is its input, 4 its output."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory()
        its_input, self.to = os.pipe()
        self.back, its_output = os.pipe()
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium has none for root

        def place():
            os.dup2(os.dup(its_input), 3)  # by way of others: one may be the number of the other
            os.dup2(its_output, 4)

        if 3 in (its_output, self.back) or 4 in (its_input, self.to):
            its_output = os.dup(its_output)
        self.process = subprocess.Popen(
            [CHROMIUM, "--headless", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run", "--hide-scrollbars", "--disable-dev-shm-usage",
             f"--user-data-dir={self.profile.name}", *sandbox, "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=place, close_fds=False, pass_fds=())
        os.close(its_input)
        os.close(its_output)
        self.buffer, self.count, self.events = b"", 0, []

    def close(self):
        try:
            self.command("Browser.close")
            self.process.wait(WAIT_S)
        except (OSError, AssertionError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.to)
        os.close(self.back)
        self.profile.cleanup()

    def command(self, method, session=None, **parameters):
        self.count += 1
        number = self.count
        message = {"id": number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data) :]
        while True:
            answer = self.receive()
            if answer.get("id") == number:
                assert "error" not in answer, (method, answer)
                return answer["result"]

    def receive(self):
        """The next message; events are kept as well."""
        end = time.monotonic() + WAIT_S
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.back], [], [], max(0, end - time.monotonic()))
            assert ready, "the browser says nothing"
            piece = os.read(self.back, 1 << 20)
            assert piece, "the browser is gone"
            self.buffer += piece
        text, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(text)
        if "method" in message:
            self.events.append(message)
        return message

    def page(self, path, **how):
        return Page(self, path, **how)


class Page:
    """A page that has been loaded. What it complains about is in `complaints`."""

    def __init__(self, browser, path, dark=False, scripts=True, width=1280, height=1000):
        self.browser = browser
        target = browser.command("Target.createTarget", url="about:blank")["targetId"]
        self.target = target
        self.session = browser.command("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.command(f"{domain}.enable")
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.command("Emulation.setScriptExecutionDisabled", value=not scripts)
        browser.events.clear()
        self.command("Page.navigate", url="file://" + os.path.abspath(path))
        self.wait_for_event("Page.loadEventFired")

    def close(self):
        self.browser.command("Target.closeTarget", targetId=self.target)

    def command(self, method, **parameters):
        return self.browser.command(method, session=self.session, **parameters)

    def wait_for_event(self, method):
        while not any(event["method"] == method and event.get("sessionId") == self.session for event in self.browser.events):
            self.browser.receive()

    def run(self, expression):
        """Value of a JavaScript expression; promises are waited for."""
        result = self.command("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def settle(self):
        """Until what was asked for has been drawn."""
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def complaints(self):
        """Exceptions, lines on the console, policy violations, and requests for anything but the page."""
        words = []
        for event in self.browser.events:
            if event.get("sessionId") != self.session:
                continue
            kind, parameters = event["method"], event["params"]
            if kind in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
                words.append(json.dumps(parameters))
            if kind == "Network.requestWillBeSent" and not parameters["request"]["url"].startswith(("file://", "data:")):
                words.append(parameters["request"]["url"])
        return words

    def key(self, key, text=None, modifiers=0):
        codes = {"Tab": 9, "Escape": 27}  # keys that the browser itself acts on
        names = {"key": key, "modifiers": modifiers, "windowsVirtualKeyCode": codes.get(key, 0)} | ({"text": text} if text else {})
        self.command("Input.dispatchKeyEvent", type="keyDown", **names)
        self.command("Input.dispatchKeyEvent", type="keyUp", **names)
        self.settle()

    def mouse(self, kind, x, y, **more):
        self.command("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def drag(self, start, end):
        self.mouse("mouseMoved", *start)
        self.mouse("mousePressed", *start, button="left", buttons=1, clickCount=1)
        self.mouse("mouseMoved", *end, button="left", buttons=1)
        self.mouse("mouseReleased", *end, button="left", clickCount=1)
        self.settle()

    def picture(self, path):
        """Writes what the window shows as PNG."""
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.command("Page.captureScreenshot")["data"]))
