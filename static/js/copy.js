/* Copy a citation: the buttons are shown only here, because only a script can copy. */
for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.nextElementSibling.textContent = button.dataset.done;
  });
}
