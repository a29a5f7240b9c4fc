"""Django's settings. Everything that differs between installations comes from the environment, once, here."""

import os
import sys

from saudagar.foundation import sealing
from saudagar.site import environment, production

VAR = environment.var_folder()
DEBUG = environment.switch("SAUDAGAR_DEBUG", False)
DEMO = environment.switch("SAUDAGAR_DEMO", True)  # demo sign-ins shown, sandbox gateways; production sets 0
SANDBOX = environment.switch("SAUDAGAR_SANDBOX", DEMO)
TESTING = "pytest" in sys.modules

SECRET_KEY = environment.secret("SAUDAGAR_SECRET_KEY")
SEALING_KEYS = sealing.parse_keys(environment.secret("SAUDAGAR_KEYS", environment.sealing_key))

PORT = environment.whole_number("PORT", 8000, least=1)
# Where the sandbox speaks as bank, wallet, courier and SMS gateway; `./saudagar up` starts it there.
SANDBOX_URL = os.environ.get("SAUDAGAR_SANDBOX_URL", f"http://127.0.0.1:{environment.whole_number('SANDBOX_PORT', PORT + 1, least=1)}")
BASE_URL = os.environ.get("SAUDAGAR_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
# What providers gave us. The demo talks to the sandbox, which leaves these in var/secrets.json (`python -m saudagar_sandbox keys`);
# in earnest what a demo left there is not looked at.
given = environment.given if SANDBOX else environment.named
PROVIDER_URL = SANDBOX_URL if SANDBOX else ""
# How long ago a payment gateway may have signed a notice. They sign anew each time they try again, for days.
PLATFORM_REGISTRATIONS = environment.words("PLATFORM_REGISTRATIONS")  # of the platform abroad: "eu:ioss sg:ovr"
PAYMENT_NOTICE_HOURS = environment.whole_number("SAUDAGAR_NOTICE_HOURS", 7 * 24, least=1)
SNAP = {
    "url": given("SNAP_URL", PROVIDER_URL),
    "client_id": given("SNAP_CLIENT_ID", ""),
    "client_secret": given("SNAP_CLIENT_SECRET", ""),
    "merchant_id": given("SNAP_MERCHANT_ID", ""),
    "channel_id": given("SNAP_CHANNEL_ID", "95221"),
    "private_key": given("SNAP_PRIVATE_KEY", ""),  # PEM; the acquirer has the public half
    "acquirer_public_key": given("SNAP_ACQUIRER_PUBLIC_KEY", ""),  # PEM
    "source_account": given("SNAP_SOURCE_ACCOUNT", "1000000001"),  # payouts leave from here
}
ALIPAY_PLUS = {
    "url": given("ALIPAY_PLUS_URL", PROVIDER_URL),
    "client_id": given("ALIPAY_PLUS_CLIENT_ID", ""),
    "private_key": given("ALIPAY_PLUS_PRIVATE_KEY", ""),
    "wallet_public_key": given("ALIPAY_PLUS_WALLET_PUBLIC_KEY", ""),
    "method": given("ALIPAY_PLUS_METHOD", "ALIPAY_CN"),
}
# Carrier gateways by the name in the address of their notices, /api/v1/carriers/{name}/notices; the first one books.
CARRIERS = {
    given("CARRIER_NAME", "sandbox"): {
        "url": given("CARRIER_URL", PROVIDER_URL),
        "key": given("CARRIER_API_KEY", ""),
        "webhook_secret": given("CARRIER_WEBHOOK_SECRET", ""),
    },
}
SMS_URL = given("SMS_URL", PROVIDER_URL)  # POST {SMS_URL}/sms and /mail
SMS_SECRET = given("SMS_SECRET", "")

ALLOWED_HOSTS = [host.strip() for host in os.environ.get("SAUDAGAR_HOSTS", "*" if DEMO else "").split(",") if host.strip()]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# Quotes and orders one address may send per second and process in the long run; 0 = no limit.
DOOR_PER_SECOND = environment.whole_number("SAUDAGAR_DOOR_PER_SECOND", 20)

# Quotes that the rules refused, and some of those that were priced, are kept to replay them under other rules: days (0: none), percent of
# the priced ones, rows at most.
KEEP_QUOTES_DAYS = environment.whole_number("SAUDAGAR_KEEP_QUOTES_DAYS", 90, most=3650)
KEEP_QUOTES_PERCENT = environment.whole_number("SAUDAGAR_KEEP_QUOTES_PERCENT", 100 if DEMO else 1, most=100)
KEEP_QUOTES_MOST = environment.whole_number("SAUDAGAR_KEEP_QUOTES_MOST", 1_000_000, least=1_000, most=100_000_000)

# Memory of each web process for pages that are the same for everybody; 0 makes each page anew.
PAGE_CACHE_BYTES = environment.whole_number("SAUDAGAR_PAGE_CACHE_MIB", 64) * 1024 * 1024

INSTALLED_APPS = [
    "saudagar.foundation",
    "saudagar.look",
    "saudagar.people",
    "saudagar.ledger",
    "saudagar.audit",
    "saudagar.messages",
    "saudagar.media",
    "saudagar.registry",
    "saudagar.rulebook",
    "saudagar.catalogue",
    "saudagar.stock",
    "saudagar.markets",
    "saudagar.campaigns",
    "saudagar.orders",
    "saudagar.payments",
    "saudagar.shipping",
    "saudagar.customs",
    "saudagar.checkout",
    "saudagar.settlement",
    "saudagar.programme",
    "saudagar.incubation",
    "saudagar.storefront",
    "saudagar.desk",
    "saudagar.api",
    "saudagar.site",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "saudagar.site.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "saudagar.site.middleware.Refusals",
]

ROOT_URLCONF = "saudagar.site.urls"
ASGI_APPLICATION = "saudagar.site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("saudagar.look.folding.Loader", ["django.template.loaders.app_directories.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "saudagar.people.context.demo",
                "saudagar.messages.context.bell",
                "saudagar.site.navigation.nav",
                "saudagar.storefront.shell.shop",
            ],
        },
    },
]

DATABASES = {"default": environment.database(environment.database_url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# django-allauth: one door by phone or e-mail and a code (people/forms.py), a password for whoever has set one.
ACCOUNT_ADAPTER = "saudagar.site.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone", "email"]
SILENCED_SYSTEM_CHECKS = ["account.W001"]  # signing up takes a phone or an e-mail address, neither alone is required
ACCOUNT_EMAIL_VERIFICATION = "none"  # the code proves the address; other addresses cannot be added
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = True  # a phone is signed in once; sign out is one press
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_FORMS = {
    "login": "saudagar.people.forms.EnterForm",
    "confirm_login_code": "saudagar.people.forms.CodeForm",
    "verify_phone": "saudagar.people.forms.NumberForm",
}
# Many phones share one address at Indonesian mobile networks, so limits by address are wide and limits by number narrow.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "request_login_code": "60/m/ip,3/m/key,12/h/key,40/d/key",
    "send_code": "15/h/key,45/d/key",  # however it was asked for: a code has three tries, so 135 guesses a day at a million
    "try_code": "3/10m/key",
    "verify_phone": "1/30s/key,10/m/ip",
    "demo": "120/m/ip",
    # people.limits.spend
    "register": "20/h/user",
    "identify": "30/h/user",
    "invite": "60/h/user",
    "identifiers": "120/m/ip",
    "hs_suggestions": "120/m/ip",
    "payout_account": "10/h/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = environment.whole_number("SAUDAGAR_PROXIES", 0)  # how many proxies of ours stand in front
MFA_ADAPTER = "saudagar.people.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_TOTP_ISSUER = "Saudagar"

SMS_GATEWAY = os.environ.get(
    "SAUDAGAR_SMS_GATEWAY",
    "saudagar.messages.gateways." + ("MemorySms" if TESTING else "SandboxSms" if DEMO else "NoSms"),
)
EMAIL_BACKEND = os.environ.get(
    "SAUDAGAR_EMAIL_BACKEND",
    "saudagar.messages.gateways.SandboxMail" if DEMO else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_HOST = os.environ.get("SAUDAGAR_SMTP_HOST", "localhost")
EMAIL_PORT = environment.whole_number("SAUDAGAR_SMTP_PORT", 587 if os.environ.get("SAUDAGAR_SMTP_HOST") else 25)
EMAIL_HOST_USER = os.environ.get("SAUDAGAR_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("SAUDAGAR_SMTP_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("SAUDAGAR_FROM_EMAIL", "Saudagar <noreply@saudagar.example>")

# Counters of the rate limits live in PostgreSQL, so that all web processes count together.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if TESTING
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "people_cache", "OPTIONS": {"MAX_ENTRIES": 100_000}},
    "memory": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# Payouts to sellers
PAYOUT_GATEWAY = os.environ.get("SAUDAGAR_PAYOUT_GATEWAY", "saudagar.settlement.gateways.Bank")
PAYOUT_SCHEDULE = os.environ.get("SAUDAGAR_PAYOUT_SCHEDULE", "* * * * *" if DEMO else "0 2 * * *")  # cron, UTC: 02:00 is 09:00 in Jakarta
# PPh 22 (PMK 37/2025), 0.5 % of the gross price: only once the tax office has appointed this platform.
WITHHOLD_PPH22 = environment.switch("SAUDAGAR_WITHHOLD_PPH22", False)

LANGUAGE_CODE = "id"
FORMAT_MODULE_PATH = "saudagar.site.formats"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English"), ("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

SESSION_SERIALIZER = "saudagar.people.sessions.SealedSerializer"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"saudagar": {"level": "INFO"}},
}

if (
    not DEMO
    and not TESTING
    and (
        reasons := production.wrong(
            production.Start(
                url=BASE_URL,
                listens_on=os.environ.get("HOST", "127.0.0.1"),
                hosts=ALLOWED_HOSTS,
                secret_key=SECRET_KEY,
                proxies=ALLAUTH_TRUSTED_PROXY_COUNT,
                debug=DEBUG,
                sandbox=SANDBOX,
                sandbox_url=SANDBOX_URL,
                gateways=[SNAP["url"], ALIPAY_PLUS["url"], SMS_URL, *(carrier["url"] for carrier in CARRIERS.values())],
                backends=[SMS_GATEWAY, EMAIL_BACKEND],
            )
        )
    )
):
    raise environment.BadSetting(
        "This is no demo (SAUDAGAR_DEMO=0), and does not start like this:\n" + "\n".join(f"- {one}" for one in reasons)
    )

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"] if TESTING else ["django.contrib.auth.hashers.ScryptPasswordHasher"]

UNFOLD = {
    "SITE_TITLE": "Saudagar",
    "SITE_HEADER": "Saudagar",
    "SITE_SUBHEADER": "Operators",
    "SITE_URL": "/",
    "SHOW_HISTORY": True,
    "BORDER_RADIUS": "8px",
    "COLORS": {  # the indigo of the desks
        "primary": {
            "50": "oklch(97% .014 272)",
            "100": "oklch(94% .03 272)",
            "200": "oklch(88% .055 272)",
            "300": "oklch(80% .09 272)",
            "400": "oklch(68% .13 272)",
            "500": "oklch(55% .15 272)",
            "600": "oklch(40% .12 272)",
            "700": "oklch(34% .11 272)",
            "800": "oklch(29% .09 272)",
            "900": "oklch(25% .08 272)",
            "950": "oklch(20% .06 272)",
        },
    },
}
