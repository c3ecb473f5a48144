"""What only root may do: CI runs as root and has the tools, a developer's machine may not."""

import os
import shutil
import subprocess

import pytest


def need_root(*tools: str) -> None:
    """Make sure that this is root and that the tools are there; elsewhere than in CI the test is left out without."""
    missing = [f"the command {tool}" for tool in tools if shutil.which(tool) is None]
    missing += ["root"] if os.geteuid() != 0 else []
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"needs {' and '.join(missing)}; CI runs it")
    assert not missing, f"CI must have {' and '.join(missing)}: see .ci/run"


def run(*command: str) -> None:
    """Run a command that must go well."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
