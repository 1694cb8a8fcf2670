/**
 * What this client may send, whatever a caller asks for: reads of the control plane, one query, and the two computed reads that Azure offers only as
 * POSTs. The role that we are given should allow no more; this holds even where it does.
 */
export type Method = 'GET' | 'POST';

const subscriptionPath = /^\/subscriptions\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\/|$)/;
const graphPath = '/providers/microsoft.resourcegraph/resources';
/** What Azure computes when it is asked, and changes nothing by. */
const computedReads =
  /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/microsoft\.network\/(networkinterfaces\/[^/]+\/effectivenetworksecuritygroups|virtualnetworks\/[^/]+\/listnetworkmanagereffectivesecurityadminrules)$/;

/** Types of Azure whose very reading gives away a secret, or is an action under another name. */
const forbiddenType =
  /^(list.*|regenerate.*|generate.*|export.*|run-?commands?|.*sharedkeys?|.*accesskeys?|.*apikeys?|host-?keys?|functionkeys|.*secrets?|.*credentials?|.*passwords?|.*tokens?|publishxml|publishingprofiles?)$/;
/** One word of a type (`sharedKeys`) whose reading gives away a secret. */
export function isSecretType(word: string): boolean {
  return forbiddenType.test(word.toLowerCase());
}

/** Settings of a site that hold secrets: `sites/{name}/config/{one of these}`. */
const forbiddenSetting =
  /\/config\/(appsettings|connectionstrings|publishingcredentials|metadata|authsettings(v2)?|azurestorageaccounts|backup)(\/|$)/;

/** `path` is decoded: `/subscriptions/{id}/resourceGroups/{name}/providers/...`, without a query. */
export function isAllowedRequest(method: Method, path: string): boolean {
  const text = path.toLowerCase();
  if (!isPlainPath(text)) return false;
  if (method === 'POST') return text === graphPath || isComputedRead(text);
  if (text === '/subscriptions') return true;
  return subscriptionPath.test(text) && !namesSecret(text);
}

/** In lower case. */
function isComputedRead(path: string): boolean {
  return subscriptionPath.test(path) && computedReads.test(path);
}

function isPlainPath(path: string): boolean {
  const [root, ...segments] = path.split('/');
  return (
    root === '' && segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..' && !/[\p{Cc}\\?#]/u.test(segment))
  );
}

function namesSecret(path: string): boolean {
  return forbiddenSetting.test(path) || typesOf(path).some((type) => forbiddenType.test(type));
}

/** The words of a path that Azure chose; the others are names that people gave, and may be anything. */
function typesOf(path: string): string[] {
  const [, , ...plain] = (path.split('/providers/')[0] ?? '').split('/').slice(1);
  const ofProviders = path
    .split('/providers/')
    .slice(1)
    .flatMap((part) => part.split('/').filter((_, index) => index % 2 === 1));
  return [...plain.filter((_, index) => index % 2 === 0), ...ofProviders];
}
