"""What any worker does beside its items: look after silent workers, deadlines and the record, every few seconds."""

from rpa.duties.checks import Checks
from rpa.duties.rota import Rota
from rpa.duties.runner import Duties, Duty
from rpa.duties.tidying import tidy_logs

__all__ = ["Checks", "Duties", "Duty", "Rota", "tidy_logs"]
