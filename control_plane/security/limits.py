"""How large may a request's body be? Refused with 413 before anything reads it whole."""

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from control_plane.errors import TOO_LARGE, Hear, Refusal, answer

MAX_BODY = 1024 * 1024


class BodyLimit:
    """An ASGI layer that stops reading at ``limit`` bytes, declared or not."""

    def __init__(self, app: ASGIApp, *, hear: Hear, limit: int = MAX_BODY) -> None:
        self._app = app
        self._hear = hear
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._declared(scope) > self._limit:
            refusal = Refusal(TOO_LARGE, limit=self._limit)
            await self._hear(HTTPConnection(scope), refusal)
            await answer(refusal)(scope, receive, send)
            return
        body = _Counted(receive, send, self._limit)
        try:
            await self._app(scope, body.receive, body.send)
        except _TooLarge:
            body.exceeded = True
        if body.exceeded and not body.started:
            await answer(Refusal(TOO_LARGE, limit=self._limit))(scope, receive, send)

    def _declared(self, scope: Scope) -> int:
        for name, value in scope["headers"]:
            if name == b"content-length":
                return int(value) if value.isdigit() else self._limit + 1
        return 0


class _Counted:
    """One request's messages both ways, with the body's bytes counted."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive = receive
        self._send = send
        self._left = limit
        self.exceeded = False
        self.started = False

    async def receive(self) -> Message:
        """The next message, as long as the body is not too large."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.exceeded = True
            raise _TooLarge
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on, unless it is about a body that was cut off here."""
        # The framework turns our exception into an answer of its own about a broken body.
        if self.exceeded and not self.started:
            return
        self.started = True
        await self._send(message)


class _TooLarge(HTTPException):
    """More was sent than was declared or allowed; the framework hands such an error on."""

    def __init__(self) -> None:
        super().__init__(TOO_LARGE.status)
