"""Log formatter that keeps secrets out of logs."""

import logging
import re

# A link's token: 32 bytes in URL-safe base64. Django writes the path of a refused or failing request in the log.
_TOKEN = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])")


class WithoutTokens(logging.Formatter):
    """Formats records, tracebacks included, with the tokens of links redacted."""

    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub("***", super().format(record))
