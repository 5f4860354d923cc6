// IndexedDB: what the gate must still know when the network, the tab or the phone is gone.
//   meta    one record each: the roster of a fair
//   outbox  scans by their UUID: written before anybody is told yes or no

const NAME = "ocop-gate";
let opened = null;

function open() {
  opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("meta");
      asked.result.createObjectStore("outbox", { keyPath: "uuid" });
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => { asked.result.close(); opened = null; };
      done(asked.result);
    };
    asked.onerror = () => { opened = null; fail(asked.error); };
  });
  return opened;
}

async function within(store, mode, work) {
  const base = await open();
  return new Promise((done, fail) => {
    const transaction = base.transaction(store, mode, { durability: mode === "readwrite" ? "strict" : "default" });
    const asked = work(transaction.objectStore(store));
    transaction.oncomplete = () => done(asked?.result);
    transaction.onabort = transaction.onerror = () => fail(transaction.error ?? asked?.error);
  });
}

export const getMeta = (key) => within("meta", "readonly", (store) => store.get(key));
export const setMeta = (key, value) => within("meta", "readwrite", (store) => store.put(value, key));
export const dropMeta = (key) => within("meta", "readwrite", (store) => store.delete(key));
export const putScan = (scan) => within("outbox", "readwrite", (store) => store.put(scan));
export const dropScan = (uuid) => within("outbox", "readwrite", (store) => store.delete(uuid));
export const allScans = () => within("outbox", "readonly", (store) => store.getAll());

// In one transaction: the scan that got no answer goes, and the same one without the network takes its place.
export const swapScan = (uuid, scan) =>
  within("outbox", "readwrite", (store) => { store.delete(uuid); return store.put(scan); });

export const keepForever = () => navigator.storage?.persist?.().catch(() => false);
