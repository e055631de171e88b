import type { Context } from 'hono'
import { readSchemaRequest, type SchemaRequest } from '../requests.ts'
import { qualified } from '../subjects.ts'
import { bodyOf, subjectParameter } from './parameters.ts'
import { demand } from './rights.ts'

/**
 * The schema in the body. What it refers to must be seen by whoever asks: what is said of a schema
 * tells of its references, too. Throws 'request-invalid', 'operation-denied' and what `bodyOf` does.
 */
export async function schemaRequestOf(context: Context): Promise<SchemaRequest> {
  const request = readSchemaRequest(await bodyOf(context))
  for (const { subject } of request.references) {
    demand(context, 'Describe', qualified(subjectParameter(context), subject))
  }
  return request
}
