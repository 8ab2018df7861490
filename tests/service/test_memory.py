from __future__ import annotations

from clusterkg.service.memory import Memory


def test_content_is_made_once_a_tag() -> None:
    memory = Memory()
    assert memory.recall('"a"', lambda: b"first") == b"first"
    assert memory.recall('"a"', lambda: b"second") == b"first"
    assert memory.recall('"b"', lambda: b"second") == b"second"


def test_without_a_tag_nothing_is_kept() -> None:
    memory = Memory()
    assert memory.recall(None, lambda: b"first") == b"first"
    assert memory.recall(None, lambda: b"second") == b"second"


def test_the_least_recently_used_falls_out() -> None:
    memory = Memory(size=80)
    for tag in "abcdefgh":
        memory.recall(tag, lambda: b"x" * 10)
    memory.recall("a", lambda: b"not made")
    memory.recall("i", lambda: b"x" * 10)
    assert memory.recall("a", lambda: b"new") == b"x" * 10
    assert memory.recall("b", lambda: b"new") == b"new"


def test_large_content_is_not_kept() -> None:
    memory = Memory(size=80)
    memory.recall("large", lambda: b"x" * 11)
    assert memory.recall("large", lambda: b"new") == b"new"
