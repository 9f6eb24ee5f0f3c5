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
