/** What is served where; plain enough for any browser, and nothing in it comes from outside. */
export const indexPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>claimwatch</title>
<h1>claimwatch</h1>
<p>Confirms every sentence of a published security policy against the running system, continuously.</p>
<ul>
<li><a href="metrics">/metrics</a>: status of every claim and check, alerts, outbox and own health, for Prometheus</li>
<li><a href="network">/network</a>: what the Internet can reach of the networks that are watched, as a picture</li>
<li><a href="healthz">/healthz</a>: whether the process lives</li>
<li><a href="readyz">/readyz</a>: whether it does its work, and if not, why</li>
</ul>
</html>
`;
