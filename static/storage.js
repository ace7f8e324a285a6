// Speaks with the storage that an LMS keeps for the tools in its frames (1EdTech: LTI Client Side postMessages, LTI
// postMessage Storage). Before the LMS's login it leaves a proof there, and goes on whatever comes of that; after it, the
// proof says that this browser is the one which began. Some LMSs never answer: then the page goes on without.

const PATIENCE = 1000;
const BETWEEN_TRIES = 200;

const { platform, frame, key, value } = document.getElementById("lms-storage").dataset;
const origin = new URL(platform).origin;

function frameCalled(name) {
  try {
    const found = name === "_parent" ? window.parent : window.parent.frames[name];
    return typeof found?.postMessage === "function" ? found : undefined;
  } catch {
    // Another site's page tells us of no frame by that name.
  }
}

// Resolves to what the storage answers, or to nothing. Only the LMS's own site is told anything, and believed.
function ask(message) {
  const id = crypto.getRandomValues(new Uint32Array(4)).join("-");
  let listener = frame;
  const tell = () => frameCalled(listener)?.postMessage({ ...message, message_id: id }, origin);
  // What an LMS says of itself goes before what its login said; of a frame we take the name alone.
  const turnTo = (messages) => {
    const named = messages?.find?.(({ subject }) => subject === message.subject)?.frame;
    if (!named || named === listener) return;
    listener = named;
    tell();
  };

  return new Promise((resolve) => {
    const tries = setInterval(tell, BETWEEN_TRIES);
    const end = (answer) => {
      clearInterval(tries);
      resolve(answer);
    };
    setTimeout(end, PATIENCE);
    window.addEventListener("message", ({ data, origin: sender }) => {
      if (data?.message_id !== id || data.error) return;
      if (data.subject === "lti.capabilities.response") turnTo(data.supported_messages);
      if (data.subject === `${message.subject}.response` && sender === origin) end(data);
    });
    window.parent.postMessage({ subject: "lti.capabilities", message_id: id }, "*");
    tell();
  });
}

async function leaveProof() {
  if (window.parent !== window) await ask({ subject: "lti.put_data", key, value });
  location.replace(document.getElementById("onward").href);
}

async function fetchProof() {
  const answer = window.parent !== window && (await ask({ subject: "lti.get_data", key }));
  if (typeof answer?.value !== "string") {
    document.getElementById("offer").classList.remove("ftp-after-a-moment");
    return;
  }
  const form = document.getElementById("with-proof");
  form.elements.proof.value = answer.value;
  form.submit();
}

value ? leaveProof() : fetchProof();
