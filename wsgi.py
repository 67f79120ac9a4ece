"""The WSGI entrance: settings from the environment, then the application."""

import os
import sys

from citizen_diplomat import create_app
from config import SettingError, read_settings

try:
    app = create_app(read_settings(os.environ))
except SettingError as error:
    sys.exit(f"citizen-diplomat: {error}")
