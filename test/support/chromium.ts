import { spawnSync } from 'node:child_process';
import { type Browser, launch, type Page } from 'puppeteer-core';

const programs = ['chromium', 'chromium-browser', 'google-chrome'];

/** Null where no browser is installed. */
export function findChromium(): string | null {
  for (const program of programs) {
    const { stdout } = spawnSync('sh', ['-c', 'command -v "$0"', program], { encoding: 'utf8' });
    if (stdout.trim() !== '') return stdout.trim();
  }
  return null;
}

/** A browser without a window. Its own sandbox does not start for root, and what it shows is ours. */
export async function startChromium(program: string): Promise<Browser> {
  return await launch({ executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** Every request that the page makes, in order. None but the document's own is let through. */
export async function holdRequests(page: Page): Promise<readonly string[]> {
  const asked: string[] = [];
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    asked.push(request.url());
    const isDocument = request.isNavigationRequest() && asked.length === 1;
    void (isDocument ? request.continue() : request.abort());
  });
  return asked;
}
