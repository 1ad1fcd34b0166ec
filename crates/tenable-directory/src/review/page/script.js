// Sorts, filters and opens the rows that are there. Nothing is built from data but text.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  // How many rows of a table are laid out at once; more come when the end is in sight.
  const STEP = 200;
  const FIELDS = ["q", "severity", "kind", "where", "state"];
  const STATES = { enabled: "e", disabled: "d", locked: "l", untold: "u", administrator: "a", "untold-administrator": "n" };
  const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const byId = (id) => document.getElementById(id);
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  document.addEventListener("DOMContentLoaded", () => {
    try {
      start();
    } catch (error) {
      // Without its script the page shows all rows.
      root.classList.remove("js");
      throw error;
    } finally {
      root.classList.add("ready");
    }
  });

  function start() {
    const tables = [...document.querySelectorAll("table.list")].map((table) => new Table(table));
    const filtered = tables.filter((table) => table.isFiltered);
    const fields = Object.fromEntries(FIELDS.map((id) => [id, byId(id)]));
    const fresh = byId("new");
    const themes = [...document.querySelectorAll("input[name=theme]")];

    function theme() {
      const chosen = themes.find((input) => input.checked);
      return chosen ? chosen.value : "";
    }

    /** What the reader asked for, as in the hash of the address. */
    function asked() {
      const asked = new URLSearchParams();
      for (const id of FIELDS) if (fields[id].value.trim()) asked.set(id, fields[id].value.trim());
      if (fresh && fresh.checked) asked.set("new", "yes");
      for (const table of tables) if (table.sorted) asked.append("sort", [table.id, ...table.sorted].join("."));
      if (theme()) asked.set("theme", theme());
      return asked;
    }

    function keep() {
      const hash = asked().toString();
      history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    }

    /** Takes over what the hash says. A hash without `=` is the place of something. */
    function follow() {
      const hash = location.hash.slice(1);
      if (hash && !hash.includes("=")) {
        filter();
        return goTo(hash);
      }
      const wanted = new URLSearchParams(hash);
      for (const id of FIELDS) {
        fields[id].value = wanted.get(id) ?? "";
        if (fields[id].selectedIndex === -1) fields[id].value = "";
      }
      if (fresh) fresh.checked = wanted.has("new");
      const colours = wanted.get("theme") ?? "";
      for (const input of themes) input.checked = input.value === colours;
      colour();
      for (const sort of wanted.getAll("sort")) {
        const [id, column, direction] = sort.split(".");
        const table = tables.find((table) => table.id === id);
        if (table) table.sort(Number(column), direction);
      }
      filter();
    }

    function colour() {
      if (theme()) root.dataset.theme = theme();
      else delete root.dataset.theme;
    }

    /** Tells for a row whether it is one of those asked for. */
    function wish() {
      const texts = plain(fields.q.value).split(/\s+/).filter(Boolean);
      const { severity, kind, state } = Object.fromEntries(FIELDS.map((id) => [id, fields[id].value]));
      const place = fields.where.selectedOptions[0];
      const tenants = place && place.dataset.t !== undefined ? new Set(place.dataset.t.split(" ")) : null;
      const isNew = Boolean(fresh && fresh.checked);
      const here = (tenant) => !tenants || tenants.has(tenant);
      const found = (finding) =>
        (!kind || finding.kind === kind) && (!severity || finding.severity === severity) && (!isNew || finding.isNew) &&
        (!tenants || finding.tenants.some(here));
      const asksFindings = kind || severity || isNew;
      return (row, table) => {
        if (asksFindings && !row.findings.some(found)) return false;
        // Roles and groups have no state.
        if (state && !table.hasObjects && !row.accounts.some((one) => here(one.tenant) && one.flags.includes(STATES[state]))) return false;
        // A finding may concern a tenant where there is no account any more.
        const isHere = table.hasFindings ? row.findings.some(found) : asksFindings || row.accounts.some((one) => here(one.tenant));
        if (tenants && !isHere) return false;
        return texts.every((text) => row.text.includes(text));
      };
    }

    function filter() {
      const wanted = wish();
      for (const table of filtered) table.filter(wanted);
      for (const id of FIELDS) fields[id].classList.toggle("set", Boolean(fields[id].value));
      const said = filtered.map((table) => `${table.matching.length.toLocaleString("en")} of ${table.rows.length.toLocaleString("en")} ${table.what}`);
      byId("counts").textContent = said.join(" · ");
      const limits = FIELDS.filter((id) => fields[id].value.trim()).map((id) => {
        const label = fields[id].closest("label").querySelector("span").textContent;
        const value = fields[id].selectedOptions ? fields[id].selectedOptions[0].textContent : `“${fields[id].value.trim()}”`;
        return `${label}: ${value}`;
      });
      if (fresh && fresh.checked) limits.push("new findings only");
      byId("printed").textContent = limits.length ? `Not all rows: only ${said.join(", ")} (${limits.join("; ")}).` : "";
    }

    function goTo(id) {
      const target = byId(id);
      if (!target) return;
      const table = tables.find((table) => table.element.contains(target));
      if (table && target.matches("tr")) {
        const row = table.rows.find((row) => row.element === target);
        if (!table.matching.includes(row)) {
          clear();
          keep();
        }
        table.reveal(row);
        target.classList.remove("aim");
        void target.offsetWidth;
        target.classList.add("aim");
      }
      target.scrollIntoView({ block: "start" });
      const focus = target.querySelector("button, h2, a") ?? target;
      if (!focus.matches("button, a")) focus.tabIndex = -1;
      focus.focus({ preventScroll: true });
    }

    function clear() {
      for (const id of FIELDS) fields[id].value = "";
      if (fresh) fresh.checked = false;
      filter();
    }

    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      if (link) {
        event.preventDefault();
        const hash = link.getAttribute("href").slice(1);
        if (!hash.includes("=")) return goTo(hash);
        // A link in the summary asks for one thing alone, and keeps sorting and colours.
        clear();
        for (const [id, value] of new URLSearchParams(hash)) {
          if (id === "new") fresh.checked = true;
          else fields[id].value = value;
        }
        filter();
        keep();
        byId(fields.state.value ? "people" : "findings").scrollIntoView({ block: "start" });
        return;
      }
      const opener = event.target.closest("table.people tbody th button");
      if (opener) open(opener.closest("tr"));
    });

    function open(row, wanted = !row.classList.contains("open")) {
      row.classList.toggle("open", wanted);
      row.querySelector("th button").setAttribute("aria-expanded", String(wanted));
      for (const said of row.querySelectorAll(".said")) said.remove();
      if (!wanted) return;
      // What was found is told once, in the table of findings.
      for (const link of row.querySelectorAll(".chip a")) {
        const finding = byId(link.getAttribute("href").slice(1));
        for (const part of [".what", ".advice"]) {
          const said = document.createElement("span");
          said.className = "said";
          said.textContent = finding.querySelector(part).textContent;
          link.parentElement.append(said);
        }
      }
    }

    const form = byId("filters");
    const changed = () => {
      filter();
      keep();
    };
    form.addEventListener("input", changed);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      clear();
      keep();
    });
    for (const input of themes) {
      input.addEventListener("change", () => {
        colour();
        keep();
      });
    }
    for (const table of tables) table.onsort = keep;
    new ResizeObserver(() => root.style.setProperty("--filters", `${form.offsetHeight}px`)).observe(form);
    byId("print").addEventListener("click", () => window.print());
    const unfold = byId("unfold");
    unfold.addEventListener("click", () => {
      const wanted = unfold.getAttribute("aria-pressed") !== "true";
      unfold.setAttribute("aria-pressed", String(wanted));
      unfold.textContent = wanted ? "Close all rows" : "Open all rows";
      for (const row of document.querySelectorAll("table.people tbody tr")) {
        if (row.classList.contains("open") !== wanted) open(row, wanted);
      }
    });
    // Paper has no end that comes in sight.
    window.addEventListener("beforeprint", () => tables.forEach((table) => table.lay(Infinity)));
    window.addEventListener("hashchange", follow);
    follow();
  }

  /** A table whose rows are sorted, filtered, and laid out a part at a time. */
  class Table {
    constructor(element) {
      this.element = element;
      this.id = element.id;
      this.isFiltered = element.classList.contains("filtered");
      this.hasFindings = this.id === "findings-table";
      this.hasObjects = ["roles-table", "groups-table"].includes(this.id);
      this.what = element.caption.textContent.toLowerCase();
      this.body = element.tBodies[0];
      this.rows = [...this.body.rows].map((row) => new Row(row));
      this.order = this.rows;
      this.matching = this.rows;
      this.sorted = null;
      this.onsort = () => {};
      this.heads = [...element.tHead.rows[0].cells];
      this.heads.forEach((head, column) => this.addButton(head, column));
      this.count = this.isFiltered ? element.closest("section").querySelector(".count") : null;
      this.watch = () => {};
      this.progress = this.addProgress();
      this.laid = 0;
      this.show();
    }

    addButton(head, column) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      head.scope = "col";
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const first = head.dataset.sort === "number" || head.dataset.first === "down" ? "down" : "up";
        const again = this.sorted && this.sorted[0] === column;
        this.sort(column, again ? (this.sorted[1] === "up" ? "down" : "up") : first);
        this.onsort();
      });
    }

    /** Says above the table how many rows are laid out, and lays out more when the reader comes near the end. */
    addProgress() {
      const progress = document.createElement("p");
      progress.className = "progress";
      progress.hidden = true;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Show all now";
      button.addEventListener("click", () => this.lay(Infinity));
      progress.append(document.createElement("span"), button);
      this.element.before(progress);
      if (this.rows.length > STEP) {
        const end = document.createElement("div");
        this.element.after(end);
        const near = (entries) => entries.some((entry) => entry.isIntersecting) && this.lay(this.laid + STEP);
        const observer = new IntersectionObserver(near, { rootMargin: "800px" });
        // It tells of changes only, and an end that was near may still be near: asked anew, it tells in any case.
        this.watch = () => {
          observer.unobserve(end);
          observer.observe(end);
        };
      }
      return progress;
    }

    sort(column, direction) {
      const head = this.heads[column];
      if (!head) return;
      const isNumber = head.dataset.sort === "number";
      const keys = new Map(this.rows.map((row) => [row, row.key(column)]));
      const sign = direction === "down" ? -1 : 1;
      this.order = [...this.rows].sort((one, other) => {
        const [a, b] = [keys.get(one), keys.get(other)];
        // What is not told comes last, whichever way.
        if (a === "" || b === "") return (a === "") - (b === "");
        return sign * (isNumber ? Number(a) - Number(b) : words.compare(a, b));
      });
      this.sorted = [column, sign < 0 ? "down" : "up"];
      for (const other of this.heads) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", sign < 0 ? "descending" : "ascending");
      // Emptied first: to move rows one by one from the front takes Chromium half a minute for 5,000.
      this.body.replaceChildren();
      this.body.append(...this.order.map((row) => row.element));
      const matching = new Set(this.matching);
      this.matching = this.order.filter((row) => matching.has(row));
      this.show();
    }

    filter(wanted) {
      this.matching = this.order.filter((row) => wanted(row, this));
      this.show();
    }

    show() {
      const matching = new Set(this.matching);
      for (const row of this.rows) if (!matching.has(row)) row.element.hidden = true;
      this.laid = 0;
      this.lay(STEP, true);
      if (this.count) {
        const all = this.rows.length.toLocaleString("en");
        const some = this.matching.length.toLocaleString("en");
        this.count.textContent = this.matching.length === this.rows.length ? all : `${some} of ${all}`;
      }
    }

    /** Lays out that many of the rows, and the others not. */
    lay(count, anew = false) {
      const end = Math.min(count, this.matching.length);
      for (let at = anew ? 0 : this.laid; at < (anew ? this.matching.length : end); at += 1) {
        this.matching[at].element.hidden = at >= end;
      }
      this.laid = end;
      if (end < this.matching.length) this.watch();
      this.progress.hidden = end === this.matching.length;
      this.progress.firstChild.textContent = `The first ${end.toLocaleString("en")} of ${this.matching.length.toLocaleString("en")}; more come as you scroll.`;
    }

    reveal(row) {
      const at = this.matching.indexOf(row);
      if (at >= this.laid) this.lay(Math.ceil((at + 1) / STEP) * STEP);
    }
  }

  /** A row, and what filters ask of it. */
  class Row {
    constructor(element) {
      this.element = element;
    }

    get text() {
      return (this.cachedText ??= plain(textOf(this.element)));
    }

    get findings() {
      return (this.cachedFindings ??= tokens(this.element.dataset.f).map((token) => {
        const [kind, severity, tenants, isNew] = token.split(":");
        return { kind, severity, tenants: tenants ? tenants.split(",") : [], isNew: isNew === "new" };
      }));
    }

    get accounts() {
      return (this.cachedAccounts ??= tokens(this.element.dataset.a).map((token) => {
        const [tenant, flags] = token.split(":");
        return { tenant, flags };
      }));
    }

    key(column) {
      const cell = this.element.cells[column];
      return (cell.dataset.v ?? cell.textContent).trim();
    }
  }

  const BLOCKS = new Set(["P", "TD", "TH", "DIV", "DT", "DD", "DETAILS", "SUMMARY", "BUTTON"]);

  /** The text in an element; the end of one paragraph and the beginning of the next are no word. */
  function textOf(element) {
    let text = "";
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.nodeType === Node.TEXT_NODE) text += node.data;
      else if (BLOCKS.has(node.tagName)) text += " ";
    }
    return text;
  }

  function tokens(text) {
    return text ? text.split(" ") : [];
  }
})();
