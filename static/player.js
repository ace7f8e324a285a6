// Sends forms and follows links marked data-player without leaving the page: <main> is replaced by the answer's <main>,
// the new heading is read out, and the history of the LMS's frame does not grow. Without this script they work as plain
// forms and links. They must stay on this site: an answer that redirects elsewhere cannot be read.
// When the next page cannot be had, this one stays with all that was chosen on it, says so, and offers to try again. So
// that this is so for every link and form of ours, those without data-player ask first whether Fit to Post answers.

const tellFrame = (message) => window.parent !== window && window.parent.postMessage(message, "*");

// A page with links into itself has to scroll inside its frame: in a frame as tall as the page they would lead nowhere.
// So does a page with a bar of buttons, or the bar would be out of view. Canvas says how much of a frame its window shows.
const TALLEST_THAT_SCROLLS = 800;
// In a shorter frame the bar does not stay in view (app.scss).
const SHORTEST_THAT_SCROLLS = 420;
let inView = 600;

function tellHeight() {
  // A dialog has the size that its LMS gives it.
  if (document.querySelector("[data-in-dialog]")) return;
  const page = Math.ceil(document.body.getBoundingClientRect().height);
  const hasBar = document.querySelector(".ftp-bar");
  const scrolls = document.querySelector("[data-scrolls]");
  const most = hasBar ? inView : scrolls ? TALLEST_THAT_SCROLLS : page;
  tellFrame({ subject: "lti.frameResize", height: Math.min(page, most) });
}

window.addEventListener("message", ({ source, data }) => {
  if (source !== window.parent || data?.subject !== "lti.fetchWindowSize.response") return;
  const height = Math.floor(Number(data.height) - Number(data.offset?.top ?? 0) - Number(data.footer ?? 0));
  if (!(height > 0)) return;
  inView = Math.min(Math.max(height, SHORTEST_THAT_SCROLLS), TALLEST_THAT_SCROLLS);
  tellHeight();
});
tellFrame({ subject: "lti.fetchWindowSize" });
new ResizeObserver(tellHeight).observe(document.body);

function focusOn(main) {
  const place = main.querySelector(".govuk-error-summary") ?? main.querySelector("h1") ?? main;
  place.tabIndex = -1;
  place.focus();
  window.scrollTo(0, 0);
  tellFrame({ subject: "lti.scrollToTop" });
}

const LONGEST_WAIT = 20000;
const FAILED = {
  connection: "The connection failed.",
  server: "Fit to Post could not answer.",
  // A network's sign-in page, for example, answers every request until someone has signed in.
  stranger: "Another page answered in place of Fit to Post. Your network may want you to sign in.",
};

// The page that began an attempt can be gone back to; from scene to scene the history does not grow.
let shown = location.pathname + location.search;

function setAddress(url, isNew) {
  if (isNew) history.pushState(null, "", url);
  else history.replaceState(null, "", url);
  shown = location.pathname + location.search;
}

window.addEventListener("popstate", () => location.pathname + location.search !== shown && location.reload());

async function turnPage(url, options, isNew = false) {
  const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(LONGEST_WAIT) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (answer.status >= 500) throw new Error(FAILED.server);
  const main = page.querySelector("[data-fit-to-post] main");
  if (!main) throw new Error(FAILED.stranger);
  document.querySelector("main").replaceWith(main);
  document.title = page.title;
  watchGrade();
  // An answer that was refused has no address of its own to come back to.
  if (answer.redirected || !options) setAddress(answer.url, isNew);
  tellHeight();
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

function added(place, tag, className, role) {
  const note = Object.assign(document.createElement(tag), { className });
  note.setAttribute("role", role);
  const bar = place.closest(".ftp-bar");
  if (bar) bar.prepend(note);
  else (place.closest("p, ul, ol, dl, header, footer, .ftp-table-region") ?? place).before(note);
  return note;
}

// Anyone who waits longer than a moment is told what for.
function sayOnItsWay(place, words) {
  const note = added(place, "p", "ftp-on-its-way govuk-body", "status");
  const wait = setTimeout(() => { note.textContent = words; }, 1000);
  return () => {
    clearTimeout(wait);
    note.remove();
  };
}

// Says what failed, beside the button or link that was pressed. The button in it stays the same one from try to try, so
// that it keeps the focus.
function sayFailed(place, words, again) {
  const earlier = document.querySelector(".ftp-not-saved");
  if (earlier !== place.failure) earlier?.remove();
  const note = place.failure?.isConnected ? place.failure : added(place, "div", "ftp-not-saved", "alert");
  place.failure = note;
  const button = note.querySelector("button") ?? Object.assign(document.createElement("button"), { type: "button" });
  button.className = "govuk-button govuk-button--secondary";
  button.textContent = "Try again";
  button.onclick = again;
  const said = document.createElement("p");
  said.textContent = words;
  note.querySelector("p")?.remove();
  note.prepend(said);
  if (!button.isConnected) note.append(button);
}

const causeOf = (error) => (Object.values(FAILED).includes(error.message) ? error.message : FAILED.connection);

// Turns the page once at a time for each thing that was pressed.
async function go(place, words, kept, turn) {
  if (place.isTurning) return;
  place.isTurning = true;
  place.setAttribute("aria-disabled", "true");
  const arrived = sayOnItsWay(place, words);
  try {
    await turn();
    document.querySelectorAll(".ftp-not-saved").forEach((note) => note.remove());
  } catch (error) {
    sayFailed(place, `${causeOf(error)} ${kept}`, () => go(place, words, kept, turn));
  } finally {
    arrived();
    place.isTurning = false;
    place.removeAttribute("aria-disabled");
  }
}

const OPENING = ["Opening the next page …", "This page is still here and everything that you have answered is kept."];
const SENDING = [
  "Sending your answer …",
  "Your answer may not be saved yet. Your choice is still here. Try again: it counts only once.",
];

function send(form, button) {
  const answers = form.querySelector("[type=radio], [type=checkbox]");
  const fields = () => {
    const found = new URLSearchParams(new FormData(form));
    if (button?.name) found.append(button.name, button.value);
    return found;
  };
  const isNew = form.dataset.player === "new";
  const turn = () => turnPage(form.getAttribute("action") ?? "", { method: "POST", body: fields() }, isNew);
  const place = button ?? [...form.elements].find((one) => one.type === "submit") ?? form;
  return go(place, ...(answers ? SENDING : OPENING), turn);
}

// Without a connection, the browser would leave our page for one of its own.
const isCutOff = () => navigator.onLine === false;

// The network may be there and Fit to Post out of reach: only something that it answers itself can tell. Its mark is
// small, and asking for it costs no page.
async function requireAnswer() {
  const mark = document.querySelector("link[rel=icon]").href;
  const answer = await fetch(mark, { cache: "no-store", signal: AbortSignal.timeout(LONGEST_WAIT) });
  await answer.arrayBuffer();
  if (answer.status >= 500) throw new Error(FAILED.server);
  if (!answer.headers.get("Content-Type")?.startsWith("image/svg")) throw new Error(FAILED.stranger);
}

const isOurs = (address) => new URL(address, location.href).origin === location.origin;

// A form that leaves the page is sent once Fit to Post has answered, and what works once is not sent twice by a double
// click.
function leaveBy(form, button) {
  const leave = async () => {
    await requireAnswer();
    if (form.matches("[data-once]")) {
      if (form.dataset.sending) return;
      form.dataset.sending = "yes";
    }
    form.dataset.leaves = "yes";
    form.requestSubmit(button);
    delete form.dataset.leaves;
  };
  return go(button ?? form, OPENING[0], "Nothing has been sent.", leave);
}

// Before the page's own scripts: what they do when a form is sent waits for the answer too.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form.dataset.leaves || form.target) return;
  if (form.matches("form[data-player]")) {
    event.preventDefault();
    send(form, button);
  } else if (isOurs(button?.getAttribute("formaction") ?? form.getAttribute("action") ?? "")) {
    event.preventDefault();
    event.stopPropagation();
    leaveBy(form, button);
  } else if (isCutOff()) {
    event.preventDefault();
    sayFailed(button ?? form, `${FAILED.connection} Nothing has been sent.`, () => form.requestSubmit(button));
  }
}, { capture: true });

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const link = event.target.closest("a[href]");
  if (!link || link.target || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.getAttribute("href").startsWith("#")) return;
  if (link.matches("[data-player]")) {
    event.preventDefault();
    go(link, ...OPENING, () => turnPage(link.href));
  } else if (isOurs(link.href) && !link.hasAttribute("download")) {
    event.preventDefault();
    go(link, ...OPENING, () => requireAnswer().then(() => location.assign(link.href)));
  } else if (isCutOff()) {
    event.preventDefault();
    sayFailed(link, `${FAILED.connection} ${OPENING[1]}`, () => link.click());
  }
});
