// While words are typed, the frame below shows them; the button does the same without this script.
(function () {
  const button = document.querySelector("[data-live-preview]");
  if (!button || !button.form.requestSubmit) return;
  let waiting;
  button.form.addEventListener("input", function () {
    clearTimeout(waiting);
    waiting = setTimeout(function () { button.form.requestSubmit(button); }, 600);
  });
})();
