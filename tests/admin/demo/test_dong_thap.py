"""The case of Đồng Tháp as data: as many as the press told, and nothing without the demonstration's accounts."""

from collections import Counter

from flask import Flask

from admin.demo.dong_thap import RESTORED, rows


def test_as_many_as_the_press_told() -> None:
    assert len(rows()) == 47
    assert len({row.producer for row in rows()}) == 27
    assert Counter(row.outcome for row in rows()) == {"not_reassessed": 41, "failed": 6}
    assert Counter(row.stars for row in rows()) == {3: 44, 4: 3}
    assert len({row.name for row in rows()}) == 47
    assert all("(minh hoạ)" in row.producer for row in rows())
    assert sum(RESTORED.values()) == 12


def test_it_stands_on_the_demonstration(app: Flask) -> None:
    for step in ("prepare", "enter", "confirm", "after", "restore"):
        answer = app.test_cli_runner().invoke(args=["demo", "dong-thap", "--step", step])
        assert answer.exit_code == 1, answer.output
        assert "flask demo load" in answer.output or "not entered yet" in answer.output
