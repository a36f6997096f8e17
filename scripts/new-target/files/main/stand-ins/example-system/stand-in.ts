import { inventedPeople } from '../kit/invented-people.ts'
import { deleted, notThere, numberedPageOf, plainCore, shown } from '../kit/plain-core.ts'
import { json } from '../kit/problem.ts'
import type { StandIn } from '../kit/stand-in.ts'

/** Example System: entries under `/entries`. */
export const exampleSystem: StandIn = {
  name: 'example-system',
  system: 'Example System',
  plays: ['Entries under /entries: pages by number, PUT makes or replaces, DELETE deletes.'],
  port: 4700,
  oddities: {},
  signIn: (key) => ({ auth: 'api-key', secrets: { apiKey: key }, settings: {} }),
  make: ({ key, seed }) =>
    plainCore({
      key,
      header: 'x-api-key',
      content: seed === null ? [] : inventedPeople(seed).map((one) => ({ ...one, id: one.bib })),
      answer(records, { method, path: [collection, id], query, body }) {
        if (collection !== 'entries') return notThere
        if (id === undefined) {
          const asked = (name: string) => Number(query.get(name))
          const { rows, total } = numberedPageOf(records, asked('page'), asked('per_page'))
          return json(200, { entries: rows, total })
        }
        if (method === 'DELETE') return deleted(records, id)
        // It forgets what it has no place for.
        const { bib, category, status, firstName, lastName, startGroup } = body
        if (method === 'PUT') {
          records.set(id, { id, bib, category, status, firstName, lastName, startGroup })
        }
        return shown(records, id)
      },
    }),
}
