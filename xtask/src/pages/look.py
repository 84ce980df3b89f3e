"""Opens pages in Chromium as people do, says what is wrong with them, and takes their pictures.

Called with a list in JSON of objects: ``file``, ``name``, ``pictures`` (a folder or null).
"""

import json
import sys
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

MANNERS = {
    "light": (1000, 1250, "light"),
    "dark": (1000, 1250, "dark"),
    "narrow": (360, 1250, "light"),
    "narrow-dark": (360, 1250, "dark"),
}

# Texts whose contrast with what is behind them is below that of WCAG's level AA.
FAINT = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = rgb(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of [...document.body.querySelectorAll("*")].slice(0, 3000)) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.push(`${element.textContent.trim().slice(0, 40)}: ${contrast.toFixed(2)}`);
  }
  return faint;
}"""

# What a screen reader would miss.
UNNAMED = """() => [
  ...[...document.querySelectorAll("table")].filter((table) => !table.caption).map(() => "a table without caption"),
  ...[...document.querySelectorAll("section")].filter(
    (part) => !document.getElementById(part.getAttribute("aria-labelledby"))).map((part) => `part ${part.id}`),
  ...[...document.querySelectorAll("svg")].filter((svg) => !svg.closest("[aria-hidden=true]")).map(() => "an svg"),
  ...["header", "nav", "main", "footer", "h1"].filter((name) => document.querySelectorAll(name).length !== 1),
]"""


def look(browser, file, manner):
    width, height, scheme = MANNERS[manner]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    problems, requests = [], []
    page.on("console", lambda message: problems.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: problems.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (problems.append("a dialog"), dialog.dismiss()))
    page.on("request", lambda request: requests.append(request.url))
    url = Path(file).as_uri()
    start = time.monotonic()
    page.goto(url)
    seconds = time.monotonic() - start
    for summary in page.locator("summary").all()[:3]:
        summary.press("Enter")
    problems += [f"request: {each}" for each in requests if each != url]
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        problems.append(f"{wide} wide")
    problems += [f"contrast of {each}" for each in page.evaluate(FAINT)]
    problems += [f"unnamed: {each}" for each in page.evaluate(UNNAMED)]
    page.reload()
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.className") != "skip":
        problems.append("Tab does not begin at the link to the content")
    return page, problems, seconds


def take(page, name, manner, folder):
    """A picture of few colours, which is small."""
    from PIL import Image

    page.goto(page.url.split("#")[0])
    page.evaluate("scrollTo(0, 0)")
    file = Path(folder) / f"{name}-{manner}.png"
    page.screenshot(path=file)
    Image.open(file).convert("RGB").quantize(256, kmeans=2).save(file, optimize=True)


def main():
    failed = False
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox"])
        for each in json.loads(sys.argv[2]):
            for manner in MANNERS:
                page, problems, seconds = look(browser, each["file"], manner)
                print(f"{each['name']}, {manner}: opened in {seconds:.2f} s, {len(problems)} problems")
                for problem in problems[:20]:
                    print(f"  {problem}")
                failed = failed or bool(problems)
                if each["pictures"] and manner != "narrow-dark":
                    take(page, each["name"], manner, each["pictures"])
                page.context.close()
        browser.close()
    return 1 if failed else 0


sys.exit(main())
