import { http } from '../../../main/engine/targets/http/adapter.ts'
import { testAdapter } from '../conformance/conformance.ts'
import { startHttp } from './stand-in.ts'
import { everyKind, httpKey, httpServer, personsInside } from './subject.ts'

const changedSince = {
  ...everyKind,
  ...{ paging: 'next-link', finding: 'since', modifiedPosition: 'updatedAt' },
  ...{ deletedPosition: 'deletedAt' },
  ...{ itemPosition: 'data', updateMethod: 'PATCH', resultsPosition: 'items' },
}

testAdapter(http.withSettings!(everyKind), async () => httpServer(await startHttp(httpKey)))

// Asked for what changed since, along links, one record wrapped in its answers, with texts as ids.
testAdapter(http.withSettings!(changedSince), async () => {
  const process = await startHttp(httpKey)
  return httpServer(process, changedSince, () =>
    process.turn({
      paging: 'next-link',
      shape: 'items',
      wrapsItems: true,
      textIds: true,
      keepsDeleted: true,
    }),
  )
})

// With persons that stand inside their entries, and have ids of their own.
testAdapter(
  http.withSettings!(personsInside),
  async () => {
    const process = await startHttp(httpKey)
    return httpServer(process, personsInside, () =>
      process.turn({ embeds: { eventParticipant: { person: 'people' } } }),
    )
  },
  {
    simple: 'organisation',
    sends: [
      'organisation',
      'event',
      'race',
      'startGroup',
      'tag',
      'eventParticipant',
      'startGroupParticipant',
    ],
  },
)
