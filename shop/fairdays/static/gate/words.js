// Texts of the page: made by the server in the reader's language, handed over as JSON in the page itself.
export const config = JSON.parse(document.documentElement.dataset.gate);
// Which fair it is stands in the address: the kept page is the same for all.
config.fair = decodeURIComponent(location.pathname.slice(config.scope.length + 1));

export const t = (name, facts = {}) =>
  Object.entries(facts).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), config.words[name] ?? name);
