"""Feature flags, evaluated in your application.

from featureflags_client import FeatureClient

client = FeatureClient("http://127.0.0.1:8080")
client.is_enabled("new_checkout", user_id="ann")
"""

from .calls import Calls
from .client import FeatureClient
from .connection import Change
from .details import Details, Status
from .evaluate import Explanation
from .options import ClientOptions
from .remote import RemoteClient, RemoteOptions
from .remote_async import AsyncRemoteClient
from .result import ErrorCode, Metadata, Reason, Result

__all__ = [
    "AsyncRemoteClient",
    "Calls",
    "Change",
    "ClientOptions",
    "Details",
    "ErrorCode",
    "Explanation",
    "FeatureClient",
    "Metadata",
    "Reason",
    "RemoteClient",
    "RemoteOptions",
    "Result",
    "Status",
]
