/** Cipher suites by their names in Java, which are the IANA's, or in OpenSSL. */

/** What OpenSSL calls these suites: those of TLS 1.3 have one name everywhere. */
export function cipherList(names: string): string {
  return names
    .split(/[:,\s]+/)
    .filter((name) => name !== '')
    .map(opensslName)
    .join(':')
}

/** `TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256` is `ECDHE-RSA-AES128-SHA256`. */
function opensslName(name: string): string {
  const [, exchange, cipher] = /^TLS_(\w+)_WITH_(\w+)$/.exec(name) ?? []
  if (exchange === undefined || cipher === undefined) return name
  const short = cipher
    .replace(/^AES_(\d+)_/, 'AES$1_')
    .replace(/^(AES\d+)_CBC_/, '$1_')
    .replace(/^(CHACHA20_POLY1305)_SHA256$/, '$1')
    .replace(/(CCM)_8$/, '$18')
  const prefix = exchange === 'RSA' ? '' : `${exchange}_`
  return `${prefix}${short}`.replaceAll('_', '-')
}
