import { useEffect, useState } from 'preact/hooks'

const everyMs = 5_000

export interface Readiness {
  readonly isReady: boolean
  readonly why: string
}

/** What supervises leat asks the same; undefined until it answered. */
export function useReadiness(): Readiness | undefined {
  const [readiness, setReadiness] = useState<Readiness>()
  useEffect(() => {
    const look = async () => {
      const response = await fetch('/readyz').catch(() => undefined)
      const said = (await response?.text().catch(() => '')) ?? 'leat does not answer'
      setReadiness({ isReady: response?.ok === true, why: said.trim() })
    }
    void look()
    const timer = setInterval(() => void look(), everyMs)
    return () => clearInterval(timer)
  }, [])
  return readiness
}
