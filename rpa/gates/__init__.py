"""What stands between waiting items and a target system: pause switch, opening hours, breaker and seats."""

from rpa.gates.breaker import counts
from rpa.gates.gates import Gates
from rpa.gates.look import Seat, SystemState

__all__ = ["Gates", "Seat", "SystemState", "counts"]
