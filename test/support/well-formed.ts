const token = /<!--[\s\S]*?-->|<\/([\w:-]+)>|<([\w:-]+)((?: [\w:-]+="[^"<]*")*)(\/?)>|[^<]+|</g;

/** What is not well-formed in XML without a document type; null where all is. */
export function findMalformed(xml: string): string | null {
  const open: string[] = [];
  for (const [text, closed, opened, attributes = '', isEmpty] of xml.matchAll(token)) {
    if (text === '<') return 'a < that begins no tag';
    if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text))
      return `a sign that no document may hold in ${JSON.stringify(text)}`;
    if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(opened === undefined ? text : attributes)) return `a bare & in ${JSON.stringify(text)}`;
    if (closed !== undefined && open.pop() !== closed) return `</${closed}> closes nothing`;
    if (opened === undefined) continue;
    const names = [...attributes.matchAll(/ ([\w:-]+)="/g)].map(([, name]) => name);
    if (new Set(names).size !== names.length) return `an attribute twice in ${text}`;
    if (isEmpty === '') open.push(opened);
  }
  return open.length > 0 ? `<${open.join('> <')}> never end` : null;
}
