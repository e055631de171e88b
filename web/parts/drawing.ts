import UPlot from 'uplot'
import { rate } from '../text/numbers.ts'
import { clockTime } from '../text/times.ts'

export interface Line {
  readonly name: string
  readonly values: readonly (number | null)[]
}

const height = 220
/** Every chart shows as much, so that nothing seems to jump while it fills. */
const shownSeconds = 120

/** A chart in a place of the page, as wide as that place. */
export class Drawing {
  readonly #place: HTMLElement
  readonly #resized: ResizeObserver
  readonly #scheme = window.matchMedia('(prefers-color-scheme: dark)')
  #plot: UPlot | undefined
  #names: readonly string[] = []
  #data: UPlot.AlignedData = [[]]

  constructor(place: HTMLElement) {
    this.#place = place
    this.#resized = new ResizeObserver(() => {
      this.#plot?.setSize({ width: place.clientWidth, height })
    })
    this.#resized.observe(place)
    this.#scheme.addEventListener('change', this.#drawAnew)
  }

  /** Times are milliseconds; the n-th line has the n-th colour. */
  show(times: readonly number[], lines: readonly Line[]): void {
    const names = lines.map(({ name }) => name)
    const isSame = names.join('\n') === this.#names.join('\n')
    this.#names = names
    this.#data = [times.map((ms) => ms / 1000), ...lines.map(({ values }) => [...values])]
    if (isSame && this.#plot !== undefined) this.#plot.setData(this.#data)
    else this.#drawAnew()
  }

  close(): void {
    this.#scheme.removeEventListener('change', this.#drawAnew)
    this.#resized.disconnect()
    this.#plot?.destroy()
  }

  readonly #drawAnew = () => {
    this.#plot?.destroy()
    this.#plot = new UPlot(optionsOf(this.#names, this.#place), this.#data, this.#place)
  }
}

function optionsOf(names: readonly string[], place: HTMLElement): UPlot.Options {
  const style = getComputedStyle(place)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const axis = {
    stroke: colour('--quiet'),
    font: `12px ${style.fontFamily}`,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  }
  return {
    width: place.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { range: (_, __, last) => [last - shownSeconds, last] },
      y: { range: (_, __, most) => [0, Math.max(1, most * 1.15)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        incrs: [15, 30, 60],
        space: 90,
        values: (_, at) => at.map((s) => clockTime(s * 1000)),
      },
      { ...axis, size: 56, values: (_, at) => at.map(rate) },
    ],
    series: [
      {},
      ...names.map((label, index) => ({
        ...{ label, stroke: colour(`--series-${index + 1}`), width: 1.75 },
        points: { show: false },
      })),
    ],
  }
}
