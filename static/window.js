// Between a page in the LMS's frame and the window that it opened, since the browser keeps no cookies for us in the frame.
//
// What an LMS asks somebody to choose must come back to it in the frame where it asked. So the page in the frame waits,
// and a form marked data-hand-back in the window is sent from there. Where nobody waits, the form is sent as it stands.

const PATIENCE = 1000;
const OFFERED = "fit-to-post.offered";
const TAKEN = "fit-to-post.taken";

const isFromUs = ({ origin, data }, subject) => origin === location.origin && data?.subject === subject;

function sendHere({ action, fields }) {
  const form = Object.assign(document.createElement("form"), { method: "post", action, hidden: true });
  for (const [name, value] of fields) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}

function waitForWindow(opening) {
  opening.addEventListener("submit", () => {
    window.addEventListener("message", (event) => {
      if (!isFromUs(event, OFFERED)) return;
      event.source.postMessage({ subject: TAKEN }, location.origin);
      sendHere(event.data);
    });
    const after = document.querySelector("[data-after]");
    after.append(after.querySelector("template").content.cloneNode(true));
    // The form must outlive its own submission.
    setTimeout(() => document.querySelector("[data-before]").remove());
  });
}

function handBack(form) {
  const sendFromHere = setTimeout(() => form.submit(), window.opener ? PATIENCE : 0);
  window.addEventListener("message", (event) => {
    if (!isFromUs(event, TAKEN)) return;
    clearTimeout(sendFromHere);
    form.replaceWith("It is back in your course. You can close this window.");
    window.close();
  });
  const fields = [...new FormData(form)];
  window.opener?.postMessage({ subject: OFFERED, action: form.action, fields }, location.origin);
}

const opening = document.querySelector("form[data-new-window]");
const answer = document.querySelector("form[data-hand-back]");
if (opening) waitForWindow(opening);
if (answer) handBack(answer);
