"""The home page."""

from flask import render_template

from citizen_diplomat.web.public.blueprint import public


@public.get("/")
def home() -> str:
    """Show what the platform is for, its cities and what was newly accepted."""
    return render_template("public/home/home.html", cities=[], accepted=[], figures=None)
