// j and k go to the next and the previous entry, a accepts the one that has the focus; never while somebody types.
document.addEventListener("keydown", (event) => {
  const at = document.activeElement;
  if (event.ctrlKey || event.metaKey || event.altKey || at.closest?.("input, select, textarea")) return;
  const here = at.closest?.(".item");
  if (event.key === "a") {
    const accept = here?.querySelector("button.primary");
    if (accept) { event.preventDefault(); accept.click(); }
    return;
  }
  const step = { j: 1, k: -1 }[event.key];
  const links = [...document.querySelectorAll(".item h2 a")];
  if (!step || !links.length) return;
  const place = links.findIndex((each) => here?.contains(each));
  const next = place < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, place + step));
  event.preventDefault();
  links[next].focus();
});
