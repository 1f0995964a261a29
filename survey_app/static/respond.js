/* The answer form, one topic at a time; without this file it works whole.
   Answers stay in the form and, as a draft, on this device until they are sent. */
(() => {
  if (!window.fetch || !Element.prototype.replaceChildren) return;

  const LOCAL = "localStorage", TAB = "sessionStorage";
  let form, screens, conditions, at, sending, waiting;

  const find = (selector) => form.querySelector(selector);
  const all = (selector) => [...form.querySelectorAll(selector)];
  const field = (name) => form.elements.namedItem(name);
  const forward = () => find("button[name=forward]");
  const screenOf = (box) => screens.indexOf(box.closest("[data-screen]"));
  /* Storage may be forbidden: then there is no draft. */
  const draftName = () => "answers:" + form.dataset.draft;
  const placeName = () => draftName() + ":at";
  function recall(store, name) {
    try { return JSON.parse(window[store].getItem(name)); } catch { return null; }
  }
  function keep(store, name, value) {
    try {
      if (value === null) window[store].removeItem(name);
      else window[store].setItem(name, JSON.stringify(value));
    } catch {}
  }

  /* Tabs share the draft's key. */
  function key() {
    if (!field("key")) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "key" }));
    const draft = recall(LOCAL, draftName()) || {};
    return (field("key").value = field("key").value || field("earlier").value || draft.key || freshKey());
  }
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
    keep(LOCAL, draftName(), { key: key(), stamp, block, at, values: values() });
    keep(TAB, draftName(), true);
  }

  /* The rule of instrument/routing.py: conditions look back; hidden answers count for nothing. */
  function route() {
    const given = values(), met = {};
    all("[data-item]").forEach((box) => {
      const name = box.dataset.item, condition = conditions[name];
      const holds = (clause) => clause.in.includes(met[clause.item]);
      const on = !condition || (condition.all ? condition.all.every(holds) : condition.any.some(holds));
      box.hidden = !on;
      if (on) met[name] = given[name];
    });
  }
  function clearButtons() {
    all("fieldset[data-item]").forEach((box) => {
      if (!box.querySelector(".clear")) box.append(find("#clear").content.cloneNode(true));
      box.querySelector(".clear").hidden = !box.querySelector("input:checked");
    });
  }
  function changed() { route(); clearButtons(); save(); }

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
      row.querySelector("button").dataset.to = screenOf(box);
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
    at = Math.min(Math.max(number, 0), screens.length - 1);
    screens.forEach((screen, place) => { screen.hidden = place !== at; });
    const toCheck = screens.length - 1 - at, next = find("[data-do=next]");
    if (!toCheck) review();
    progress();
    form.classList.toggle("walking", at > 0);
    find("[data-do=back]").hidden = !at;
    next.hidden = !toCheck;
    next.textContent = next.dataset[!at ? "start" : toCheck === 1 ? "check" : "next"];
    forward().hidden = toCheck > 0;
    if (!focus) return;
    window.scrollTo(0, 0);
    (screens[at].querySelector("h2[tabindex]") || find("h1")).focus({ preventScroll: true });
  }
  function go(number) {
    history.pushState({ at: number, deep: true }, "");
    show(number, true);
    if (field("key")) save();
  }
  function back() {
    if (history.state && history.state.deep) return history.back();
    history.replaceState({ at: at - 1 }, "");
    show(at - 1, true);
  }

  function resume(draft) {
    find("#resume").hidden = true;
    if (draft.block !== form.dataset.block) return fetchBlock(draft);
    Object.entries(draft.values).forEach(([name, value]) => {
      const input = field(name);
      if (input && input.type === "checkbox") input.checked = true;
      else if (input) input.value = value;
    });
    field("earlier").value = draft.key;
    begin(draft.at);
  }
  /* The draft is of another block, which the server shows with the draft's answers. */
  function fetchBlock(draft) {
    const sent = new URLSearchParams({ ...draft.values, stamp: draft.stamp, earlier: draft.key, back: "1" });
    keep(TAB, placeName(), draft.at);
    begin(0);
    post(sent).then(redraw).catch(() => { find("#resume").hidden = false; });
  }

  async function post(sent) {
    const reply = await fetch(form.action, { method: "POST", body: sent });
    if (reply.status >= 500 || reply.status === 429) throw new Error(reply.status);
    return { html: await reply.text(), ok: reply.ok };
  }
  function redraw(reply) {
    const page = new DOMParser().parseFromString(reply.html, "text/html");
    document.documentElement.lang = page.documentElement.lang;
    document.title = page.title;
    document.body.replaceWith(document.adoptNode(page.body));
    window.scrollTo(0, 0);
    start();
    if (!form) document.getElementById("main").focus();
  }
  function tell(textContent, busy) {
    Object.assign(find("#status"), { hidden: false, textContent });
    forward().setAttribute("aria-disabled", busy);
  }
  async function send() {
    if (sending) return;
    clearTimeout(waiting);
    save();
    sending = true;
    tell(form.dataset.sending, true);
    const name = draftName(), sent = new URLSearchParams(values());
    for (const own of ["stamp", "key"]) sent.set(own, field(own).value);
    sent.set("forward", "1");
    try {
      const reply = await post(sent);
      for (const store of [LOCAL, TAB]) if (reply.ok) keep(store, name, null);
      waiting = 0;
      redraw(reply);
      const code = document.querySelector("#receipt-code");
      if (code) history.replaceState({ code: code.value }, "");
    } catch {
      tell(form.dataset.kept, false);
      waiting = setTimeout(send, 15000 + 15000 * Math.random());
    }
    sending = false;
  }

  const moves = {
    next: () => go(at + 1),
    back,
    change: (button) => go(Number(button.dataset.to)),
    clear: (button) => {
      const box = button.closest("[data-item]");
      box.querySelector("input:checked").checked = false;
      box.querySelector("input").focus();
      changed();
    },
    resume: () => resume(recall(LOCAL, draftName())),
    restart: () => { keep(LOCAL, draftName(), null); find("#resume").hidden = true; },
  };
  function clicked(event) {
    const button = event.target.closest("[data-do]"), fault = event.target.closest("#faults a");
    if (button) moves[button.dataset.do](button);
    if (!fault) return;
    event.preventDefault();
    const box = document.getElementById(fault.hash.slice(1));
    go(screenOf(box));
    (box.querySelector("input") || box).focus();
  }
  function submitted(event) {
    const pressed = event.submitter || document.activeElement;
    if (pressed && pressed.name === "lang") return keep(TAB, placeName(), at);
    event.preventDefault();
    if (at < screens.length - 1) go(at + 1);
    else send();
  }

  function begin(number) {
    route();
    clearButtons();
    const { code } = history.state || {};
    history.replaceState({ at: number, code }, "");
    find("#sent").hidden = !code;
    find("#sent output").value = code;
    show(number, number > 0);
  }
  function start() {
    form = document.getElementById("sheet");
    document.documentElement.classList.toggle("js", Boolean(form));
    if (!form) return;
    screens = all("[data-screen]");
    conditions = JSON.parse(find("#conditions").textContent);
    forward().textContent = forward().dataset.send;
    form.addEventListener("input", changed);
    form.addEventListener("click", clicked);
    form.addEventListener("submit", submitted);
    findPlace();
  }
  function findPlace() {
    const draft = recall(LOCAL, draftName()), faulty = find(".faulty");
    const place = recall(TAB, placeName()) || 0;
    keep(TAB, placeName(), null);
    if (faulty) return begin(screenOf(faulty));
    if (field("earlier").value || Object.keys(values()).length) {
      begin(find(".notice.error") ? screens.length - 1 : place);
      return save();
    }
    if (draft && recall(TAB, draftName())) return resume(draft);
    begin(place);
    find("#resume").hidden = !draft || !Object.keys(draft.values).length;
  }

  /* The QR code of a receipt has the code behind the #, which no server sees. */
  function takeCode() {
    const input = document.querySelector("[data-page=receipt-check] input[name=code]");
    if (!input || location.hash.length < 2) return;
    input.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    input.form.querySelector("button").focus();
  }

  window.addEventListener("popstate", (event) => {
    if (form && event.state && event.state.at >= 0) show(event.state.at, true);
  });
  window.addEventListener("online", () => { if (form && waiting) send(); });
  takeCode();
  start();
})();
