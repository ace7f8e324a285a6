// Hands our answer to the LMS as soon as the page is there.
//
// The LMS expects it where it asked: in its frame. In a window of our own (see window.js), the page in the frame that
// opened it is offered the answer, and sends it from there. Where no window takes it, it is sent from here: at once where
// that page is gone, and after a while where it keeps silent, since an answer sent from both would be there twice.

const PATIENCE = 10000;

const form = document.querySelector("form[data-hand-back]");

function isOpenerStillThere() {
  try {
    return window.opener.location.origin === location.origin;
  } catch {
    // It is closed, or shows a page of the LMS, which is not ours to look at.
    return false;
  }
}

form.addEventListener("submit", (event) => {
  if (!isOpenerStillThere()) return;
  event.preventDefault();
  const sendFromHere = setTimeout(() => form.submit(), PATIENCE);
  window.addEventListener("message", ({ origin, data }) => {
    if (origin !== location.origin || data?.subject !== "fit-to-post.taken") return;
    clearTimeout(sendFromHere);
    form.replaceWith("Your course has it. You can close this window.");
    window.close();
  });
  const offer = { subject: "fit-to-post.offered", action: form.action, fields: [...new FormData(form)] };
  window.opener.postMessage(offer, location.origin);
});

// As if the button had been pressed.
form.requestSubmit();
