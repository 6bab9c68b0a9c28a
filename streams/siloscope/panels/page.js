// The page anew every few seconds, while nobody reads a description, chooses, or selects.
const busy = () => document.hidden || document.querySelector("details[open]") || document.activeElement.closest?.("form, .body") || !getSelection().isCollapsed;
setInterval(async () => {
  if (busy()) return;
  try {
    const answer = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    if (!answer.ok || !fresh) throw 0;
    if (!busy()) document.querySelector("main").replaceWith(fresh);
    document.body.classList.remove("stale");
  } catch { document.body.classList.add("stale"); }
}, 5000);
