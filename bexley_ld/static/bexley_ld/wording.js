// While words are typed, the frame shows them; the button does the same without this script.
(function () {
  const button = document.querySelector("[data-live-preview]");
  if (!button || !button.form.requestSubmit) return;
  const show = function () { button.form.requestSubmit(button); };
  let waiting;
  button.form.addEventListener("input", function () {
    clearTimeout(waiting);
    waiting = setTimeout(show, 600);
  });
  // The words on the page are not those that are kept: after a test, or where something is to be put right.
  if (button.hasAttribute("data-show-now")) show();
})();
