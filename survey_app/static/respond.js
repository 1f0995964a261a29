/* The answer form, one topic at a time; without this file it works whole.
   Answers stay in the form and, as a draft, on this device until they are sent: unless others
   use the device, or its browser forbids to keep anything (then they last as long as the tab). */
(() => {
  if (!window.fetch || !Element.prototype.replaceChildren) return;

  const LOCAL = "localStorage", TAB = "sessionStorage";
  const root = document.documentElement;
  let form, screens, conditions, at, sending, queued, waiting, spoken;
  let shared = Boolean((history.state || {}).shared);
  let look = { size: 0, contrast: false };

  const find = (selector) => form.querySelector(selector);
  const all = (selector) => [...form.querySelectorAll(selector)];
  const field = (name) => form.elements.namedItem(name);
  const forward = () => find("button[name=forward]");
  const screenOf = (box) => screens.indexOf(box.closest("[data-screen]"));
  const draftName = () => "answers:" + form.dataset.draft;
  function recall(store, name) {
    try { return JSON.parse(window[store].getItem(name)); } catch { return null; }
  }
  function keep(store, name, value) {
    try {
      if (value === null) window[store].removeItem(name);
      else window[store].setItem(name, JSON.stringify(value));
      return true;
    } catch { return false; }
  }
  const stores = keep(LOCAL, "?", 0) && keep(LOCAL, "?", null);
  /* What the tab's history says of this screen; it outlives a reload even where nothing is stored. */
  const noted = () => history.state || {};
  const here = () => (form ? (form.dataset.here || new URL(form.action).pathname) + location.search : "");
  /* The code of an invitation goes along with all that is sent, and outlives a reload. */
  const invited = () => (field("invitation") ? { invitation: field("invitation").value } : {});
  function note(more) { history.replaceState({ ...noted(), ...more }, "", here()); }

  const draft = () => recall(LOCAL, draftName()) || noted().draft || null;
  function keepDraft(value) {
    if (shared) return;
    if (!keep(LOCAL, draftName(), value)) note({ draft: value });
    keep(TAB, draftName(), true);
  }
  function dropDraft() {
    for (const store of [LOCAL, TAB]) keep(store, draftName(), null);
    if (noted().draft) note({ draft: null });
  }

  /* Tabs share the draft's key. */
  function key() {
    if (!field("key")) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "key" }));
    const drafted = (draft() || {}).key;
    return (field("key").value = field("key").value || field("earlier").value || drafted || freshKey());
  }
  const begun = () => field("key") || field("earlier").value;
  function freshKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_");
  }

  function values() {
    const given = {};
    all("[data-item] input:checked, [data-item] textarea, input[name=helped]:checked").forEach((input) => {
      if (input.value) given[input.name] = input.value;
    });
    return given;
  }
  function save() {
    const stamp = field("stamp").value, block = form.dataset.block;
    keepDraft({ key: key(), stamp, block, at, queued, values: values() });
  }

  /* The rule of instrument/routing.py: conditions look back; hidden answers count for nothing. */
  function route() {
    const given = values(), met = {};
    all("[data-item]").forEach((box) => {
      const name = box.dataset.item, condition = conditions[name];
      const holds = (clause) => clause.in.includes(met[clause.item]);
      const on = !condition || (condition.all ? condition.all.every(holds) : condition.any.some(holds));
      box.hidden = !on;
      if (on) met[name] = given[name] || "";
    });
  }
  function clearButtons() {
    all("fieldset[data-item]").forEach((box) => {
      if (!box.querySelector(".clear")) box.append(find("#clear").content.cloneNode(true));
      box.querySelector(".clear").hidden = !box.querySelector("input:checked");
    });
  }
  function changed(event) {
    if (event && event.target.id === "shared") return share(event.target.checked);
    /* Nothing was answered: said once, and now no longer true. */
    if (find("#faults") && !find("#faults a")) find("#faults").hidden = true;
    route();
    clearButtons();
    save();
  }
  /* Others use this device: nothing of what is answered stays on it. */
  function share(others) {
    shared = others;
    note({ shared });
    if (shared) keep(LOCAL, "look", null);
    if (shared) dropDraft();
    else if (begun()) save();
  }
  const fleeting = () => shared || !stores;

  function answer(box) {
    const chosen = box.querySelector("input:checked"), text = box.querySelector("textarea");
    return chosen ? chosen.parentNode.textContent.trim() : text ? text.value.trim() : "";
  }
  function review() {
    const boxes = all("[data-item]").filter((box) => !box.hidden);
    find("#check dl").replaceChildren(...boxes.map((box) => {
      const row = find("#row").content.cloneNode(true), said = answer(box);
      const put = (selector, text) => Object.assign(row.querySelector(selector), { textContent: text });
      const question = box.querySelector("legend, label").textContent.trim();
      put("dt", question);
      put("span", question);
      put("dd", said || form.dataset.blank).classList.toggle("blank", !said);
      row.querySelector("button").dataset.to = box.dataset.item;
      return row;
    }));
  }

  function progress() {
    const last = screens.length - 1, left = form.dataset.left.split("|");
    const topics = screens.filter((screen) => screen.dataset.screen === "topic");
    const number = topics.indexOf(screens[at]) + 1;
    find("#progress").hidden = !at;
    find("progress").value = at / last;
    find("[data-place]").textContent = number
      ? form.dataset.topic.replace("{number}", number).replace("{total}", topics.length) : form.dataset.almost;
    find("[data-minutes]").textContent = at < last ? left[Math.ceil(left.length * (last - at) / last) - 1] : "";
  }
  function show(number, focus) {
    hush();
    at = Math.min(Math.max(number, 0), screens.length - 1);
    screens.forEach((screen, place) => { screen.hidden = place !== at; });
    const toCheck = screens.length - 1 - at, next = find("[data-do=next]");
    if (!toCheck) review();
    progress();
    form.classList.toggle("walking", at > 0);
    find("[data-do=back]").hidden = !at;
    next.hidden = !toCheck;
    next.textContent = next.dataset[!at ? "start" : onward() > at + 1 || toCheck === 1 ? "check" : "next"];
    forward().hidden = toCheck > 0;
    if (!focus) return;
    window.scrollTo(0, 0);
    (screens[at].querySelector("h2[tabindex]") || find("h1")).focus({ preventScroll: true });
  }
  /* From a question that was opened to change it, straight back to the check. */
  const onward = () => (noted().changing ? screens.length - 1 : at + 1);
  function go(number, changing = false) {
    const depth = (noted().depth || 0) + 1;
    if (begun() && noted().draft) note({ draft: null });
    history.pushState({ ...noted(), at: number, depth, changing, code: null }, "", here());
    show(number, true);
    if (begun()) save();
  }
  function visit(box, changing) {
    go(screenOf(box), changing);
    box.scrollIntoView();
    (box.querySelector("input:checked") || box.querySelector("input, textarea") || box).focus({ preventScroll: true });
  }
  function back() {
    if (noted().depth) return history.back();
    note({ at: at - 1 });
    show(at - 1, true);
  }

  function resume(found) {
    find("#resume").hidden = true;
    if (found.block !== form.dataset.block) return fetchBlock(found);
    fillIn(found);
  }
  function fillIn(found) {
    Object.entries(found.values).forEach(([name, value]) => {
      const input = field(name);
      if (input && input.type === "checkbox") input.checked = true;
      else if (input) input.value = value;
    });
    field("earlier").value = found.key;
    begin(found.at);
    if (found.queued) send();
  }
  /* The draft is of another block, which the server shows with the draft's answers. */
  function fetchBlock(found) {
    const sent = new URLSearchParams({ ...found.values, ...invited(), stamp: found.stamp, earlier: found.key, back: "1" });
    begin(0);
    post(sent).then((reply) => {
      if (!reply.ok) return fillIn({ ...found, at: 0, queued: false }); /* its stamp is no longer known */
      redraw(reply, found.at);
      if (form && found.queued) send();
    }).catch(() => { find("#resume").hidden = false; });
  }

  async function post(sent, address) {
    const signal = AbortSignal.timeout && AbortSignal.timeout(60000);
    const reply = await fetch(address || form.action, { method: "POST", body: sent, signal });
    if (reply.status >= 500 || reply.status === 429) throw new Error(reply.status);
    return { html: await reply.text(), ok: reply.ok };
  }
  function redraw(reply, number) {
    hush();
    const page = new DOMParser().parseFromString(reply.html, "text/html");
    root.lang = page.documentElement.lang;
    document.title = page.title;
    document.body.replaceWith(document.adoptNode(page.body));
    window.scrollTo(0, 0);
    start(number);
    if (!form) document.getElementById("main").focus();
  }
  function tell(textContent, busy) {
    Object.assign(find("#status"), { hidden: false, textContent });
    forward().setAttribute("aria-disabled", busy);
    find("#status").scrollIntoView({ block: "nearest" });
  }
  function parcel() {
    const sent = new URLSearchParams(values()), bait = field("anything_else").value;
    if (bait) sent.set("anything_else", bait);
    sent.set("stamp", field("stamp").value);
    if (begun()) sent.set("key", key());
    Object.entries(invited()).forEach((pair) => sent.set(...pair));
    return sent;
  }
  /* Fetched rather than followed: the place, the key and what is not stored stay as they are. */
  async function translate(button) {
    const sent = parcel();
    sent.set("lang", button.value);
    try {
      redraw(await post(sent, button.formAction), at);
      if (form) note({});
    } catch { tell(form.dataset.unreached, false); }
  }
  async function send() {
    if (sending) return;
    clearTimeout(waiting);
    queued = true; /* until there is an answer: also when this page is opened again */
    save();
    sending = true;
    tell(form.dataset.sending, true);
    key();
    const sent = parcel();
    sent.set("forward", "1");
    try {
      const reply = await post(sent);
      queued = false;
      if (reply.ok) dropDraft();
      else save();
      redraw(reply);
      const code = document.querySelector("#receipt-code");
      if (code && !shared) history.replaceState({ ...noted(), code: code.value }, "");
    } catch {
      tell(form.dataset[fleeting() ? "held" : "kept"], false);
      waiting = setTimeout(send, 15000 + 15000 * Math.random());
    }
    sending = false;
  }

  /* The device's own voice of the page's language; where there is none, no button. */
  function voice() {
    const voices = window.speechSynthesis ? speechSynthesis.getVoices() : [];
    return voices.find((each) => each.lang.toLowerCase().split(/[-_]/)[0] === root.lang);
  }
  function speakButtons() {
    if (!form || !voice()) return;
    all("[data-item]").forEach((box) => {
      if (box.querySelector("audio, [data-do=speak]")) return;
      box.querySelector("legend, label").after(find("#speak").content.cloneNode(true));
    });
  }
  function hush() {
    if (window.speechSynthesis) speechSynthesis.cancel();
    document.querySelectorAll("audio").forEach((audio) => audio.pause());
    if (spoken) spoken.textContent = spoken.dataset.start;
    spoken = null;
  }
  function speak(button) {
    const again = spoken === button, box = button.closest("[data-item]"), speaker = voice();
    hush();
    if (again || !speaker) return;
    spoken = button;
    button.textContent = button.dataset.stop;
    const lines = [...box.querySelectorAll("legend, label[for], p:not(.without-script), .choice span")];
    const said = lines.map((line) => new SpeechSynthesisUtterance(line.textContent.trim()));
    said.forEach((each) => {
      Object.assign(each, { voice: speaker, lang: speaker.lang });
      speechSynthesis.speak(each);
    });
    said[said.length - 1].onend = () => { if (spoken === button) hush(); };
  }

  /* Size and contrast of the text: kept on this device alone, or for as long as the page lasts. */
  function dress() {
    root.classList.toggle("large", look.size === 1);
    root.classList.toggle("larger", look.size === 2);
    root.classList.toggle("contrast", look.contrast);
    if (!form) return;
    find("[data-do=smaller]").setAttribute("aria-disabled", look.size === 0);
    find("[data-do=bigger]").setAttribute("aria-disabled", look.size === 2);
    find("[data-do=contrast]").setAttribute("aria-pressed", look.contrast);
  }
  function restyle(more) {
    look = { ...look, ...more };
    if (!shared) keep(LOCAL, "look", look);
    dress();
  }

  const moves = {
    speak,
    smaller: () => restyle({ size: Math.max(look.size - 1, 0) }),
    bigger: () => restyle({ size: Math.min(look.size + 1, 2) }),
    contrast: () => restyle({ contrast: !look.contrast }),
    next: () => go(onward()),
    back,
    change: (button) => visit(all("[data-item]").find((box) => box.dataset.item === button.dataset.to), true),
    clear: (button) => {
      const box = button.closest("[data-item]");
      box.querySelector("input:checked").checked = false;
      box.querySelector("input").focus();
      changed();
    },
    resume: () => resume(draft()),
    restart: () => { dropDraft(); find("#resume").hidden = true; },
  };
  function clicked(event) {
    const button = event.target.closest("[data-do]"), fault = event.target.closest("#faults a");
    if (button) moves[button.dataset.do](button);
    if (!fault) return;
    event.preventDefault();
    visit(document.getElementById(fault.hash.slice(1)));
  }
  function submitted(event) {
    const pressed = event.submitter || document.activeElement;
    event.preventDefault();
    if (pressed && pressed.name === "lang") translate(pressed);
    else if (at < screens.length - 1) go(onward());
    else send();
  }

  /* Leave without a trace in this tab: nothing stored, nothing behind Back or Forward. */
  function leave(home) {
    clearTimeout(waiting);
    hush();
    form = null;
    document.body.replaceChildren();
    for (const store of [LOCAL, TAB]) try { window[store].clear(); } catch {}
    let gone = false;
    const out = () => {
      if (gone) return;
      gone = true;
      history.replaceState(null, "", home);
      history.pushState(null, "", home);
      location.replace(home);
    };
    const { depth } = noted();
    if (!depth) return out();
    window.addEventListener("popstate", out);
    setTimeout(out, 500);
    history.go(-depth);
  }

  function begin(number, focus = number > 0) {
    route();
    clearButtons();
    note({ at: number, ...invited() });
    const { code } = noted();
    find("#sent").hidden = !code;
    find("#sent output").value = code;
    find("#shared").checked = shared;
    find("#unkept").hidden = stores;
    show(number, focus);
    const refused = find("#faults, .notice.error");
    if (refused) refused.focus();
  }
  function start(number) {
    form = document.getElementById("sheet");
    root.classList.toggle("js", Boolean(form));
    document.querySelectorAll("[data-leave]").forEach((link) => { link.hidden = false; });
    if (!form) return;
    screens = all("[data-screen]");
    conditions = JSON.parse(find("#conditions").textContent);
    forward().textContent = forward().dataset.send;
    dress();
    speakButtons();
    form.addEventListener("input", changed);
    form.addEventListener("click", clicked);
    form.addEventListener("submit", submitted);
    findPlace(number);
  }
  /* `number` is where one stood before the page was drawn anew. */
  function findPlace(number) {
    const found = draft(), faulty = find(".faulty");
    if (faulty) return begin(screenOf(faulty));
    if (field("earlier").value || Object.keys(values()).length) {
      begin(find(".notice.error") ? screens.length - 1 : number || (find("#faults") ? 1 : 0));
      return save();
    }
    if (number === undefined && found && (found.queued || !stores || recall(TAB, draftName()))) return resume(found);
    begin(number || 0);
    find("#resume").hidden = number !== undefined || !found || !Object.keys(found.values).length;
  }

  /* QR codes have the code behind the #, which no server sees. One of an invitation opens its form. */
  const behind = () => (location.hash.match(/^#([\w-]{16,})$/) || [])[1];
  function takeCode() {
    const input = document.querySelector("[data-code]"), code = behind() || noted().invitation;
    if (!input || !code) return;
    input.value = code;
    history.replaceState(null, "", location.pathname);
    const button = [...input.form.querySelectorAll("button")].pop();
    if (input.dataset.code === "open") button.click();
    else button.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-leave]");
    if (!link) return;
    event.preventDefault();
    leave(link.href);
  });
  window.addEventListener("popstate", (event) => {
    if (!form || !event.state || !(event.state.at >= 0)) return;
    show(event.state.at, true);
    note({});
    if (begun()) save();
  });
  window.addEventListener("beforeunload", (event) => {
    if (form && fleeting() && Object.keys(values()).length) event.preventDefault();
  });
  window.addEventListener("online", () => { if (form && queued) send(); });
  window.addEventListener("pagehide", hush);
  /* A second letter in the same tab: the browser sees one page and does not load it again. */
  window.addEventListener("hashchange", () => { if (behind() && location.pathname.endsWith("/i")) location.reload(); });
  document.addEventListener("play", (event) => {
    if (spoken) hush();
    document.querySelectorAll("audio").forEach((audio) => { if (audio !== event.target) audio.pause(); });
  }, true);
  /* Many browsers name their voices only after a while. */
  if (window.speechSynthesis && speechSynthesis.addEventListener) {
    speechSynthesis.addEventListener("voiceschanged", speakButtons);
  }
  look = recall(LOCAL, "look") || look;
  dress();
  takeCode();
  start();
})();
