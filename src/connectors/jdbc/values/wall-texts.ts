/** What the wall of a zone shows, as databases write it; `wallMs` is a whole number. */

const dayMs = 86_400_000

/** `2023-02-24 16:57:11.963`; years of more than four digits have a sign, which no database takes. */
export function dateTimeText(wallMs: number): string {
  return `${dateText(wallMs)} ${timeText(wallMs)}`
}

/** `2023-02-24`. */
export const dateText = rememberingTheLastDay((day) =>
  new Date(day * dayMs).toISOString().slice(0, -'T00:00:00.000Z'.length),
)

/** `16:57:11.963`. */
export function timeText(wallMs: number): string {
  const ms = wallMs - Math.floor(wallMs / dayMs) * dayMs
  const seconds = Math.floor(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const fraction = `${ms % 1000}`.padStart(3, '0')
  return `${twoDigits(hours)}:${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}.${fraction}`
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : `${number}`
}

/** Times that follow each other are mostly of one day, and a date costs more than all the rest. */
function rememberingTheLastDay(textOf: (day: number) => string): (wallMs: number) => string {
  let lastDay = Number.NaN
  let lastText = ''
  return (wallMs) => {
    const day = Math.floor(wallMs / dayMs)
    if (day !== lastDay) {
      lastText = textOf(day)
      lastDay = day
    }
    return lastText
  }
}
