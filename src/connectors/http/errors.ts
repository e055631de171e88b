import { catalogue } from '../../base/errors.ts'

/** What ends a task: somebody must act, and this says how. */
export const httpError = catalogue({
  'host-not-allowed': {
    says: ({ host, url }: { host: string; url: string }) =>
      `The host '${host}' of ${url} is not among http.allowed.hosts: add it there, or correct http.api.url.`,
  },
  refused: {
    says: ({ url, status, answer }: { url: string; status: number; answer: string }) =>
      `${url} answered ${status}${answer === '' ? '' : `: ${answer}`}. See http.api.url, the headers and the credentials; redirects are not followed.`,
  },
  'retries-exhausted': {
    says: ({ attempts, why }: { attempts: number; why: string }) =>
      `The API did not take the records in ${attempts} attempts (max.retries): ${why}`,
  },
})
