// What the browser keeps for the phone: four shelves of one IndexedDB. Everything about anybody on
// them is ciphertext; what is in the clear is counts, times, and names we made ourselves.

const NAME = "oneplace-phone";
const SHELVES = ["lock", "pack", "outbox", "drafts"];
let opened = null;

function open() {
  opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      for (const shelf of SHELVES) {
        if (!asked.result.objectStoreNames.contains(shelf)) asked.result.createObjectStore(shelf);
      }
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => { asked.result.close(); opened = null; };
      done(asked.result);
    };
    asked.onerror = () => { opened = null; failed(asked.error); };
    asked.onblocked = asked.onerror;
  });
  return opened;
}

async function on(shelf, mode, act) {
  const base = await open();
  return new Promise((done, failed) => {
    const work = base.transaction(shelf, mode);
    const asked = act(work.objectStore(shelf));
    // Done only once it lies on the disk: a phone that dies a moment later has it.
    work.oncomplete = () => done(asked?.result);
    work.onerror = work.onabort = () => failed(work.error);
  });
}

export const get = (shelf, key) => on(shelf, "readonly", (rows) => rows.get(key));
export const all = (shelf) => on(shelf, "readonly", (rows) => rows.getAll());
export const put = (shelf, key, value) => on(shelf, "readwrite", (rows) => rows.put(value, key));
export const remove = (shelf, key) => on(shelf, "readwrite", (rows) => rows.delete(key));
export const clear = (shelf) => on(shelf, "readwrite", (rows) => rows.clear());

// A browser short of room may throw away what it keeps for a site, unless it is asked not to.
export async function askToKeep() {
  try {
    return Boolean(await navigator.storage?.persist?.());
  } catch {
    return false;
  }
}
