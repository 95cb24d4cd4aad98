"""Open MLflow's own pages on the store, with as few processes as it can do with."""

from __future__ import annotations

import os
import socket

from leverage.faults import call_error
from leverage.lab.runs import open_store
from leverage.lab.store import Store, quiet_mlflow


def start_ui(port: int = 5000, host: str = "127.0.0.1", store: Store | None = None) -> None:
    """Serve MLflow's pages on the store until interrupted.

    One worker and no job execution: two processes and about 0.5 GB, where the stock server takes
    fifteen and 3 GB. It is for looking at runs on one machine; several people share a server of their own.

    Parameters
    ----------
    port : int
        1 to 65535.
    host : str
        The address to listen on. Anyone who reaches it can read and delete runs.
    store : Store, optional
        `Store.find` where not given.

    Raises
    ------
    InputError
        The port is taken, or the store is a server that has pages already.
    """
    store = store or Store.find()
    if store.tracking_uri.startswith(("http://", "https://", "databricks")):
        raise call_error(f"the store is the server {store.shown_uri}", "open that address in a browser")
    _check_port(host, port)
    open_store(store)
    os.environ["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] = "false"
    with quiet_mlflow():
        from mlflow.cli import cli

    options = {
        "--backend-store-uri": store.tracking_uri,
        "--registry-store-uri": store.registry_uri,
        "--host": host,
        "--port": str(port),
        "--workers": "1",
    }
    if store.artifacts is not None:
        options["--default-artifact-root"] = store.artifacts.as_uri()
    cli.main(["server", *(part for pair in options.items() for part in pair)], standalone_mode=False)


def _check_port(host: str, port: int) -> None:
    if not 1 <= port <= 65535:
        raise call_error(f"the port is {port}", "choose one from 1 to 65535")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            problem = f"the address {host}:{port} cannot be used: {error.strerror or error}"
            raise call_error(problem, "choose another with --port") from None
