// Reads a table into rows of text in one call.
// task: {caption: string | null, headings: [string]}  ->  {found: number, rows: [[heading, text]…]}
(task) => {
  const text = (element) => (element.textContent || "").replace(/[\s\u00a0]+/g, " ").trim();
  const plain = (value) => value.replace(/[\s:*]+$/, "").toLowerCase();
  const cells = (row) => [...row.cells];
  const wanted = task.headings.map(plain);
  // a row of another width is a note or a pager, not data
  const matches = [];
  for (const table of document.querySelectorAll("table")) {
    if (!table.rows.length || table.querySelector("table")) continue;
    const name = table.caption ? text(table.caption) : table.getAttribute("aria-label") || "";
    if (task.caption !== null && plain(name) !== plain(task.caption)) continue;
    const rows = [...table.rows];
    const head = rows.findIndex((row) => {
      const texts = cells(row).map((cell) => plain(text(cell)));
      return wanted.length ? wanted.every((heading) => texts.includes(heading)) : true;
    });
    if (head < 0) continue;
    const headings = cells(rows[head]).map(text);
    matches.push(rows.slice(head + 1).map(cells).filter((row) => row.length === headings.length)
      .map((row) => row.map((cell, at) => [headings[at], text(cell)])));
  }
  return {found: matches.length, rows: matches[0] || []};
}
