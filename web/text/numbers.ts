/** Figures as people read them. Counts beyond 2^53 come as decimal text and stay exact. */
export function count(value: number | string | bigint): string {
  return integers.format(typeof value === 'string' ? BigInt(value) : value)
}

/** `12`, `3.4`, `0.25`: as many digits as say something. */
export function rate(perSecond: number): string {
  if (perSecond === 0) return '0'
  return perSecond >= 100 ? count(Math.round(perSecond)) : rates.format(perSecond)
}

export function bytes(value: number): string {
  let size = value
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1
  return `${size.toFixed(digits)} ${units[unit]}`
}

/** `1 topic`, `2 topics`. */
export function counted(value: number | string, one: string, many = `${one}s`): string {
  return `${count(value)} ${Number(value) === 1 ? one : many}`
}

const integers = new Intl.NumberFormat('en')
const rates = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 })
const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
