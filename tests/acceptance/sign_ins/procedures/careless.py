"""A bot that types the password with the browser's own calls, whose errors quote what was typed."""

from rpa import Item, Retry, workflow
from rpa.bots import Bot, Credential
from rpa.connectors.browser import Session
from tests.acceptance.sign_ins.procedures.look_up import Patient


class Careless(Bot):
    """Takes the password for the name of a key."""

    system_name = "practice-pas"

    def sign_in(self, session: Session, credential: Credential) -> None:
        """Press what is no key."""
        session.goto("/sign-in")
        session.page.keyboard.press(credential.password)


@workflow(title="Look up carelessly", key="reference", uses=Careless, retry=Retry(attempts=1), timeout="120s")
def look_up_carelessly(item: Item[Patient], bot: Careless) -> str:
    """Never come to the patient."""
    bot.session.goto(f"/patients/{item.row.reference}")
    return "looked up"
