"""Pages of plain text: who we are, how we decide, what we keep."""

from flask import render_template

from citizen_diplomat.web.public.blueprint import public


@public.get("/about")
def about() -> str:
    """Say what this platform is and who runs it."""
    return render_template("public/pages/about.html")


@public.get("/how-we-decide")
def how_we_decide() -> str:
    """Say who reads a proposal and what may come of it."""
    return render_template("public/pages/how_we_decide.html")


@public.get("/privacy")
def privacy() -> str:
    """Say what is kept about people, for how long, and who sees it."""
    return render_template("public/pages/privacy.html")


@public.get("/terms")
def terms() -> str:
    """Say what members agree to."""
    return render_template("public/pages/terms.html")


@public.get("/accessibility")
def accessibility() -> str:
    """Say how these pages can be used, and whom to tell when they cannot."""
    return render_template("public/pages/accessibility.html")


@public.get("/help")
def help() -> str:
    """Answer what people ask most."""
    return render_template("public/pages/help.html")
