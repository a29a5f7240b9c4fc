"""An installation in earnest does not start with what is for trials."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from saudagar.foundation.clock import now
from saudagar.people import demo
from saudagar.site import environment
from saudagar.site.production import Start, is_local, wrong

GOOD = Start(
    url="https://toko.contoh.example",
    listens_on="127.0.0.1",
    hosts=["toko.contoh.example"],
    secret_key="x" * 64,
    proxies=1,
    debug=False,
    sandbox=False,
    sandbox_url="http://127.0.0.1:8001",
    gateways=["https://acquirer.example"],
    backends=["saudagar.messages.gateways.NoSms", "django.core.mail.backends.smtp.EmailBackend"],
)


def test_a_good_start_is_a_start():
    assert wrong(GOOD) == []
    assert wrong(replace(GOOD, hosts=[".contoh.example", "lain.example"])) == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"hosts": []}, "SAUDAGAR_HOSTS"),
        ({"hosts": ["*"]}, "SAUDAGAR_HOSTS"),
        ({"hosts": ["lain.example"]}, "SAUDAGAR_URL"),
        ({"url": "http://toko.contoh.example"}, "https"),
        ({"proxies": 0}, "SAUDAGAR_PROXIES"),
        ({"debug": True}, "SAUDAGAR_DEBUG"),
        ({"secret_key": "geheim"}, "SAUDAGAR_SECRET_KEY"),
        ({"sandbox": True}, "sandbox"),
        ({"gateways": ["http://127.0.0.1:8001"]}, "sandbox"),
        ({"backends": ["saudagar.messages.gateways.ConsoleSms"]}, "ConsoleSms"),
        ({"backends": ["saudagar.messages.gateways.SandboxMail"]}, "SandboxMail"),
        ({"url": "http://127.0.0.1:8000", "hosts": ["127.0.0.1"], "listens_on": "0.0.0.0"}, "https"),
    ],
)
def test_what_is_for_trials_is_named(changes, word):
    reasons = wrong(replace(GOOD, **changes))
    assert any(word in reason for reason in reasons), reasons
    assert all(reason.endswith((".", "id", "1", "…", "SAUDAGAR_SMTP_HOST.", "(48))'")) for reason in reasons)


def test_on_the_machine_itself_a_trial_may_be_one():
    local = replace(GOOD, url="http://127.0.0.1:8000", hosts=["127.0.0.1", "localhost"], sandbox=True, proxies=0)
    assert is_local(local)
    assert wrong(local) == []
    assert not is_local(replace(local, hosts=["toko.contoh.example"]))


def test_the_settings_ask(tmp_path: Path):
    given = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SAUDAGAR", "DATABASE"))},
        "PYTHONPATH": str(environment.ROOT / "src"),
        "SAUDAGAR_VAR": str(tmp_path),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing",
        "SAUDAGAR_DEMO": "0",
        "SAUDAGAR_URL": "http://toko.contoh.example",
    }
    done = subprocess.run([sys.executable, "-c", "import saudagar.site.settings"], env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "does not start like this:\n- SAUDAGAR_HOSTS" in done.stderr
    assert "Traceback" not in done.stderr
    given |= {"SAUDAGAR_URL": "https://toko.contoh.example", "SAUDAGAR_HOSTS": "toko.contoh.example", "SAUDAGAR_PROXIES": "1"}
    (tmp_path / "secrets.json").write_text('{"SNAP_CLIENT_ID": "left by a demo", "SAUDAGAR_SECRET_KEY": "' + "x" * 40 + '"}')
    script = "import saudagar.site.settings as s; print(s.SNAP['client_id'], s.SNAP['url'], s.SESSION_COOKIE_SECURE, s.CARRIERS)"
    done = subprocess.run([sys.executable, "-c", script], env=given, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "  True {'sandbox': {'url': '', 'key': '', 'webhook_secret': ''}}\n"), done.stderr


@pytest.mark.django_db
@override_settings(DEMO=False)
def test_a_database_with_the_demos_people_is_not_opened_to_the_world():
    demo.prepare_all(at=now())
    with pytest.raises(CommandError, match="password everybody knows"):
        call_command("prepare")
    client = Client()
    client.post("/accounts/login/password/", {"login": "ops@demo.example", "password": demo.PASSWORD})
    assert client.get("/accounts/").status_code == 302


@pytest.mark.django_db
@override_settings(DEMO=False)
def test_what_only_the_demo_has_is_not_there():
    client = Client()
    for path in ("/look/", "/look/desk/"):
        assert client.get(path).status_code == 404
    assert client.post("/accounts/demo/", {"person": "ops"}).status_code == 404
    assert "sandbox" not in client.get("/accounts/login/").text.lower()
