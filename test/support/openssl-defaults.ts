/** What OpenSSL 3.0 does where nothing else is configured, by the registry's names without `TLS_`, the most preferred first. */
export const modernSuites = ['AES_256_GCM_SHA384', 'CHACHA20_POLY1305_SHA256', 'AES_128_GCM_SHA256'];

export const curves = ['x25519', 'secp256r1', 'x448', 'secp521r1', 'secp384r1'];
export const modernGroups = [...curves, 'ffdhe2048', 'ffdhe3072', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192'];
/** Of a server that has suites with curves in TLS 1.2. */
export const bothGroups = { 'TLSv1.2': curves, 'TLSv1.3': modernGroups };
