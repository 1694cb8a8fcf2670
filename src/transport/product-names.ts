/**
 * What stands before a number in headers and error pages: products that tell a version with it, and what only looks like one.
 * Collected 2026-11 from the default headers and error pages of the products themselves. Lower case.
 */

/** Recognised also with a bare major version (`PHP/8`) and in prose (`IIS 10.0`, `Apache Tomcat/9.0.1`, `Jetty(9.4.43)`). */
export const serverProducts: readonly string[] = [
  // Web servers, proxies, caches
  ...[
    'nginx',
    'nginx-plus',
    'angie',
    'openresty',
    'tengine',
    'apache',
    'apache-coyote',
    'apache tomcat',
    'tomcat',
    'jetty',
    'microsoft-iis',
  ],
  ...[
    'iis',
    'microsoft-httpapi',
    'kestrel',
    'lighttpd',
    'litespeed',
    'openlitespeed',
    'caddy',
    'envoy',
    'istio-envoy',
    'haproxy',
    'traefik',
  ],
  ...[
    'varnish',
    'squid',
    'kong',
    'cowboy',
    'gunicorn',
    'uvicorn',
    'hypercorn',
    'waitress',
    'cheroot',
    'werkzeug',
    'simplehttp',
    'basehttp',
  ],
  ...['tornadoserver', 'twistedweb', 'puma', 'unicorn', 'webrick', 'phusion passenger', 'passenger', 'wildfly', 'jboss', 'jboss-eap'],
  ...['glassfish', 'payara', 'weblogic', 'websphere', 'undertow', 'zope', 'mini_httpd', 'thttpd', 'boa', 'goahead', 'hiawatha', 'monkey'],
  // Languages, frameworks, libraries
  ...[
    'php',
    'python',
    'cpython',
    'perl',
    'mod_perl',
    'mod_ssl',
    'mod_wsgi',
    'mod_jk',
    'mod_fcgid',
    'openssl',
    'libressl',
    'boringssl',
    'ruby',
  ],
  ...['node.js', 'next.js', 'express', 'asp.net', 'asp.net mvc', 'asp.net core', 'aspnet', 'aspnetmvc', '.net framework', '.net', 'mono'],
  ...['servlet', 'jsp', 'jsf', 'java', 'django', 'flask', 'laravel', 'symfony', 'spring boot'],
  // Content systems and services
  ...[
    'wordpress',
    'drupal',
    'joomla',
    'typo3',
    'typo3 cms',
    'umbraco',
    'sitecore',
    'sharepoint',
    'microsoftsharepointteamservices',
    'confluence',
  ],
  ...['jira', 'jenkins', 'gitlab', 'grafana', 'kibana', 'elasticsearch', 'minio', 'keycloak', 'sonarqube', 'nexus', 'phpmyadmin', 'plesk'],
  // Operating systems
  ...[
    'debian',
    'ubuntu',
    'centos',
    'red hat enterprise linux',
    'fedora',
    'freebsd',
    'openbsd',
    'linux',
    'windows server',
    'win32',
    'win64',
  ],
];

/** Protocols, formats and standards: their number says nothing of our software. */
export const protocolNames: ReadonlySet<string> = new Set([
  ...[
    'http',
    'https',
    'shttp',
    'tls',
    'dtls',
    'ssl',
    'quic',
    'spdy',
    'h2',
    'h3',
    'soap',
    'icap',
    'websocket',
    'mqtt',
    'ipp',
    'upnp',
    'rtsp',
    'sip',
  ],
  ...[
    'smtp',
    'esmtp',
    'ftp',
    'ssh',
    'ldap',
    'xml',
    'html',
    'xhtml',
    'css',
    'svg',
    'json',
    'jsonapi',
    'odata',
    'oauth',
    'openid',
    'saml',
    'mime',
  ],
  ...[
    'unicode',
    'utf',
    'iso',
    'iec',
    'rfc',
    'ecma',
    'gpl',
    'lgpl',
    'agpl',
    'mpl',
    'cc-by',
    'cc-by-sa',
    'by',
    'by-sa',
    'by-nc',
    'version',
    'api',
    'ms',
  ],
]);

/** First halves of media types (`video/3gpp`), after the registry of IANA. */
export const mediaTypes: ReadonlySet<string> = new Set([
  ...['application', 'audio', 'chemical', 'example', 'font', 'haptics', 'image', 'message', 'model', 'multipart', 'text', 'video'],
]);

/** Parts of a browser's or a client's user agent, which error pages quote back. */
export const clientProducts: ReadonlySet<string> = new Set([
  ...[
    'mozilla',
    'applewebkit',
    'khtml',
    'gecko',
    'chrome',
    'chromium',
    'headlesschrome',
    'crios',
    'safari',
    'firefox',
    'fxios',
    'edg',
    'edge',
    'opr',
  ],
  ...['opera', 'presto', 'trident', 'msie', 'mobile', 'version', 'curl', 'wget', 'undici', 'claimwatch'],
]);

/** Sizes of CSS, which a line height follows (`font: medium/1.6 serif`). */
export const cssSizes: ReadonlySet<string> = new Set(['small', 'medium', 'large', 'smaller', 'larger', 'inherit', 'initial', 'unset']);
