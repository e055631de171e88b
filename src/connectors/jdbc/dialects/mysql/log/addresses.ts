/** MariaDB's types that a binlog keeps as bytes, and an answer tells as texts. */
export const addressTexts: Readonly<Record<string, (bytes: Buffer) => string>> = {
  uuid: (bytes) => {
    const hex = padded(bytes, 16).toString('hex')
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  },
  inet4: (bytes) => dotted(padded(bytes, 4)),
  inet6: (bytes) => {
    const whole = padded(bytes, 16)
    const isMapped = /^0{20}ffff/.test(whole.toString('hex'))
    return isMapped ? `::ffff:${dotted(whole.subarray(12))}` : shortened(whole)
  },
}

/** A binlog leaves zeros at the end out. */
function padded(bytes: Buffer, length: number): Buffer {
  return Buffer.concat([bytes], length)
}

function dotted(bytes: Buffer): string {
  return [...bytes].join('.')
}

/** As RFC 5952 writes it, and so every URL. */
function shortened(bytes: Buffer): string {
  const groups = bytes.toString('hex').match(/.{4}/g) ?? []
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
