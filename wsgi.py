"""The WSGI entrance: settings from the environment, then the application."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def _load() -> Flask:
    from citizen_diplomat import create_app
    from config import SettingError, read_settings

    try:
        return create_app(read_settings(os.environ))
    except SettingError as error:
        sys.exit(f"citizen-diplomat: {error}")


# What is loaded stays. To look for rubbish among it would take a fifth of the start, and would keep
# a page waiting now and then ever after: https://docs.python.org/3/library/gc.html#gc.freeze
gc.disable()
app = _load()
gc.freeze()
gc.enable()
