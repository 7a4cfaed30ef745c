// Fetches the page anew when its source has changed, and puts in the parts that are marked data-live. A part whose mark
// has a value is left alone while the value stays the same.
document.addEventListener('vigil:changed', async () => {
  const response = await fetch(location.href);
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  for (const part of document.querySelectorAll('[data-live]')) {
    const other = fresh.getElementById(part.id);
    if (!other || (part.dataset.live && part.dataset.live === other.dataset.live)) continue;
    part.dataset.live = other.dataset.live;
    part.hidden = other.hidden;
    part.replaceChildren(...other.childNodes);
  }
});
