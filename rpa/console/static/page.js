// Makes the parts of the page that work without it more convenient.
import { initAll } from "/assets/nhsuk.js";

initAll();

// What was said after a change is said once: a reload, or coming back, does not say it again.
const here = new URL(location.href);
if (here.searchParams.has("said")) {
  here.searchParams.delete("said");
  history.replaceState(null, "", here);
}
