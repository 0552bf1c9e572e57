"""Which files an entered path means."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.topology import TOPOLOGY_NAMES, make_topology
from studyapp.screens.upload import complete, folder_of
from studyapp.uploads import NothingToUploadError, files_to_upload, samples, samples_for


def test_a_file_means_itself(tmp_path: Path) -> None:
    photo = tmp_path / "a cat.jpg"
    photo.write_bytes(b"x")

    assert files_to_upload(str(photo)) == (photo,)
    assert files_to_upload(f"  '{photo}' ") == (photo,)


def test_home_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "cat.jpg").write_bytes(b"x")

    assert files_to_upload("~/cat.jpg") == (tmp_path / "cat.jpg",)


def test_a_folder_means_its_pictures_one_level_deep(tmp_path: Path) -> None:
    for name in ("b.PNG", "a.jpg", "notes.txt", ".hidden.jpg"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "c.jpg").write_bytes(b"x")

    assert [path.name for path in files_to_upload(str(tmp_path))] == ["a.jpg", "b.PNG"]


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        ("", "Enter the path"),
        ("gone.jpg", "There is no file"),
        ("empty.jpg", "is empty"),
        ("folder", "No pictures lie in"),
        ("\0", "cannot be read"),
        ("~nobody-of-that-name/cat.jpg", "no home directory"),
    ],
)
def test_a_mistake_is_one_sentence(
    entered: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(NothingToUploadError, match=words) as raised:
        files_to_upload(entered)

    assert "\n" not in str(raised.value)


def test_a_file_that_may_not_be_read_is_said_to_be_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = tmp_path / "cat.jpg"
    photo.write_bytes(b"x")

    def refuses(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuses)

    with pytest.raises(NothingToUploadError, match="permission denied"):
        files_to_upload(str(photo))


def test_a_path_is_completed_from_the_file_system(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "cat.jpg").touch()

    assert complete(f"{tmp_path}/pi") == f"{tmp_path}/pictures/"
    assert complete(f"{tmp_path}/pictures/c") == f"{tmp_path}/pictures/cat.jpg"
    assert complete(f"{tmp_path}/x") is None
    assert complete("/no/such/folder/") is None
    assert complete("a\0/b") is None


def test_a_folder_is_known_by_its_path(tmp_path: Path) -> None:
    assert folder_of(f"{tmp_path}/") == tmp_path
    assert folder_of("/no/such/folder/") is None
    assert folder_of("~nobody-of-that-name/") is None


def test_every_sample_is_a_file_with_a_title() -> None:
    assert len(samples()) >= 5
    assert all(sample.path.is_file() and sample.title and sample.shows for sample in samples())


def test_a_folder_means_the_files_that_an_architecture_takes(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.json", "c.log", "d.txt"):
        (tmp_path / name).write_bytes(b"x")

    def names(noun: str) -> list[str]:
        return [path.name for path in files_to_upload(str(tmp_path), noun)]

    assert names("photo") == ["a.jpg"]
    assert names("order") == ["b.json"]
    assert names("log file") == ["c.log", "d.txt"]


def test_a_mistake_names_what_is_looked_for(tmp_path: Path) -> None:
    with pytest.raises(NothingToUploadError, match="No orders lie in"):
        files_to_upload(str(tmp_path), "order")


@pytest.mark.parametrize("name", TOPOLOGY_NAMES)
def test_every_architecture_has_samples_that_can_be_read(name: str) -> None:
    listed = samples_for(make_topology(name))

    assert len(listed) >= 2
    for sample in listed:
        assert sample.path.read_bytes()
        assert sample.shows.endswith(".")
