"""The oracle at length: `python -m tests.gate.oracle_run --decisions 1000000`, or `make oracle N=1000000`.

Work is done in numbered blocks. What a block draws depends on the seed and its number alone, so a run that was cut
short goes on with `--first`, and a difference is found again with `--first` and `--blocks 1`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

import asyncpg

from hub.gate import Gate
from hub.store.embedded import EmbeddedServer
from tests.gate import real
from tests.gate.drawing import gate_of, trials
from tests.gate.oracle import Score, compared_in_sql

TRIALS, ROWS = 25, 48
_EVERY = 15


@dataclass(frozen=True, kw_only=True)
class Block:
    """One piece of work."""

    seed: int
    number: int
    dsn: str


def held(block: Block) -> Score:
    """The score of one block."""
    rnd = Random(f"{block.seed}:{block.number}")
    gate = gate_of(rnd)
    return asyncio.run(_held(gate, block.dsn, rnd))


async def _held(gate: Gate, dsn: str, rnd: Random) -> Score:
    connection = await asyncpg.connect(dsn)
    try:
        return await compared_in_sql(gate, trials(gate, rnd, TRIALS, ROWS), connection)
    finally:
        await connection.close()


def run(*, seed: int, first: int, decisions: int, blocks: int | None, workers: int) -> Score:
    """Blocks from the first on, until there are decisions enough."""
    with (
        tempfile.TemporaryDirectory(prefix="bofast-oracle-") as folder,
        EmbeddedServer(Path(folder) / "data", durable=False) as server,
    ):
        dsn = server.endpoints().owner
        work = (Block(seed=seed, number=number, dsn=dsn) for number in count(first))
        return _gathered(work, first, decisions, blocks, workers)


def _gathered(work: Iterator[Block], first: int, decisions: int, blocks: int | None, workers: int) -> Score:
    total, started = Score(), time.monotonic()
    with ProcessPoolExecutor(workers) as pool:
        ahead: list[Future[Score]] = [pool.submit(held, next(work)) for _ in range(2 * workers)]
        for done in count(1):
            total.add(ahead.pop(0).result())
            if total.decisions >= decisions or done == blocks:
                pool.shutdown(cancel_futures=True)
                break
            if done % _EVERY == 0:
                _say(f"{first + done:>6} {_progress(total, started)}")
            ahead.append(pool.submit(held, next(work)))
    _say(f"done after block {first + done - 1}: {_progress(total, started)}")
    return total


def _progress(total: Score, started: float) -> str:
    return f"{total.decisions:>9,} decisions, {total.differing} differences, {time.monotonic() - started:.0f} s"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def report(total: Score) -> Iterator[str]:
    """What the run came to."""
    everything = {policy.id for policy in real.gate().policies}
    yield f"decisions        {total.decisions:,} whole, {total.planned:,} as plans ask"
    yield f"differences      {total.differing}"
    yield f"granted          {total.granted / total.decisions:.1%}"
    yield f"rows             {total.rows:,}, with something unknown or absent in {total.unknown_rows / total.rows:.1%}"
    yield f"policies         {len(everything & total.deciding)} of {len(everything)} decided"
    yield from (f"  never decided  {policy}" for policy in sorted(everything - total.deciding))
    yield from (f"  difference     {difference}" for difference in total.differences)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=None, help="drawn and printed if not given")
    parser.add_argument("--first", type=int, default=0, help="the first block")
    parser.add_argument("--blocks", type=int, default=None, help="stop after so many blocks")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    # Read before the run, so that what is reported is about the policies that it was made with.
    real.gate()
    seed = given.seed if given.seed is not None else Random().randrange(10**6)
    _say(f"seed {seed}, from block {given.first}: go on or repeat with --seed {seed} --first <block>")
    total = run(seed=seed, first=given.first, decisions=given.decisions, blocks=given.blocks, workers=given.workers)
    for line in report(total):
        _say(line)
    return 1 if total.differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
