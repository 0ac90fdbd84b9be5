/* Filters without a full reload. The server draws the page; this takes from it the results, the counts and the
   notices, keeps the reader's place in the form, and lets the heading (aria-live) say the new number. */
(() => {
  const page = document.querySelector("[data-listing]");
  if (!page) return;
  const form = page.querySelector("[data-facets]");
  const heading = page.querySelector("[data-total]");
  let newest = 0;

  function address() {
    const filled = [...new FormData(form)].filter(([, value]) => value !== "");
    return `${form.action}?${new URLSearchParams(filled)}`.replace(/\?$/, "");
  }

  function twinOf(box, fresh) {   // the same field of the page that came; what is hidden was swapped whole
    const value = box.type === "checkbox" ? `[value="${CSS.escape(box.value)}"]` : "";
    return box.name && box.type !== "hidden" && fresh.querySelector(`[data-listing] [name="${CSS.escape(box.name)}"]${value}`);
  }

  function take(fresh) {
    for (const part of page.querySelectorAll("[data-swap]"))
      part.innerHTML = fresh.querySelector(`[data-swap="${part.dataset.swap}"]`).innerHTML;
    for (const part of page.querySelectorAll("[data-choices]")) {   // the commonest choices, others now perhaps
      const twin = fresh.querySelector(`[data-choices="${part.dataset.choices}"]`);
      if (!twin || part.contains(document.activeElement)) continue;
      const open = part.querySelector("details")?.open;
      part.innerHTML = twin.innerHTML;
      if (open) part.querySelector("details")?.setAttribute("open", "");
    }
    for (const box of form.elements) {
      const twin = twinOf(box, fresh);
      const number = box.type === "checkbox" && box.parentElement.querySelector("span");
      if (number) number.textContent = twin ? twin.parentElement.querySelector("span").textContent : "";   // no number of before
      if (!twin || box === document.activeElement) continue;
      if (box.options) box.innerHTML = twin.innerHTML;   // best match is an order only where words are searched for
      box.checked = twin.checked;
      box.value = twin.value;
    }
    page.querySelector(".fold > summary").textContent = fresh.querySelector(".fold > summary").textContent;
    document.title = fresh.title;
    const total = fresh.querySelector("[data-total]");
    heading.dataset.total = total.dataset.total;
    heading.textContent = total.textContent;
  }

  async function show(url, { push = true, goTo = false } = {}) {
    const turn = ++newest;
    page.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(answer.status);
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (turn !== newest) return;
      take(fresh);
      if (push) history.pushState(null, "", url);
      if (goTo) heading.focus();
    } catch {
      location.assign(url);   // the plain page always works
    } finally {
      page.removeAttribute("aria-busy");
    }
  }

  page.addEventListener("submit", (event) => {
    event.preventDefault();
    const fold = event.submitter && event.submitter.closest(".fold");
    const goTo = Boolean(fold && fold.firstElementChild.offsetParent);   // a phone: the results lie under the form
    if (goTo) fold.open = false;
    show(address(), { goTo });
  });
  form.addEventListener("change", (event) => {
    if (event.target.type === "checkbox") show(address());
  });
  page.addEventListener("click", (event) => {
    const link = event.target.closest(".chosen a, .pager a, .shortlist a:not([download])");
    if (!link || link.pathname !== location.pathname || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link.href, { goTo: true });
  });
  addEventListener("popstate", () => { if (!location.hash) show(location.href, { push: false }); });
})();
