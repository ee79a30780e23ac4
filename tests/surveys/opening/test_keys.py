"""Keys: made, kept, found again, refused with a reason, destroyed."""

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from surveys.casting.suites import SUITES
from surveys.errors import Conflict, Invalid, NotFound
from surveys.opening.key_files import (
    PassphraseCost,
    destroy_key_file,
    key_from_text,
    key_text,
    read_key_file,
    write_key_file,
)
from surveys.opening.keys import (
    SERVER_ROLES,
    Key,
    KeyStore,
    Role,
    keyring_of,
    new_key,
    public_keyring,
    public_part,
)
from tests.surveys.opening.conftest import Campaign, campaign_named

CHEAP = PassphraseCost(iterations=1, lanes=1, memory_kib=64)
PASSPHRASE = "七个 words nobody guesses"
RandomBytes = Callable[[int], bytes]


@pytest.fixture
def store(tmp_path: Path, random_bytes: RandomBytes) -> KeyStore:
    return KeyStore(tmp_path / "keys", random_bytes=random_bytes)


@pytest.fixture
def officer(campaign: Campaign) -> Key:
    return campaign.keys[Role.OFFICER_A]


@pytest.fixture
def protected(officer: Key, random_bytes: RandomBytes) -> str:
    return key_text(officer, random_bytes=random_bytes, passphrase=PASSPHRASE, cost=CHEAP)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("suite", list(SUITES))
@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_a_key_survives_its_file(
    role: Role, suite: int, passphrase: str | None, random_bytes: RandomBytes
) -> None:
    key = new_key(role, campaign=7, random_bytes=random_bytes, suite=suite)
    text = key_text(key, random_bytes=random_bytes, passphrase=passphrase, cost=CHEAP)
    assert key_from_text(text, passphrase=passphrase) == key


def test_a_key_does_not_show_its_secret(officer: Key) -> None:
    assert repr(officer.secret) not in repr(officer)
    assert officer.secret.hex() not in str(officer)


def test_a_protected_file_does_not_hold_the_secret(
    officer: Key, protected: str, random_bytes: RandomBytes
) -> None:
    open_secret = json.loads(key_text(officer, random_bytes=random_bytes))["secret"]
    assert open_secret not in protected


def test_a_wrong_passphrase_is_named(protected: str) -> None:
    with pytest.raises(Invalid, match="wrong_passphrase"):
        key_from_text(protected, passphrase="seven words")


def test_a_missing_passphrase_is_named(protected: str) -> None:
    with pytest.raises(Invalid, match="passphrase_needed"):
        key_from_text(protected)


def test_full_width_typing_is_the_same_passphrase(officer: Key, random_bytes: RandomBytes) -> None:
    text = key_text(officer, random_bytes=random_bytes, passphrase="abc 123", cost=CHEAP)
    wide = "\uff41\uff42\uff43\u3000\uff11\uff12\uff13"
    assert key_from_text(text, passphrase=wide) == officer


@pytest.mark.parametrize(
    ("field", "value"), [("campaign", "8"), ("role", "officer_b"), ("suite", 2)]
)
def test_a_relabelled_file_is_refused(protected: str, field: str, value: object) -> None:
    facts = json.loads(protected) | {field: value}
    with pytest.raises(Invalid, match="key_file_damaged"):
        key_from_text(json.dumps(facts), passphrase=PASSPHRASE)


def test_a_relabelled_file_with_a_fitting_fingerprint_does_not_open(
    officer: Key, protected: str
) -> None:
    label = replace(officer.public_part, campaign="8").as_json()
    with pytest.raises(Invalid, match="wrong_passphrase"):
        key_from_text(json.dumps(json.loads(protected) | label), passphrase=PASSPHRASE)


def test_an_open_file_with_another_public_key_is_refused(
    officer: Key, random_bytes: RandomBytes
) -> None:
    facts = json.loads(key_text(officer, random_bytes=random_bytes))
    facts |= campaign_named("x").keys[Role.OFFICER_A].public_part.as_json()
    with pytest.raises(Invalid, match="key_file_damaged"):
        key_from_text(json.dumps(facts))


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", "not json", '{"format": "gongping-key-1"}', "x" * 70_000]
)
def test_what_is_no_key_file_is_damaged(text: str) -> None:
    with pytest.raises(Invalid, match="key_file_damaged"):
        key_from_text(text, passphrase=PASSPHRASE)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("memory_kib", 1 << 31),
        ("iterations", 10**9),
        ("lanes", 0),
        ("kdf", "md5"),
        ("salt", ""),
        ("nonce", "AAAA"),
        ("nonce", "!"),
    ],
)
def test_a_file_that_asks_for_strange_protection_is_damaged(
    protected: str, field: str, value: object
) -> None:
    facts = json.loads(protected)
    facts["protection"][field] = value
    with pytest.raises(Invalid, match="key_file_damaged"):
        key_from_text(json.dumps(facts), passphrase=PASSPHRASE)


def test_a_secret_of_another_length_is_damaged(officer: Key, random_bytes: RandomBytes) -> None:
    facts = json.loads(key_text(officer, random_bytes=random_bytes)) | {"secret": "AAAA"}
    with pytest.raises(Invalid, match="key_file_damaged"):
        key_from_text(json.dumps(facts))


def test_a_key_file_is_readable_by_its_owner_only(store: KeyStore, officer: Key) -> None:
    path = store.save(officer)
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_nothing_but_the_key_file_is_left_behind(store: KeyStore, officer: Key) -> None:
    path = store.save(officer)
    assert list(path.parent.iterdir()) == [path]


def test_a_key_is_never_written_over(store: KeyStore, officer: Key) -> None:
    path = store.save(officer)
    before = path.read_bytes()
    with pytest.raises(Conflict, match="key_file_exists"):
        store.save(replace(officer, secret=bytes(32)))
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_missing_key_file_is_not_found(store: KeyStore) -> None:
    with pytest.raises(NotFound, match="key_file"):
        store.load(Role.OFFICER_A, 7)


def test_a_file_that_is_no_text_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe")
    with pytest.raises(Invalid, match="key_file_damaged"):
        read_key_file(tmp_path / "key")


def test_the_wrong_key_is_named_before_a_passphrase_is_asked_for(
    tmp_path: Path, officer: Key, protected: str
) -> None:
    write_key_file(tmp_path / "a.key", protected)
    with pytest.raises(Invalid) as caught:
        read_key_file(tmp_path / "a.key", expected="00000 00000")
    assert caught.value.code == "wrong_key"
    assert caught.value.facts == {"expected": "00000 00000", "got": officer.fingerprint}


def test_the_expected_key_is_read(tmp_path: Path, officer: Key, protected: str) -> None:
    write_key_file(tmp_path / "a.key", protected)
    key = read_key_file(tmp_path / "a.key", passphrase=PASSPHRASE, expected=officer.fingerprint)
    assert key == officer


def test_a_file_in_anothers_place_is_refused(store: KeyStore, officer: Key) -> None:
    store.save(officer)
    path = store.path(Role.OFFICER_B, "7")
    store.path(Role.OFFICER_A, "7").rename(path)
    with pytest.raises(Invalid, match="wrong_role"):
        store.load(Role.OFFICER_B, "7")


def test_a_store_makes_all_five_keys_and_finds_them_again(store: KeyStore) -> None:
    ring = store.create(7)
    assert store.roles(7) == list(Role)
    for role in Role:
        part = ring.part(role)
        assert store.load(role, 7, expected=part.fingerprint).public_part == part


def test_a_store_can_leave_the_officers_theirs(store: KeyStore) -> None:
    ring = store.create(7, roles=SERVER_ROLES)
    assert store.roles(7) == [Role.CASTING, Role.RECEIPTS, Role.TAGS]
    with pytest.raises(NotFound, match="public_key"):
        _ = ring.sealing


@pytest.mark.parametrize("name", ["", "../7", "a/b", ".", "x" * 65])
def test_a_campaigns_name_cannot_lead_out_of_the_store(store: KeyStore, name: str) -> None:
    with pytest.raises(Invalid, match="bad_campaign_name"):
        store.path(Role.TAGS, name)


def test_destroyed_keys_are_gone(store: KeyStore) -> None:
    store.create(7)
    store.create(8)
    assert store.destroy(7) == list(Role)
    assert store.roles(7) == []
    assert store.roles(8) == list(Role)
    with pytest.raises(NotFound, match="key_file"):
        store.destroy(7)


def test_a_destroyed_file_is_written_over_before_it_goes(
    tmp_path: Path, officer: Key, random_bytes: RandomBytes
) -> None:
    path, other_name = tmp_path / "a.key", tmp_path / "same blocks"
    write_key_file(path, key_text(officer, random_bytes=random_bytes))
    other_name.hardlink_to(path)
    destroy_key_file(path, random_bytes=random_bytes)
    assert not path.exists()
    assert set(other_name.read_bytes()) == {0}


def test_unlinking_alone_would_leave_the_secret(
    tmp_path: Path, officer: Key, random_bytes: RandomBytes
) -> None:
    path, other_name = tmp_path / "a.key", tmp_path / "same blocks"
    text = key_text(officer, random_bytes=random_bytes)
    write_key_file(path, text)
    other_name.hardlink_to(path)
    path.unlink()
    assert other_name.read_text() == text


def test_destroying_a_missing_file_is_not_found(tmp_path: Path, random_bytes: RandomBytes) -> None:
    with pytest.raises(NotFound, match="key_file"):
        destroy_key_file(tmp_path / "none", random_bytes=random_bytes)


def test_a_fingerprint_is_thirty_digits(officer: Key) -> None:
    groups = officer.fingerprint.split(" ")
    assert [len(group) for group in groups] == [5] * 6
    assert "".join(groups).isdecimal()


def test_keys_of_two_campaigns_or_roles_have_two_fingerprints(officer: Key) -> None:
    fingerprints = {
        officer.fingerprint,
        replace(officer, campaign="8").fingerprint,
        replace(officer, role=Role.OFFICER_B).fingerprint,
        replace(officer, secret=bytes(32)).fingerprint,
    }
    assert len(fingerprints) == 4


def test_a_keyring_survives_json(campaign: Campaign) -> None:
    facts = json.loads(json.dumps(campaign.ring.as_json()))
    assert public_keyring(facts) == campaign.ring


def test_a_public_part_that_was_changed_is_refused(officer: Key) -> None:
    facts = officer.public_part.as_json() | {"public": "AAAA"}
    with pytest.raises(Invalid, match="public_key_unreadable"):
        public_part(facts)


@pytest.mark.parametrize(
    ("field", "value"), [("role", "boss"), ("suite", 99), ("public", "?"), ("campaign", 7)]
)
def test_a_public_part_with_a_strange_field_is_refused(
    officer: Key, field: str, value: object
) -> None:
    with pytest.raises(Invalid, match="public_key_unreadable"):
        public_part(officer.public_part.as_json() | {field: value})


def test_keys_of_two_campaigns_make_no_keyring(officer: Key) -> None:
    other = campaign_named("8").keys[Role.OFFICER_B]
    with pytest.raises(Invalid, match="campaigns_differ"):
        keyring_of([officer.public_part, other.public_part])


def test_a_role_stands_once_in_a_keyring(officer: Key) -> None:
    with pytest.raises(Invalid, match="role_twice"):
        keyring_of([officer.public_part, officer.public_part])


def test_officers_agree_on_a_suite(officer: Key) -> None:
    other = campaign_named("7", suite=2).keys[Role.OFFICER_B]
    with pytest.raises(Invalid, match="suites_differ"):
        _ = keyring_of([officer.public_part, other.public_part]).sealing


def test_what_an_officer_signs_the_public_part_verifies(officer: Key) -> None:
    officer.public_part.verifying_key().verify(officer.signing_key().sign(b"x"), b"x")


def test_an_officer_signs_with_another_secret_than_opens(officer: Key) -> None:
    assert officer.signing_key().private_bytes_raw() != officer.secret


def test_the_fingerprint_binds_the_signing_key(officer: Key, campaign: Campaign) -> None:
    other = campaign.keys[Role.OFFICER_B].public_part.signing
    part = officer.public_part
    assert replace(part, signing=other).fingerprint != part.fingerprint


def test_a_key_for_tags_signs_nothing(campaign: Campaign) -> None:
    with pytest.raises(Invalid, match="wrong_role"):
        campaign.keys[Role.TAGS].signing_key()
