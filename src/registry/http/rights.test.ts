import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hono } from 'hono'
import type { Services } from '../services.ts'
import { demanded, free, resourceOf } from './rights.ts'
import { addRoutes } from './routes.ts'

test('every path of the API says what one must be allowed to do, or that it is free', () => {
  const routes = new Hono()
  addRoutes(routes, {} as Services)
  const all = routes.routes.map(({ method, path }) => `${method} ${path}`)
  const demands = demanded.map(([method, path]) => `${method} ${path}`)
  const known = [...demands, ...free.map((route) => route.join(' '))]
  assert.deepEqual(
    all.filter((route) => !known.includes(route)),
    [],
  )
  // Once as a demand, and once as what answers.
  const unanswered = demands.filter((one) => all.filter((route) => route === one).length < 2)
  assert.deepEqual(unanswered, [])
})

test('a subject is about the topic whose keys or values it describes, or one of its own name', () => {
  const topics: Record<string, string> = {
    'readings-value': 'readings',
    'readings-key': 'readings',
    'a-value-value': 'a-value',
    'plant.Reading': 'plant.Reading',
    'readings-plant.Reading': 'readings-plant.Reading',
    '-value': '-value',
    ':.site:readings-value': ':.site:readings',
  }
  for (const [subject, name] of Object.entries(topics)) {
    assert.deepEqual(resourceOf(subject), { type: 'Topic', name })
  }
  for (const context of ['', ':.site:', ':.__GLOBAL:']) {
    assert.deepEqual(resourceOf(context), { type: 'Cluster', name: 'kafka-cluster' })
  }
})
