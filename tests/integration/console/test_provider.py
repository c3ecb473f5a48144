"""Signing in with the trust's own account: who is let in as whom, and what does not let anybody in."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from pydantic import ValidationError

from rpa.audit import Trail
from rpa.console.app import make_site
from rpa.console.provider.accounts import roles_of
from rpa.db.console_tables import Role
from rpa.desk import open_desk
from rpa.oidc_settings import OidcSettings
from rpa.secrets.environment import variable
from rpa.settings import load_settings
from tests.conftest import HandClock
from tests.integration.cli.office import Office
from tests.integration.console.conftest import ADMIN, Browser, client_of
from tests.provider import CLIENT, SECRET, FakeProvider, provider_served

BROKEN = "Sign-in did not finish. Try again"


@pytest.fixture
def fake(clock: HandClock) -> Iterator[FakeProvider]:
    with provider_served(FakeProvider(now=int(clock.time.timestamp()))) as served:
        yield served


@pytest.fixture
def trusting(office: Office, clock: HandClock, fake: FakeProvider, database_url: str,
             monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:  # fmt: skip
    """A browser on a console with the trust's own sign-in."""
    monkeypatch.setenv(variable("oidc", "USERNAME"), CLIENT)
    monkeypatch.setenv(variable("oidc", "PASSWORD"), SECRET)
    oidc = {"issuer": fake.issuer, "client_id": CLIENT, "break_glass": "Glass Admin"}
    with closing(open_desk(load_settings(office.data, oidc=oidc, database_url=database_url), clock)) as desk:
        site = make_site(desk)
        yield Browser(site, client_of(site), clock)


def sent_to_provider(browser: Browser, path: str = "/sign-in/provider") -> dict[str, str]:
    """Go as far as the provider, and return what it is asked."""
    answer = browser.client.get(path, follow_redirects=False)
    assert answer.status_code == 303
    return {name: one[0] for name, one in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def back(browser: Browser, fake: FakeProvider, path: str = "/sign-in/provider") -> httpx.Response:
    """Sign in at the provider, and come back."""
    browser.page = browser.client.get(fake.authorize(sent_to_provider(browser, path)))
    return browser.page


@pytest.fixture
def strict(trusting: Browser) -> Browser:
    """A console that takes nobody who signed in by a password alone, or longer than 12 hours ago."""
    provider = trusting.site.provider
    assert provider is not None
    provider.settings = provider.settings.model_copy(update={"ways": ["mfa", "c1"], "signed_in_hours": 12})
    return trusting


def test_somebody_with_a_role_is_let_in_as_the_trust_knows_him(trusting: Browser, fake: FakeProvider) -> None:
    back(trusting, fake)

    assert (trusting.path, trusting.status) == ("/", 200)
    (who,) = trusting.site.people.all()
    assert (who.name, list(who.roles)) == ("Ann Trust", [Role.REQUESTER])
    told = {one.name: one.facts for one in Trail(trusting.site.desk.database).of_run("system")}
    assert "person.added" in told
    assert told["person.signed_in"]["way"] == "the trust's own sign-in"


def test_the_provider_is_asked_with_proof_key_and_nonce_and_never_for_groups(
    trusting: Browser, fake: FakeProvider
) -> None:
    asked = sent_to_provider(trusting)

    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) > 30
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/sign-in/finish"
    assert asked["scope"] == "openid profile email"
    assert SECRET not in str(asked)


def test_the_same_account_is_the_same_person_under_another_name(trusting: Browser, fake: FakeProvider) -> None:
    back(trusting, fake)
    fake.says = {"name": "Ann Married", "preferred_username": "married@trust.example"}
    back(trusting.another(), fake)

    assert [one.name for one in trusting.site.people.all()] == ["Ann Trust"]


def test_two_of_one_name_are_two_people(trusting: Browser, fake: FakeProvider) -> None:
    back(trusting, fake)
    fake.says = {"oid": "object-2", "preferred_username": "ann2@trust.example"}
    back(trusting.another(), fake)
    fake.says = {"tid": "tenant-2", "preferred_username": "ann3@trust.example"}
    back(trusting.another(), fake)

    assert [one.name for one in trusting.site.people.all()] == [
        "Ann Trust", "Ann Trust (ann2@trust.example)", "Ann Trust (ann3@trust.example)",
    ]  # fmt: skip


def test_roles_are_those_of_the_newest_sign_in_and_older_sessions_end_with_the_old_ones(
    trusting: Browser, fake: FakeProvider
) -> None:
    back(trusting, fake)
    fake.says = {"roles": ["Console.Auditor", "Other.Thing"]}
    elsewhere = trusting.another()
    back(elsewhere, fake)

    assert elsewhere.open("/record").status_code == 200
    trusting.open("/jobs")
    assert trusting.path == "/sign-in"


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ([], "You have no role here"),
        (None, "You have no role here"),
        ("Console.Admin", "You have no role here"),
        (["Console.Operator", "Console.Auditor"], "Nobody can be operator and auditor"),
    ],
)
def test_somebody_without_a_role_is_told_so_and_not_let_in(
    trusting: Browser, fake: FakeProvider, roles: Any, said: str
) -> None:
    fake.says = {"roles": roles}

    back(trusting, fake)

    assert (trusting.status, said in trusting.text, "Ann Trust" in trusting.text) == (403, True, True)
    assert trusting.site.people.all() == []
    trusting.open("/")
    assert trusting.path == "/sign-in"


def test_somebody_who_was_let_out_stays_out(trusting: Browser, fake: FakeProvider) -> None:
    back(trusting, fake)
    trusting.site.membership.let_out(trusting.site.people.all()[0], by=ADMIN)

    back(trusting, fake)

    assert (trusting.status, "You were let out" in trusting.text) == (403, True)


@pytest.mark.parametrize(
    "says",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another client"},
        {"nonce": "another"},
        {"exp": 1},
        {"alg": "none"},
        {"alg": "HS256"},
        {"aud": None},
    ],
)
def test_a_token_that_does_not_prove_who_it_is_lets_nobody_in(
    trusting: Browser, fake: FakeProvider, says: dict[str, Any]
) -> None:
    fake.says = says

    back(trusting, fake)

    assert (trusting.status, BROKEN in trusting.text) == (401, True)
    assert trusting.site.people.all() == []


def test_a_token_signed_by_somebody_else_lets_nobody_in(trusting: Browser, fake: FakeProvider) -> None:
    fake.signing = RSAKey.generate_key(2048, parameters={"kid": "k1"})

    back(trusting, fake)

    assert (trusting.status, trusting.site.people.all()) == (401, [])


@pytest.mark.parametrize("says", [{"amr": ["pwd", "mfa"]}, {"acr": "mfa"}, {"acrs": ["c1"], "amr": ["pwd"]}])
def test_where_the_trust_asks_for_it_a_second_factor_at_the_provider_lets_in(
    strict: Browser, fake: FakeProvider, says: dict[str, Any]
) -> None:
    fake.says = {"auth_time": fake.now, **says}

    back(strict, fake)

    assert (strict.path, strict.status) == ("/", 200)
    assert fake.asked[-1]["max_age"] == "43200"


@pytest.mark.parametrize(
    "says", [{}, {"amr": ["pwd"]}, {"amr": "mfa-not"}, {"amr": {"mfa": 1}}, {"acr": None}, {"acr": ["mfa"]}]
)
def test_where_the_trust_asks_for_it_a_password_alone_lets_nobody_in(
    strict: Browser, fake: FakeProvider, says: dict[str, Any]
) -> None:
    fake.says = {"auth_time": fake.now, **says}

    back(strict, fake)

    assert (strict.status, BROKEN in strict.text, strict.site.people.all()) == (401, True, [])


@pytest.mark.parametrize(
    ("ago", "is_in"), [(0, True), (43_200, True), (43_290, False), (-30, True), (-90, False), (None, False)]
)
def test_where_the_trust_asks_for_it_an_old_sign_in_at_the_provider_lets_nobody_in(
    strict: Browser, fake: FakeProvider, ago: int | None, is_in: bool
) -> None:
    assert fake.now is not None
    fake.says = {"amr": ["mfa"], "auth_time": None if ago is None else fake.now - ago}

    back(strict, fake)

    assert (strict.path == "/") is is_in
    assert bool(strict.site.people.all()) is is_in


@pytest.mark.parametrize("told", ["soon", True, 1e400, [1]])
def test_a_time_of_sign_in_that_is_none_lets_nobody_in(strict: Browser, fake: FakeProvider, told: Any) -> None:
    fake.says = {"amr": ["mfa"], "auth_time": told}

    back(strict, fake)

    assert (strict.status, strict.site.people.all()) == (401, [])


def test_where_the_trust_asks_for_nothing_the_provider_is_asked_for_nothing(
    trusting: Browser, fake: FakeProvider
) -> None:
    assert "max_age" not in sent_to_provider(trusting)


def test_a_callback_counts_once_and_in_the_browser_that_began_it(trusting: Browser, fake: FakeProvider) -> None:
    place = fake.authorize(sent_to_provider(trusting))
    stranger = trusting.another()

    stranger.page = stranger.client.get(place)
    assert (stranger.status, BROKEN in stranger.text) == (401, True)
    trusting.page = trusting.client.get(place)
    assert trusting.status == 200
    trusting.page = trusting.client.get(place)
    assert (trusting.status, BROKEN in trusting.text) == (401, True)


def test_a_callback_of_another_journey_or_an_old_one_or_a_refusal_is_not_taken(
    trusting: Browser, fake: FakeProvider
) -> None:
    first = fake.authorize(sent_to_provider(trusting))
    second = fake.authorize(sent_to_provider(trusting))

    trusting.page = trusting.client.get(first)
    assert trusting.status == 401
    late = fake.authorize(sent_to_provider(trusting))
    trusting.clock.pass_by(minutes=11)
    trusting.page = trusting.client.get(late)
    assert trusting.status == 401
    state = sent_to_provider(trusting)["state"]
    trusting.page = trusting.client.get(f"/sign-in/finish?error=access_denied&state={state}")
    assert (trusting.status, BROKEN in trusting.text) == (401, True)
    assert second != first


def test_what_a_browser_keeps_is_opened_for_its_own_state_alone(browser: Browser) -> None:
    journeys = browser.site.journeys
    one, other = (journeys.begin(is_test=False) for _ in range(2))

    kept = journeys.sealed(one)

    assert journeys.opened(kept, one.state) == one
    assert journeys.opened(kept, other.state) is None
    assert one.nonce not in kept


def test_a_provider_that_is_away_or_is_another_one_is_told_of(trusting: Browser, fake: FakeProvider) -> None:
    fake.metadata_says = {"issuer": "https://elsewhere.example"}

    answer = trusting.client.get("/sign-in/provider", follow_redirects=False)

    assert (answer.status_code, BROKEN in answer.text) == (502, True)


def test_without_the_secret_of_the_client_nobody_is_let_in(
    trusting: Browser, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = fake.authorize(sent_to_provider(trusting))
    monkeypatch.delenv(variable("oidc", "USERNAME"))
    monkeypatch.delenv(variable("oidc", "PASSWORD"))

    trusting.page = trusting.client.get(place)

    assert (trusting.status, BROKEN in trusting.text) == (401, True)


def test_passwords_let_in_the_one_admin_of_emergencies_alone(trusting: Browser) -> None:
    trusting.add("Glass Admin", Role.ADMIN)
    trusting.add("Jo Clerk", Role.REQUESTER)

    trusting.sign_in("Jo Clerk")
    assert (trusting.status, "The name or the password is not right" in trusting.text) == (401, True)
    trusting.sign_in("Glass Admin")

    assert trusting.path == "/"


def test_an_admin_sees_what_the_provider_says_and_stays_who_he_is(trusting: Browser, fake: FakeProvider) -> None:
    trusting.add("Glass Admin", Role.ADMIN)
    trusting.sign_in("Glass Admin")
    trusting.open("/sign-in-test")
    assert "The provider Answers" in trusting.text
    assert "/sign-in/finish" in trusting.text
    fake.says = {"roles": ["Console.Auditor", "Other.Thing"]}

    back(trusting, fake, "/sign-in-test/try")

    assert "The provider answered You are Ann Trust" in trusting.text
    assert "Roles in the token Console.Auditor, Other.Thing" in trusting.text
    assert "Could you sign in? Yes" in trusting.text
    assert [one.name for one in trusting.site.people.all()] == ["Glass Admin"]
    trusting.open("/people")
    assert trusting.status == 200


def test_an_admin_sees_how_the_provider_let_him_in_and_what_is_missing(strict: Browser, fake: FakeProvider) -> None:
    strict.add("Glass Admin", Role.ADMIN)
    strict.sign_in("Glass Admin")
    strict.open("/sign-in-test")
    assert "Ways of signing in that it takes mfa, c1" in strict.text
    assert "How long ago that may have been 12 hours" in strict.text
    fake.says = {"amr": ["pwd"], "auth_time": fake.now}
    back(strict, fake, "/sign-in-test/try")
    assert "the provider says the way of signing in was pwd, expected mfa or c1" in strict.text

    fake.says = {"amr": ["pwd", "mfa"], "auth_time": fake.now}
    back(strict, fake, "/sign-in-test/try")

    assert "Way of signing in there pwd, mfa" in strict.text


def test_an_admin_sees_what_is_wrong_with_the_provider(
    trusting: Browser, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting.add("Glass Admin", Role.ADMIN)
    trusting.sign_in("Glass Admin")
    fake.metadata_says = {"issuer": "https://elsewhere.example"}
    monkeypatch.delenv(variable("oidc", "USERNAME"))
    monkeypatch.delenv(variable("oidc", "PASSWORD"))

    trusting.open("/sign-in-test")

    assert "the provider calls itself otherwise than" in trusting.text
    assert "there is no sign-in named" in trusting.text


def test_where_people_have_passwords_nothing_leads_to_a_provider(browser: Browser) -> None:
    browser.add("Ada Admin", Role.ADMIN)

    assert "trust's account" not in browser.open("/sign-in").text
    assert browser.open("/sign-in/provider").status_code == 404
    assert browser.open("/sign-in/finish?code=x&state=y").status_code == 404
    browser.sign_in("Ada Admin")
    browser.open("/sign-in-test")
    assert "People sign in with passwords here" in browser.text


def test_app_roles_are_known_by_their_last_word() -> None:
    assert roles_of(["Console.Auditor", "OPERATOR", "Console.King", "auditors"]) == {Role.AUDITOR, Role.OPERATOR}


def test_a_time_before_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        OidcSettings(signed_in_hours=-1)


def test_a_provider_without_encryption_is_refused() -> None:
    with pytest.raises(ValidationError, match="https"):
        OidcSettings(issuer="http://login.example/tenant")
