"use strict";
(() => {
  const root = document.documentElement;
  const byId = id => document.getElementById(id);
  root.classList.toggle("dark", matchMedia("(prefers-color-scheme: dark)").matches);
  byId("theme").onclick = () => root.classList.toggle("dark");

  // A series is hidden by making its colour's name mean nothing.
  for (const b of document.querySelectorAll(".legend button")) {
    b.querySelector("i").style.background = `var(${b.dataset.var})`;
    b.onclick = () => {
      const off = b.classList.toggle("off");
      if (off) root.style.setProperty(b.dataset.var, "transparent");
      else root.style.removeProperty(b.dataset.var);
    };
  }

  const stack = byId("stack"), line = byId("line"), tip = byId("tip");
  const two = n => String(Math.floor(n)).padStart(2, "0");
  const clock = s => {
    const d = Math.floor(s / 86400), r = s - d * 86400;
    return (d ? d + "d " : "") + Math.floor(r / 3600) + ":" + two(r / 60 % 60) + ":" + two(r % 60);
  };
  // The last index whose time isn't after t, at least 0.
  const indexAt = (times, t) => {
    let lo = 0, hi = times.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if (times[mid] <= t) lo = mid; else hi = mid - 1;
    }
    return lo;
  };
  const row = (colour, name, value) => {
    const d = document.createElement("div"), n = document.createElement("span"), v = document.createElement("span");
    const dot = document.createElement("i");
    dot.style.background = `var(${colour})`;
    n.append(dot, name);
    v.className = "num";
    v.textContent = value;
    d.append(n, v);
    return d;
  };
  const fill = t => {
    const head = document.createElement("b");
    head.textContent = clock(t);
    tip.replaceChildren(head);
    const i = indexAt(facts.t, t);
    for (const l of facts.lines || []) {
      const v = l.v[i];
      tip.append(row(l.var, l.name, v === null || v === undefined ? "off" : v + l.unit));
    }
    for (const p of facts.places || []) {
      if (!p.m || p.m[0].t > t) continue;
      const m = p.m[indexAt(p.m.map(x => x.t), t)];
      if (m.h) tip.append(row(m.var, p.name, "on " + m.h));
    }
    const slack = facts.end / 400;
    let shown = 0;
    for (const r of facts.runs || []) {
      const end = r.e < 0 ? facts.end : r.e;
      if (r.s - slack > t || end + slack < t || shown++ > 6) continue;
      tip.append(row(r.f ? "--bad" : "--good", r.p, clock(r.s)));
    }
  };
  const hide = () => { line.style.display = tip.style.display = "none"; };
  stack.onpointerleave = hide;
  stack.onpointermove = e => {
    const box = stack.getBoundingClientRect(), x = (e.clientX - box.left) / box.width;
    const part = (x - facts.at.Left) / (facts.at.Right - facts.at.Left);
    if (part < 0 || part > 1 || !facts.t || !facts.t.length) return hide();
    fill(part * facts.end);
    line.style.display = tip.style.display = "block";
    line.style.left = 100 * x + "%";
    const right = x > 0.6;
    tip.style.left = right ? "" : `calc(${100 * x}% + 14px)`;
    tip.style.right = right ? `calc(${100 * (1 - x)}% + 14px)` : "";
    tip.style.top = Math.max(0, Math.min(e.clientY - box.top - 20, box.height - tip.offsetHeight)) + "px";
  };
})();
