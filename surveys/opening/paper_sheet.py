"""The paper copy of an officer's key as a PDF."""

from typing import Final

from surveys.opening.key_kinds import Key, Role
from surveys.opening.paper import paper_lines
from surveys.typesetting import typeset

ROLES: Final = {
    Role.OFFICER_A: "开箱员甲 Officer A",
    Role.OFFICER_B: "开箱员乙 Officer B",
}
STEPS: Final = (
    (
        "持有本纸即持有密钥，本纸不需要口令。不得拍照、复印、传真。",
        "Whoever holds this sheet holds the key, without a passphrase. No photographs, no copies.",
    ),
    (
        "当场按本纸恢复一次并打开试票，确认无误后装入信封，骑缝签名，存入保险柜。",
        "Restore the key from it once, open the canary; seal it, sign across the flap, lock it up.",
    ),
    (
        "与密钥文件分开存放，不放在同一房间。",
        "Keep it in another room than the key file.",
    ),
    (
        "恢复时逐行键入；不分大小写，空格可省略，O读作0，I和L读作1。",
        "To restore, type line by line; case and blanks do not matter, O is 0, I and L are 1.",
    ),
    (
        "结果审定后，两位开箱员当面销毁本纸。",
        "After certification both officers destroy the sheet in each other's presence.",
    ),
)


def key_sheet_pdf(key: Key) -> bytes:
    """The sheet of an officer's key; it carries the secret in the open.

    Parameters
    ----------
    key : an officer's; Invalid ``wrong_role`` (role) for another
    """
    key.opening_key()
    data = {
        "title": f"Gongping key {key.role.value} {key.campaign}",
        "facts": [
            ["用途 Role", ROLES[key.role]],
            ["测评活动编号 Campaign", key.campaign],
            ["指纹 Fingerprint", key.fingerprint],
            ["算法 Suite", str(key.suite)],
        ],
        "lines": paper_lines(key),
        "steps": STEPS,
    }
    return typeset("surveys.opening", "key_paper.typ", data)
