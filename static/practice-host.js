/* The LMS's side of what the tool says from its frame (LTI Client Side postMessages and Platform Storage), as Canvas does
   it. The page around the tool loads it; where the LMS forwards messages, so does a frame of the LMS's own, which then
   alone answers for the storage. */
(() => {
  "use strict";
  const STORED = ["lti.put_data", "lti.get_data"];
  const MOST_KEYS = 500;
  const MOST_BYTES = 4096;
  const isForwarder = window.parent !== window && window.name !== "";
  const page = isForwarder ? window.parent : window;
  const forwarder = isForwarder ? window.name : document.currentScript.dataset.forwarder;
  const storage = window.sessionStorage;

  class Refusal extends Error {
    constructor(code, message) {
      super(message);
      this.code = code;
    }
  }

  const require = (holds, code, message) => {
    if (!holds) throw new Refusal(code, message);
  };
  const toolFrame = () => page.document.querySelector("iframe.tool");
  const bytes = (text) => new TextEncoder().encode(text).length;

  /* Every tool has a space of its own, by the origin that it speaks from. */
  const shelf = (origin) => `lti|platform_storage|${origin}|`;
  const keysOf = (origin) => Object.keys(storage).filter((name) => name.startsWith(shelf(origin)));

  const checkRoom = (origin, key, value) => {
    const others = keysOf(origin).filter((name) => name !== shelf(origin) + key);
    const room = others.map((name) => bytes(name.slice(shelf(origin).length)) + bytes(storage.getItem(name)));
    const taken = room.reduce((sum, one) => sum + one, 0) + bytes(key) + bytes(value);
    require(others.length < MOST_KEYS && taken <= MOST_BYTES, "storage_exhaustion", "There is no room left");
  };

  const checkStored = ({ key, message_id }) => {
    require(typeof key === "string" && key !== "", "bad_request", "Missing required 'key' field");
    require(message_id, "bad_request", "Missing required 'message_id' field");
  };

  const answers = {
    "lti.capabilities": () => ({
      supported_messages: Object.keys(answers).map((subject) =>
        forwarder && STORED.includes(subject) ? { subject, frame: forwarder } : { subject },
      ),
    }),
    "lti.put_data": (message, origin) => {
      checkStored(message);
      const { key, value } = message;
      if (value === undefined || value === null || value === "") {
        storage.removeItem(shelf(origin) + key);
        return { key };
      }
      require(typeof value === "string", "bad_request", "The 'value' must be text");
      checkRoom(origin, key, value);
      storage.setItem(shelf(origin) + key, value);
      return { key, value };
    },
    "lti.get_data": (message, origin) => {
      checkStored(message);
      return { key: message.key, value: storage.getItem(shelf(origin) + message.key) };
    },
    "lti.fetchWindowSize": () => {
      const { left, top } = toolFrame().getBoundingClientRect();
      const { innerWidth, innerHeight, scrollX, scrollY } = page;
      const offset = { top: top + scrollY, left: left + scrollX };
      return { height: innerHeight, width: innerWidth, offset, footer: 0, scrollY };
    },
    "lti.frameResize": ({ height }) => {
      require(Number(height) > 0, "bad_request", "The 'height' must be a number above zero");
      toolFrame().style.flex = "none";
      toolFrame().style.height = `${Number(height)}px`;
      page.document.getElementById("main").classList.add("page-grown");
      return {};
    },
  };

  /* With a forwarder, the storage is the forwarder's business alone, and everything else the page's. */
  const isMine = (subject) => !forwarder || STORED.includes(subject) === isForwarder;

  const answerTo = (message, origin) => {
    try {
      require(message.subject in answers && isMine(message.subject), "unsupported_subject", "It is not answered here");
      return answers[message.subject](message, origin);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      return { error: { code: refusal.code, message: refusal.message } };
    }
  };

  window.addEventListener("message", ({ source, origin, data }) => {
    const frame = toolFrame();
    if (!frame || source !== frame.contentWindow || typeof data !== "object" || data === null) return;
    if (typeof data.subject !== "string" || data.subject.endsWith(".response")) return;
    const answered = { subject: `${data.subject}.response`, ...answerTo(data, origin) };
    if (data.message_id) answered.message_id = data.message_id;
    source.postMessage(answered, origin);
  });
})();
