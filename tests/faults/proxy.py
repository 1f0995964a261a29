"""A proxy on loopback that passes a request on and may keep the answer to itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.load.site import LOOPBACK, free_port

END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"


@asynccontextmanager
async def withholding(port: int, withholds: Callable[[], bool]) -> AsyncIterator[str]:
    """Its address. `withholds` is asked after each posted request was answered by the server."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _request(reader)
            reply = await _passed_on(port, request)
            if not (request.startswith(b"POST") and withholds()):
                writer.write(reply)
                await writer.drain()
        finally:
            writer.close()

    own = free_port()
    server = await asyncio.start_server(serve, LOOPBACK, own)
    try:
        yield f"http://{LOOPBACK}:{own}"
    finally:
        server.close()
        await server.wait_closed()


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(END_OF_HEAD)
    lines = head.lower().split(b"\r\n")
    length = next((int(line[len(LENGTH) :]) for line in lines if line.startswith(LENGTH)), 0)
    return head + await reader.readexactly(length)


async def _passed_on(port: int, request: bytes) -> bytes:
    """One connection for each request, so that the end of the answer is its end."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    first, rest = request.split(b"\r\n", 1)
    writer.write(first + b"\r\nConnection: close\r\n" + rest)
    await writer.drain()
    try:
        return await reader.read(-1)
    finally:
        writer.close()
