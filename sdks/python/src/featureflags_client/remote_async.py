"""Remote mode for asyncio."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from .calls import Attributes
from .details import Details, Status
from .evaluate import Explanation
from .json import Json, JsonObject
from .remote import RemoteClient, RemoteOptions

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

T = TypeVar("T")


class AsyncRemoteClient:
    """A RemoteClient for asyncio: the same calls, each awaited, and the loop goes on meanwhile."""

    def __init__(self, url: str, **options: Unpack[RemoteOptions]) -> None:
        self._client = RemoteClient(url, **options)

    async def is_enabled(
        self, key: str, user_id: str | None = None, attributes: Attributes | None = None
    ) -> bool:
        """See RemoteClient."""
        return await asyncio.to_thread(self._client.is_enabled, key, user_id, attributes)

    async def boolean(self, key: str, default: bool, context: Attributes | None = None) -> bool:
        """See RemoteClient."""
        return (await self.details(key, default, context)).value

    async def string(self, key: str, default: str, context: Attributes | None = None) -> str:
        """See RemoteClient."""
        return (await self.details(key, default, context)).value

    async def number(self, key: str, default: float, context: Attributes | None = None) -> float:
        """See RemoteClient."""
        return (await self.details(key, default, context)).value

    async def object(
        self, key: str, default: JsonObject, context: Attributes | None = None
    ) -> JsonObject:
        """See RemoteClient."""
        return (await self.details(key, default, context)).value

    async def details(self, key: str, default: T, context: Attributes | None = None) -> Details[T]:
        """See RemoteClient."""
        return await asyncio.to_thread(self._client.details, key, default, context)

    async def explain(self, key: str, context: Attributes | None = None) -> Explanation:
        """See RemoteClient."""
        return await asyncio.to_thread(self._client.explain, key, context)

    async def all(self, context: Attributes | None = None) -> dict[str, Details[Json]]:
        """See RemoteClient."""
        return await asyncio.to_thread(self._client.all, context)

    async def wait_until_ready(self, timeout: float) -> bool:
        """See RemoteClient."""
        return await asyncio.to_thread(self._client.wait_until_ready, timeout)

    def ready(self) -> bool:
        """See RemoteClient."""
        return self._client.ready()

    def status(self) -> Status:
        """See RemoteClient."""
        return self._client.status()

    async def close(self) -> None:
        """See RemoteClient."""
        self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()
