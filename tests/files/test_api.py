"""Files over HTTP: sent in, attached, given out to whoever may read the message and to nobody else."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from app.files.store import open_store
from tests.api.house import ApiHouse

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def sent(client: TestClient, content: bytes = b"Hello.", name: str = "hello.txt") -> dict[str, Any]:
    """A file, uploaded."""
    answer = client.post("/api/v1/files", params={"name": name}, content=content)
    assert answer.status_code == 201, answer.text
    file: dict[str, Any] = answer.json()
    return file


def attached(house: ApiHouse, who: str = "ana", how: str = "reply", content: bytes = b"Hello.") -> str:
    """The id of a file in a message on a ticket of Cleo's in Billing."""
    client, ticket = getattr(house, who), house.opened()
    file = sent(client, content)
    few = {"visibility": "restricted"} if how.startswith("restricted") else {}
    wish = {"body": "See the file.", "attachments": [file["id"]], **few}
    assert client.post(f"/api/v1/tickets/{ticket['id']}/{how.rsplit(maxsplit=1)[-1]}", json=wish).status_code == 200
    return str(file["id"])


def test_a_file_is_what_its_content_says(house: ApiHouse) -> None:
    file = sent(house.cleo, PNG, "invoice.pdf")
    assert (file["name"], file["size_bytes"], file["media_type"]) == ("invoice.pdf", len(PNG), "image/png")
    assert file["sha256"] == hashlib.sha256(PNG).hexdigest()
    assert file["state"] == "kept"


def test_a_form_brings_a_file_just_as_well(house: ApiHouse) -> None:
    answer = house.cleo.post("/api/v1/files", files={"file": ("täst.txt", b"Hello.", "text/html")})
    assert (answer.status_code, answer.json()["name"], answer.json()["media_type"]) == (201, "täst.txt", "text/plain")


def test_a_form_without_a_file_says_what_is_missing(house: ApiHouse) -> None:
    answer = house.cleo.post("/api/v1/files", data={"other": "x"}, files={"wrong": ("a", b"b")})
    assert (answer.status_code, "'file'" in answer.json()["detail"]) == (422, True)


def test_the_same_content_is_kept_once(house: ApiHouse) -> None:
    content = b"twice the same"
    first, second = sent(house.cleo, content), sent(house.ana, content, "other.txt")
    assert (first["id"] != second["id"], first["sha256"]) == (True, second["sha256"])
    kept = [sha256 for sha256, _ in open_store(house.settings).everything()]
    assert kept.count(first["sha256"]) == 1


def test_a_file_too_large_is_refused_in_a_sentence_and_leaves_nothing(house: ApiHouse) -> None:
    limit = house.settings.largest_file_mb * 1024 * 1024
    zeros = (b"\0" * 65536 for _ in range(limit // 65536 + 1))
    answer = house.cleo.post("/api/v1/files", content=zeros)
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert "at most 25 MiB" in answer.json()["detail"]
    assert list(house.settings.incoming_path.iterdir()) == []


def test_a_stated_length_too_large_is_refused_before_it_is_sent(house: ApiHouse) -> None:
    answer = house.cleo.post("/api/v1/files", content=iter([b"x"]), headers={"content-length": str(10**12)})
    assert answer.status_code == 413


def test_an_attached_file_stands_with_its_message(house: ApiHouse) -> None:
    ticket, file = house.opened(), sent(house.cleo)
    path = f"/api/v1/tickets/{ticket['id']}"
    house.cleo.post(f"{path}/reply", json={"body": "See here.", "attachments": [file["id"]]})
    *_, last = house.ana.get(f"{path}/messages").json()["items"]
    assert last["attachments"] == [file]


def test_a_ticket_can_be_opened_with_a_file(house: ApiHouse) -> None:
    ticket = house.opened(attachments=[sent(house.cleo)["id"]])
    (first,) = house.cleo.get(f"/api/v1/tickets/{ticket['id']}/messages").json()["items"]
    assert [file["name"] for file in first["attachments"]] == ["hello.txt"]


def test_the_event_of_an_attachment_carries_no_name(house: ApiHouse) -> None:
    ticket = house.opened(attachments=[sent(house.cleo, name="my divorce.txt")["id"]])
    events = house.ana.get(f"/api/v1/tickets/{ticket['id']}/events")
    kinds = [event["kind"] for event in events.json()["items"]]
    assert kinds == ["ticket.created", "message.added", "file.attached"]
    assert "divorce" not in events.text


@pytest.mark.parametrize("whose", ["theirs", "absent", "used"])
def test_only_a_fresh_file_of_ones_own_can_be_attached(house: ApiHouse, whose: str) -> None:
    ids = {"theirs": sent(house.ana)["id"], "absent": str(uuid4()), "used": attached(house, "cleo")}
    path = f"/api/v1/tickets/{house.opened()['id']}/reply"
    answer = house.cleo.post(path, json={"body": "Mine?", "attachments": [ids[whose]]})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_upload")


def test_a_file_is_attached_once_even_if_two_try_at_once(house: ApiHouse) -> None:
    file = sent(house.cleo)["id"]
    paths = [f"/api/v1/tickets/{house.opened()['id']}/reply" for _ in range(4)]
    with ThreadPoolExecutor(4) as crowd:
        wish = {"body": "Look.", "attachments": [file]}
        answers = list(crowd.map(lambda path: house.cleo.post(path, json=wish).status_code, paths))
    assert sorted(answers) == [200, 404, 404, 404]


@pytest.mark.parametrize(
    ("how", "readers"),
    [
        ("reply", {"ana", "dov", "cleo", "admin"}),
        ("note", {"ana", "dov", "admin"}),
        ("restricted note", {"ana", "admin"}),
    ],
)
def test_whoever_may_read_the_message_gets_its_file_and_nobody_else(
    house: ApiHouse, how: str, readers: set[str]
) -> None:
    file = attached(house, "ana", how)
    absent = house.ana.get(f"/api/v1/files/{uuid4()}")
    for who in ("ana", "bo", "cleo", "dov", "admin", "outsider"):
        for part in ("", "/about"):
            answer = getattr(house, who).get(f"/api/v1/files/{file}{part}")
            assert answer.status_code == (200 if who in readers else 404), who
            assert who in readers or answer.content == absent.content


def test_before_it_is_attached_only_the_sender_knows_of_it(house: ApiHouse) -> None:
    file = sent(house.cleo)["id"]
    seen = {who: getattr(house, who).get(f"/api/v1/files/{file}").status_code for who in ("cleo", "ana", "admin")}
    assert seen == {"cleo": 200, "ana": 404, "admin": 404}
    assert house.anybody().get(f"/api/v1/files/{file}").status_code == 401


def test_a_download_can_not_be_made_to_run(house: ApiHouse) -> None:
    file = sent(house.cleo, b"<html><script>alert(1)</script>", "photo.png")
    answer = house.cleo.get(f"/api/v1/files/{file['id']}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_range_is_a_part_and_many_ranges_are_the_whole(house: ApiHouse) -> None:
    path = f"/api/v1/files/{sent(house.cleo, b'0123456789')['id']}"
    asked = {"bytes=2-4": b"234", "bytes=7-": b"789", "bytes=-2": b"89", "bytes=8-99": b"89"}
    for wanted, part in asked.items():
        answer = house.cleo.get(path, headers={"range": wanted})
        assert (answer.status_code, answer.content) == (206, part)
    assert house.cleo.get(path, headers={"range": "bytes=2-4"}).headers["content-range"] == "bytes 2-4/10"
    for whole in ("bytes=0-1,3-4", "bytes=5-2", "bytes=-", "lines=1-2", "bytes=a-b"):
        assert house.cleo.get(path, headers={"range": whole}).status_code == 200
    beyond = house.cleo.get(path, headers={"range": "bytes=10-"})
    assert (beyond.status_code, beyond.json()["code"]) == (416, "range_not_there")


def test_who_has_a_content_is_not_sent_it_again(house: ApiHouse) -> None:
    path = f"/api/v1/files/{sent(house.cleo)['id']}"
    etag = house.cleo.get(path).headers["etag"]
    answer = house.cleo.get(path, headers={"if-none-match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    changed = house.cleo.get(path, headers={"range": "bytes=0-1", "if-range": '"other"'})
    assert (changed.status_code, changed.content) == (200, b"Hello.")


def test_the_same_upload_under_the_same_key_is_one_file(house: ApiHouse) -> None:
    headers = {"idempotency-key": str(uuid4())}
    first, again = [house.cleo.post("/api/v1/files", content=b"once", headers=headers) for _ in range(2)]
    other = house.cleo.post("/api/v1/files", content=b"another", headers=headers)
    assert (first.content, again.headers["idempotency-replayed"]) == (again.content, "true")
    assert (other.status_code, other.json()["code"]) == (422, "key_means_another_request")


def test_a_token_that_reads_cannot_send_files(house: ApiHouse) -> None:
    reader = house.as_(house.world.cleo, "read")
    assert reader.post("/api/v1/files", content=b"x").status_code == 403


def test_a_content_that_was_lost_is_a_clear_answer(house: ApiHouse) -> None:
    file = sent(house.cleo, b"soon lost")
    open_store(house.settings).remove(file["sha256"])
    answer = house.cleo.get(f"/api/v1/files/{file['id']}")
    assert (answer.status_code, answer.json()["code"]) == (503, "content_missing")


def test_what_is_uploaded_is_nowhere_but_under_its_hash(house: ApiHouse) -> None:
    file = sent(house.cleo, b"a place of its own", "../../../etc/cron.d/x")
    found = [path for path in Path(house.settings.data_dir).rglob("*") if path.is_file()]
    assert [path.name for path in found if path.read_bytes() == b"a place of its own"] == [file["sha256"]]


def test_who_sees_a_message_through_a_merge_gets_its_file(house: ApiHouse) -> None:
    source, target = house.opened(), house.opened(queue_id=str(house.world.technical))
    file = sent(house.ana)
    answered = {"body": "See the file.", "attachments": [file["id"]]}
    assert house.ana.post(f"/api/v1/tickets/{source['id']}/reply", json=answered).status_code == 200
    path = f"/api/v1/files/{file['id']}"
    assert house.bo.get(path).status_code == 404
    assert house.dov.post(f"/api/v1/tickets/{source['id']}/merge", json={"into_id": target["id"]}).status_code == 200
    assert house.bo.get(path).content == b"Hello."
    assert house.dov.post(f"/api/v1/tickets/{source['id']}/unmerge").status_code == 200
    assert house.bo.get(path).status_code == 404
