"""Mutants of the named contracts and libraries, as slither-mutate makes them, as JSON on standard output.

Usage: list_mutants.py <path>... (sources relative to the project, each with a contract of the file's name)

slither-mutate also runs the tests, but it compiles the whole project twice for each mutant. The caller does it in its own way.
"""

import contextlib
import io
import json
import sys
from pathlib import Path

from slither import Slither
from slither.tools.mutator.mutators import all_mutators
from slither.tools.mutator.mutators.abstract_mutator import AbstractMutator

# Changes that no caller can see: where values of variables are first set, who else may call (all are private or are called by
# tests through the interface), and types that hold the same values.
LEFT_OUT = {"MVIV", "MVIE", "FHR", "SBR"}


def mutators():
    found = [getattr(all_mutators, name) for name in dir(all_mutators)]
    classes = [one for one in found if isinstance(one, type) and issubclass(one, AbstractMutator)]
    return [one for one in classes if one.NAME and one.NAME not in LEFT_OUT]


def mutants_of(unit, contract, path):
    source = Path(path).read_bytes()
    for mutator in mutators():
        with contextlib.redirect_stdout(io.StringIO()):
            made = mutator(unit, 0, "", "", contract, None, False, Path("."), [])._mutate()
        for patches in made.get("patches", {}).values():
            for patch in patches:
                start, end = patch["start"], patch["end"]
                yield {
                    "file": path,
                    "line": source[:start].count(b"\n") + 1,
                    "start": start,
                    "end": end,
                    "old": source[start:end].decode(),
                    "new": patch["new_string"],
                    "mutator": mutator.NAME,
                }


def main(paths):
    wanted = {str(Path(path).resolve()): path for path in paths}
    found = {}
    for unit in Slither(".").compilation_units:
        for contract in unit.contracts:
            path = wanted.get(contract.source_mapping.filename.absolute)
            if path is None or contract.name != Path(path).stem:
                continue
            for mutant in mutants_of(unit, contract, path):
                found.setdefault((path, mutant["start"], mutant["end"], mutant["new"]), mutant)
    json.dump(sorted(found.values(), key=lambda one: (one["file"], one["start"], one["new"])), sys.stdout)


main(sys.argv[1:])
