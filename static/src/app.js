// Small helps on top of pages that work without them. Appended to GOV.UK Frontend by scripts/build_static.py.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// "Select all" of a queue: it appears only where it can work.
document.querySelectorAll("[data-select-all]").forEach((box) => {
  const wrapper = box.closest("[hidden]");
  const picks = () => document.querySelectorAll(`input[type=checkbox][name="${box.dataset.selectAll}"]`);
  if (wrapper) wrapper.hidden = false;
  box.addEventListener("change", () => picks().forEach((pick) => { pick.checked = box.checked; }));
  document.addEventListener("change", (event) => {
    if (event.target.name === box.dataset.selectAll) {
      box.checked = Array.from(picks()).every((pick) => pick.checked);
    }
  });
});

// A text that is saved as it is typed. Without this, and whenever it fails, the form's own buttons save it.
document.querySelectorAll("form[data-saves]").forEach((form) => {
  const said = form.querySelector("[data-saves-said]");
  const pause = 1500;
  let timer = null;
  let isSending = false;
  let isDirty = false;
  let isStopped = false;
  let pressed = null;

  const send = async () => {
    const data = new FormData(form);
    data.set("then", "typed");
    const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual" });
    if (answer.type === "opaqueredirect") {
      isStopped = true;
      return "You are signed out. Save with the button below: you sign in again, and your text is still there.";
    }
    if (!(answer.headers.get("Content-Type") || "").startsWith("application/json")) {
      isStopped = true;
      return "Not saved, because this page is not the newest. Save with the button below to see why.";
    }
    const told = await answer.json();
    if (told.version) form.elements.version.value = told.version;
    return told.said;
  };

  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };

  const save = async () => {
    if (isStopped) return;
    // Typed on while a save is on its way: those words go with the next one.
    isDirty = isSending;
    if (isSending) return;
    isSending = true;
    const words = await send().catch(() => "Not saved: the portal cannot be reached. It is tried again when you go on.");
    // Said once a minute at most: the words carry the time, and a screen reader reads each change.
    if (said.textContent !== words) said.textContent = words;
    isSending = false;
    if (pressed) form.requestSubmit(pressed);
    else if (isDirty) wait();
  };

  form.addEventListener("input", wait);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    // What is on its way makes this page's version an old one: wait for the answer.
    if (isSending) {
      event.preventDefault();
      pressed = event.submitter;
    }
  });
});
