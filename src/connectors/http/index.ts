/**
 * HTTP: records as the bodies of requests to an API, under the names and keys of Confluent's sink.
 *
 * An answer of 2xx is what lets an offset be committed. Redirects are not followed: a request goes
 * where the configuration says and nowhere else.
 */
import type { Plugin } from '../../connect/kit/index.ts'
import { httpSink } from './sink.ts'

export const httpPlugins: readonly Plugin[] = [httpSink]
