// Sends forms and follows links marked data-player without leaving the page: <main> is replaced by the answer's <main>,
// the new heading is read out, and the history of the LMS's frame does not grow. Without this script they work as plain
// forms and links. They must stay on this site: an answer that redirects elsewhere cannot be read.

const tellFrame = (message) => window.parent !== window && window.parent.postMessage(message, "*");

// A page with links into itself has to scroll inside its frame: in a frame as tall as the page they would lead nowhere.
const TALLEST_THAT_SCROLLS = 800;

new ResizeObserver(() => {
  // A dialog scrolls inside, so that its buttons stay in sight.
  if (document.querySelector("[data-in-dialog]")) return;
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  const scrolls = document.querySelector("[data-scrolls]");
  tellFrame({ subject: "lti.frameResize", height: scrolls ? Math.min(height, TALLEST_THAT_SCROLLS) : height });
}).observe(document.body);

function focusOn(main) {
  const place = main.querySelector(".govuk-error-summary") ?? main.querySelector("h1") ?? main;
  place.tabIndex = -1;
  place.focus();
  window.scrollTo(0, 0);
  tellFrame({ subject: "lti.scrollToTop" });
}

async function turnPage(url, options) {
  const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(20000) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = page.querySelector("main");
  if (answer.status >= 500 || !main) throw new Error(`No page came back (${answer.status})`);
  document.querySelector("main").replaceWith(main);
  document.title = page.title;
  watchGrade();
  // An answer that was refused has no address of its own to come back to.
  if (answer.redirected || !options) history.replaceState(null, "", answer.url);
  focusOn(main);
}

// A grade that is on its way is looked after for a while, so that the page tells when it has arrived.
async function watchGrade(looks = 6) {
  const state = document.querySelector("#grade-state[data-changes]");
  if (!state || !looks) return;
  await new Promise((later) => setTimeout(later, 4000));
  if (!state.isConnected) return;
  const page = await fetch(location.href).then((answer) => answer.text(), () => "");
  const now = new DOMParser().parseFromString(page, "text/html").querySelector("#grade-state");
  if (now && now.textContent !== state.textContent) state.textContent = now.textContent;
  if (now && !now.hasAttribute("data-changes")) state.removeAttribute("data-changes");
  watchGrade(looks - 1);
}

watchGrade();

// A whole page that came back with mistakes in a form begins with them too.
if (document.querySelector(".govuk-error-summary")) focusOn(document.querySelector("main"));

// Whoever waits longer than a moment is told for what.
function sayOnItsWay(form) {
  const note = document.createElement("p");
  note.className = "ftp-on-its-way govuk-body";
  note.setAttribute("role", "status");
  (form.querySelector("[type=submit], button") ?? form).after(note);
  return setTimeout(() => { note.textContent = "Sending your answer …"; }, 1000);
}

function sayNotSaved(form) {
  const note = document.createElement("p");
  note.className = "ftp-not-saved";
  note.setAttribute("role", "alert");
  note.textContent = "Your answer is not saved yet: the connection failed. Your choice is still here. Try again.";
  (form.querySelector("[type=submit], button") ?? form).before(note);
}

async function send(form, button) {
  const fields = new URLSearchParams(new FormData(form));
  if (button?.name) fields.append(button.name, button.value);
  form.querySelector(".ftp-not-saved")?.remove();
  form.querySelector(".ftp-on-its-way")?.remove();
  form.dataset.sending = "yes";
  const wait = sayOnItsWay(form);
  button?.setAttribute("aria-disabled", "true");
  try {
    await turnPage(form.getAttribute("action") ?? "", { method: "POST", body: fields });
  } catch {
    delete form.dataset.sending;
    button?.removeAttribute("aria-disabled");
    form.querySelector(".ftp-on-its-way")?.remove();
    sayNotSaved(form);
  } finally {
    clearTimeout(wait);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  // What works once must not be sent twice by a double click.
  if (form.matches("form[data-once]")) {
    if (form.dataset.sending) event.preventDefault();
    form.dataset.sending = "yes";
  }
  if (!form.matches("form[data-player]")) return;
  event.preventDefault();
  if (!form.dataset.sending) send(form, event.submitter);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const link = event.target.closest("a[data-player]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  turnPage(link.href).catch(() => location.assign(link.href));
});
