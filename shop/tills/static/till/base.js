// IndexedDB: what the till must still know when the network, the tab or the machine is gone.
//   meta    one record each: the signed list, the last state of the till, settings
//   baskets the open basket of each tab, and those on hold
//   outbox  sales and returns by their UUID: written before the receipt prints

const NAME = "ocop-till";
const VERSION = 1;
let opened = null;

function open() {
  opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      const base = asked.result;
      base.createObjectStore("meta");
      base.createObjectStore("baskets", { keyPath: "id" });
      const outbox = base.createObjectStore("outbox", { keyPath: "uuid" });
      outbox.createIndex("state", "state");
      outbox.createIndex("made_at", "made_at");
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => { asked.result.close(); opened = null; };
      done(asked.result);
    };
    asked.onerror = () => { opened = null; fail(asked.error); };
  });
  return opened;
}

// One transaction. A sale is answered only when it is on the disk ("strict" where the browser knows it).
async function within(store, mode, work) {
  const base = await open();
  return new Promise((done, fail) => {
    const transaction = base.transaction(store, mode, { durability: mode === "readwrite" && store === "outbox" ? "strict" : "default" });
    const asked = work(transaction.objectStore(store));
    transaction.oncomplete = () => done(asked?.result);
    transaction.onabort = transaction.onerror = () => fail(transaction.error ?? asked?.error);
  });
}

export const getMeta = (key) => within("meta", "readonly", (store) => store.get(key));
export const setMeta = (key, value) => within("meta", "readwrite", (store) => store.put(value, key));
export const dropMeta = (key) => within("meta", "readwrite", (store) => store.delete(key));

export const getBasket = (id) => within("baskets", "readonly", (store) => store.get(id));
export const allBaskets = () => within("baskets", "readonly", (store) => store.getAll());
export const putBasket = (basket) => within("baskets", "readwrite", (store) => store.put(basket));
export const dropBasket = (id) => within("baskets", "readwrite", (store) => store.delete(id));

export const getEntry = (uuid) => within("outbox", "readonly", (store) => store.get(uuid));
export const addEntry = (entry) => within("outbox", "readwrite", (store) => store.add(entry));
export const putEntry = (entry) => within("outbox", "readwrite", (store) => store.put(entry));
export const dropEntry = (uuid) => within("outbox", "readwrite", (store) => store.delete(uuid));
export const entriesIn = (state) => within("outbox", "readonly", (store) => store.index("state").getAll(state));

export const countIn = (state) => within("outbox", "readonly", (store) => store.index("state").count(state));

// The newest entries first.
export async function latestEntries(most) {
  const base = await open();
  return new Promise((done, fail) => {
    const found = [];
    const asked = base.transaction("outbox").objectStore("outbox").index("made_at").openCursor(null, "prev");
    asked.onsuccess = () => {
      const cursor = asked.result;
      if (!cursor || found.length >= most) return done(found);
      found.push(cursor.value);
      return cursor.continue();
    };
    asked.onerror = () => fail(asked.error);
  });
}

// Ask the browser never to throw this away when the disk is short.
export const keepForever = () => navigator.storage?.persist?.().catch(() => false);
