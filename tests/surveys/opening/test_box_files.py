"""The file in which the box travels: whole, named, checked."""

import hashlib
import json
import random
from dataclasses import replace
from io import BytesIO

import pytest

from surveys.casting.receipts import leaf
from surveys.errors import Conflict, DomainError, Invalid
from surveys.opening.box_files import BoxFile, Purpose, Step, box_from_bytes, box_stream, read_box
from surveys.opening.key_kinds import OFFICERS, Role, new_key
from surveys.opening.take_layer_off import StampedBodies, take_layer_off
from surveys.opening.tree import box_root
from tests.surveys.opening.closes import close_of
from tests.surveys.opening.conftest import Campaign

BODIES = (b"one", b"two", b"three")


def sealed(campaign: Campaign, bodies: tuple[bytes, ...] = BODIES) -> BoxFile:
    envelopes = sorted((campaign.seal(body) for body in bodies), key=leaf)
    return BoxFile(
        campaign=campaign.name,
        purpose=Purpose.BALLOTS,
        step=Step.SEALED,
        root=box_root(leaf(envelope) for envelope in envelopes).hex(),
        officers={role: campaign.keys[role].fingerprint for role in OFFICERS},
        records=tuple(envelopes),
        close=close_of(
            campaign.ring, envelopes, campaign=campaign.name, server=campaign.keys[Role.RECEIPTS]
        ).document(),
    )


def written(box: BoxFile) -> bytes:
    return b"".join(box_stream(box))


def through(box: BoxFile) -> BoxFile:
    return box_from_bytes(written(box))


@pytest.mark.parametrize("n", [0, 1, 3])
def test_what_is_written_is_read(campaign: Campaign, n: int) -> None:
    box = sealed(campaign, BODIES[:n])
    assert through(box) == box


def test_both_officers_bring_every_ballot_out(campaign: Campaign) -> None:
    layer = through(take_layer_off(through(sealed(campaign)), key=campaign.keys[Role.OFFICER_A]))
    opened = through(take_layer_off(layer, key=campaign.keys[Role.OFFICER_B]))
    assert sorted(one.body for one in StampedBodies(opened.records)) == sorted(BODIES)


def test_an_empty_box_goes_the_same_way(campaign: Campaign) -> None:
    layer = take_layer_off(sealed(campaign, ()), key=campaign.keys[Role.OFFICER_A])
    assert take_layer_off(layer, key=campaign.keys[Role.OFFICER_B]).records == ()


def test_the_opened_file_names_the_layer_it_was_made_from(campaign: Campaign) -> None:
    layer = take_layer_off(sealed(campaign), key=campaign.keys[Role.OFFICER_A])
    assert take_layer_off(layer, key=campaign.keys[Role.OFFICER_B]).layer == layer.digest


def test_each_officer_shuffles(campaign: Campaign) -> None:
    bodies = tuple(bytes([n]) * 4 for n in range(40))
    layer = take_layer_off(
        sealed(campaign, bodies), key=campaign.keys[Role.OFFICER_A], rng=random.Random(1)
    )
    first, second = (
        [one.body for one in StampedBodies(take_layer_off(layer, key=key, rng=rng).records)]
        for key, rng in (
            (campaign.keys[Role.OFFICER_B], random.Random(2)),
            (campaign.keys[Role.OFFICER_B], random.Random(3)),
        )
    )
    assert (first != second, sorted(first)) == (True, sorted(second))


@pytest.mark.parametrize("cut", [1, 100, 1794, 2000])
def test_a_file_that_breaks_off_is_refused(campaign: Campaign, cut: int) -> None:
    with pytest.raises(Invalid, match="box_file_truncated"):
        box_from_bytes(written(sealed(campaign))[:-cut])


def test_every_changed_byte_is_noticed(campaign: Campaign) -> None:
    data = written(sealed(campaign))
    body = data.index(b"\n") + 1
    for place in random.Random(5).sample(range(body, len(data)), 60):
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises(Invalid, match=r"box_file_(damaged|truncated)"):
            box_from_bytes(bytes(changed))


def test_what_follows_the_last_record_is_refused(campaign: Campaign) -> None:
    with pytest.raises(Invalid, match="box_file_damaged"):
        box_from_bytes(written(sealed(campaign)) + b"x")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"[]\n", b'{"format": "other"}\n', b"\xff\n"])
def test_another_kind_of_file_is_foreign(data: bytes) -> None:
    with pytest.raises(Invalid, match="box_file_foreign"):
        read_box(BytesIO(data))


@pytest.mark.parametrize("n", [b"-1", b"true", b"1e3", b'"3"', b"null"])
def test_a_strange_number_of_records_is_refused(n: bytes) -> None:
    with pytest.raises(Invalid, match="box_file_damaged"):
        box_from_bytes(b'{"format": "gongping-box-3", "n": ' + n + b"}\n")


def test_the_other_officers_key_is_refused(campaign: Campaign) -> None:
    with pytest.raises(Invalid, match="wrong_role"):
        take_layer_off(sealed(campaign), key=campaign.keys[Role.OFFICER_B])


def test_a_wrong_key_is_named_by_both_fingerprints(campaign: Campaign) -> None:
    key = new_key(Role.OFFICER_A, campaign=7, random_bytes=random.Random(9).randbytes)
    with pytest.raises(Invalid, match="wrong_key") as raised:
        take_layer_off(sealed(campaign), key=key)
    expected = campaign.keys[Role.OFFICER_A].fingerprint
    assert raised.value.facts == {"expected": expected, "got": key.fingerprint}


def test_an_opened_file_has_no_layer_left(campaign: Campaign) -> None:
    with pytest.raises(Conflict, match="box_file_opened"):
        take_layer_off(
            replace(sealed(campaign), step=Step.OPENED), key=campaign.keys[Role.OFFICER_A]
        )


def test_an_envelope_left_out_leads_to_another_root(campaign: Campaign) -> None:
    box = sealed(campaign)
    with pytest.raises(Invalid, match="box_file_root"):
        take_layer_off(
            replace(box, records=tuple(box.records)[1:]), key=campaign.keys[Role.OFFICER_A]
        )


def test_a_box_relabelled_for_another_campaign_does_not_open(campaign: Campaign) -> None:
    with pytest.raises(DomainError, match="close_differs"):
        take_layer_off(replace(sealed(campaign), campaign="8"), key=campaign.keys[Role.OFFICER_A])


def test_a_reader_written_from_the_specification_understands_the_file(campaign: Campaign) -> None:
    """docs/envelope-format.md, and nothing of ours."""
    box = sealed(campaign)
    whole = written(box)
    first, close, rest = whole.split(b"\n", 2)
    facts = json.loads(first.decode("ascii"))
    records, place = [], 0
    while size := int.from_bytes(rest[place : place + 2]):
        records.append(rest[place + 2 : place + 2 + size])
        place += 2 + size
    assert rest[place + 2 :] == hashlib.sha256(whole[:-32]).digest()
    assert json.loads(close)["statement"]["root"] == box.root
    assert facts == {
        "format": "gongping-box-3",
        "campaign": "7",
        "purpose": "ballots",
        "step": "sealed",
        "n": len(records),
        "root": box.root,
        "layer": "",
        "officer_a": campaign.keys[Role.OFFICER_A].fingerprint,
        "officer_b": campaign.keys[Role.OFFICER_B].fingerprint,
    }
    hashes = [hashlib.sha256(record).digest() for record in records]
    assert hashes == sorted(hashes)
