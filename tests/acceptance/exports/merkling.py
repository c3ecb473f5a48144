"""Makes trees with pymerkle, checks proofs of others with it, and prints its own as JSON; run where pymerkle is."""

import json
import sys
from pathlib import Path
from typing import Any

from pymerkle import (  # type: ignore[import-not-found]
    InclusionProof,
    InmemoryTree,
    verify_consistency,
    verify_inclusion,
)


def main(question: str) -> None:
    """Answer the question in a file: entries, sizes, proofs that are to be checked, and pairs of sizes."""
    asked: Any = json.loads(Path(question).read_text(encoding="ascii"))
    tree: Any = InmemoryTree(algorithm="sha256")  # it hashes as RFC 6962 does, unless told otherwise
    tree.append_entries(bytes.fromhex(one) for one in asked["entries"])
    answer = {
        "roots": [tree.get_root(size).hex() for size in asked["sizes"]],
        "paths": [_path(tree, **one) for one in asked["proofs"]],
    }
    for prior, later in asked["grown"]:
        roots = [bytes.fromhex(asked["roots"][str(size)]) for size in (prior, later)]
        verify_consistency(*roots, tree.prove_consistency(prior, later), prior_size=prior, later_size=later)
    print(json.dumps(answer))


def _path(tree: Any, *, index: int, size: int, leaf: str, root: str, path: list[str]) -> list[str]:
    """Check the proof of a leaf, which raises unless it is one; return the path that pymerkle has for the same leaf."""
    mine = tree.prove_inclusion(index + 1, size)
    hashes = [bytes.fromhex(one) for one in (leaf, *path)]
    theirs = InclusionProof("sha256", True, size, index + 1, mine.rule, hashes)
    verify_inclusion(hashes[0], bytes.fromhex(root), theirs, index=index + 1, size=size, algorithm="sha256")
    return [one.hex() for one in mine.path[1:]]


if __name__ == "__main__":
    main(*sys.argv[1:])
