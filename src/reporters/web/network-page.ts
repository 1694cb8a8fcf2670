import { createHash } from 'node:crypto';
import { darkPictureStyle, pictureStyle } from '../network/picture-style.ts';
import { html, markupOf, trustedMarkup } from '../reports/html.ts';
import { timeUtc } from '../reports/readable-time.ts';

/** The network as the latest recorded look saw it. */
export interface DrawnNetwork {
  readonly dataAsOf: string;
  /** Older than the check allows. */
  readonly isStale: boolean;
  /** Made by `networkBody`, in the thread that has the time for it. */
  readonly body: string;
}

const style = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1c1f23; --quiet: #4b5159; --line: #c9ced6; --link: #174ea6; --alarm: #a3201a; }
@media (prefers-color-scheme: dark) { :root { --ground: #15181c; --ink: #e8ebef; --quiet: #aab2bc; --line: #46505c; --link: #8ab8ec; --alarm: #ff8a80; } }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem 1.25rem 4rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
p { max-width: 48rem; }
a { color: var(--link); }
a:focus-visible, .scroll:focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
.stale { border-left: 4px solid var(--alarm); padding-left: 1rem; }
.quiet, .left-out { color: var(--quiet); }
.scroll { overflow-x: auto; margin: 1rem 0; }
.scroll > .network { min-width: 52rem; max-width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; min-width: 46rem; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); }
thead th { border-bottom: 2px solid var(--quiet); }
tbody th { font-weight: 600; }
${pictureStyle}${darkPictureStyle}`;

/** Nothing is loaded and nothing runs, whatever stands in the names. */
export const networkPagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Null: no look at a network has ended, or none is configured. */
export function networkPage(drawn: DrawnNetwork | null): string {
  return markupOf(html`${trustedMarkup('<!DOCTYPE html>')}
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What the Internet can reach - claimwatch</title>
<style>${trustedMarkup(style)}</style>
</head>
<body>
<main>
<h1>What the Internet can reach</h1>${drawn === null ? nothing : seen(drawn)}
</main>
</body>
</html>
`);
}

const nothing = html`
<p class="stale"><strong>Not known.</strong> No look at a network of Azure has ended yet, or none is configured: nothing is known of what can be reached.</p>`;

function seen({ dataAsOf, isStale, body }: DrawnNetwork) {
  const age = isStale
    ? html`
<p class="stale"><strong>Stale.</strong> These data are older than the check network-exposure allows: what can be reached now is not known.</p>`
    : null;
  return html`
<p>Data as of ${timeUtc(dataAsOf)}. Drawn is what can be reached and what cannot be known, over every way in that is followed; servers of one subnet that are reached alike are drawn as one.</p>${age}
${trustedMarkup(body)}`;
}
