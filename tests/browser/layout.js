// What a page looks like once a browser has laid it out: each function gives what is wrong, in words.
(() => {
  const SLACK = 1.5; // pixels: widths are rounded

  const shown = (element) => element.checkVisibility() && !element.closest(".unseen, .skip");
  const named = (element) => {
    const words = (element.getAttribute("aria-label") || element.innerText || "").trim().replace(/\s+/g, " ");
    return `${element.tagName.toLowerCase()}.${element.className} "${words.slice(0, 60)}"`;
  };
  const scrolls = (element) =>
    ["auto", "scroll"].includes(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth + SLACK;

  // A group of radio buttons is one stop.
  const stops = () =>
    [...document.querySelectorAll("a[href], summary, input, [tabindex]")].filter(
      (each) => each.checkVisibility() && (each.type !== "radio" || each.checked),
    );

  let order = [];

  window.layout = {
    // The document is as wide as the window: nobody scrolls sideways to read it.
    overflow: () => {
      const wide = document.documentElement.scrollWidth - window.innerWidth;
      if (wide <= 0) return [];
      const edge = window.innerWidth + SLACK;
      const out = [...document.querySelectorAll("body *")].filter(
        (each) => shown(each) && each.getBoundingClientRect().right > edge && !each.parentElement.closest(".table, .drawing"),
      );
      return [`${wide} px wider than the window: ${out.slice(0, 3).map(named).join("; ")}`];
    },

    // What stands in a cell ends before the next cell begins; words that are heard and not seen take no room.
    spills: () => {
      const unseen = [...document.querySelectorAll(":is(th, td) .unseen")];
      unseen.forEach((each) => (each.style.display = "none"));
      const found = [...document.querySelectorAll("th, td")].filter(shown).flatMap((cell) => {
        const inside = document.createRange();
        inside.selectNodeContents(cell);
        const edges = cell.getBoundingClientRect();
        const boxes = [...inside.getClientRects()].filter((box) => box.width > 2 && box.height > 2);
        const over = Math.max(0, ...boxes.map((box) => Math.max(box.right - edges.right, edges.left - box.left)));
        return over > SLACK ? [`${Math.round(over)} px out of its cell: ${named(cell)}`] : [];
      });
      unseen.forEach((each) => (each.style.display = ""));
      return found;
    },

    // What scrolls is reached by a keyboard and says what it is.
    scrollers: () =>
      [...document.querySelectorAll("body *")]
        .filter((each) => shown(each) && scrolls(each))
        .filter((each) => each.tabIndex < 0 || !each.getAttribute("aria-label") || !each.getAttribute("role"))
        .map((each) => `scrolls and cannot be reached or has no name: ${named(each)}`),

    // A chart that runs in time and does not fit shows its latest end first.
    ends: () =>
      [...document.querySelectorAll(".in-time > .drawing")]
        .filter((each) => shown(each) && scrolls(each))
        .filter((each) => each.firstElementChild.getBoundingClientRect().right > each.getBoundingClientRect().right + SLACK)
        .map((each) => `does not start at the latest figure: ${named(each)}`),

    // Every stop of the tab key, in the order of the document; a page is asked for them before it is gone through.
    stops: () => (order = stops()).length,
    orderGiven: () => [...document.querySelectorAll("[tabindex]")].filter((each) => each.tabIndex > 0).map(named),
    place: () => {
      const here = document.activeElement;
      const box = here.getBoundingClientRect();
      return {
        place: order.indexOf(here),
        words: named(here),
        isNavigation: here.closest("nav") !== null,
        isSeen: box.left >= 0 && box.top >= 0 && box.right <= window.innerWidth,
      };
    },

    // Leave out what is the same again: the inside of a drawing, one picture to a reader and tried as it is drawn, and
    // the rows of the figures beneath a chart after the first few.
    lighten: () => {
      document.querySelectorAll("svg[role=img]").forEach((each) => each.replaceChildren());
      document.querySelectorAll("details.data tbody > tr:nth-child(n + 4)").forEach((each) => each.remove());
    },
    openAll: () => document.querySelectorAll("details").forEach((each) => (each.open = true)),
  };
})();
