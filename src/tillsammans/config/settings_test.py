"""Settings for the tests: the real ones, quick passwords, mail and jobs that stay in the process."""

import os

os.environ.setdefault("TILLSAMMANS_OFFLINE", "1")

from tillsammans.config.settings import *  # noqa: F403

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = False
AXES_ENABLED = False
