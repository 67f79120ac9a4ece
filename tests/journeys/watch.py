"""What a browser notices beside the page itself: errors, breaches of policy, foreign requests."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Request, WebError

# A wrong form and a clash answer with these, and Chromium reports every such document.
EXPECTED = tuple(
    f"Failed to load resource: the server responded with a status of {status}"
    for status in (404, 409, 422)
)


class Watch:
    """Collects what no page of ours may do, from one browser context."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.faults: list[str] = []
        self._origin = origin
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)

    def check(self) -> None:
        """Raise AssertionError with everything that was noticed."""
        assert not self.faults, "\n".join(self.faults)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(EXPECTED):
            self.faults.append(f"console {message.type}: {message.text}")

    def _error(self, error: WebError) -> None:
        cause: Error = error.error
        self.faults.append(f"script: {cause.message}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self._origin + "/", "data:")):
            self.faults.append(f"request to {request.url}")
