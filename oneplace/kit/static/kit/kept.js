// Lines that wait for the network, or that the house refused: kept sealed in this browser until it
// has them or whoever wrote them lets them go. The key comes with the page to whoever is signed in
// and never lies here, so that after signing out nobody can read what waits.

const NAME = "oneplace-kept";
const SHELF = "lines";
const UNSENT = "oneplace:lines:unsent:";
const text = new TextEncoder();
let opened = null;

function open() {
  opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(SHELF);
    asked.onsuccess = () => {
      asked.result.onversionchange = () => { asked.result.close(); opened = null; };
      done(asked.result);
    };
    asked.onerror = asked.onblocked = () => { opened = null; failed(asked.error); };
  });
  return opened;
}

async function on(mode, act) {
  const base = await open();
  return new Promise((done, failed) => {
    const work = base.transaction(SHELF, mode);
    const asked = act(work.objectStore(SHELF));
    work.oncomplete = () => done(asked?.result);
    work.onerror = work.onabort = () => failed(work.error);
  });
}

// The queue of one reader: every line is in memory at once, and on the disk as soon as it can be.
// Every page asks before somebody signs out with lines unsent; it reads this count of theirs.
function count(reader, waiting) {
  try {
    if (waiting) localStorage.setItem(`${UNSENT}${reader}`, String(waiting));
    else localStorage.removeItem(`${UNSENT}${reader}`);
  } catch {
    // A forbidden store only means that nobody is asked.
  }
}

export class Kept {
  constructor({ reader, secret }) {
    this.reader = reader;
    this.lines = [];
    this.lasts = false;
    this.key = this.#key(secret);
    // One after another: a line taken away may not overtake itself being written.
    this.writing = this.key;
  }

  async #key(secret) {
    if (!secret || !globalThis.crypto?.subtle || !globalThis.indexedDB) return null;
    const raw = Uint8Array.from(atob(secret), (one) => one.charCodeAt(0));
    return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  }

  // What an earlier page, tab or day left behind of this reader's; what does not open stays sealed.
  async load() {
    try {
      const key = await this.key;
      if (!key) return void count(this.reader, this.lines.length);
      const rows = await on("readonly", (shelf) => shelf.getAll());
      const found = [];
      for (const row of rows.filter((one) => one.reader === this.reader)) {
        try {
          const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, key, row.sealed);
          found.push(JSON.parse(new TextDecoder().decode(plain)));
        } catch {
          // Sealed with a key that is no more: nobody can read it, nor can we.
        }
      }
      const here = new Set(this.lines.map((one) => one.line));
      found.sort((one, other) => one.typed - other.typed);
      this.lines = [...found.filter((one) => !here.has(one.line)), ...this.lines];
      this.lasts = true;
    } catch {
      // A full or forbidden store only means that nothing outlives the page.
    }
    await this.#told();
  }

  add(line) {
    this.lines.push({ ...line, typed: Date.now() });
    this.#write(line.line);
  }

  refuse(id, reason) {
    const line = this.lines.find((one) => one.line === id);
    if (line) line.refused = reason;
    this.#write(id);
  }

  // Only this one goes, whatever was typed meanwhile.
  remove(id) {
    this.lines = this.lines.filter((one) => one.line !== id);
    this.#write(id);
  }

  get waiting() { return this.lines.filter((one) => !one.refused); }
  get refused() { return this.lines.filter((one) => one.refused); }

  // Another tab may hold lines of this reader's, too; a browser that keeps none has those of here.
  async #told() {
    const rows = this.lasts ? await on("readonly", (shelf) => shelf.getAll()).catch(() => null) : null;
    count(this.reader, rows ? rows.filter((one) => one.reader === this.reader).length : this.lines.length);
  }

  #write(id) {
    count(this.reader, this.lines.length);
    this.writing = this.writing.then(async () => {
      const key = await this.key;
      if (!key) return;
      // As it stands now, not as it stood when this was asked for.
      const line = this.lines.find((one) => one.line === id);
      if (!line) { await on("readwrite", (shelf) => shelf.delete(id)); return; }
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text.encode(JSON.stringify(line)));
      await on("readwrite", (shelf) => shelf.put({ reader: this.reader, iv, sealed }, id));
      this.lasts = true;
    }).catch(() => { this.lasts = false; }).then(() => this.#told());
  }
}
