// Draws the table from plain texts (never from HTML) and reports which row was opened.
export default function ({ data, parentElement, setTriggerValue }) {
  const frame = parentElement.querySelector(".frame");
  frame.classList.toggle("tall", data.tall);
  frame.setAttribute("aria-label", data.caption);
  const table = make("table");
  const caption = make("caption", data.caption);
  table.append(caption, head(data.columns), ...bodies(data, setTriggerValue));
  frame.replaceChildren(table);
}

function make(name, text, className) {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
}

function head(columns) {
  const thead = make("thead");
  const grouped = columns.some((column) => column.group);
  const upper = make("tr");
  const lower = make("tr");
  columns.forEach((column, index) => {
    const cell = make("th", column.label, column.figure ? "figure" : "");
    cell.scope = "col";
    if (!grouped || !column.group) {
      cell.rowSpan = grouped ? 2 : 1;
      upper.append(cell);
      return;
    }
    if (index === 0 || columns[index - 1].group !== column.group) {
      const span = make("th", column.group, "group");
      span.scope = "colgroup";
      span.colSpan = columns.filter((other) => other.group === column.group).length;
      upper.append(span);
      cell.classList.add("first");
    }
    lower.append(cell);
  });
  thead.append(upper);
  if (grouped) thead.append(lower);
  return thead;
}

function bodies(data, setTriggerValue) {
  const tbody = make("tbody");
  const tfoot = make("tfoot");
  for (const row of data.rows) {
    const line = make("tr", undefined, row.kind);
    row.cells.forEach((text, index) => {
      const column = data.columns[index];
      const cell = make(index === 0 ? "th" : "td", undefined, column.figure ? "figure" : "");
      if (index === 0) cell.scope = "row";
      const starts = column.group && (index === 0 || data.columns[index - 1].group !== column.group);
      if (starts) cell.classList.add("first");
      if (index === 0 && row.opens !== null) {
        const button = make("button", text);
        button.type = "button";
        button.dataset.opens = row.opens;
        cell.append(button);
      } else {
        cell.textContent = text;
      }
      line.append(cell);
    });
    if (row.opens !== null) {
      line.classList.add("opens");
      line.onclick = () => setTriggerValue("opened", row.opens);
    }
    (row.kind === "total" ? tfoot : tbody).append(line);
  }
  return tfoot.children.length ? [tbody, tfoot] : [tbody];
}
