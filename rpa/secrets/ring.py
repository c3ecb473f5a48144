"""Secrets in the keyring of the machine or the desktop."""

from rpa.secrets.parts import TEXTS, Parts


class InKeyring:
    """The service `rpa:NAME` has user name and password; `rpa:NAME:more` has the other parts by their names."""

    def find(self, name: str) -> Parts | None:
        """Return what the keyring has of that secret."""
        import keyring  # it takes longer to load than most of what needs no keyring
        import keyring.errors

        try:
            found = keyring.get_credential(f"rpa:{name}", None)
            if found is None:
                return None
            more = {part: keyring.get_password(f"rpa:{name}:more", part) or "" for part in TEXTS[2:]}
        except keyring.errors.KeyringError:  # a server without a keyring: the other places are left
            return None
        return Parts("keyring", more | {"username": found.username, "password": found.password}, {})
