/**
 * The lake: files of JSON, Avro, Parquet or bytes in an S3 bucket or a directory, under the keys of
 * Confluent's S3 sink. Each record is there once, also where a task crashed in the middle.
 */
import type { Plugin } from '../../connect/kit/index.ts'
import { s3Sink } from './sink.ts'

export const s3Plugins: readonly Plugin[] = [s3Sink]
