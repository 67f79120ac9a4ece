"""What a page must be for everybody: judged by axe-core, and by looking for sideways scroll."""

from typing import Literal

from playwright.sync_api import Page, ViewportSize

from tests.journeys.site import PROJECT

AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1280, 390)
NARROWEST = 320
"""CSS pixels: 1280 at 400 % zoom (WCAG 2.2, 1.4.10)."""
HEIGHT = 800

_RUN = """async (tags) => {
    const chosen = { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] };
    const tell = (rule, node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`;
    const found = await axe.run(chosen);
    return found.violations.flatMap((rule) => rule.nodes.map((node) => tell(rule, node)));
}"""
_WIDER = """() => {
    const root = document.documentElement;
    return root.scrollWidth <= root.clientWidth ? [] : [...document.querySelectorAll("body *")]
        .filter((one) => {
            const box = one.getBoundingClientRect();
            return box.width > 0 && (box.right > root.clientWidth + 1 || box.left < -1);
        })
        .slice(0, 5).map((one) => `scrolls sideways: ${one.outerHTML.slice(0, 120)}`);
}"""


def judge(page: Page) -> list[str]:
    """Return everything that is wrong with a page, in each scheme at each width."""
    address = page.url.partition("://")[2].partition("/")[2]
    wrong = []
    before = page.viewport_size
    if not page.evaluate("() => 'axe' in window"):
        # Into the page's own world, past its policy: the policy is for what the page loads itself.
        page.evaluate(AXE.read_text("utf-8"))
    for width in WIDTHS:
        page.set_viewport_size(ViewportSize(width=width, height=HEIGHT))
        for scheme in SCHEMES:
            # Without motion: colours on their way to another would be judged half-way.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = page.evaluate(_RUN, STANDARDS)
            wrong += [f"/{address} {width} {scheme}: {fault}" for fault in found]
    wrong += [f"/{address} {NARROWEST}: {fault}" for fault in scrolls_sideways(page)]
    if before:
        page.set_viewport_size(before)
    return wrong


def scrolls_sideways(page: Page) -> list[str]:
    """Return the elements that make a page wider than the narrowest screen."""
    page.set_viewport_size(ViewportSize(width=NARROWEST, height=HEIGHT))
    found: list[str] = page.evaluate(_WIDER)
    return found
