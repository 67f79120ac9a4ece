"""What a page must be for everybody: judged by axe-core, and by looking for sideways scroll."""

from typing import Any, Literal

from playwright.sync_api import Page, ViewportSize

from tests.journeys.site import PROJECT

AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
COLOURS = "color-contrast"
ALL_RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    }
}
# Between light and dark nothing changes but colours, and between languages everything else.
SCHEMES: tuple[tuple[Literal["light", "dark"], dict[str, Any]], ...] = (
    ("light", ALL_RULES),
    ("dark", {"runOnly": {"type": "rule", "values": [COLOURS]}}),
)
WITHOUT_COLOURS: tuple[tuple[Literal["light", "dark"], dict[str, Any]], ...] = (
    ("light", {**ALL_RULES, "rules": {COLOURS: {"enabled": False}}}),
)
WIDTHS = (1280, 390)
NO_SCROLL_AT = (320, 768, 992, 1200)
"""CSS pixels: 1280 at 400 % zoom (WCAG 2.2, 1.4.10), and where the layout changes."""
HEIGHT = 800

_RUN = """async (rules) => {
    const chosen = { ...rules, resultTypes: ["violations"] };
    const tell = (rule, node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`;
    const found = await axe.run(chosen);
    return found.violations.flatMap((rule) => rule.nodes.map((node) => tell(rule, node)));
}"""
_GIST = """() => [location.pathname.replace(/[0-9]+/g, "0").slice(0, 40)].concat(
    [...document.querySelectorAll("main h1, main h2, main h3, main .note, main .state")]
        .map((one) => one.textContent),
).join("\\n")"""
_WIDER = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")].filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width > 0 && (box.right > root.clientWidth || box.left < 0);
    });
    return ["scrolls sideways", ...wide.slice(0, 5).map((one) => one.outerHTML.slice(0, 120))];
}"""


def gist(page: Page) -> str:
    """Return what tells a page from others that are made alike."""
    return str(page.evaluate(_GIST))


def kind(of: str) -> str:
    """Return the address in the gist of a page: one for all things of a sort."""
    return of.partition("\n")[0]


def judge(page: Page, *, colours: bool = True) -> list[str]:
    """Return everything that is wrong with a page, in each scheme at each width.

    Colours are what costs most, and the same in every language: judge them in one.
    """
    address = page.url.partition("://")[2].partition("/")[2]
    wrong = []
    before = page.viewport_size
    if not page.evaluate("() => 'axe' in window"):
        # Into the page's own world, past its policy: the policy is for what the page loads itself.
        page.evaluate(AXE.read_text("utf-8"))
    for width in WIDTHS:
        page.set_viewport_size(ViewportSize(width=width, height=HEIGHT))
        for scheme, rules in SCHEMES if colours else WITHOUT_COLOURS:
            # Without motion: colours on their way to another would be judged half-way.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = page.evaluate(_RUN, rules)
            wrong += [f"/{address} {width} {scheme}: {fault}" for fault in found]
    wrong += [f"/{address} {fault}" for fault in scrolls_sideways(page)]
    if before:
        page.set_viewport_size(before)
    return wrong


def scrolls_sideways(page: Page) -> list[str]:
    """Return the widths at which a page is wider than the screen, and some of what sticks out."""
    wrong: list[str] = []
    for width in NO_SCROLL_AT:
        page.set_viewport_size(ViewportSize(width=width, height=HEIGHT))
        wrong += [f"{width}: {fault}" for fault in page.evaluate(_WIDER)]
    return wrong
