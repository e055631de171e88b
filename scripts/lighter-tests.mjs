/**
 * Preloaded where many test files share a process. node:test follows every promise, to name the test
 * that a stray error came from; with whole brokers in the same process that is a fifth of all work.
 * Here it follows none, and a stray error ends the process, with its stack: that fails all of its files.
 */
import asyncHooks from 'node:async_hooks'
import process from 'node:process'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  const { createHook } = asyncHooks
  asyncHooks.createHook = (callbacks) => createHook({ ...callbacks, trackPromises: false })
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
}

function fail(error) {
  console.error('An error came to no test:', error)
  process.exit(1)
}
