import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routesOf } from './index.ts'
import { free, ofCluster, ofConnectors } from './rights.ts'
import type { RouteServices } from './services.ts'

test('every path of the REST says what one must be allowed to do, or that it is free', () => {
  const { routes } = routesOf({} as RouteServices)
  const all = routes.map(({ method, path }) => `${method} ${path}`)
  const demands = [
    ...ofConnectors.map(([method, path]) => `${method} /connectors${path}`),
    ...ofCluster.map(([method, path]) => `${method} ${path}`),
  ]
  const known = [...demands, ...free.map((route) => route.join(' '))]
  assert.deepEqual(
    all.filter((route) => !known.includes(route)),
    [],
  )
  // Once as a demand, and once as what answers.
  const unanswered = demands.filter((one) => all.filter((route) => route === one).length < 2)
  assert.deepEqual(unanswered, [])
})
