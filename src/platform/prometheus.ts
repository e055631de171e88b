/** Our metrics, and Node's own, in Prometheus' text: values are read when somebody asks. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Family, Metrics } from '../base/metrics.ts'

export function prometheus(metrics: Metrics): { text(): Promise<string>; contentType: string } {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return {
    contentType: registry.contentType,
    async text() {
      for (const family of metrics.families()) {
        // The first sample tells the names of the labels: a family without any waits for one.
        const known = registry.getSingleMetric(family.name) !== undefined
        if (!known && family.read().length > 0) register(family, registry)
      }
      return await registry.metrics()
    },
  }
}

function register({ name, help, type, read }: Family, registry: Registry): void {
  const labelNames = Object.keys(read()[0]?.labels ?? {})
  const options = { name, help, labelNames, registers: [registry] }
  if (type === 'counter') {
    new Counter({
      ...options,
      collect() {
        this.reset()
        for (const { labels = {}, value } of read()) this.inc(labels, value)
      },
    })
    return
  }
  new Gauge({
    ...options,
    collect() {
      this.reset()
      for (const { labels = {}, value } of read()) this.set(labels, value)
    },
  })
}
