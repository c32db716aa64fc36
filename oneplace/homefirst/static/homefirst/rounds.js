// Blocks of the rounds can be dragged to another lane or minute. A drop opens the plain form with both
// filled in: who goes and when is only changed there, by somebody who reads what it goes against.
const drawing = document.querySelector("svg.rounds");
const LEFT = 150, WIDE = 1180;

function inDrawing(event) {
  const at = new DOMPoint(event.clientX, event.clientY);
  return at.matrixTransform(drawing.getScreenCTM().inverse());
}

function minuteAt(x) {
  const share = Math.min(1, Math.max(0, (x - LEFT) / (WIDE - LEFT)));
  return Math.round((share * Number(drawing.dataset.minutes)) / 5) * 5;
}

function clockAt(x) {
  const begins = drawing.dataset.begins.slice(11, 16).split(":").map(Number);
  const minutes = begins[0] * 60 + begins[1] + minuteAt(x);
  return `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

function laneAt(y) {
  const lanes = [...drawing.querySelectorAll(".rounds__lane")];
  return lanes.reduce((best, lane) => Math.abs(Number(lane.dataset.y) + 28 - y) < Math.abs(Number(best.dataset.y) + 28 - y) ? lane : best);
}

function drag(block, event) {
  const from = inDrawing(event);
  const shift = from.x - Number(block.dataset.x);
  let moved = false;
  const follow = (next) => {
    const at = inDrawing(next);
    moved ||= Math.hypot(at.x - from.x, at.y - from.y) > 6;
    if (moved) block.setAttribute("transform", `translate(${at.x - from.x} ${at.y - from.y})`);
  };
  const drop = (last) => {
    block.removeEventListener("pointermove", follow);
    block.removeEventListener("pointerup", drop);
    block.removeEventListener("pointercancel", drop);
    const at = inDrawing(last);
    block.removeAttribute("transform");
    if (last.type === "pointercancel") return;
    const asked = moved ? `?worker=${laneAt(at.y).dataset.worker}&begins=${encodeURIComponent(clockAt(at.x - shift))}` : "";
    window.location.assign(block.dataset.move + asked);
  };
  block.setPointerCapture(event.pointerId);
  block.addEventListener("pointermove", follow);
  block.addEventListener("pointerup", drop);
  block.addEventListener("pointercancel", drop);
}

for (const block of drawing?.querySelectorAll("[data-move]") ?? []) {
  block.addEventListener("pointerdown", (event) => { if (event.button === 0) { event.preventDefault(); drag(block, event); } });
}
