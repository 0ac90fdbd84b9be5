/* Exit this page, after the pattern of the GOV.UK Design System: a press, or Shift three times within five
   seconds, covers the page at once and replaces it. Without this file the link still works as a plain link. */
(() => {
  const link = document.querySelector("[data-exit]");
  if (!link) return;
  const status = document.querySelector("[data-exit-status]");
  const say = (name) => { status.textContent = name ? status.dataset[name] : ""; };
  const root = document.documentElement;
  let title = document.title;
  let presses = 0;
  let timer = 0;
  let combined = false;   // Shift held for another key is typing, not a wish to leave

  document.querySelector("[data-exit-hint]").hidden = false;

  function leave(event) {
    if (event) event.preventDefault();
    if (!root.classList.contains("leaving")) title = document.title;   // filters may have changed it
    root.classList.add("leaving");
    document.title = "…";
    say("leaving");
    location.replace(link.href);
  }

  function reset(name) {
    clearTimeout(timer);
    presses = 0;
    timer = 0;
    say(name);
  }

  function count() {
    presses += 1;
    if (presses === 3) return leave();
    if (!timer) timer = setTimeout(() => reset("expired"), 5000);
    say(presses === 1 ? "two" : "one");
  }

  link.addEventListener("click", leave);
  document.addEventListener("keyup", (event) => {
    if (event.key === "Shift" && !combined) count();
    else if (presses) reset("");
    combined = event.shiftKey;
  });

  // a page that the browser kept whole and shows again must not stay covered
  addEventListener("pageshow", () => {
    root.classList.remove("leaving");
    document.title = title;
    reset("");
  });
})();
