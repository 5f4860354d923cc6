// Texts of the page: made by the server in the reader's language, handed over as JSON in the page itself.
import { fill } from "./text.js";

export const config = JSON.parse(document.documentElement.dataset.till);

export const t = (name, facts) => fill(config.words[name] ?? name, facts);
