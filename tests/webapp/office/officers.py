"""Two officers with keys of their own, for tests of the pages and of the command line."""

import json
import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from surveys.opening.box_files import BoxFile, box_from_bytes, box_stream
from surveys.opening.keys import OFFICERS, Key, Role, new_key
from surveys.opening.take_layer_off import canary_answer, take_layer_off

Upload = tuple[BytesIO, str]


@dataclass
class Officers:
    """Both keys, which no server ever sees."""

    keys: dict[Role, Key]

    def parts_by_role(self) -> dict[str, Upload]:
        """The files that the officers hand in."""
        return {
            role.value: upload(json.dumps(key.public_part.as_json()).encode(), "part.json")
            for role, key in self.keys.items()
        }

    def parts(self) -> dict[str, object]:
        """The form that hands both public parts in."""
        return dict(self.parts_by_role())

    def file(self, box: BoxFile, path: Path) -> Path:
        """A file of the box on a disk."""
        path.write_bytes(b"".join(box_stream(box)))
        return path

    def a(self, data: bytes) -> BoxFile:
        """What officer A makes of a file."""
        return take_layer_off(box_from_bytes(data), key=self.keys[Role.OFFICER_A])

    def b(self, box: BoxFile) -> BoxFile:
        """What officer B makes of it."""
        return take_layer_off(box, key=self.keys[Role.OFFICER_B])

    def answer(self, canary: bytes) -> str:
        """What both find in a canary."""
        return canary_answer(self.b(self.a(canary)))


def officers_of(campaign_id: int) -> Officers:
    """Two officers with fresh keys for a campaign."""
    return Officers(
        {role: new_key(role, campaign=campaign_id, random_bytes=os.urandom) for role in OFFICERS}
    )


def upload(data: bytes, name: str) -> Upload:
    """A file in a form."""
    return BytesIO(data), name


def box_form(box: BoxFile) -> dict[str, object]:
    """The form that hands a file in."""
    return {"box": upload(b"".join(box_stream(box)), "box.gpbox")}
