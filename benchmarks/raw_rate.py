"""What PostgreSQL alone manages: pgbench runs the ballot's own INSERT, and nothing else."""

import re
import subprocess
from pathlib import Path

from benchmarks.servers import DATABASE, Bench
from surveys.casting.sealing import SEALED_LENGTH
from surveys.database import embedded

# Each client counts its own tokens, so every call stores an envelope. The envelope is a constant:
# pgbench pays for no bytes on the wire.
SCRIPT = f"""\\set k :k + 1
\\set number :first + :client_id + :clients * :k
SELECT * FROM box.submit(
    {{batch}}, sha256(convert_to('bench|' || (:number)::bigint, 'UTF8')),
    sha256(int8send(:number)), sha256(int8send(:number + 1)),
    decode(repeat('c5', {SEALED_LENGTH}), 'hex'))
"""
# As many tokens as are laid out for each second; pgbench stops when they are used up.
A_SECOND = 10_000


def pgbench_rate(bench: Bench, *, clients: int, seconds: float) -> float:
    """Envelopes stored a second by `clients` connections.

    Raises
    ------
    RuntimeError : pgbench failed, or not every call stored an envelope
    """
    campaign = bench.campaign
    calls_each = int(A_SECOND * seconds) // clients
    first = campaign.numbered_tokens(calls_each * clients)
    campaign.settle()
    before = campaign.n_envelopes()
    script = Path(bench.config.data_dir) / "submit.sql"
    script.write_text(SCRIPT.format(batch=campaign.batch_id))
    done = pgbench(
        bench,
        script,
        f"--client={clients}",
        f"--transactions={calls_each}",
        f"--define=first={first}",
        f"--define=clients={clients}",
        "--define=k=-1",
    )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    calls = re.search(r"actually processed: ([0-9]+)", done.stdout)
    if done.returncode or not found or not calls:
        raise RuntimeError(done.stderr or done.stdout)
    stored = campaign.n_envelopes() - before
    if stored != int(calls[1]):
        raise RuntimeError(f"pgbench made {calls[1]} calls and stored {stored} envelopes")
    return float(found[1])


def pgbench(bench: Bench, script: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a script as the public role, prepared, on two threads."""
    return subprocess.run(
        [
            str(embedded.binaries() / "pgbench"),
            "--no-vacuum",
            "--protocol=prepared",
            "--jobs=2",
            f"--file={script}",
            f"--host={bench.server.socket_dir}",
            f"--port={bench.server.port}",
            "--username=gongping_box",
            *options,
            DATABASE,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
