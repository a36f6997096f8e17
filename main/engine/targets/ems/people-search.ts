/** Looking for a person without reading all of them: people have no filters, but two searches. */
import { errorMeanings, isTransient } from '../../../contract/error-meanings.ts'
import type { RemoteBody } from '../kit/adapter.ts'
import { entityPage, type StoredEntity } from '../kit/entity-collection.ts'
import type { ClientRequest, HttpClient } from '../kit/http-client.ts'
import { SyncError } from '../kit/sync-error.ts'
import { peopleSearch } from './api.ts'

/** More than this may be a list that was cut: the one that is looked for may be among the rest. */
const believed = 10

/**
 * Persons that may be the one that was sent: by their identity number, else by e-mail address or name. A search that is
 * not there, or is answered with something else, finds nobody.
 */
export async function searchPeople(
  client: HttpClient,
  body: RemoteBody,
  signal: AbortSignal,
): Promise<readonly StoredEntity[]> {
  const request = searchFor(body)
  if (request === null) return []
  try {
    const { value } = await client.json(entityPage, { ...request, missing: 'config', signal })
    return value.length < believed ? value : []
  } catch (error) {
    if (!(error instanceof SyncError)) throw error
    if (isTransient(error.code) || errorMeanings[error.code].pauses) throw error
    return []
  }
}

function searchFor(body: RemoteBody): Omit<ClientRequest, 'signal'> | null {
  const filled = (name: string) => {
    const value = body[name]
    return typeof value === 'string' && value !== '' ? value : null
  }
  const identityNumber = filled('identityNumber')
  if (identityNumber !== null) {
    const { byIdentity: path } = peopleSearch
    return { method: 'POST', path, body: { identityNumber }, effect: 'none' }
  }
  const word = filled('email') ?? filled('lastName')
  if (word === null) return null
  return { method: 'GET', path: peopleSearch.byWord, query: [['q', word]] }
}
