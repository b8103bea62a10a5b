"""What is told of a registry that refuses a request: one line with what failed, why, and what to do."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

from gocontainer.registry.connection import WentAwayError
from gocontainer.registry.error import RegistryError
from gocontainer.registry.http import NoHTTPError
from gocontainer.registry.proxy import ProxyError

if TYPE_CHECKING:
    from gocontainer.registry.transport import Answer

LATER = "Try again later"


def refused(host: str, what: str, answer: Answer, kind: type[RegistryError]) -> RegistryError:
    """The error of an answer.

    :param what: what was asked for, such as "reading team/api:1.4".
    """
    said = reason_in(answer.body)
    problem = f"{what} failed: it answers {answer.status}" + (f", {said}" if said else "")
    return kind(host, problem, remedy(host, answer))


def remedy(host: str, answer: Answer) -> str:
    if answer.status in (401, 403):
        return (
            f"Log in with docker login {host} or podman login {host}, as somebody who may do that"
        )
    if answer.status == 404:
        return "Correct the name, or create the repository where the registry does not do so itself"
    if answer.status == 413:
        return "Let the registry, or the proxy before it, take larger requests"
    if answer.status == 429 and answer.headers.get("Retry-After", "").isdecimal():
        return f"{LATER}: it asks for {answer.headers['Retry-After'][:9]} seconds"
    if answer.status in (408, 429) or answer.status >= 500:
        return LATER
    return "Ask who runs the registry"


def reason_in(body: bytes) -> str:
    """What an error of the distribution specification says, or nothing."""
    try:
        error = json.loads(body[: 1 << 16])["errors"][0]
        texts = [str(error.get("code") or ""), str(error.get("message") or "")]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ""
    return ": ".join(filter(None, texts))[:200].rstrip(". ")


def unreached(host: str, what: str, error: Exception) -> RegistryError:
    """The error of a request that got no answer."""
    again = "Try again"
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return RegistryError(host, f"{what} failed: there is no answer in time", again)
    if isinstance(error, socket.gaierror):
        return RegistryError(
            host, f"{what} failed: there is no such host ({error.strerror})", "Correct the name"
        )
    if isinstance(error, ConnectionRefusedError):
        return RegistryError(
            host,
            f"{what} failed: nothing listens there",
            "Start the registry, or correct its port",
        )
    if isinstance(error, WentAwayError):
        return RegistryError(host, f"{what} failed: {error}", "Try again when it is back")
    if (told := of_tls(error)) is not None:
        return RegistryError(host, f"{what} failed: {told[0]}", told[1].format(host=host))
    if isinstance(error, NoHTTPError):
        return RegistryError(
            host, f"{what} failed: the answer is not HTTP", "Correct the host or its port"
        )
    reason = getattr(error, "strerror", None) or "the connection is cut"
    if isinstance(error, ProxyError):
        return RegistryError(
            host,
            f"{what} failed: {error}",
            "Correct the proxy in HTTPS_PROXY, or add the host to NO_PROXY",
        )
    return RegistryError(host, f"{what} failed: {reason}", again)


def of_tls(error: Exception) -> tuple[str, str] | None:
    """What is told of TLS that fails, and what to do."""
    reason = getattr(error, "reason", None)
    if not isinstance(error, OSError) or reason is None:
        return None
    if hasattr(error, "verify_message"):
        return (
            f"its certificate is not trusted ({error.verify_message})",
            "Put its authority's certificate into ~/.config/containers/certs.d/{host}/ca.crt, or name it in SSL_CERT_FILE",
        )
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
        return (
            "it does not speak TLS",
            "Add the host to GO_CONTAINER_PLAIN_HTTP if it is to be asked without",
        )
    return f"TLS fails ({reason})", "Correct the registry's TLS, or its certs.d"


def is_final(error: Exception) -> bool:
    """Whether a request that got no answer gets none the next time, either."""
    if isinstance(error, socket.gaierror):
        return error.errno != socket.EAI_AGAIN
    if isinstance(error, (ConnectionRefusedError, ProxyError)):
        return True
    told = of_tls(error)
    return told is not None and not told[0].startswith("TLS fails")
