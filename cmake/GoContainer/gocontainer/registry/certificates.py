"""Certificates for a registry, where docker and podman look for them: ``certs.d/<host>[:<port>]/``.

``*.crt`` are certificates of further authorities, ``<x>.cert`` and ``<x>.key`` are the client's certificate and its
key. Authorities for all registries come from the system, or from SSL_CERT_FILE and SSL_CERT_DIR.
"""

from __future__ import annotations

import os

from gocontainer.registry.error import RegistryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

FOLDERS = ("/etc/containers/certs.d", "/etc/docker/certs.d")


def certificates_of(host: str, environ: Mapping[str, str]) -> str | None:
    """The first directory that there is for the registry."""
    home = environ.get("HOME", "")
    homes = [f"{home}/.config/{tool}/certs.d" for tool in ("containers", "docker") if home]
    for folder in (*homes, *FOLDERS):
        if os.path.isdir(f"{folder}/{host}"):
            return f"{folder}/{host}"
    return None


def tls_context(host: str, environ: Mapping[str, str], own: bool) -> ssl.SSLContext:
    """What is needed to speak TLS with the registry, or with a service that it names.

    :param own: whether it is the registry itself, which is told who the client is.
    :raises RegistryError: a certificate can't be read.
    """
    import ssl  # which registries on this machine can do without
    from pathlib import Path

    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    found = certificates_of(host, environ)
    folder = Path(found) if found else None
    files = sorted(folder.iterdir()) if folder else []
    if environ.get("SSL_CERT_FILE"):
        files.append(
            Path(environ["SSL_CERT_FILE"])
        )  # as OpenSSL, which says nothing where it is not there
    for file in files:
        try:
            if file.suffix == ".crt" or file.parent != folder:
                context.load_verify_locations(file)
            elif file.suffix == ".cert" and own:
                # Without a password, so that OpenSSL does not ask for one at the terminal.
                context.load_cert_chain(file, file.with_suffix(".key"), password="")
        except (OSError, ssl.SSLError, ValueError) as error:
            reason = getattr(error, "strerror", None) or getattr(error, "reason", None) or error
            raise RegistryError(
                host, f"{file} can't be used ({reason})", "Correct that certificate and its key."
            ) from error
    return context
