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


def tls_context(
    host: str, environ: Mapping[str, str], own: bool, everybody: bool
) -> ssl.SSLContext:
    """What is needed to speak TLS with the registry, or with a service that it names.

    :param own: whether it is the registry itself, which is told who the client is.
    :param everybody: whether all authorities are trusted that the system and the user name. Else it may be only those
        of which OpenSSL looks up the one that it needs: to read all others takes longer than to ask a registry.
    :raises RegistryError: a certificate can't be read.
    """
    import ssl  # which registries on this machine can do without

    looked_up = None if everybody else lookup_directory(ssl.get_default_verify_paths().capath)
    context = ssl.create_default_context(capath=looked_up)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    folder = certificates_of(host, environ)
    files = sorted(f"{folder}/{name}" for name in os.listdir(folder)) if folder else []
    authorities = [file for file in files if file.endswith(".crt")]
    if environ.get("SSL_CERT_FILE") and not looked_up:
        authorities.append(environ["SSL_CERT_FILE"])  # OpenSSL says nothing where it is not there
    own_ones = [file for file in files if file.endswith(".cert")] if own else []
    for file in authorities + own_ones:
        try:
            if file in authorities:
                context.load_verify_locations(file)
            else:
                # Without a password, so that OpenSSL does not ask for one at the terminal.
                context.load_cert_chain(file, f"{file[:-5]}.key", password="")
        except (OSError, ssl.SSLError, ValueError) as error:
            reason = getattr(error, "strerror", None) or getattr(error, "reason", None) or error
            raise RegistryError(
                host, f"{file} can't be used ({reason})", "Correct that certificate and its key."
            ) from error
    return context


def lookup_directory(directory: str | None) -> str | None:
    """The directory, if its files are named as OpenSSL looks them up; those of some systems are one bundle."""
    try:
        names = os.listdir(directory) if directory else []
    except OSError:
        return None
    return directory if any(name.endswith(".0") for name in names) else None
