/**
 * Fills a document's generated parts, each between `<!-- NAME -->` and `<!-- /NAME -->`.
 *
 * @throws Error where the document lacks one.
 */
export function fillParts(document: string, text: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((filled, [name, content]) => {
    const part = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!part.test(filled)) throw new Error(`${document} has no part ${name}`);
    return filled.replace(part, (_, start, end) => `${start}${content}\n${end}`);
  }, text);
}

/** A Markdown table. @param rows each with as many cells as `head`. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
