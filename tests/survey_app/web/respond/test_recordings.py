from pathlib import Path

import pytest

from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.web.respond import recordings
from tests.factories import make_wave
from tests.visit import Visit

FORM = "/vi/s/2026-1/11413"


@pytest.fixture
def folder(tmp_path: Path, instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the Vietnamese recordings of the residents' form lie."""
    with transaction(instance.engine) as session:
        make_wave(session)
    monkeypatch.setattr(recordings, "FOLDER", tmp_path)
    said = tmp_path / "residents" / "v1" / "vi"
    said.mkdir(parents=True)
    return said


def test_none_is_shipped_and_no_question_offers_one(folder: Path, visit: Visit) -> None:
    assert list(folder.iterdir()) == []
    assert visit.get(FORM).all("audio") == []


def test_a_recording_is_offered_with_its_question_in_its_language_alone(
    folder: Path, visit: Visit
) -> None:
    (folder / "overall.mp3").write_bytes(b"ID3 said")
    audio = visit.get(FORM).one("fieldset[data-item=overall] audio")
    assert audio["preload"] == "none"  # not loaded before somebody asks for it
    with visit.client.get(str(audio["src"])) as response:
        assert (response.data, response.mimetype) == (b"ID3 said", "audio/mpeg")
    assert visit.get("/en/s/2026-1/11413").all("audio") == []
    assert visit.get(f"{FORM}/business").all("audio") == []


def test_nothing_but_recordings_is_handed_out(folder: Path, visit: Visit) -> None:
    (folder / "notes.txt").write_text("not said")
    (folder.parent / "secret.mp3").write_text("elsewhere")
    for file in ("notes.txt", "overall.mp3", "..%2Fsecret.mp3"):
        response = visit.client.get(f"/vi/recordings/residents/v1/{file}")
        assert response.status_code == 404, file


def test_pages_may_play_sound_of_their_own_server_only(folder: Path, visit: Visit) -> None:
    policy = visit.client.get(FORM).headers["Content-Security-Policy"]
    assert "media-src 'self';" in policy
