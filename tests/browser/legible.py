"""Whether what stands on a page can be read: the contrast of every visible text with what lies under it.

The formula and the limit of 4.5 to 1 are those of WCAG 2.1, success criterion 1.4.3. Decoration that is
hidden from assistive technology, pictures and what can't be used at the moment are left out.
"""

from __future__ import annotations

from playwright.sync_api import Page

LIMIT = 4.5

_FAINT = """(limit) => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const linear = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = (colour) => {
    const [red, green, blue] = colour.map((value) => linear(value / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3) return colour;  // opaque: what is translucent names a fourth
    }
    return [255, 255, 255];
  };
  const leftOut = ["svg", "script", "style", "option", "[aria-hidden=true]", "[role=img]", "[disabled]",
    "[aria-disabled=true]"].join(", ");
  const shows = (element) =>
    element.getBoundingClientRect().width >= 2 &&
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const faint = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent.trim();
    const element = texts.currentNode.parentElement;
    if (!text || element.closest(leftOut) || !shows(element)) continue;
    const ground = groundOf(element);
    const [red, green, blue, alpha = 1] = channels(getComputedStyle(element).color);
    const ink = [red, green, blue].map((value, index) => value * alpha + ground[index] * (1 - alpha));
    const [dark, light] = [luminance(ink), luminance(ground)].sort((one, other) => one - other);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < limit) faint.add(`${text.slice(0, 40)} (${contrast.toFixed(2)})`);
  }
  return [...faint];
}"""


def faint_texts(page: Page) -> list[str]:
    """The texts of a page that can hardly be read, each with its contrast."""
    found: list[str] = page.evaluate(_FAINT, LIMIT)
    return found
