// Completions under the search box: the editable combobox with list autocomplete of the ARIA
// Authoring Practices. What is typed stays as it is until an option is chosen.

const DEBOUNCE_MS = 80;
const LONGEST = 200; // UTF-16 units; whoever pasted more is not looking for a completion

const box = document.querySelector("input[data-suggest]");
if (box) {
  const list = document.getElementById("suggestions");
  const status = document.getElementById("suggested");
  let timer = 0;
  let asking = new AbortController();
  let active = -1;

  const isOpen = () => !list.hidden;

  const activate = (at) => {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = at;
    const option = list.children[active];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      box.setAttribute("aria-activedescendant", option.id);
    } else {
      box.removeAttribute("aria-activedescendant");
    }
  };

  const open = (options) => {
    activate(-1);
    list.replaceChildren(...options);
    list.hidden = options.length === 0;
    list.scrollTop = 0;
    box.setAttribute("aria-expanded", String(isOpen()));
    const { one, many } = status.dataset;
    status.textContent = isOpen() ? (options.length === 1 ? one : many.replace("#", options.length)) : "";
  };

  const close = () => {
    clearTimeout(timer);
    asking.abort();
    open([]);
  };

  const choose = (option) => {
    box.value = option.dataset.text;
    close();
    box.form.requestSubmit();
  };

  // Highlights count code points, which the strings of a script do not.
  const marked = (text, highlights) => {
    const points = [...text];
    const piece = (from, to) => points.slice(from, to).join("");
    const nodes = [];
    let end = 0;
    for (const [from, to] of highlights) {
      const mark = document.createElement("mark");
      mark.textContent = piece(from, to);
      nodes.push(piece(end, from), mark);
      end = to;
    }
    return [...nodes, piece(end)];
  };

  const option = ({ text, kind, highlights }, at) => {
    const item = document.createElement("li");
    item.id = `suggestion-${at}`;
    item.className = kind;
    item.dataset.text = text;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.append(...marked(text, highlights));
    return item;
  };

  const ask = async () => {
    clearTimeout(timer);
    asking.abort();
    const q = box.value;
    if (!q.trim() || q.length > LONGEST) return open([]);
    const { signal } = (asking = new AbortController());
    try {
      const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(q)}`, { signal });
      const { suggestions } = answer.ok ? await answer.json() : { suggestions: [] };
      if (!signal.aborted) open(suggestions.map(option));
    } catch {
      if (!signal.aborted) open([]); // searching goes on without completions
    }
  };

  // What was chosen is left by typing on, however late the next completions come.
  const askSoon = () => {
    activate(-1);
    clearTimeout(timer);
    timer = setTimeout(ask, DEBOUNCE_MS);
  };

  const step = (by) => {
    if (!isOpen()) return ask();
    const stops = list.children.length + 1; // one of them is the text itself
    activate(((active + 1 + by + stops) % stops) - 1);
  };

  // Each gives whether the key has been dealt with; the others are the text's own.
  const keys = {
    ArrowDown: () => (step(1), true),
    ArrowUp: () => (step(-1), true),
    Enter: () => {
      const option = list.children[active];
      if (option) choose(option);
      return option !== undefined;
    },
    Escape: () => {
      const wasOpen = isOpen();
      close();
      return wasOpen;
    },
    Home: () => activate(-1),
    End: () => activate(-1),
    ArrowLeft: () => activate(-1),
    ArrowRight: () => activate(-1),
  };

  box.addEventListener("keydown", (event) => {
    // An input method's keys are its own; 229 is how Safari says so.
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
    if (keys[event.key]?.()) event.preventDefault();
  });
  box.addEventListener("input", askSoon);
  box.addEventListener("compositionend", askSoon);
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
  document.addEventListener("pointerdown", ({ target }) => {
    if (isOpen() && target !== box && !list.contains(target)) close();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", ({ target }) => {
    const option = target.closest("[role=option]");
    if (option) choose(option);
  });

  // Only a text box may be a combobox, and no browser may offer its own list beside ours.
  box.type = "text";
  box.autocomplete = "off";
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");
}
