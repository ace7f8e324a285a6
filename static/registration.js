// The page on which an administrator connects an LMS: one press is enough, and “Done” tells the LMS to close our page.
// Without this script the button works all the same, and the page says what to do.

const form = document.querySelector("form[data-connect]");
form?.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  const button = form.querySelector("button");
  button.setAttribute("aria-disabled", "true");
  button.textContent = "Connecting …";
});
// Who comes back to the page finds it as it was.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());

const lms = window.opener ?? window.parent;
const done = document.querySelector("[data-done]");
if (done && lms !== window) {
  done.hidden = false;
  done.querySelector("button").addEventListener("click", () => {
    lms.postMessage({ subject: "org.imsglobal.lti.close" }, "*");
    done.querySelector("[role=status]").textContent = "If this page stays open, close it yourself.";
  });
}
