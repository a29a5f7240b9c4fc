// Countdowns, what is left of a campaign, and orders that go off by themselves. Every page does without it: it says the moment, and its
// buttons work from then on.
(() => {
  // How far our clock is ahead of this one's. What a page says of its own moment can only be late, so the largest guess is the best.
  let ahead = -Infinity;
  const heard = (now) => (ahead = Math.max(ahead, Number(now) - Date.now()));
  document.querySelectorAll("[data-now]").forEach((each) => heard(each.dataset.now));
  const now = () => Date.now() + (isFinite(ahead) ? ahead : 0);
  const two = (number) => String(number).padStart(2, "0");
  const words = (ms, day) => {
    const s = Math.max(0, Math.ceil(ms / 1000));
    const days = Math.floor(s / 86400);
    return `${days ? `${days} ${day} ` : ""}${two(Math.floor(s / 3600) % 24)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  };
  const send = (form) => form.requestSubmit(form.querySelector("button[value=place]"));

  const timers = [...document.querySelectorAll(".countdown[data-until]")].map((each) => {
    const shown = each.appendChild(document.createElement("strong"));
    shown.className = "countdown-digits";
    return { shown, until: Date.parse(each.dataset.until), day: each.dataset.day || "·" };
  });

  // An order prepared ahead: sent at the second, spread over half a second; too early by a wink, it is sent again a second later.
  const early = document.querySelector("form[data-place-at]");
  if (early) {
    early.querySelectorAll("[data-by-itself]").forEach((each) => (each.hidden = false));
    const wait = Math.max(Date.parse(early.dataset.placeAt) - now(), early.dataset.again ? 1000 : 0);
    if (wait < 2 ** 31) setTimeout(() => send(early), wait + Math.random() * 500);
  }

  // Too many at once: the same quote again, when we were asked to come back, not all in one moment.
  const again = document.querySelector("form[data-again]:not([data-place-at])");
  if (again) setTimeout(() => send(again), Number(again.dataset.again) * 1000 * (1 + Math.random() / 2));

  const page = document.querySelector("[data-campaign]");
  let reloading = false;
  const reload = () => {
    if (reloading || !page) return;
    reloading = true;
    setTimeout(() => location.reload(), Math.random() * 1500);
  };

  const tick = () => {
    for (const { shown, until, day } of timers) {
      shown.textContent = words(until - now(), day);
      if (until <= now() && page) reload();
    }
  };
  if (timers.length) {
    tick();
    setInterval(tick, 500);
  }

  const show = (found) => {
    heard(found.now);
    if (found.phase !== page.dataset.phase) return reload();
    document.querySelectorAll("[data-listing]").forEach((each) => {
      const left = found.left[each.dataset.listing];
      if (left === undefined) return;
      const mark = each.querySelector(".left");
      if (!mark) return;
      each.classList.toggle("is-gone", !left);
      const pattern = each.querySelector(left ? ".few" : ".gone");
      mark.textContent = "";
      if (left > 10) return;
      const badge = pattern.firstElementChild.cloneNode(true);
      if (left) badge.lastChild.textContent = mark.dataset.words.replace("%(n)s", left);
      mark.append(badge);
      const button = each.querySelector("form button");
      if (button) button.disabled = !left;
    });
  };
  const look = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(page.dataset.left);
        if (answer.ok) show(await answer.json());
      } catch {
        // No signal: the next look may find one.
      }
    }
    const busy = page.dataset.phase === "running";
    setTimeout(look, (busy ? 3000 : 20000) * (0.8 + Math.random() * 0.4));
  };
  if (page && page.dataset.phase !== "over") look();
})();
