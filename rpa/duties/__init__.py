"""What any worker does beside its items: look after silent workers, deadlines and the record, every few seconds."""

from rpa.duties.checks import Checks
from rpa.duties.rota import Rota
from rpa.duties.runner import Duties, Duty

__all__ = ["Checks", "Duties", "Duty", "Rota"]
