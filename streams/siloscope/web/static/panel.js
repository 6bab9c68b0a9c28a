// The panel in a help desk's frame: learns who is at hand, asks for her, and stays up to date.
"use strict";
(() => {
  const main = document.getElementById("main");
  const view = document.getElementById("view");
  const notice = document.getElementById("notice");
  const frames = main.dataset.frames.split(" ").filter(Boolean);
  const OFTEN = 15000;
  let customers = main.dataset.customer ? [main.dataset.customer] : [];
  let token = new URLSearchParams(location.hash.slice(1)).get("token");
  let tag = "";
  let timer = 0;
  if (token) history.replaceState(null, "", location.pathname);

  function asMe(more) {
    const proof = token ? { Authorization: "Panel " + token } : { "X-CSRF-Token": main.dataset.csrf };
    return { ...proof, ...more };
  }

  function say(words, kind) {
    notice.replaceChildren();
    if (!words) return;
    const said = document.createElement("p");
    said.className = "notice";
    said.dataset.kind = kind;
    said.textContent = words;
    notice.append(said);
  }

  function askToSignIn() {
    token = null;
    tag = "";
    const asked = document.createElement("div");
    asked.className = "empty";
    const button = document.createElement("button");
    button.className = "primary";
    button.textContent = "Sign in";
    button.addEventListener("click", () => window.open(main.dataset.signIn, "siloscope-sign-in", "width=520,height=640"));
    asked.append(button);
    view.replaceChildren(asked);
    if (window.parent !== window) for (const frame of frames) window.parent.postMessage({ siloscope: "token" }, frame);
  }

  function show(html) {
    const active = document.activeElement && document.activeElement.dataset.act;
    const more = view.querySelector("details")?.open;
    view.innerHTML = html;
    if (more && view.querySelector("details")) view.querySelector("details").open = true;
    if (active) view.querySelector('[data-act="' + CSS.escape(active) + '"]')?.focus();
  }

  async function load(byItself) {
    clearTimeout(timer);
    if (!customers.length) return;
    const asked = new URLSearchParams(customers.map((each) => ["customer", each]));
    const known = { ...(tag ? { "If-None-Match": tag } : {}), ...(byItself ? { "X-By-Itself": "1" } : {}) };
    try {
      const answer = await fetch("/panel/-/view?" + asked, { headers: asMe(known), cache: "no-store" });
      if (answer.status === 401) return askToSignIn();
      token = answer.headers.get("X-Panel-Token") || token;
      if (answer.status === 200) {
        tag = answer.headers.get("ETag");
        show(await answer.text());
        say("");
      } else if (answer.status !== 304) {
        view.replaceChildren();
        say("The board does not show her: status " + answer.status + ".", "wrong");
      }
    } catch {
      say("The board does not answer: what you see is old.", "wrong");
    }
    timer = setTimeout(load, document.hidden ? 4 * OFTEN : OFTEN, true);
  }

  view.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-act]");
    if (!button) return;
    button.disabled = true;
    try {
      const answer = await fetch(button.dataset.act, { method: "POST", headers: asMe({ "HX-Request": "true" }) });
      const html = await answer.text();
      await load();
      notice.innerHTML = html;
    } catch {
      say("That was not kept: the board does not answer.", "wrong");
      button.disabled = false;
    }
  });

  // Chatwoot tells what is open as text, others as {siloscope: {customers, token}}; only the frames of the settings count.
  function meant(data) {
    if (typeof data === "string") {
      try { data = JSON.parse(data); } catch { return null; }
    }
    if (data && data.siloscope && Array.isArray(data.siloscope.customers)) return data.siloscope;
    const contact = data && data.event === "appContext" && data.data && data.data.contact;
    if (!contact) return null;
    const known = [contact.identifier, contact.email && "email:" + contact.email, contact.phone_number && "phone:" + contact.phone_number];
    return { customers: known.filter(Boolean) };
  }

  addEventListener("message", (event) => {
    if (event.origin === location.origin && event.data && event.data.siloscopePanel) {
      token = event.data.siloscopePanel;
      load();
    } else if (frames.includes(event.origin)) {
      const said = meant(event.data);
      if (!said) return;
      customers = said.customers.map(String).slice(0, 5);
      token = said.token || token;
      tag = "";
      view.replaceChildren();
      load();
    }
  });
  document.addEventListener("visibilitychange", () => document.hidden || load());
  if (window.parent !== window && !customers.length) {
    for (const frame of frames) {
      window.parent.postMessage("chatwoot-dashboard-app:fetch-info", frame);
      window.parent.postMessage({ siloscope: "customer" }, frame);
    }
  }
  load();
})();
