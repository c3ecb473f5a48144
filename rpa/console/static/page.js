// Makes the parts of the page that work without it more convenient.
import { initAll } from "/assets/nhsuk.js";

initAll();
