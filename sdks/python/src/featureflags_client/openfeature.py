"""The OpenFeature provider: https://openfeature.dev/specification/sections/providers.

Needs the OpenFeature SDK: pip install 'featureflags-client[openfeature]'.

    from openfeature import api
    from featureflags_client.openfeature import FeatureFlagsProvider

    api.set_provider(FeatureFlagsProvider("http://127.0.0.1:8080"))
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEventDetails
from openfeature.exception import ErrorCode, ProviderNotReadyError
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType
from openfeature.provider import AbstractProvider, Metadata
from openfeature.track import TrackingEventDetails

from .client import FeatureClient
from .connection import Change
from .context import TARGETING_KEY
from .details import Details
from .options import ClientOptions

if TYPE_CHECKING:
    from typing_extensions import Unpack

T = TypeVar("T")

_Object = Sequence[FlagValueType] | Mapping[str, FlagValueType]

_LOOK_EVERY = 1.0


class FeatureFlagsProvider(AbstractProvider):
    """Resolves flags by a FeatureClient: one that is given, or one of its own.

    `initialize` waits for a snapshot, `init_timeout` seconds at most, and raises
    ProviderNotReadyError if none came; the provider gets ready when one comes later. `shutdown`
    closes the client if the provider made it.
    """

    def __init__(
        self,
        client: FeatureClient | str,
        *,
        init_timeout: float = 10.0,
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__()
        self._is_own = not isinstance(client, FeatureClient)
        self.client = client if isinstance(client, FeatureClient) else None
        self._made_of = (client, options)
        self._init_timeout = init_timeout
        self._stop: Callable[[], None] | None = None
        self._ending = threading.Event()
        self._is_initializing = self._is_ready = self._is_stale = False
        self._first_version: int | None = None
        """The version that made it ready, of which READY has told already."""
        self._lock = threading.Lock()
        _providers.add(self)

    def get_metadata(self) -> Metadata:
        """The provider's name."""
        return Metadata("FeatureFlags")

    def initialize(self, evaluation_context: EvaluationContext) -> None:
        """Waits for a snapshot. Raises ProviderNotReadyError."""
        del evaluation_context
        client = self._client()
        self._is_initializing = True
        self._stop = client.on_change(self._note_change)
        client.wait_until_ready(self._init_timeout)
        with self._lock:
            self._is_initializing = False
            self._is_ready = client.ready()
            status = client.status()
            self._first_version = status.version if status.source == "network" else None
        self._start_watching(client)
        if not self._is_ready:
            why = client.status().error or "the server has not answered"
            raise ProviderNotReadyError(f"no snapshot within {self._init_timeout:g} s: {why}")

    def shutdown(self) -> None:
        """Ends the provider, and its client if it made that itself."""
        self._ending.set()
        if self._stop is not None:
            self._stop()
            self._stop = None
        client = self.client
        if self._is_own and client is not None:
            self.client = None
            client.close()

    def resolve_boolean_details(
        self,
        flag_key: str,
        default_value: bool,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        """A boolean flag's value."""
        return _resolution(self._details(flag_key, False, evaluation_context), default_value)

    def resolve_string_details(
        self,
        flag_key: str,
        default_value: str,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[str]:
        """A string flag's value."""
        return _resolution(self._details(flag_key, "", evaluation_context), default_value)

    def resolve_integer_details(
        self,
        flag_key: str,
        default_value: int,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[int]:
        """A number flag's value, which must be whole."""
        found = self._details(flag_key, 0.0, evaluation_context)
        if found.error_code is None and found.value != int(found.value):
            message = f"{flag_key} is {found.value}, not a whole number"
            code = ErrorCode.TYPE_MISMATCH
            return FlagResolutionDetails(default_value, code, message, reason="ERROR")
        resolution = _resolution(found, default_value)
        resolution.value = int(resolution.value)
        return resolution

    def resolve_float_details(
        self,
        flag_key: str,
        default_value: float,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[float]:
        """A number flag's value."""
        found = _resolution(self._details(flag_key, 0.0, evaluation_context), default_value)
        found.value = float(found.value)
        return found

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: _Object,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[_Object]:
        """An object flag's value; a list is none."""
        sample: dict[str, Any] = {}
        return _resolution(self._details(flag_key, sample, evaluation_context), default_value)

    def track(
        self,
        tracking_event_name: str,
        evaluation_context: EvaluationContext | None = None,
        tracking_event_details: TrackingEventDetails | None = None,
    ) -> None:
        """Counts a conversion, if the client's option `events` is set."""
        value = None if tracking_event_details is None else tracking_event_details.value
        self._client().track(tracking_event_name, _flat(evaluation_context), value)

    def _client(self) -> FeatureClient:
        with self._lock:
            if self.client is None:
                url, options = self._made_of
                assert not isinstance(url, FeatureClient)  # such a client is never let go
                self.client = FeatureClient(url, **options)
            return self.client

    def _details(self, key: str, sample: T, context: EvaluationContext | None) -> Details[T]:
        return self._client().details(key, sample, _flat(context))

    def _note_change(self, change: Change) -> None:
        with self._lock:
            # The SDK tells READY itself when initialize is over.
            is_told = self._is_initializing or change.version == self._first_version
            was_ready, self._is_ready, self._first_version = self._is_ready, True, None
        if is_told:
            return
        if not was_ready:
            self.emit_provider_ready(ProviderEventDetails())
        elif change.flags:
            changed = list(change.flags)
            self.emit_provider_configuration_changed(ProviderEventDetails(flags_changed=changed))

    def _start_watching(self, client: FeatureClient) -> None:
        self._ending = threading.Event()
        watch = (client, self._ending)
        name = "featureflags-age"
        threading.Thread(target=self._watch, args=watch, name=name, daemon=True).start()

    def _after_fork(self) -> None:
        """In a child: its lock and its thread are its own."""
        self._lock = threading.Lock()
        if self.client is not None and self._stop is not None:
            self._start_watching(self.client)

    def _watch(self, client: FeatureClient, ending: threading.Event) -> None:
        """Tells when the snapshot gets stale, and when it is current again."""
        while not ending.wait(_LOOK_EVERY):
            is_stale = client.status().state == "stale"
            if is_stale and not self._is_stale:
                self.emit_provider_stale(ProviderEventDetails(message="older than max_age"))
            elif self._is_stale and not is_stale:
                self.emit_provider_ready(ProviderEventDetails())
            self._is_stale = is_stale


_providers: weakref.WeakSet[FeatureFlagsProvider] = weakref.WeakSet()


def _after_fork() -> None:
    for provider in list(_providers):
        provider._after_fork()


# Windows has no fork.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _flat(context: EvaluationContext | None) -> dict[str, Any]:
    """The targeting key sits beside the attributes."""
    if context is None:
        return {}
    flat = dict(context.attributes)
    if context.targeting_key is not None:
        flat[TARGETING_KEY] = context.targeting_key
    return flat


def _resolution(found: Details[Any], default: T) -> FlagResolutionDetails[T]:
    metadata: dict[str, bool | int | float | str] = dict(found.metadata)
    if found.rule_id is not None:
        metadata["ruleId"] = found.rule_id
    if found.version is not None:
        metadata["snapshotVersion"] = found.version
    if found.error_code is None:
        return FlagResolutionDetails(found.value, None, None, found.reason, found.variant, metadata)
    code = ErrorCode(found.error_code)
    return FlagResolutionDetails(default, code, found.error_message, "ERROR", None, metadata)
