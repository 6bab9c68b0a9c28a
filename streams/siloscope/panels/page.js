// The page anew every few seconds, while nobody reads a description, chooses, or selects; a slow store is asked less often.
const busy = () => document.hidden || document.querySelector("details[open]") || document.activeElement.closest?.("form, .body") || !getSelection().isCollapsed;
const again = async () => {
  const began = performance.now();
  if (!busy()) try {
    const answer = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    if (!answer.ok || !fresh) throw 0;
    if (!busy()) document.querySelector("main").replaceWith(fresh);
    document.body.classList.remove("stale");
  } catch { document.body.classList.add("stale"); }
  setTimeout(again, Math.max(5000, 5 * (performance.now() - began)));
};
setTimeout(again, 5000);
