/** Tables of text, for a terminal and as Markdown: a head, then one list of cells per row. */
export type Table = readonly (readonly string[])[];

/** Whether the column of that name and place holds words, which stand to the left, or numbers, which stand to the right. */
export type IsText = (name: string, column: number) => boolean;

/** Columns padded to their widest cell. */
export function alignedLines(table: Table, isText: IsText): string[] {
  const widths = table[0].map((_, column) => Math.max(...table.map((cells) => cells[column].length)));
  return table.map((cells) =>
    cells
      .map((cell, i) => (isText(table[0][i], i) ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}

export function markdownLines([head, ...body]: Table, isText: IsText): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map((name, i) => (isText(name, i) ? '---' : '---:'))), ...body.map(line)];
}

/** Three digits, or all those before the point. */
export function number(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
