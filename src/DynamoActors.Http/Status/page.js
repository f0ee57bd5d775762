// Keeps the page fresh: fetches it again and puts the sections that changed in place of the old ones. It makes no HTML of its own.
"use strict";

const every = 2000;
const fresh = document.getElementById("fresh");
let known = new Map([...document.querySelectorAll("[data-live]")].map(section => [section.id, section.innerHTML]));

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/", { cache: "no-store", signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const section of page.querySelectorAll("[data-live]")) put(section);
    fresh.textContent = page.getElementById("fresh").textContent;
    fresh.classList.remove("grave");
  } catch (failure) {
    fresh.textContent = `This node does not answer (${failure.message}): what is shown is old.`;
    fresh.classList.add("grave");
  }
}

// Where a table was scrolled to, and what in it has the focus, stay.
function put(section) {
  const html = section.innerHTML;
  const old = document.getElementById(section.id);
  if (!old || known.get(section.id) === html) return;
  known.set(section.id, html);
  const scrolled = [...old.querySelectorAll(".wide")].map(wide => wide.scrollLeft);
  const focusable = "a, [tabindex]";
  const focused = [...old.querySelectorAll(focusable)].indexOf(document.activeElement);
  old.replaceChildren(...section.childNodes);
  old.querySelectorAll(".wide").forEach((wide, index) => wide.scrollLeft = scrolled[index] ?? 0);
  if (focused >= 0) old.querySelectorAll(focusable)[focused]?.focus({ preventScroll: true });
}

// ---- One of several versions is kept: by the plain API, with the context of what is shown.

async function keep(button) {
  const { key, bucket, context } = button.closest(".siblings").dataset;
  const at = `/buckets/${bucket}/keys?key=${key}`;
  const headers = { "X-Dynamo-Context": context };
  if (button.dataset.keep === "deletion") return done(await fetch(at, { method: "DELETE", headers }));
  const version = await read(at, button.dataset.keep, context);
  if (!version) return say("It has changed meanwhile: look it up again.");
  const expires = Number(button.dataset.expires);
  const ttl = expires > 0 ? `&ttl=${Math.max(1, Math.ceil((expires - version.now) / 1000))}` : "";
  done(await fetch(at + ttl, { method: "PUT", headers: { ...headers, "Content-Type": version.type }, body: version.bytes }));
}

// Null: the version is no longer one of several, or others have come.
async function read(at, dot, context) {
  const answer = await fetch(at, { headers: { Accept: "application/json" }, cache: "no-store" });
  // By the node's clock: it says when a version expires by that, and the browser's may be another.
  const now = Date.parse(answer.headers.get("Date"));
  if (answer.status === 200 && answer.headers.get("X-Dynamo-Context") === context)
    return { type: answer.headers.get("Content-Type") ?? "application/octet-stream", bytes: await answer.arrayBuffer(), now };
  if (answer.status !== 300) return null;
  const sibling = (await answer.json()).siblings.find(one => one.dot === dot);
  return sibling && { type: sibling.contentType, bytes: Uint8Array.from(atob(sibling.value), one => one.charCodeAt(0)), now };
}

async function done(answer) {
  if (answer.ok) location.reload();
  else say((await answer.json()).detail);
}

function say(text) {
  document.getElementById("resolved").textContent = text;
}

for (const button of document.querySelectorAll("[data-keep]")) {
  button.disabled = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try { await keep(button); } catch (failure) { say(`Nothing is known of what became of it: ${failure.message}`); }
    button.disabled = false;
  });
}

document.addEventListener("keydown", event => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea")) return;
  event.preventDefault();
  document.getElementById("key").select();
});

setInterval(refresh, every);
document.addEventListener("visibilitychange", refresh);
