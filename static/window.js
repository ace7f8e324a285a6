// The page in the LMS's frame that opens a window of ours, since the browser keeps no cookies for us in the frame. What
// an LMS asks a trainer to choose must come back to it in the frame where it asked: so this page waits, and sends the
// answer that the window offers (see hand-back.js). Its content policy lets it go to that LMS alone.

const opening = document.querySelector("form[data-new-window]");

function send({ action, fields }) {
  const form = Object.assign(document.createElement("form"), { method: "post", action, hidden: true });
  for (const [name, value] of fields) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}

function waitForAnswer() {
  window.addEventListener("message", ({ origin, data, source }) => {
    if (origin !== location.origin || data?.subject !== "fit-to-post.offered") return;
    source.postMessage({ subject: "fit-to-post.taken" }, origin);
    send(data);
  });
}

opening.addEventListener("submit", () => {
  waitForAnswer();
  const after = document.querySelector("[data-after]");
  after.append(after.querySelector("template").content.cloneNode(true));
  const heading = document.querySelector("h1");
  heading.textContent = after.dataset.after;
  heading.tabIndex = -1;
  heading.focus();
  // A form must outlive its own submission.
  setTimeout(() => document.querySelector("[data-before]").remove());
});
