import { type Path, type Report, type Setting, scalar } from '../../base/settings.ts'
import type { Formula } from './step.ts'

/** An expression; whether it is one is found out when the pipeline is put together. */
export function formula(about: {
  readonly about: string
  readonly example: string
}): Setting<Formula> {
  return {
    ...about,
    read(raw: unknown, at: Path, report: Report) {
      if (typeof raw === 'object' || raw === '') {
        report({
          at,
          says: `'${at.at(-1)}' is no expression; write a text such as ${about.example}.`,
        })
      }
      return { text: String(raw), at }
    },
  }
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** A length of time such as `90s`, in milliseconds. */
export function duration(about: {
  readonly about: string
  readonly example: string
  readonly fallback?: number
}): Setting<number> {
  return scalar(about, 'a number with ms, s, m, h or d', (text) => {
    const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?(ms|s|m|h|d)$/.exec(text) ?? []
    const ms = Number(number) * (units[unit] ?? Number.NaN)
    return Number.isInteger(ms) && ms > 0 ? ms : undefined
  })
}

/** One of something, or a list of them. */
export function oneOrMany<Value>(item: Setting<Value>): Setting<Value[]> {
  return {
    about: item.about,
    example: item.example,
    read: (raw, at, report) =>
      Array.isArray(raw)
        ? raw.map((one, index) => item.read(one, [...at, index], report))
        : [item.read(raw, at, report)],
  }
}
