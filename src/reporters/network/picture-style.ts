/** What a picture wears on a page, where the page's own style holds it. Fonts are those of the reader's machine. */
export const pictureStyle = `
.network { --paper: #fff; --box: #f4f6f8; --edge: #c9ced6; --text: #1c1f23; --small: #4b5159; --outside: #a3201a; --unsure: #5a5f66; --allowed: #1b5a9e;
  display: block; font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif; }
.network text { fill: var(--text); font-size: 12px; }
.network .strong { font-weight: 600; font-size: 13px; }
.network .small { fill: var(--small); font-size: 11px; }
.network .headline { font-weight: 600; font-size: 15px; }
.network .cloud { fill: var(--box); stroke: var(--small); stroke-width: 1.25; }
.network .cloud-text { fill: var(--text); font-weight: 600; font-size: 13px; }
.network .ground { fill: var(--paper); }
.network .box { fill: var(--paper); stroke: var(--edge); stroke-width: 1.25; }
.network .subnet { fill: var(--box); stroke: var(--edge); stroke-width: 1; }
.network .line { fill: none; stroke: currentColor; stroke-width: 1.5; vector-effect: none; }
.network .outside { color: var(--outside); }
.network .unsure { color: var(--unsure); }
.network .allowed { color: var(--allowed); }
.network .outside .line { stroke-width: 2.5; }
.network .box.outside { stroke: var(--outside); stroke-width: 2.5; }
.network .box.allowed { stroke: var(--allowed); }
.network .dashed .line, .network .unsure .line, .network .box.unsure { stroke-dasharray: 5 4; }
.network .box.unsure { stroke: var(--unsure); }
.network .head, .network .mark { fill: currentColor; stroke: none; }
.network .unsure .mark { fill: var(--paper); stroke: currentColor; stroke-width: 1.5; }
.network .sign { fill: none; stroke: var(--paper); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.network .verdict { fill: currentColor; font-weight: 600; }
.network .mark-text { fill: var(--paper); font-weight: 700; font-size: 11px; }
.network .unsure .mark-text { fill: currentColor; }
.network .way:hover .line { stroke-width: 4; }
`;

/** Beside the other, where the page is dark for who wants it dark. */
export const darkPictureStyle = `
@media (prefers-color-scheme: dark) {
  .network { --paper: #15181c; --box: #1d2228; --edge: #46505c; --text: #e8ebef; --small: #aab2bc; --outside: #ff8a80; --unsure: #b4bac2; --allowed: #8ab8ec; }
}
`;
