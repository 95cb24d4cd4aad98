"use strict";
// The sheet decides nothing by itself: it gathers what a reviewer decides, and `leverage review --apply` checks it.
// Every text is put in as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("rv-data").textContent);
  const byId = new Map(data.suggestions.map((each) => [each.id, each]));
  const at = (name) => document.getElementById(`rv-${name}`);
  const KEY = `leverage-review:${data.case}:${data.article}:${data.sha256}:${data.codebook}`;
  const CORRECTED = ["factor", "indicator", "actor", "direction"];
  const FIELDS = [...CORRECTED, "stake", "anchor", "value", "unit", "low", "high", "means", "kind", "note",
    "source", "information", "reason"];
  const STATES = { accept: "✓ accepted", reject: "✗ rejected", skip: "– skipped" };
  const SLACK = 1e-9;

  let state = { coder: "", decisions: {}, drafts: {} };
  let current = null;
  let kept = true;

  const make = (tag, words = "", attributes = {}) => {
    const element = document.createElement(tag);
    element.textContent = words;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const fill = (select, options, chosen) => {
    select.replaceChildren(...options.map(([value, words]) => make("option", words, { value })));
    select.value = options.some(([value]) => value === chosen) ? chosen : options.length ? options[0][0] : "";
  };
  const shown = (number) => String(Number(number.toPrecision(12)));
  const number = (typed) => {
    const words = typed.trim().replace(/−/g, "-").replace(/,(?=\d{3}(?:\D|$))/g, "");
    return /\d/.test(words) ? Number(words) : NaN;
  };
  const say = (words) => { at("status").textContent = words; };

  // --- what is kept in this browser -------------------------------------------------------
  const load = () => {
    try {
      const found = JSON.parse(localStorage.getItem(KEY) || "null");
      if (found && found.decisions && found.drafts) state = { coder: "", ...found };
    } catch { kept = false; }
  };
  const save = () => {
    try {
      localStorage.setItem(KEY, JSON.stringify(state));
      kept = true;
    } catch { kept = false; }
    at("storage").textContent = kept
      ? "This browser keeps your decisions when the page is closed. It sends them nowhere."
      : "This browser keeps nothing: download your decisions before you leave.";
  };

  // --- scales -----------------------------------------------------------------------------
  const factorOf = (draft) => data.factors.find((each) => each.id === draft.factor);
  const scaleOf = (draft) => {
    const factor = factorOf(draft);
    return factor && factor.readings.find((each) => each.id === draft.indicator);
  };
  const unitsOf = (draft) => {
    const scale = scaleOf(draft);
    if (!scale) return {};
    const stake = scale.per_stake && scale.unit === "share" && data.stakes.find((each) => each.id === draft.stake);
    return stake && stake.unit ? { ...scale.units, [stake.unit]: 1 / stake.size } : scale.units;
  };

  // --- drafts: what stands in the form of each suggestion ---------------------------------
  const propose = (said, draft) => {
    const scale = scaleOf(draft);
    draft.unit = scale ? scale.unit : "";
    draft.kind = "judgement";
    draft.value = draft.low = draft.high = draft.interval = draft.anchor = "";
    const stated = said.number;
    if (!stated || !(stated.unit in unitsOf(draft))) return draft;
    draft.value = shown(stated.value);
    draft.unit = stated.unit;
    draft.kind = "fact";
    draft.interval = stated.low < stated.high ? "between" : "exact";
    if (stated.low < stated.high) [draft.low, draft.high] = [shown(stated.low), shown(stated.high)];
    return draft;
  };
  const draftOf = (said) => {
    if (state.drafts[said.id]) return { ...state.drafts[said.id] };
    const draft = Object.fromEntries(FIELDS.map((name) => [name, ""]));
    for (const name of CORRECTED) draft[name] = said[name] || "";
    draft.stake = data.stakes.length === 1 ? data.stakes[0].id : "";
    draft.means = "outer";
    return propose(said, draft);
  };
  const readForm = () => {
    const draft = Object.fromEntries(FIELDS.map((name) => [name, at(name).value]));
    draft.interval = at("exact").checked ? "exact" : at("between").checked ? "between" : "";
    return draft;
  };
  const showForm = (draft) => {
    const factor = factorOf(draft);
    const readings = factor ? factor.readings.filter((each) => each.id) : [];
    fill(at("factor"), data.factors.map((each) => [each.id, each.title]), draft.factor);
    fill(at("indicator"), [["", readings.length ? "choose one" : "none"],
      ...readings.map((each) => [each.id, each.title])], draft.indicator);
    at("indicator").disabled = !readings.length;
    fill(at("actor"), [["", "choose one"], ...data.actors.map((each) => [each.id, each.name])], draft.actor);
    at("direction").value = draft.direction;
    const scale = scaleOf(draft);
    const stakes = scale && scale.per_stake ? data.stakes : [];
    fill(at("stake"), [["", stakes.length ? "choose one" : "not read per stake"],
      ...stakes.map((each) => [each.id, each.title])], scale && scale.per_stake ? draft.stake : "");
    at("stake").disabled = !stakes.length;
    const anchors = scale ? scale.anchors : [];
    fill(at("anchor"), [["", anchors.length ? "none: a number" : "this scale has none"],
      ...anchors.map((each) => [each.id, `${each.id} (${shown(each.reading)}): ${each.says}`])], draft.anchor);
    at("anchor").disabled = !anchors.length;
    fill(at("unit"), Object.keys(unitsOf(draft)).map((unit) => [unit, unit]), draft.unit);
    at("value").disabled = at("unit").disabled = at("anchor").value !== "";
    at("question").textContent = scale ? scale.question : factor ? factor.question : "";
    at("scale").textContent = scale ? `${scale.unit}, ${shown(scale.bounds[0])} to ${shown(scale.bounds[1])}` : "";
    at("interval-unit").textContent = scale ? (at("anchor").value ? scale.unit : at("unit").value) : "";
    for (const name of ["value", "low", "high", "means", "kind", "note", "source", "information", "reason"]) {
      at(name).value = draft[name];
    }
    at("exact").checked = draft.interval === "exact";
    at("between").checked = draft.interval === "between";
    at("edit").open = !scale || !draft.actor || at("edit").open;
  };

  // --- checks, the same as those of the command, so that faults show where they are made ---
  const check = (draft) => {
    const found = [];
    const tell = (field, words) => found.push([field, words]);
    const scale = scaleOf(draft);
    if (!draft.actor) tell("actor", "Choose whose reading it is.");
    if (!scale) {
      tell("indicator", "Choose the indicator that it is a reading of.");
      return found;
    }
    if (scale.per_stake && !draft.stake) tell("stake", "Choose the stake: this is read for each.");
    const rate = draft.anchor ? 1 : unitsOf(draft)[draft.unit] || 1;
    const [bottom, top] = scale.bounds.map((bound) => bound / rate);
    const slack = SLACK * (top - bottom);
    const unit = draft.anchor ? scale.unit : draft.unit;
    const anchor = scale.anchors.find((each) => each.id === draft.anchor);
    const value = anchor ? anchor.reading : number(draft.value);
    const within = `from ${shown(bottom)} to ${shown(top)} ${unit}`;
    if (!Number.isFinite(value)) tell("value", `Give the reading as a number ${within}, or choose a step.`);
    else if (value < bottom - slack || value > top + slack) tell("value", `The reading must lie ${within}.`);
    if (!draft.interval) tell("exact", "Say how far the reading may be off: exact, or between two numbers.");
    if (draft.interval === "between") {
      const [low, high] = [number(draft.low), number(draft.high)];
      if (!Number.isFinite(low)) tell("low", "Give the lowest reading as a number.");
      if (!Number.isFinite(high)) tell("high", "Give the highest reading as a number.");
      if (low > high) tell("low", "The lowest reading is above the highest.");
      else if (low < bottom - slack || high > top + slack) tell("low", `The interval must lie ${within}.`);
      else if (value < low - slack || value > high + slack) tell("low", "The interval leaves its reading out.");
    }
    if (draft.kind !== "fact" && !draft.note.trim()) tell("note", "Say in the note how you came to the reading.");
    if (Boolean(draft.source) !== Boolean(draft.information)) {
      tell(draft.source ? "information" : "source", "A grade has two parts: choose both or none.");
    }
    return found;
  };
  const showProblems = (found) => {
    for (const name of [...FIELDS, "exact"]) at(name).removeAttribute("aria-invalid");
    for (const [field] of found) at(field).setAttribute("aria-invalid", "true");
    at("problems").replaceChildren(...found.map(([, words]) => make("p", words)));
    if (found.length) {
      if (CORRECTED.includes(found[0][0])) at("edit").open = true;
      at(found[0][0]).focus();
    }
  };

  // --- decisions --------------------------------------------------------------------------
  const accepted = (id, draft) => {
    const decision = { do: "accept", id, factor: draft.factor };
    if (draft.indicator) decision.indicator = draft.indicator;
    Object.assign(decision, { actor: draft.actor, direction: draft.direction });
    if (scaleOf(draft).per_stake) decision.stake = draft.stake;
    decision.reading = draft.anchor ? { anchor: draft.anchor } : { value: number(draft.value), unit: draft.unit };
    decision.interval = draft.interval === "exact" ? "exact"
      : { low: number(draft.low), high: number(draft.high), means: draft.means };
    decision.kind = draft.kind;
    if (draft.note.trim()) decision.note = draft.note.trim();
    if (draft.source) decision.grade = { source: draft.source, information: Number(draft.information) };
    return decision;
  };
  const decide = (decision, words) => {
    state.decisions[current] = decision;
    state.drafts[current] = readForm();
    const order = visible();
    const from = order.indexOf(current);
    const next = [...order.slice(from + 1), ...order.slice(0, from)].find((id) => !state.decisions[id]);
    save();
    showProblems([]);
    show(next || current);
    say(next ? words : `${words} All of these are decided.`);
    focusList();
  };
  const accept = () => {
    const draft = readForm();
    const found = check(draft);
    if (found.length) showProblems(found);
    else decide(accepted(current, draft), "Accepted.");
  };
  const reject = () => {
    const reason = at("reason").value.trim();
    decide({ do: "reject", id: current, ...(reason ? { reason } : {}) }, "Rejected.");
  };
  const skip = () => decide({ do: "skip", id: current }, "Skipped.");
  const takeBack = () => {
    if (!state.decisions[current]) return say("There is no decision on this one.");
    delete state.decisions[current];
    save();
    show(current);
    return say("Taken back.");
  };
  const decisionsFile = () => JSON.stringify({
    format: data.format, case: data.case, article: data.article, sha256: data.sha256, codebook: data.codebook,
    ...(state.coder.trim() ? { coder: state.coder.trim() } : {}),
    decisions: data.suggestions.map((each) => state.decisions[each.id]).filter(Boolean),
  }, null, 1) + "\n";

  // --- the list ---------------------------------------------------------------------------
  const GROUPS = {
    tier: (said) => (said.tier === "top" ? "Top tier" : "The rest"),
    place: () => "In the order of the text",
    factor: (said) => said.factor_title,
    actor: (said) => said.whose,
  };
  const grouped = () => {
    const groups = new Map();
    const wanted = at("show").value;
    for (const said of data.suggestions) {
      const done = state.decisions[said.id] ? state.decisions[said.id].do : "open";
      if (wanted !== "all" && wanted !== done && said.id !== current) continue;
      const name = GROUPS[at("group").value](said);
      groups.set(name, [...(groups.get(name) || []), said]);
    }
    const names = [...groups.keys()];
    if (at("group").value === "tier") names.sort((one, other) => (one < other ? 1 : -1));
    return names.map((name) => [name, groups.get(name)]);
  };
  const visible = () => grouped().flatMap(([, group]) => group.map((said) => said.id));
  const listItem = (said) => {
    const decision = state.decisions[said.id];
    const button = make("button", "", { type: "button", "data-id": said.id });
    if (said.id === current) button.setAttribute("aria-current", "true");
    button.append(
      make("span", `${said.mark}${said.place + 1}`),
      make("span", `${said.title}, ${said.whose}`),
      make("span", decision ? STATES[decision.do] : "open", { class: "rv-state" }),
      make("span", said.exact, { class: "rv-words" }),
    );
    const item = make("li", "", decision ? { class: `rv-${decision.do}` } : {});
    item.append(button);
    return item;
  };
  const showList = () => {
    at("list").replaceChildren(...grouped().flatMap(([name, group]) => {
      const list = make("ul");
      list.append(...group.map(listItem));
      return [make("h3", `${name} (${group.length})`), list];
    }));
    const done = Object.keys(state.decisions).length;
    at("count").textContent = `${done} of ${data.suggestions.length} decided.`;
    at("json").value = decisionsFile();
  };
  const focusList = () => {
    const button = at("list").querySelector("[aria-current]");
    if (button) button.focus({ preventScroll: true });
  };
  const show = (id, { scroll = true } = {}) => {
    const said = byId.get(id);
    current = id;
    showList();
    at("current-title").textContent = `${said.place + 1}: ${said.title}, ${said.whose}`;
    at("quote").textContent = said.exact;
    at("says").textContent = said.says;
    at("remarks").replaceChildren(...said.remarks.flatMap(([name, words]) => [make("dt", name), make("dd", words)]));
    at("edit").open = false;
    showForm(draftOf(said));
    showProblems([]);
    at("undo").disabled = !state.decisions[id];
    for (const mark of document.querySelectorAll(".rv-mark, .rv-ref")) {
      const ids = (mark.dataset.ids || mark.dataset.id).split(" ");
      mark.classList.toggle("rv-here", ids.includes(id));
    }
    const row = at("list").querySelector("[aria-current]");
    if (row) row.scrollIntoView({ block: "nearest" });
    const mark = document.querySelector(".rv-mark.rv-here");
    const box = mark && mark.getBoundingClientRect();
    const wide = window.matchMedia("(min-width: 60.01rem)").matches;
    if (scroll && box && wide && (box.top < 60 || box.bottom > window.innerHeight - 60)) mark.scrollIntoView({ block: "center" });
  };
  const step = (by) => {
    const order = visible();
    const place = Math.min(order.length - 1, Math.max(0, order.indexOf(current) + by));
    show(order[place]);
    focusList();
  };

  // --- what the reviewer does -------------------------------------------------------------
  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    a: () => (at("value").disabled || at("value").value ? at("accept") : at("value")).focus(),
    r: () => at("reason").focus(),
    s: skip,
    e: () => { at("edit").open = true; at("factor").focus(); },
    u: takeBack,
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea");
    if (event.key === "Escape") return focusList();
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !at("shortcuts").checked) return undefined;
    const action = Object.hasOwn(KEYS, event.key) && KEYS[event.key];
    if (!action) return undefined;
    event.preventDefault();
    return action();
  });
  document.addEventListener("click", (event) => {
    const one = event.target.closest("#rv-list [data-id], .rv-ref");
    const mark = event.target.closest(".rv-mark");
    if (one) show(one.dataset.id);
    else if (mark) {
      const ids = mark.dataset.ids.split(" ");
      show(ids[(ids.indexOf(current) + 1) % ids.length]);
    } else return;
    if (one && one.closest("#rv-list")) focusList();
  });
  const changed = (event) => {
    const name = event.target.id.replace("rv-", "");
    let draft = readForm();
    if (name === "factor") {
      const readings = factorOf(draft).readings;
      draft.indicator = readings.length === 1 ? readings[0].id : "";
    }
    const before = state.drafts[current] || draftOf(byId.get(current));
    if (name === "factor" || name === "indicator") draft = propose(byId.get(current), draft);
    else if (name === "stake" && !before.value && !draft.value) draft = propose(byId.get(current), draft);
    if (["low", "high"].includes(name) && (draft.low || draft.high)) draft.interval = "between";
    state.drafts[current] = draft;
    if (state.decisions[current] && name !== "reason") {
      delete state.decisions[current];
      say("Changed, so its decision was taken back.");
    }
    save();
    if (event.type === "change" || ["low", "high"].includes(name)) {
      const held = document.activeElement;
      showForm(draft);
      if (held) held.focus({ preventScroll: true });
    }
    showList();
    at("undo").disabled = !state.decisions[current];
  };
  for (const form of [at("form"), at("reject-form")]) {
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
  }
  at("form").addEventListener("submit", (event) => { event.preventDefault(); accept(); });
  at("reject-form").addEventListener("submit", (event) => { event.preventDefault(); reject(); });
  at("skip").addEventListener("click", skip);
  at("undo").addEventListener("click", takeBack);
  at("group").addEventListener("change", showList);
  at("show").addEventListener("change", showList);
  at("coder").addEventListener("input", () => { state.coder = at("coder").value; save(); showList(); });
  at("download").addEventListener("click", () => {
    const link = make("a", "", { download: data.file });
    link.href = URL.createObjectURL(new Blob([decisionsFile()], { type: "application/json" }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    say(`Downloaded as ${data.file}.`);
  });
  at("copy").addEventListener("click", () => {
    at("json").select();
    if (navigator.clipboard) navigator.clipboard.writeText(at("json").value).then(() => say("Copied."), () => {});
    else say("Press Ctrl+C to copy.");
  });
  window.addEventListener("beforeunload", (event) => {
    if (!kept && Object.keys(state.decisions).length) event.preventDefault();
  });

  load();
  for (const id of [...Object.keys(state.decisions), ...Object.keys(state.drafts)]) {
    if (!byId.has(id)) { delete state.decisions[id]; delete state.drafts[id]; }
  }
  at("coder").value = state.coder;
  save();
  current = data.suggestions[0].id;
  const order = visible();
  show(order.find((id) => !state.decisions[id]) || order[0], { scroll: false });
})();
