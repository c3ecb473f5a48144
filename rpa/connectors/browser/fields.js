// Finds fields by their label or by the text beside them, in one document; fills or reads them in one call.
// task: {fields: {label: value}, fill: bool}  ->  {label: {status: "missing" | "ambiguous" | "refused" | "ok", value, kind}}
(task) => {
  const CONTROLS = "input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=image]), select, textarea";
  const plain = (text) => (text || "").replace(/[\s\u00a0]+/g, " ").replace(/[\s:*]+$/, "").trim().toLowerCase();
  const shown = (element) => element.getClientRects().length > 0;
  const controlsIn = (element) =>
    [...(element.matches(CONTROLS) ? [element] : []), ...element.querySelectorAll(CONTROLS)].filter(shown);

  const named = new Map();
  const note = (text, control) => {
    const key = plain(text);
    if (!key || !control || !shown(control)) return;
    if (!named.has(key)) named.set(key, new Set());
    named.get(key).add(control);
  };
  for (const control of document.querySelectorAll(CONTROLS)) {
    const radio = control.type === "radio";
    for (const label of control.labels || []) if (!radio) note(ownText(label), control);
    note(control.getAttribute("aria-label"), control);
    for (const id of (control.getAttribute("aria-labelledby") || "").split(/\s+/))
      if (id) note(document.getElementById(id)?.textContent, control);
    note(control.getAttribute("title"), control);
  }
  for (const legend of document.querySelectorAll("fieldset > legend"))
    for (const control of legend.parentElement.querySelectorAll("input[type=radio]")) note(legend.textContent, control);

  function ownText(label) {
    const copy = label.cloneNode(true);
    for (const part of copy.querySelectorAll("input, select, textarea, [role=alert], .hint, .error")) part.remove();
    return copy.textContent;
  }
  const texts = () => [...document.querySelectorAll("td, th, dt, dd, span, b, strong, font, p, div, label")]
    .filter((element) => !element.querySelector("table, td, dl") && controlsIn(element).length === 0);
  let captions = null;
  function beside(wanted) {
    captions = captions || texts();
    return captions.filter((element) => plain(element.textContent) === wanted)
      .filter((element) => ![...element.children].some((child) => plain(child.textContent) === wanted)).map(neighbour)
      .filter(Boolean);
  }
  function neighbour(element) {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      if (at.nextElementSibling) return at.nextElementSibling;
      if (at.matches("td, th, dt, tr")) return null;
    }
    return null;
  }
  function controlsFor(wanted) {
    const labelled = [...(named.get(wanted) || [])];
    if (labelled.length) return labelled;
    const near = beside(wanted).map((place) => controlsIn(place));
    return [...new Set(near.flatMap((found) => (found[0]?.type === "radio" ? found : found.slice(0, 1))))];
  }
  const oneGroup = (found) => found.length > 1 && found.every((c) => c.type === "radio" && c.name === found[0].name);

  function choose(control, value) {
    const options = [...control.options];
    const option = options.find((o) => o.value === value) || options.find((o) => plain(o.text) === plain(value));
    if (!option || option.disabled) return false;
    control.value = option.value;
    return control.value === option.value;
  }
  function pick(controls, value) {
    const radio = controls.find((c) => c.value === value) ||
      controls.find((c) => [...c.labels].some((label) => plain(ownText(label)) === plain(value)));
    if (radio && !radio.checked) radio.click();
    return Boolean(radio && radio.checked);
  }
  function type(control, value) {
    if (control.readOnly || (control.maxLength >= 0 && value.length > control.maxLength)) return false;
    const proto = control instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
    Object.getOwnPropertyDescriptor(proto, "value").set.call(control, value);
    return control.value === value;
  }
  function put(controls, value) {
    const control = controls[0];
    if (control.disabled) return false;
    if (control.type === "radio") return pick(controls, value);
    if (control.type === "checkbox") {
      if (control.checked !== Boolean(value)) control.click();
      return control.checked === Boolean(value);
    }
    control.focus();
    const done = control instanceof HTMLSelectElement ? choose(control, String(value)) : type(control, String(value));
    for (const event of ["input", "change"]) control.dispatchEvent(new Event(event, {bubbles: true}));
    control.blur();
    return done;
  }
  function current(controls) {
    const control = controls[0];
    if (control.type === "radio") return controls.find((c) => c.checked)?.value ?? "";
    if (control.type === "checkbox") return control.checked ? "true" : "false";
    return control.value;
  }
  function holds(controls, value) {
    const now = current(controls), control = controls[0];
    if (control.type === "checkbox") return now === String(Boolean(value));
    if (control.type === "radio") return controls.some((c) => c.checked);
    if (control instanceof HTMLSelectElement)
      return now === String(value) || plain(control.selectedOptions[0]?.text) === plain(String(value));
    return now === String(value);
  }

  const answer = {}, filled = [];
  for (const [label, value] of Object.entries(task.fields)) {
    const wanted = plain(label), controls = controlsFor(wanted);
    if (controls.length > 1 && !oneGroup(controls)) answer[label] = {status: "ambiguous"};
    else if (controls.length && task.fill) {
      answer[label] = {status: put(controls, value) ? "ok" : "refused", kind: controls[0].type};
      filled.push([label, controls, value]);
    } else if (controls.length) answer[label] = {status: "ok", value: current(controls)};
    else if (task.fill) answer[label] = {status: "missing"};
    else {
      const places = beside(wanted);
      const seen = new Set(places.map((place) => place.textContent.replace(/[\s\u00a0]+/g, " ").trim()));
      answer[label] = seen.size === 0 ? {status: "missing"}
        : seen.size > 1 ? {status: "ambiguous"} : {status: "ok", value: [...seen][0]};
    }
  }
  // the read-back comes after all are filled: a page's own script may have changed one field because of another
  for (const [label, controls, value] of filled)
    if (answer[label].status === "ok" && !holds(controls, value)) answer[label].status = "refused";
  return answer;
}
