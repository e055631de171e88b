/** Places in the log of PostgreSQL: `16/B374D848` as a number. */
export function lsnOf(text: string): bigint {
  const [high = '', low = ''] = text.split('/')
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`)
}

export function lsnText(lsn: bigint): string {
  const half = (bits: bigint) => bits.toString(16).toUpperCase()
  return `${half(lsn >> 32n)}/${half(lsn & 0xffff_ffffn)}`
}
