// What the board does beyond its forms and links: it stays up to date by itself, and says times as the reader's clock does.
"use strict";
(() => {
  const main = document.getElementById("main");
  const sign = document.querySelector(".live");
  const items = document.getElementById("items");
  let known = main && main.dataset.at;
  let source = null;
  let wait = 1000;

  // -- times

  const short = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  function localTimes(root) {
    for (const time of root.querySelectorAll("time[datetime]:not([title])")) {
      const at = new Date(time.dateTime);
      if (isNaN(at)) continue;
      time.title = time.textContent;
      const year = at.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" };
      time.textContent = at.toLocaleString("en-GB", { ...short, ...year });
    }
  }

  // -- the list

  function rowsOf(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    localTimes(holder.content);
    return [...holder.content.children];
  }

  // What had the focus keeps it, though its row is another now.
  function keepingFocus(change) {
    const active = document.activeElement;
    const row = active && active.closest("#items > .item");
    const again = row && (active.getAttribute("formaction") || active.getAttribute("href"));
    const next = row && (row.nextElementSibling || row.previousElementSibling);
    change();
    if (!row || active.isConnected) return;
    const stays = document.getElementById(row.id);
    const same = stays && [...stays.querySelectorAll("a, button")].find(
      (each) => (each.getAttribute("formaction") || each.getAttribute("href")) === again);
    const place = same || (stays || (next && next.isConnected ? next : null))?.querySelector("h2 a");
    (place || main).focus();
  }

  function place(before, row) {
    const old = document.getElementById(row.id);
    if (old) old.remove(); else row.classList.add("fresh");
    const mark = before && document.getElementById("item-" + before);
    if (mark) mark.after(row); else items.prepend(row);
    window.htmx?.process(row);
    return !old;
  }

  function listChanged(told) {
    const fresh = [];
    keepingFocus(() => {
      if (told.all !== undefined) {
        items.replaceChildren(...rowsOf(told.all));
        window.htmx?.process(items);
      }
      for (const subject of told.gone || []) document.getElementById("item-" + subject)?.remove();
      for (const [before, html] of told.put || []) {
        const [row] = rowsOf(html);
        if (place(before, row)) fresh.push(row);
      }
    });
    if (told.incidents !== null && told.incidents !== undefined) {
      document.getElementById("incidents").replaceChildren(...rowsOf(told.incidents));
    }
    document.getElementById("kinds").innerHTML = told.kinds;
    document.getElementById("count").textContent = told.count + (told.count === 1 ? " item" : " items");
    document.title = document.title.replace(/\(\d+\)/, "(" + told.count + ")");
    document.getElementById("empty").hidden = told.count > 0;
    document.getElementById("more").hidden = told.count <= Number(items.dataset.most);
    if (fresh.length) {
      const first = fresh[0].querySelector("h2").textContent.trim();
      const more = fresh.length > 1 ? " and " + (fresh.length - 1) + " more" : "";
      document.getElementById("arrived").textContent = "New: " + first + more;
    }
  }

  // -- a page about one thing fetches itself again; so does a list while it is not live

  function refresh(id) {
    if (!document.getElementById(id) || !window.htmx) return;
    const byItself = { "X-By-Itself": "1" }; // nobody did anything: it keeps no session alive
    htmx.ajax("GET", location.href, { target: "#" + id, select: "#" + id, swap: "outerMorph", headers: byItself });
  }

  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    // What was here is another's now, or gone: the whole page says so.
    if (ctx?.request?.method === "GET" && ctx.response?.status >= 400) {
      event.preventDefault();
      location.reload();
    }
  });

  // -- the line to the board

  function say(state, words) {
    if (!sign) return;
    sign.hidden = false;
    if (sign.dataset.live === state && sign.textContent === words) return;
    sign.dataset.live = state;
    sign.textContent = words;
  }

  function connect() {
    const address = new URL(main.dataset.events, location.href);
    address.searchParams.set("at", known || "");
    source = new EventSource(address);
    source.onopen = () => { wait = 1000; say("on", "live"); };
    source.onmessage = (event) => {
      known = event.lastEventId || known;
      const told = JSON.parse(event.data);
      if (told.changed) refresh("live"); else listChanged(told);
    };
    source.onerror = () => {
      say("off", "not live, trying again");
      if (source.readyState !== EventSource.CLOSED) return;
      // Whose session is over sees nothing more, and logs in by hand; this asks for nothing that is there.
      const out = "/login/out?next=" + encodeURIComponent(location.pathname + location.search);
      fetch("/events?item=none").then((answer) => { if (answer.status === 401) location.assign(out); }, () => {});
      setTimeout(connect, wait * (0.7 + 0.6 * Math.random()));
      wait = Math.min(wait * 2, 15000);
    };
  }

  // -- forms: what was written is kept until it was taken; then they are empty, and what was unfolded for them folds

  function cleared(form) {
    form.reset();
    const folds = form.closest("details");
    if (!folds) return;
    if (folds.contains(document.activeElement)) folds.querySelector("summary").focus();
    folds.open = false;
  }

  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    localTimes(document);
    if (!document.activeElement.checkVisibility()) main.focus(); // what was done cannot be done again
    if (ctx?.request?.method !== "POST") return;
    if (ctx.response?.status === 200 && ctx.sourceElement?.matches?.("form[data-clears]")) cleared(ctx.sourceElement);
    if (sign?.dataset.live !== "on") refresh(items ? "items" : "live");
  });

  // While the focus is in the list: j and k go through it, a takes what has the focus.
  items?.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const row = event.target.closest(".item");
    const to = { j: row ? row.nextElementSibling : items.firstElementChild, k: row?.previousElementSibling }[event.key];
    to?.querySelector("h2 a")?.focus();
    if (event.key === "a") row?.querySelector("button.primary")?.click();
  });

  localTimes(document);
  if (main && main.dataset.events) connect();
})();
