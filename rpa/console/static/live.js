// Keeps a running job's page up to date: cell by cell, and never the one that holds the keyboard's focus.
import { initAll } from "/assets/nhsuk.js";

const EVERY = 2000;
const lost = document.getElementById("lost");
const address = `${location.pathname}/progress${location.search}`;
let tag = "";

// A part with components in it says in a word what it is: the components have changed what stood there.
function isOther(here, part) {
  return part.dataset.is ? here.dataset.is !== part.dataset.is : here.innerHTML !== part.innerHTML;
}

function patch(fresh) {
  for (const part of fresh.querySelectorAll("[data-live]")) {
    const here = document.querySelector(`[data-live="${CSS.escape(part.dataset.live)}"]`);
    if (here && !here.contains(document.activeElement) && isOther(here, part)) {
      here.replaceChildren(...part.cloneNode(true).childNodes);
      here.dataset.is = part.dataset.is ?? "";
      initAll(here); // a button is pressed by the space bar, too
    }
  }
}

async function look() {
  const answer = await fetch(address, { headers: tag ? { "If-None-Match": tag } : {}, redirect: "error" });
  if (answer.status === 304) return true;
  if (!answer.ok) throw new Error(String(answer.status));
  tag = answer.headers.get("ETag") ?? "";
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  patch(fresh);
  return fresh.getElementById("live")?.dataset.open === "yes";
}

async function next() {
  let goesOn = true;
  if (!document.hidden) {
    try {
      goesOn = await look();
      lost.textContent = "";
    } catch {
      const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
      lost.textContent ||= `Progress stopped updating at ${time}. Trying again.`;
    }
  }
  if (goesOn) setTimeout(next, EVERY);
}

setTimeout(next, EVERY);
