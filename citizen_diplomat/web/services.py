"""What pages need from the running application, in one typed place."""

from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from citizen_diplomat.foundation.database import Database
from citizen_diplomat.foundation.passphrase import Hasher
from citizen_diplomat.foundation.storage import Storage
from citizen_diplomat.foundation.tokens import Signer
from citizen_diplomat.mail.rendering import Renderer
from citizen_diplomat.mail.return_path import ReturnPaths
from citizen_diplomat.web.assets import Assets
from config import Settings

KEY = "citizen_diplomat"


@dataclass(frozen=True)
class Services:
    """The joined parts of one application."""

    settings: Settings
    database: Database
    storage: Storage
    signer: Signer
    hasher: Hasher
    assets: Assets
    templates: Path
    letters: Renderer


def services() -> Services:
    """The parts of the application that serves this request or command."""
    found: Services = current_app.extensions[KEY]
    return found


def return_paths() -> ReturnPaths:
    """The addresses that letters come back to, if BOUNCE_ADDRESS is set; they are known anyway."""
    settings = services().settings
    return ReturnPaths(settings.bounce_address or "", settings.secret_key)
