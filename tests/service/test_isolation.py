"""What a worker takes away from itself, each tried in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

linux = pytest.mark.skipif(sys.platform != "linux", reason="seccomp and /proc are Linux")


def run(code: str) -> subprocess.CompletedProcess[str]:
    text = "from clusterkg.service import isolation\n" + textwrap.dedent(code)
    return subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, timeout=60, check=False
    )


@linux
def test_no_socket_can_be_opened() -> None:
    done = run("""
        import errno, socket
        assert isolation.forbid_network()
        for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
            try:
                socket.socket(family)
            except OSError as error:
                assert error.errno == errno.EACCES, error
            else:
                raise SystemExit("a socket was opened")
    """)
    assert done.returncode == 0, done.stderr


@linux
def test_the_sparql_engine_cannot_reach_the_network() -> None:
    """Even if the guard on the text were fooled: pyoxigraph itself follows SERVICE."""
    done = run("""
        import socket, threading
        import pyoxigraph as ox
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(1)
        port = listener.getsockname()[1]
        query = "ASK { SERVICE <http://127.0.0.1:%d/> { ?s ?p ?o } }" % port
        met = []
        def accept():
            try:
                met.append(listener.accept())
            except TimeoutError:
                pass
        waiting = threading.Thread(target=accept)
        waiting.start()
        assert isolation.forbid_network()
        try:
            ox.Store().query(query)
        except OSError as error:
            print("refused", error)
        waiting.join()
        assert not met, "a connection was made"
    """)
    assert done.returncode == 0, done.stderr
    assert "refused" in done.stdout


@linux
def test_memory_is_limited() -> None:
    done = run("""
        isolation.limit_memory(50 << 20)
        kept = bytearray(20 << 20)
        try:
            more = bytearray(100 << 20)
        except MemoryError:
            print("limited")
    """)
    assert done.stdout.strip() == "limited", done.stderr


def test_processor_time_is_limited() -> None:
    done = run("""
        isolation.limit_processor(0)
        while True:
            pass
    """)
    assert done.returncode == -24  # SIGXCPU


def test_files_are_limited(tmp_path: object) -> None:
    done = run(f"""
        import errno
        isolation.limit_file_size(1000)
        try:
            with open({str(tmp_path)!r} + "/file", "wb") as file:
                file.write(b"x" * 2000)
        except OSError as error:
            assert error.errno == errno.EFBIG
            print("limited")
    """)
    assert done.stdout.strip() == "limited", done.stderr
