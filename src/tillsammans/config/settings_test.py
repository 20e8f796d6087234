"""Settings for the tests: the real ones, quick passwords, mail and jobs that stay in the process."""

import os

os.environ.setdefault("TILLSAMMANS_OFFLINE", "1")

from tillsammans.config.settings import *  # noqa: F403

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = False
AXES_ENABLED = False
# Said aloud, because pytest-django keeps only Django's own SQLite engine in memory when the tests run in parallel.
if DATABASES["default"]["ENGINE"] == "tillsammans.kernel.sqlite":  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405
