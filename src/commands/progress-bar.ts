const width = 30;

/** `[##########                    ] 33 %`, over what stood in the line before. */
export function progressBar(done: number, of: number): string {
  const share = of <= 0 ? 1 : Math.min(1, Math.max(0, done / of));
  const filled = Math.floor(share * width);
  return `\r[${'#'.repeat(filled)}${' '.repeat(width - filled)}] ${Math.floor(share * 100)} %`;
}

/** Leaves the line empty. */
export const clearProgressBar = '\r\u001b[K';
