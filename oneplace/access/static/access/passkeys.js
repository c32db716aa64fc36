// Passkeys: adds, uses and signs in with them. A page marks each place with data-passkey="add", "use"
// or "sign-in"; the buttons stay hidden where a browser has no passkeys.

const IS_NUMBER_ADDRESS = /^(\d{1,3}\.){3}\d{1,3}$|^\[/;

function bytesOf(text) {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
}

function textOf(buffer) {
  const letters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function forCreating(options) {
  const made = { ...options, challenge: bytesOf(options.challenge) };
  made.user = { ...options.user, id: bytesOf(options.user.id) };
  made.excludeCredentials = (options.excludeCredentials || []).map(withId);
  return made;
}

function forUsing(options) {
  return {
    ...options,
    challenge: bytesOf(options.challenge),
    allowCredentials: (options.allowCredentials || []).map(withId),
  };
}

function withId(credential) {
  return { ...credential, id: bytesOf(credential.id) };
}

function asJson(credential) {
  const answer = credential.response;
  const response = { clientDataJSON: textOf(answer.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (answer[name]) response[name] = textOf(answer[name]);
  }
  if (answer.getTransports) response.transports = answer.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function add(place, options) {
  const publicKey = forCreating(options.creation_options.publicKey);
  const alone = place.querySelector("[name=passwordless]");
  const isAlone = !alone || alone.checked;
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: isAlone ? "required" : "discouraged",
    requireResidentKey: isAlone,
    ...(isAlone ? { userVerification: "required" } : {}),
  };
  return navigator.credentials.create({ publicKey });
}

async function use(place, options) {
  return navigator.credentials.get({ publicKey: forUsing(options.request_options.publicKey) });
}

async function signIn(place) {
  const address = place.querySelector("form").action;
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no options");
  return use(place, await answer.json());
}

const ways = { add, use, "sign-in": signIn };

function say(words) {
  const note = document.querySelector("[data-passkey-note]");
  if (!note) return;
  note.textContent = words;
  note.hidden = false;
  note.setAttribute("role", "status");
}

function why(error) {
  if (error.name === "NotAllowedError") {
    return "No passkey was used. Try again, or choose another way.";
  }
  if (error.name === "InvalidStateError") return "This device already has a passkey for you here.";
  return "That did not work. Try again, or choose another way.";
}

for (const place of document.querySelectorAll("[data-passkey]")) {
  const button = place.querySelector("[data-passkey-begin]");
  if (!window.PublicKeyCredential) {
    if (place.dataset.passkey === "add") say("This browser has no passkeys.");
    button.disabled = true;
    continue;
  }
  if (IS_NUMBER_ADDRESS.test(location.hostname)) {
    // Browsers tie a passkey to a name; a number is none.
    say("Passkeys do not work at a number address. Open this service by its name instead.");
    button.disabled = true;
    continue;
  }
  place.hidden = false;
  const options = place.querySelector("[data-passkey-options]");
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const credential = await ways[place.dataset.passkey](
        place,
        options ? JSON.parse(options.textContent) : null,
      );
      place.querySelector("[name=credential]").value = asJson(credential);
      place.querySelector("form").submit();
    } catch (error) {
      say(why(error));
      button.disabled = false;
    }
  });
}
