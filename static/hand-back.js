// Hands our answer to the LMS as soon as the page is there. Asked for as if somebody had pressed the button, so that a
// listener can take the answer elsewhere.

document.querySelector("form[data-hand-back]").requestSubmit();
