import { type Content, html } from './html.ts';

export interface Column {
  readonly title: string;
  /** How its cells stand: numbers to the right, times, names and texts with room. */
  readonly kind?: 'number' | 'time' | 'name' | 'text';
}

export interface Table {
  readonly id: string;
  readonly caption: Content;
  readonly columns: readonly Column[];
  /** The first cell of a row is its head. */
  readonly rows: readonly (readonly Content[])[];
}

/** A table that scrolls by itself where it is wider than the screen, and repeats its head on paper. */
export function table({ id, caption, columns, rows }: Table): Content {
  return tableOf(
    id,
    caption,
    columns,
    html`<tbody>${rows.map((cells) => html`\n<tr>${cells.map((cell, index) => tableCell(cell, index === 0, columns[index]))}</tr>`)}\n</tbody>`,
  );
}

/** The same with bodies of one's own. */
export function tableOf(id: string, caption: Content, columns: readonly Column[], bodies: Content): Content {
  return html`
<div class="scroll" role="group" aria-labelledby="${id}" tabindex="0">
<table${columns.length > 5 ? html` class="wide"` : null}>
<caption id="${id}">${caption}</caption>
<thead><tr>${columns.map(({ title, kind }) => html`<th scope="col"${classOf(kind)}>${title}</th>`)}</tr></thead>
${bodies}
</table>
</div>`;
}

function tableCell(cell: Content, isHead: boolean, column: Column | undefined): Content {
  return isHead ? html`<th scope="row">${cell}</th>` : html`<td${classOf(column?.kind)}>${cell}</td>`;
}

function classOf(kind: Column['kind']): Content {
  return kind === undefined ? null : html` class="${kind}"`;
}

/** The first of a list that is too long for paper, and how many are left. */
export function cut<Item>(list: readonly Item[], most: number): { readonly shown: readonly Item[]; readonly left: number } {
  return { shown: list.slice(0, most), left: Math.max(0, list.length - most) };
}

/** Null where nothing is left out; `more` is the section that prints more of them. */
export function leftOut(left: number, what: string, more: Content = null): Content {
  if (left === 0) return null;
  const elsewhere = more === null ? null : html`${more} prints more of them, and `;
  return html`
<p class="left-out">${left.toLocaleString('en')} more ${what} are not printed here; ${elsewhere}the report as data (see the cover) lists them all.</p>`;
}

/** Names and their values; a value that is null is left out with its name. */
export function facts(pairs: readonly (readonly [name: Content, value: Content])[]): Content {
  const given = pairs.filter(([, value]) => value !== null);
  return html`
<dl class="facts">${given.map(
    ([name, value]) => html`
<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}
</dl>`;
}
