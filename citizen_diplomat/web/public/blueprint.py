"""The blueprint that all public pages register with."""

from flask import Blueprint

from citizen_diplomat.web.languages import PREFIX

public = Blueprint("public", __name__, url_prefix=PREFIX)
