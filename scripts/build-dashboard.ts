import { mkdir, writeFile } from 'node:fs/promises';
import { buildDashboard } from './dashboard/dashboard.ts';

/** `npm run dashboard`: the Grafana dashboard as Grafana reads it. A test compares. */
const folder = new URL('../config/grafana/dashboards/', import.meta.url);
const file = new URL('claimwatch.json', folder);

await mkdir(folder, { recursive: true });
await writeFile(file, `${JSON.stringify(buildDashboard(), null, 2)}\n`);
console.log('config/grafana/dashboards/claimwatch.json');
