"""Sign-ins by name and version, from the environment, mounted files or the keyring; never from arguments."""

from rpa.secrets.certificate import Certificate
from rpa.secrets.codes import OneTimeCodes
from rpa.secrets.credential import Credential, Label
from rpa.secrets.store import Secrets

__all__ = ["Certificate", "Credential", "Label", "OneTimeCodes", "Secrets"]
