"""What a log may say of an exception that nobody knows: never its message, which may hold a patient's name."""

import traceback
from hashlib import sha256
from pathlib import Path


def diagnosis(error: BaseException) -> str:
    """Return type, place and fingerprint of an unknown exception; its message may hold a patient's name."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"
    trail = "|".join(f"{Path(one.filename).name}:{one.name}" for one in frames)
    return f"{type(error).__name__} at {place} ({sha256(trail.encode()).hexdigest()[:8]})"
