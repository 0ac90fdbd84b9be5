/* What readers may want to search for, offered while they type, in a list that the browser draws (datalist): it works by
   keyboard and with screen readers as any such list does. Without this the form is as it was. Nothing typed is kept. */
for (const box of document.querySelectorAll("[data-suggest]")) {
  const list = document.createElement("datalist");
  list.id = `${box.id}-suggestions`;
  box.after(list);
  box.setAttribute("list", list.id);
  let waiting, turn = 0;

  async function offer() {
    const now = ++turn, words = box.value.trim();
    let found = [];
    if (words.length > 1 && words.length <= 80) {
      try {
        const address = `${box.dataset.suggest}?${new URLSearchParams({ q: words })}`;
        const answer = await fetch(address, { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" });
        if (answer.ok) found = (await answer.json()).suggestions;
      } catch { /* no network: nothing is offered */ }
    }
    if (now !== turn) return;
    list.replaceChildren(...found.map(({ text, says }) => {
      const option = document.createElement("option");
      option.value = text;
      if (says) option.label = `${text} (${says})`;
      return option;
    }));
  }

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(offer, 150);
  });
}
